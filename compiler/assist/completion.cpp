#include "compiler/assist/completion.h"

#include <algorithm>
#include <array>

#include "compiler/assist/closed_sets.h"
#include "compiler/assist/names.h"
#include "compiler/assist/pages.h"
#include "compiler/semantics/estimate_form.h"
#include "compiler/semantics/word_sets.h"
#include "compiler/syntax/possible.h"
#include "runtime/builtins/deciding_methods.h"
#include "runtime/plan/spelling.h"

namespace proofmark::assist {
namespace {

using syntax::BlockKind;
using syntax::NamePlace;
using enum Completion::Kind;

// Percentiles are written with any digits; these are usual.
constexpr std::array<std::string_view, 4> kUsualPercentiles{"p50", "p90", "p95", "p99"};

class Completer {
 public:
  Completer(const Compilation& compilation, std::uint32_t offset)
      : compilation_(compilation),
        names_(compilation),
        possible_(syntax::possible_at(compilation.file, offset)),
        policy_(policy_around(offset)) {}

  std::vector<Completion> run() {
    for (const std::string& word : possible_.keywords) add_word(word, keyword);
    for (const NamePlace place : possible_.names) add_names(place);
    return std::move(found_);
  }

 private:
  std::size_t policy_around(std::uint32_t offset) const {
    const syntax::Tree& tree = compilation_.tree;
    const auto holds = [&](Span span) { return span.begin <= offset && offset <= span.end; };
    std::string_view tested;
    for (const syntax::Test& test : tree.tests)
      if (holds(test.span)) tested = test.policy.text;
    for (std::size_t i = 0; i < tree.policies.size(); ++i)
      if (holds(tree.policies[i].span) || tree.policies[i].name.text == tested) return i;
    return 0;
  }

  const semantics::Policy* policy() const {
    return policy_ < compilation_.policies.size() ? &compilation_.policies[policy_] : nullptr;
  }

  void add_names(NamePlace place) {
    switch (place) {
      case NamePlace::value:
        return add_values(true);
      case NamePlace::constant:
        return add_values(false);
      case NamePlace::member:
        return add_members();
      case NamePlace::method:
        return add_methods();
      case NamePlace::objective:
        return add_declared({Kind::objective}, objective);
      case NamePlace::field:
        return add_fields();
      case NamePlace::telemetry:
        return add_declared({Kind::telemetry}, value);
      case NamePlace::policy:
        for (const Declaration& one : names_.declarations())
          if (one.kind == Kind::policy) add(one, Completion::Kind::policy);
        return;
      case NamePlace::parameter:
        return add_declared({Kind::parameter}, value);
      case NamePlace::distribution:
        if (possible_.block == BlockKind::model) return add_distributions();
        break;
      default:  // closed_sets.cpp names them all
        break;
    }
    add_words(closed_set(place, possible_, policy()), kind_of(place));
  }

  static Completion::Kind kind_of(NamePlace closed) {
    switch (closed) {
      case NamePlace::stream_kind:
      case NamePlace::field_type:
      case NamePlace::parameter_type:
        return type;
      case NamePlace::field_unit:
      case NamePlace::rate_unit:
      case NamePlace::drawn_unit:
        return unit;
      case NamePlace::argument:
        return argument;
      case NamePlace::distribution:
        return distribution;
      default:
        return word;
    }
  }

  void add(const Declaration& declaration, Completion::Kind kind) {
    found_.push_back({declaration.name, kind, declaration.form, declaration.meaning});
  }

  void add_word(const std::string& word, Completion::Kind kind) {
    const auto* record = word_record(word, kind == keyword);
    found_.push_back({word, kind, record == nullptr ? "" : std::string(record->form),
                      record == nullptr ? "" : std::string(record->summary)});
  }

  // Words that are keywords at the same place are proposed already.
  void add_words(const std::vector<std::string>& words, Completion::Kind kind) {
    for (const std::string& word : words)
      if (!possible_.keywords.contains(word)) add_word(word, kind);
  }

  void add_declared(std::initializer_list<Kind> kinds, Completion::Kind as) {
    for (const Declaration& one : names_.declarations())
      if (one.policy == policy_ && one.owner.empty() && std::count(kinds.begin(), kinds.end(), one.kind) > 0)
        add(one, as);
  }

  void add_owned(std::string_view owner, Completion::Kind as) {
    for (const Declaration& one : names_.declarations())
      if (one.policy == policy_ && one.owner == owner && !owner.empty()) add(one, as);
  }

  void add_function(std::string_view name) {
    const builtins::Builtin& record = *builtin_called(name);
    found_.push_back({std::string(name), function, std::string(record.signature), std::string(record.summary)});
  }

  void add_values(bool with_functions) {
    if (possible_.block == BlockKind::test || possible_.block == BlockKind::rows) return;  // literals alone
    if (possible_.block == BlockKind::subject) return add_declared({Kind::parameter}, value);
    if (possible_.block == BlockKind::model) add_owned(possible_.block_name, value);
    add_declared({Kind::parameter, Kind::let, Kind::sli, Kind::telemetry, Kind::model}, value);
    if (!with_functions) return;
    if (possible_.block == BlockKind::model)
      return add_words(semantics::words_of(semantics::kModelFunctions), function);
    if (const Declaration* rows = population_before(possible_.item)) add_owned(telemetry_of(*rows), field);
    for (const builtins::Builtin& one : builtins::all()) add_function(one.name);
    for (const std::string_view one : kUsualPercentiles) add_function(one);
    for (const std::string_view one : claims()) add_function(one);
    add_word("probability", function);
  }

  // The population that was named last, in the words from this one on: a condition behind it is on its rows.
  const Declaration* population_before(std::size_t first_word) const {
    for (std::size_t i = possible_.words.size(); i > first_word; --i)
      if (const auto* one = names_.named(policy_, possible_.words[i - 1].text); one != nullptr && one->stream)
        return one;
    return nullptr;
  }

  std::string telemetry_of(const Declaration& population) const {
    return policy() == nullptr ? "" : policy()->streams[*population.stream].name;
  }

  void add_members() {
    // What stands before the point: a name, or a population in parentheses.
    const std::string_view before = compilation_.file.text().substr(0, possible_.word.begin);
    const std::size_t point = before.find_last_of('.');
    const std::size_t last = point == 0 || point == std::string_view::npos
                                 ? std::string_view::npos
                                 : before.find_last_not_of(" \t\r\n", point - 1);
    if (last == std::string_view::npos || possible_.words.empty()) return;
    const Declaration* owner =
        before[last] == ')' ? population_before(possible_.item) : names_.named(policy_, possible_.words.back().text);
    if (owner == nullptr) return;
    if (owner->stream) return add_owned(telemetry_of(*owner), field);
    if (owner->kind == Kind::model) return add_owned(owner->name, value);
    if (is_release(*owner)) add_words(semantics::words_of(semantics::kReleaseMembers), field);
  }

  bool is_release(const Declaration& declaration) const {
    if (policy() == nullptr || declaration.kind != Kind::parameter) return false;
    const auto& parameters = policy()->parameters;
    return std::any_of(parameters.begin(), parameters.end(), [&](const semantics::Parameter& one) {
      return one.span == declaration.span && one.kind == semantics::Parameter::Kind::release;
    });
  }

  void add_fields() {
    if (possible_.block == BlockKind::telemetry) return add_owned(possible_.block_name, field);
    if (possible_.block == BlockKind::rows) return add_owned(possible_.around_name, field);
    const Declaration* rows = possible_.block == BlockKind::objective ? population_before(0) : nullptr;
    for (const Declaration& one : names_.declarations())
      if (one.policy == policy_ && one.kind == Kind::field && (rows == nullptr || one.owner == telemetry_of(*rows)))
        add(one, field);
  }

  // Of the form that the first requirement has, when it is known.
  std::optional<builtins::Form> form_here() const {
    if (policy() == nullptr) return std::nullopt;
    for (const semantics::Objective& one : policy()->objectives) {
      if (one.name != possible_.block_name || one.of_model || one.requirements.empty()) continue;
      const auto form = semantics::form_of(*policy(), one.requirements.front().estimate);
      return form.known ? semantics::form_to_decide(*policy(), one, form) : std::nullopt;
    }
    return std::nullopt;
  }

  void add_methods() {
    const auto form = form_here();
    std::set<std::string_view> seen;
    for (const builtins::DecidingMethod& row : builtins::deciding_methods()) {
      const std::string_view name = plan::spelling(row.method);
      if ((form && row.form != *form) || !seen.insert(name).second) continue;
      found_.push_back(
          {std::string(name), method, std::string(builtins::form_phrase(row.form)), std::string(row.summary)});
    }
  }

  void add_distributions() {
    for (const semantics::FamilyRecord& one : semantics::model_families())
      found_.push_back({std::string(one.name), distribution, std::string(one.form), ""});
    add_word("sample", distribution);
  }

  const Compilation& compilation_;
  Names names_;
  syntax::Possible possible_;
  std::size_t policy_;
  std::vector<Completion> found_;
};

}  // namespace

std::vector<Completion> completions(const Document& document, std::uint32_t offset) {
  if (!document.compiled) return {};
  return Completer(*document.compiled, offset).run();
}

}  // namespace proofmark::assist
