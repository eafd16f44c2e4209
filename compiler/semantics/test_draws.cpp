// Distributions that a test draws the values of a field from: `~ lognormal(mu: 4, sigma: 0.5) as ms`. The unit is said
// once, after the distribution or on the parameters that are measured in it, so that a draw never has a unit by
// default.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "compiler/semantics/test_analyser.h"
#include "compiler/semantics/test_families.h"
#include "compiler/semantics/words.h"

namespace proofmark::semantics {

namespace {

bool is_distribution(const generators::Draw& draw) {
  switch (draw.family) {
    case generators::Family::uniform:
      return draw.first <= draw.second;
    case generators::Family::exponential:
      return draw.first > 0;
    case generators::Family::normal:
      return draw.second >= 0;
    case generators::Family::lognormal:
      return draw.second >= 0 && draw.first < 40;
    case generators::Family::weibull:
    case generators::Family::pareto:
      return draw.first > 0 && draw.second > 0;
  }
  return false;
}

}  // namespace

const TestFamily* TestAnalyser::family_of(syntax::ExprId id) {
  const auto& expr = tree_.expr(id);
  const auto* call = std::get_if<syntax::Call>(&expr.node);
  std::vector<std::string> names;
  for (const TestFamily& family : kTestFamilies) {
    if (call != nullptr && family.name == call->function.text) return &family;
    names.emplace_back(family.name);
  }
  const Span span = call != nullptr ? call->function.span : expr.span;
  closest(error("PM1105", span, fmt::format("`{}` is not a distribution", one_line(file_.text(span)))), span, names);
  return nullptr;
}

std::optional<generators::Draw> TestAnalyser::draw(const plan::Field& field,
                                                   const syntax::DistributionGenerator& generator) {
  const TestFamily* family = family_of(generator.distribution);
  if (family == nullptr) return std::nullopt;
  const auto& expr = tree_.expr(generator.distribution);
  if (!plan::is_numeric(field.type)) {
    error("PM1104", expr.span,
          fmt::format("`{}` is declared `{}`: a distribution draws numbers", field.name,
                      plan::field_type_name(field.type)));
    return std::nullopt;
  }
  generators::Draw draw{.family = family->family, .integer = plan::is_integer_valued(field.type)};
  std::optional<Unit> unit;
  if (!arguments(*family, std::get<syntax::Call>(expr.node), draw, unit)) return std::nullopt;
  if (generator.unit) {
    const auto word = unit_word(generator.unit->text);
    if (!word || word->unit != unit_of(field.type) || unit) {
      error("PM1105", generator.unit->span,
            fmt::format("`{}` cannot be drawn `as {}`", field.name, generator.unit->text))
          .help = unit ? "say the unit once: on the parameters or after the distribution" : "";
      return std::nullopt;
    }
    draw.scale = static_cast<double>(word->multiplier);
  } else if (unit.value_or(Unit::number) != unit_of(field.type)) {
    error("PM1105", expr.span,
          fmt::format("the draw is {}, and `{}` is {}", unit_phrase(unit.value_or(Unit::number)), field.name,
                      unit_phrase(unit_of(field.type))))
        .help = "write the unit after the distribution: `~ lognormal(mu: 4, sigma: 0.5) as ms`";
    return std::nullopt;
  }
  return draw;
}

// Each parameter once, by name or in order; those that are measured in the field's unit agree about it.
bool TestAnalyser::arguments(const TestFamily& family, const syntax::Call& call, generators::Draw& draw,
                             std::optional<Unit>& unit) {
  std::array<std::optional<Quantity>, 2> given;
  bool good = call.arguments.size() == family.parameters();
  for (std::size_t i = 0; good && i < call.arguments.size(); ++i) {
    const auto& label = call.arguments[i].label;
    const std::size_t at = !label ? i : label->text == family.first ? 0 : 1;
    good = (!label || label->text == family.first || label->text == family.second) && !given[at];
    if (good) given[at] = quantity(call.arguments[i].value);
    good = good && given[at].has_value();
  }
  const auto unit_at = [&](std::size_t at) { return given[at] ? given[at]->unit : Unit::number; };
  const auto plain = [](Unit found) { return found == Unit::number || found == Unit::ratio; };
  good = good && (family.first_measured || plain(unit_at(0))) && (family.second_measured || plain(unit_at(1))) &&
         !(family.first_measured && family.second_measured && unit_at(0) != unit_at(1));
  if (good) {
    draw.first = given[0]->value.nearest_double();
    if (given[1]) draw.second = given[1]->value.nearest_double();
    if (!plain(unit_at(0))) unit = unit_at(0);
    if (is_distribution(draw)) return true;
  }
  const std::string form = family.second.empty()
                               ? fmt::format("`{}({}: …)`", family.name, family.first)
                               : fmt::format("`{}({}: …, {}: …)`", family.name, family.first, family.second);
  error("PM1105", call.function.span,
        good ? fmt::format("with these parameters `{}` is no distribution", family.name)
             : fmt::format("these are not the parameters of `{}`", family.name))
      .help = "write " + form;
  return false;
}

}  // namespace proofmark::semantics
