// Declarations of models: seed, trials, draws, definitions.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/semantics/model_typer.h"
#include "compiler/semantics/words.h"
#include "runtime/plan/match.h"

namespace proofmark::semantics {
namespace {

bool plain(plan::Unit unit) {
  return unit == plan::Unit::number || unit == plan::Unit::ratio;
}

constexpr std::uint64_t kLargestSeed = 1'000'000'000'000'000'000;

}  // namespace

Diagnostic& ModelTyper::error(std::string_view code, Span span, std::string message) {
  model_.wrong = true;
  return analyser_.error(code, span, std::move(message));
}

Span ModelTyper::span(syntax::ExprId id) const {
  return analyser_.tree_.expr(id).span;
}

void ModelTyper::run(const syntax::ModelItem& item) {
  const auto only = [&](const std::vector<syntax::ExprId>& given, std::string_view word,
                        std::string_view why) -> std::optional<syntax::ExprId> {
    if (given.size() > 1)
      error("PM0440", span(given[1]), fmt::format("model `{}` gives its {} twice", model_.name, word));
    else if (given.empty() && !analyser_.tree_.has_errors)
      error("PM0440", model_.span, fmt::format("model `{}` has no `{}`: {}", model_.name, word, why)).help =
          word == "seed" ? "add `seed 7`" : "add `trials 1_000_000`";
    return given.size() == 1 ? std::optional(given[0]) : std::nullopt;
  };
  if (const auto seed = only(item.seeds, "seed", "its draws could not be repeated"))
    model_.program.seed = whole(*seed, "a seed", 0, kLargestSeed).value_or(0);
  if (const auto trials = only(item.trials, "trials", "nothing says how often it is run"))
    model_.program.trials = whole(*trials, "the number of trials", 1, plan::kMostModelTrials).value_or(1);
  std::uint32_t number = 0;
  for (const auto& part : item.parts)
    plan::match(
        part, [&](const syntax::DrawItem& one) { draw(one, number++); },
        [&](const syntax::LetItem& one) { define(one); });
}

std::optional<std::uint64_t> ModelTyper::whole(syntax::ExprId id, std::string_view what, std::uint64_t least,
                                               std::uint64_t most) {
  const TypedId typed = analyser_.type(id, {});
  if (analyser_.sort(typed) == Sort::error) {
    model_.wrong = true;
    return std::nullopt;
  }
  const auto value = analyser_.constant(typed);
  const bool constant = analyser_.sort(typed) == Sort::constant && analyser_.at(typed).type.unit == Unit::number;
  if (constant && !value) return std::nullopt;  // a parameter without a value yet
  if (constant && value->is_integer() && *value >= Rational(static_cast<std::int64_t>(least)) &&
      *value <= Rational(static_cast<std::int64_t>(most)))
    return static_cast<std::uint64_t>(value->numerator());
  error("PM0440", span(id), fmt::format("{} is a whole number from {} to {}", what, least, most));
  return std::nullopt;
}

void ModelTyper::declare(const syntax::Name& name, ModelValue value, bool drawn) {
  if (const auto outer = analyser_.symbols_.find(name.text); outer != analyser_.symbols_.end()) {
    model_.wrong = true;
    analyser_.also(
        analyser_.error("PM0203", name.span,
                        fmt::format("`{}` shadows the {} of the same name", name.text, kind_word(outer->second.kind))),
        outer->second.span, "this name");
  }
  const auto [found, fresh] = model_.names.emplace(name.text, ModelName{std::move(value), name.span, drawn, false});
  if (fresh) return;
  model_.wrong = true;
  analyser_.also(
      analyser_.error("PM0202", name.span, fmt::format("`{}` is declared twice in model `{}`", name.text, model_.name),
                      "again here"),
      found->second.span, "first here");
}

void ModelTyper::define(const syntax::LetItem& item) {
  declare(item.name, type(item.value), false);
}

void ModelTyper::draw(const syntax::DrawItem& item, std::uint32_t number) {
  std::size_t length = 1;
  bool good = true;
  if (item.length) {
    const auto found = whole(*item.length, "the length of an array", 1, plan::kMostModelElements);
    good = found || !model_.wrong;
    length = found.value_or(1);
  }
  const auto& call = std::get<syntax::Call>(analyser_.tree_.expr(item.distribution).node);
  if (call.function.text == "sample") {
    auto value = recorded(item, call, length);
    if (!value || !good) value.emplace();
    value->array = item.length.has_value();
    return declare(item.name, std::move(*value), true);
  }
  const auto drawn = distribution(item, length);
  ModelValue value;
  value.array = item.length.has_value();
  if (drawn && good) {
    value.truth = drawn->family->truth;
    value.unit = drawn->unit;
    for (std::size_t i = 0; i < length; ++i) {
      plan::ModelDraw node{drawn->family->family, number, static_cast<std::uint32_t>(i), {}, drawn->scale};
      for (const ModelValue& parameter : drawn->parameters)
        node.parameters.push_back(parameter.nodes[parameter.array ? i : 0]);
      value.nodes.push_back(add(std::move(node)));
    }
  }
  declare(item.name, std::move(value), true);
}

const FamilyRecord* ModelTyper::family_of(const syntax::Call& call) {
  const std::string& name = call.function.text;
  const FamilyRecord* family = model_family(name);
  if (family != nullptr) return family;
  std::vector<std::string> names;
  for (const FamilyRecord& one : model_families()) names.emplace_back(one.name);
  analyser_.suggest_closest(error("PM0441", call.function.span, fmt::format("`{}` is not a distribution", name)),
                            call.function.span, names);
  return nullptr;
}

// The arguments in the order of the parameters, by name or place.
std::optional<std::vector<const syntax::Argument*>> ModelTyper::arguments(const FamilyRecord& family,
                                                                          const syntax::Call& call, Span place) {
  const bool many = family.family == plan::ModelFamily::categorical;
  const std::size_t count = many ? call.arguments.size() : family.parameters.size();
  std::vector<const syntax::Argument*> given(count, nullptr);
  bool good = call.arguments.size() == count && (!many || (count >= 2 && count <= 100));
  for (std::size_t i = 0; good && i < count; ++i) {
    const syntax::Argument& argument = call.arguments[i];
    std::size_t at = i;
    if (argument.label) {
      const auto found = std::find_if(family.parameters.begin(), family.parameters.end(),
                                      [&](const auto& one) { return one.name == argument.label->text; });
      at = many || found == family.parameters.end() ? count
                                                    : static_cast<std::size_t>(found - family.parameters.begin());
    }
    good = at < count && given[at] == nullptr && !argument.until;
    if (good) given[at] = &argument;
  }
  if (good) return given;
  error("PM0441", place, fmt::format("these are not the parameters of `{}`", family.name)).help =
      fmt::format("write `{}`", family.form);
  return std::nullopt;
}

const Rational* ModelTyper::constant(const ModelValue& value) const {
  if (value.array || value.wrong() || unbound_[value.nodes[0]]) return nullptr;
  const auto* node = std::get_if<plan::ModelConstant>(&model_.program.nodes[value.nodes[0]]);
  return node != nullptr ? &node->value : nullptr;
}

bool ModelTyper::parameter_fits(const FamilyParameter& parameter, const syntax::Argument& argument,
                                const ModelValue& value, std::size_t length) {
  if (!is_number(value, argument.value)) return false;
  if (!parameter.measured && !plain(value.unit)) {
    error("PM0301", span(argument.value),
          fmt::format("`{}` is {}: `{}` is a number without a unit", analyser_.text(span(argument.value)),
                      unit_phrase(value.unit), parameter.name));
    return false;
  }
  if (value.array && value.nodes.size() != length) {
    error("PM0442", span(argument.value),
          fmt::format("`{}` has {} elements, and {} are drawn", analyser_.text(span(argument.value)),
                      value.nodes.size(), length));
    return false;
  }
  const Rational* known = constant(value);
  const std::string_view rule = known != nullptr ? domain_rule(parameter.domain, *known) : "";
  if (rule.empty()) return true;
  error("PM0441", span(argument.value),
        fmt::format("`{}` is {}, and {} {}", parameter.name, show(*known, value.unit), parameter.name, rule));
  return false;
}

// Rules between parameters, where all of them are known.
bool ModelTyper::parameters_agree(const Drawn& drawn, Span place) {
  std::vector<Rational> known;
  for (const ModelValue& value : drawn.parameters) {
    const Rational* one = constant(value);
    if (one == nullptr) return true;
    known.push_back(*one);
  }
  if (drawn.family->family == plan::ModelFamily::uniform && known[0] >= known[1]) {
    error("PM0441", place, "the lower end of `uniform` is not below its upper end");
    return false;
  }
  if (drawn.family->family != plan::ModelFamily::categorical) return true;
  Rational sum;
  for (const Rational& one : known) sum = plan::add(sum, one).value_or(Rational());
  if (sum == Rational(1)) return true;
  error("PM0441", place, fmt::format("the probabilities of `categorical` add up to {}", show(sum, Unit::ratio))).help =
      "they add up to 100%";
  return false;
}

// The unit is said once: by the parameters that are measured in it, or after the distribution.
bool ModelTyper::drawn_unit(Drawn& drawn, const syntax::DrawItem& item) {
  std::optional<Unit> unit;
  for (std::size_t i = 0; i < drawn.family->parameters.size(); ++i) {
    if (!drawn.family->parameters[i].measured) continue;
    const Unit found = plain(drawn.parameters[i].unit) ? Unit::number : drawn.parameters[i].unit;
    if (unit && *unit != found) {
      error("PM0301", span(item.distribution), "the parameters of this distribution are measured in different units");
      return false;
    }
    unit = found;
  }
  drawn.unit = unit.value_or(drawn.family->family == plan::ModelFamily::beta ? Unit::ratio : Unit::number);
  if (!item.unit) return true;
  const auto word = unit_word(item.unit->text);
  if (!word || drawn.family->truth || !plain(drawn.unit)) {
    auto& problem = error("PM0441", item.unit->span,
                          drawn.family->truth ? "`bernoulli` draws true or false, which has no unit"
                          : !word             ? fmt::format("`{}` is not a unit", item.unit->text)
                                              : std::string("the parameters of this distribution have a unit already"));
    problem.help = "say the unit once: `lognormal(mu: 4, sigma: 0.5) as ms`, or `exponential(mean: 30ms)`";
    return false;
  }
  drawn.unit = word->unit;
  drawn.scale = *Rational::make(word->multiplier, word->divisor);
  return true;
}

std::optional<ModelTyper::Drawn> ModelTyper::distribution(const syntax::DrawItem& item, std::size_t length) {
  const auto& call = std::get<syntax::Call>(analyser_.tree_.expr(item.distribution).node);
  const Span place = span(item.distribution);
  Drawn drawn;
  drawn.family = family_of(call);
  if (drawn.family == nullptr) return std::nullopt;
  const auto given = arguments(*drawn.family, call, place);
  if (!given) return std::nullopt;
  bool good = true;
  for (std::size_t i = 0; i < given->size(); ++i) {
    const FamilyParameter& parameter = drawn.family->parameters[std::min(i, drawn.family->parameters.size() - 1)];
    drawn.parameters.push_back(type((*given)[i]->value));
    good = parameter_fits(parameter, *(*given)[i], drawn.parameters.back(), length) && good;
  }
  if (!good || !parameters_agree(drawn, place) || !drawn_unit(drawn, item)) return std::nullopt;
  return drawn;
}

}  // namespace proofmark::semantics
