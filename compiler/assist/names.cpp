#include "compiler/assist/names.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/semantics/words.h"
#include "runtime/json/utf8.h"
#include "runtime/plan/match.h"

namespace proofmark::assist {
namespace {

constexpr std::size_t kLongestForm = 400;

// "a constant, a duration", "an estimate, a share", "a population of rows"
std::string meaning_of(semantics::Type type) {
  using semantics::Sort;
  std::string text(semantics::sort_name(type.sort));
  switch (type.sort) {
    case Sort::constant:
    case Sort::row_value:
    case Sort::values:
    case Sort::estimate:
    case Sort::model_value:
    case Sort::model_estimate:
      return fmt::format("{}: {}", text, semantics::unit_phrase(type.unit));
    case Sort::error:
      return "";
    default:
      return text;
  }
}

std::string meaning_of(const semantics::ModelValue& value) {
  if (value.wrong()) return "";
  return fmt::format("{} of each trial{}", value.truth ? "true or false" : semantics::unit_phrase(value.unit),
                     value.array ? fmt::format(", {} of them", value.nodes.size()) : "");
}

// The declarations of one policy, from what was written and what it was found to be.
class Collector {
 public:
  Collector(const Compilation& compilation, std::size_t index, std::vector<Declaration>& into)
      : file_(compilation.file),
        syntax_(compilation.tree.policies[index]),
        typed_(compilation.policies[index]),
        index_(index),
        into_(into) {}

  void run() {
    add(Kind::policy, syntax_.name, syntax_.span, fmt::format("policy {}", syntax_.name.text));
    const std::size_t own = into_.size() - 1;
    for (const syntax::PolicyItem& item : syntax_.items)
      plan::match(
          item, [&](const syntax::ParamItem& one) { parameters(one); },
          [&](const syntax::LetItem& one) { definition(Kind::let, one.name, one.span); },
          [&](const syntax::SliItem& one) { definition(Kind::sli, one.name, one.span); },
          [&](const syntax::TelemetryItem& one) { telemetry(one); }, [&](const syntax::ModelItem& one) { model(one); },
          [&](const syntax::TitleItem& one) { into_[own].title = file_.text(one.text.span); },
          [&](const syntax::ObjectiveItem& one) { objective(one); }, [](const auto&) {});
  }

 private:
  Declaration& add(Kind kind, const syntax::Name& name, Span whole, std::string form) {
    Declaration declaration;
    declaration.kind = kind;
    declaration.name = name.text;
    declaration.span = name.span;
    declaration.whole = whole;
    declaration.form = std::move(form);
    declaration.policy = index_;
    return into_.emplace_back(std::move(declaration));
  }

  std::string written(Span span) const { return json::printable(semantics::one_line(file_.text(span)), kLongestForm); }

  void parameters(const syntax::ParamItem& item) {
    for (const syntax::Name& name : item.names) {
      auto& added = add(Kind::parameter, name, item.span, fmt::format("param {} : {}", name.text, item.type.text));
      if (const auto kind = semantics::parameter_kind(item.type.text)) added.meaning = semantics::expected_form(*kind);
    }
  }

  void objective(const syntax::ObjectiveItem& item) {
    const std::string title(item.title ? file_.text(item.title->span) : "");
    add(Kind::objective, item.name, item.span,
        fmt::format("objective {}{}{}", item.name.text, title.empty() ? "" : " ", title))
        .title = title;
  }

  void definition(Kind kind, const syntax::Name& name, Span whole) {
    auto& added = add(kind, name, whole, written(whole));
    const auto found = std::find_if(typed_.definitions.begin(), typed_.definitions.end(),
                                    [&](const auto& one) { return one.span == name.span; });
    if (found == typed_.definitions.end()) return;
    const semantics::Typed& typed = typed_.at(found->typed);
    added.meaning = meaning_of(typed.type);
    if (const auto* rows = std::get_if<semantics::PopulationNode>(&typed.node)) {
      added.stream = rows->stream;
      added.meaning += fmt::format(" of `{}`", typed_.streams[rows->stream].name);
    }
  }

  void telemetry(const syntax::TelemetryItem& item) {
    auto& added =
        add(Kind::telemetry, item.name, item.span, fmt::format("telemetry {} : {}", item.name.text, item.kind.text));
    added.meaning = semantics::sort_name(semantics::Sort::population);
    const auto stream = std::find_if(typed_.streams.begin(), typed_.streams.end(),
                                     [&](const auto& one) { return one.span == item.name.span; });
    if (stream != typed_.streams.end()) added.stream = static_cast<std::uint32_t>(stream - typed_.streams.begin());
    for (const syntax::FieldDecl& field : item.fields) {
      auto& one = add(Kind::field, field.name, field.span, written(field.span));
      one.owner = item.name.text;
      if (stream == typed_.streams.end()) continue;
      if (const auto known = stream->find(field.name.text)) {
        const plan::FieldType type = stream->fields[*known].type;
        one.meaning = fmt::format("{} of each row of `{}`",
                                  plan::is_numeric(type) ? semantics::unit_phrase(semantics::unit_of(type))
                                                         : fmt::format("`{}`", plan::field_type_name(type)),
                                  item.name.text);
      }
    }
  }

  void model(const syntax::ModelItem& item) {
    add(Kind::model, item.name, item.span, fmt::format("model {}", item.name.text)).meaning =
        semantics::sort_name(semantics::Sort::model);
    const auto typed = std::find_if(typed_.models.begin(), typed_.models.end(),
                                    [&](const auto& one) { return one.span == item.name.span; });
    const auto part = [&](Kind kind, const syntax::Name& name, Span whole) {
      auto& added = add(kind, name, whole, written(whole));
      added.owner = item.name.text;
      if (typed == typed_.models.end()) return;
      if (const auto found = typed->names.find(name.text); found != typed->names.end())
        added.meaning = meaning_of(found->second.value);
    };
    for (const auto& one : item.parts)
      plan::match(
          one, [&](const syntax::DrawItem& draw) { part(Kind::draw, draw.name, draw.span); },
          [&](const syntax::LetItem& let) { part(Kind::let, let.name, let.span); });
  }

  const source::SourceFile& file_;
  const syntax::Policy& syntax_;
  const semantics::Policy& typed_;
  std::size_t index_;
  std::vector<Declaration>& into_;
};

bool holds(Span span, std::uint32_t offset) {
  return span.begin <= offset && offset <= span.end;
}

}  // namespace

Names::Names(const Compilation& compilation) {
  for (std::size_t i = 0; i < compilation.policies.size(); ++i) {
    Collector(compilation, i, declarations_).run();
    for (const semantics::NameUse& use : compilation.policies[i].uses) uses_.push_back(use);
  }
  for (const syntax::Test& one : compilation.tree.tests) test(one);
}

void Names::test(const syntax::Test& test) {
  const auto policy = std::find_if(declarations_.begin(), declarations_.end(), [&](const Declaration& one) {
    return one.kind == Kind::policy && one.name == test.policy.text;
  });
  if (policy == declarations_.end()) return;
  const std::size_t index = policy->policy;
  const auto use = [&](const syntax::Name& name, const Declaration* declaration) {
    if (declaration != nullptr) uses_.push_back({name.span, declaration->span});
  };
  use(test.policy, &*policy);
  for (const auto& setting : test.settings) use(setting.name, find(index, Kind::parameter, setting.name.text));
  for (const auto& given : test.givens) {
    use(given.stream, find(index, Kind::telemetry, given.stream.text));
    for (const auto& block : given.blocks)
      for (const auto& field : block.fields)
        use(field.field, find(index, Kind::field, field.field.text, given.stream.text));
  }
  for (const auto& expected : test.expectations)
    if (const auto* one = std::get_if<syntax::ExpectObjective>(&expected))
      use(one->objective, find(index, Kind::objective, one->objective.text));
}

const Declaration* Names::find(std::size_t policy, Kind kind, std::string_view name, std::string_view owner) const {
  const auto found = std::find_if(declarations_.begin(), declarations_.end(), [&](const Declaration& one) {
    return one.policy == policy && one.kind == kind && one.name == name && one.owner == owner;
  });
  return found == declarations_.end() ? nullptr : &*found;
}

const Declaration* Names::named(std::size_t policy, std::string_view name) const {
  const auto found = std::find_if(declarations_.begin(), declarations_.end(), [&](const Declaration& one) {
    return one.policy == policy && one.owner.empty() && one.kind != Kind::policy && one.kind != Kind::objective &&
           one.name == name;
  });
  return found == declarations_.end() ? nullptr : &*found;
}

const Declaration* Names::declared(Span span) const {
  const auto found = std::find_if(declarations_.begin(), declarations_.end(),
                                  [&](const Declaration& one) { return one.span == span; });
  return found == declarations_.end() ? nullptr : &*found;
}

std::optional<Names::Named> Names::at(std::uint32_t offset) const {
  for (const Declaration& one : declarations_)
    if (holds(one.span, offset)) return Named{one.span, &one};
  for (const semantics::NameUse& use : uses_) {
    if (!holds(use.span, offset)) continue;
    if (const Declaration* declaration = declared(use.declared)) return Named{use.span, declaration};
  }
  return std::nullopt;
}

}  // namespace proofmark::assist
