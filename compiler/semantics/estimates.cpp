// Populations and estimates: where, builtins, arithmetic on estimates.
#include <fmt/format.h>

#include "compiler/semantics/analyser.h"
#include "compiler/semantics/buckets.h"
#include "compiler/semantics/estimate_form.h"
#include "compiler/semantics/words.h"

namespace proofmark::semantics {
namespace {

bool is_percentile_like(std::string_view name) {
  return builtins::percentile(name).has_value();
}

std::vector<std::string> function_names() {
  std::vector<std::string> names{"p50", "p90", "p95", "p99", "p999"};
  for (const auto& builtin : builtins::all()) names.emplace_back(builtin.name);
  return names;
}

constexpr std::size_t kMostConditions = 1000;  // of one population, as of one chain: docs/errors/PM0118.md

plan::Calculation calculation(plan::Arithmetic op) {
  switch (op) {
    case plan::Arithmetic::add:
      return plan::Calculation::add;
    case plan::Arithmetic::subtract:
      return plan::Calculation::subtract;
    case plan::Arithmetic::multiply:
      return plan::Calculation::multiply;
    case plan::Arithmetic::divide:
      return plan::Calculation::divide;
    case plan::Arithmetic::negate:
      return plan::Calculation::negate;
  }
  return plan::Calculation::add;
}

}  // namespace

TypedId Analyser::population(syntax::ExprId id) {
  const TypedId typed = type(id, {});
  if (sort(typed) == Sort::population || sort(typed) == Sort::error) return typed;
  return wrong_sort(at(typed).span, typed, "a population such as `requests` or `requests where …`");
}

TypedId Analyser::type_where(const syntax::Where& where, Span span, Scope scope) {
  if (scope.stream != nullptr) {
    error("PM0302", span, "a condition on rows cannot hold another population");
    return error_node(span);
  }
  const TypedId base = population(where.population);
  if (sort(base) == Sort::error) return error_node(span);
  PopulationNode node = std::get<PopulationNode>(at(base).node);
  if (node.conditions.size() == kMostConditions) {
    error("PM0118", span, fmt::format("this population is narrowed more than {} times", kMostConditions)).help =
        "join conditions in one `where` by `and`, or tell rows apart by a label";
    return error_node(span);
  }
  // A wrong condition leaves a population all the same, so that what is asked of it is checked too.
  node.conditions.push_back(condition(where.condition, {&policy_.streams[node.stream]}));
  if (const TypedId added = node.conditions.back(); sort(added) == Sort::condition && asks_of_buckets(policy_, added)) {
    error("PM0453", at(added).span, "which events a population has must be known, and only their buckets are").help =
        "ask for it in the condition: `fraction(requests, duration <= 250ms)`, `count(requests, duration > 250ms)`";
    return error_node(span);
  }
  return add({std::move(node), {Sort::population, Unit::number}, span});
}

bool Analyser::argument_count(const syntax::Call& call, std::size_t least, std::size_t most, std::string_view signature,
                              Span span) {
  for (const auto& argument : call.arguments)
    if (argument.label) {
      error("PM0305", argument.label->span,
            fmt::format("`{}` takes no named argument `{}`", call.function.text, argument.label->text))
          .help = fmt::format("its form is {}", signature);
      return false;
    }
  if (call.arguments.size() >= least && call.arguments.size() <= most) return true;
  error("PM0305", span,
        fmt::format("`{}` takes {} argument{}, {} given", call.function.text,
                    least == most ? fmt::format("{}", least) : fmt::format("{} or {}", least, most),
                    most == 1 ? "" : "s", call.arguments.size()))
      .help = fmt::format("its form is {}", signature);
  return false;
}

TypedId Analyser::type_call(const syntax::Call& call, Span span, Scope scope) {
  if (scope.stream != nullptr) {
    error("PM0302", span, fmt::format("`{}` is known for a population, not for a row", text(span)));
    return error_node(span);
  }
  const std::string& name = call.function.text;
  for (const auto& argument : call.arguments)
    if (argument.until) {
      error("PM0442", tree_.expr(*argument.until).span,
            "`until` walks along an array of draws, which only a model has");
      return error_node(span);
    }
  if (name == "probability") return type_model_estimate(call, std::nullopt, span);
  if ((name == "min" || name == "max") && call.arguments.size() > 1)
    return type_extreme_of_estimates(call, name == "min" ? plan::Calculation::minimum : plan::Calculation::maximum,
                                     span);
  if (is_percentile_like(name) && misleading_percentile(call.function)) return error_node(span);
  if (is_percentile_like(name) && !call.arguments.empty() && model_symbol(call.arguments[0].value) != nullptr)
    return type_model_estimate(call, builtins::percentile(name), span);
  if (is_percentile_like(name))
    return type_builtin(*builtins::find("quantile"), builtins::percentile(name), call, span);
  if (name == "quantile" && call.arguments.size() == 2 && model_symbol(call.arguments[0].value) != nullptr)
    return type_model_estimate(call, std::nullopt, span);
  if (name == "quantile_shift") return type_quantile_shift(call, span);
  if (const auto* builtin = builtins::find(name)) return type_builtin(*builtin, std::nullopt, call, span);
  if (name == "not_worse" || name == "equivalent") {
    error("PM0423", span, fmt::format("`{}` is a whole requirement: it is true or not, and no number", name)).help =
        name == "equivalent"
            ? "write `require equivalent(a, b, within: 2%)` without a comparison, or `drift(a, b) <= 2%`"
            : "write `require not_worse(a, b, by: 2%)` without a comparison, or `worse_by(a, b) <= 2%`";
    return error_node(span);
  }
  auto& problem = error("PM0209", call.function.span, fmt::format("there is no function `{}`", name));
  if (name == "avg" || name == "average")
    problem.help = "write `mean(requests.duration, low: 0s, high: 30s)`";
  else
    suggest_closest(problem, call.function.span, function_names());
  return error_node(span);
}

TypedId Analyser::type_builtin(const builtins::Builtin& builtin, std::optional<Rational> share,
                               const syntax::Call& call, Span span) {
  using builtins::Shape;
  const bool shorthand = share.has_value();  // p99(values)
  const std::size_t least = builtin.shape == Shape::population_condition || builtin.shape == Shape::population_field ||
                                    builtin.shape == Shape::two_values ||
                                    (builtin.shape == Shape::values_share && !shorthand)
                                ? 2
                                : 1;
  const std::size_t most = builtin.shape == Shape::population_maybe ? 2 : least;
  if (builtin.shape == Shape::values_range) return type_mean(builtin, call, span);
  if (builtin.shape == Shape::events_per) return type_rate(builtin, call, span);
  if (builtin.shape == Shape::two_shares) return type_odds_ratio(builtin, call, span);
  if (!argument_count(call, least, most, builtin.signature, span)) return error_node(span);
  LeafNode node;
  node.builtin = &builtin;
  node.share = share;
  if (builtin.shape == Shape::two_values)
    return type_contrast(node, call.arguments[0].value, call.arguments[1].value, span);
  if (builtin.shape == Shape::values || builtin.shape == Shape::values_share) return type_values_leaf(node, call, span);
  node.population = population(call.arguments[0].value);
  if (sort(node.population) == Sort::error) return error_node(span);
  const Stream& stream = policy_.streams[std::get<PopulationNode>(at(node.population).node).stream];
  if (builtin.shape == Shape::population_field) {
    const auto& argument = tree_.expr(call.arguments[1].value);
    const auto* reference = std::get_if<syntax::Reference>(&argument.node);
    node.field = reference != nullptr ? stream.find(reference->name.text) : std::nullopt;
    if (!node.field) {
      if (reference != nullptr) return unknown_name(reference->name, {&stream});
      error("PM0302", argument.span, fmt::format("`{}` takes the name of a field", builtin.name));
      return error_node(span);
    }
    uses(argument.span, stream.field_spans[*node.field]);
    if (!is_of_an_event(stream, *node.field, argument.span)) return error_node(span);
  } else if (call.arguments.size() == 2) {
    node.condition = condition(call.arguments[1].value, {&stream});
  }
  return leaf(node, builtin.yields == builtins::Yields::ratio ? Unit::ratio : Unit::number, span);
}

TypedId Analyser::type_values_leaf(LeafNode node, const syntax::Call& call, Span span) {
  const TypedId values = type(call.arguments[0].value, {});
  if (sort(values) == Sort::error) return error_node(span);
  const auto* found = std::get_if<ValuesNode>(&at(values).node);
  if (found == nullptr)
    return wrong_sort(at(values).span, values, "the values of a population, such as `requests.duration`");
  node.population = found->population;
  node.field = found->field;
  const Stream& stream = policy_.streams[std::get<PopulationNode>(at(node.population).node).stream];
  const plan::Field& field = stream.fields[*node.field];
  if (node.builtin->kind != builtins::Kind::distinct && !plan::is_numeric(field.type)) {
    also(error("PM0302", at(values).span,
               fmt::format("`{}` is declared `{}`: `{}` needs numbers", field.name, plan::field_type_name(field.type),
                           call.function.text)),
         stream.field_spans[*node.field], "declared here");
    return error_node(span);
  }
  if (!is_told_by_buckets(*node.builtin, stream, *node.field, at(values).span)) return error_node(span);
  const bool adds_up = node.builtin->kind == builtins::Kind::sum || node.builtin->kind == builtins::Kind::mean;
  if (adds_up && field.type == plan::FieldType::timestamp) {
    error("PM0301", at(values).span, "times cannot be summed");
    return error_node(span);
  }
  if (!adds_up_in_counts(stream, *node.field, *node.builtin, at(values).span)) return error_node(span);
  if (node.builtin->kind == builtins::Kind::mean && !range_fits(node, field, at(values).type.unit, span))
    return error_node(span);
  if (node.builtin->kind == builtins::Kind::quantile && call.arguments.size() == 2) {
    const auto share = quantile_share(call.arguments[1].value);
    if (!share) return error_node(span);
    node.share = constant(*share);
  }
  return leaf(node, node.builtin->yields == builtins::Yields::number ? Unit::number : at(values).type.unit, span);
}

// The numeric values of a population, or nothing when that was reported.
const ValuesNode* Analyser::numeric_values(syntax::ExprId id) {
  const TypedId values = type(id, {});
  if (sort(values) == Sort::error) return nullptr;
  const auto* found = std::get_if<ValuesNode>(&at(values).node);
  if (found == nullptr) {
    wrong_sort(at(values).span, values, "the values of a population, such as `canary.duration`");
    return nullptr;
  }
  const Stream& stream = policy_.streams[std::get<PopulationNode>(at(found->population).node).stream];
  const plan::Field& field = stream.fields[found->field];
  if (plan::is_numeric(field.type)) return found;
  also(error("PM0302", at(values).span,
             fmt::format("`{}` is declared `{}`: only numbers can be compared", field.name,
                         plan::field_type_name(field.type))),
       stream.field_spans[found->field], "declared here");
  return nullptr;
}

// Values of two populations of one telemetry, in one unit.
TypedId Analyser::type_contrast(LeafNode node, syntax::ExprId first, syntax::ExprId second, Span span) {
  const ValuesNode* found = numeric_values(first);
  const std::optional<ValuesNode> one = found != nullptr ? std::optional(*found) : std::nullopt;
  found = numeric_values(second);
  const std::optional<ValuesNode> two = found != nullptr ? std::optional(*found) : std::nullopt;
  if (!one || !two) return error_node(span);
  const auto stream_of = [&](const ValuesNode& values) {
    return std::get<PopulationNode>(at(values.population).node).stream;
  };
  const Stream& stream = policy_.streams[stream_of(*one)];
  if (stream_of(*one) != stream_of(*two)) {
    auto& problem = error("PM0422", span, "the two populations are of different telemetry");
    also(problem, stream.span, "the first");
    also(problem, policy_.streams[stream_of(*two)].span, "the second");
    problem.help = "compare populations of one telemetry: `requests where version == candidate.label` and another";
    return error_node(span);
  }
  const plan::Field& a = stream.fields[one->field];
  const plan::Field& b = stream.fields[two->field];
  if (a.type != b.type) {
    auto& problem = error("PM0301", span, "the values of the two populations are of different types");
    also(problem, stream.field_spans[one->field], fmt::format("`{}` is `{}`", a.name, plan::field_type_name(a.type)));
    also(problem, stream.field_spans[two->field], fmt::format("`{}` is `{}`", b.name, plan::field_type_name(b.type)));
    return error_node(span);
  }
  node.population = one->population;
  node.field = one->field;
  node.other = two->population;
  node.other_field = two->field;
  if (one->field == two->field && leaf_key(policy_, one->population) == leaf_key(policy_, two->population)) {
    error("PM0422", span, "a population is compared with itself").help =
        "name another population: the stable release, or the time before";
    return error_node(span);
  }
  return leaf(node, Unit::ratio, span);
}

// `quantile_shift(a.x, b.x, 99%)` is the difference of the two quantiles.
TypedId Analyser::type_quantile_shift(const syntax::Call& call, Span span) {
  if (!argument_count(call, 3, 3, "quantile_shift(a.field, b.field, 99%) -> unit of the field", span))
    return error_node(span);
  std::vector<TypedId> sides;
  for (const std::size_t side : {0, 1}) {
    syntax::Call one = call;
    one.arguments = {call.arguments[side], call.arguments[2]};
    sides.push_back(type_builtin(*builtins::find("quantile"), std::nullopt, one, span));
    if (sort(sides.back()) == Sort::error) return error_node(span);
  }
  return estimate_arithmetic(plan::Arithmetic::subtract, sides[0], sides[1], span);
}

std::optional<TypedId> Analyser::quantile_share(syntax::ExprId id) {
  const TypedId share = type(id, {});
  if (sort(share) == Sort::error) return std::nullopt;
  const auto value = constant(share);
  const bool plain = at(share).type.unit == Unit::number;
  if (sort(share) == Sort::constant && (plain || at(share).type.unit == Unit::ratio) &&
      (!value || (*value > Rational(0) && *value < Rational(1))))
    return share;
  auto& problem = error("PM0410", at(share).span, "the share of a quantile lies between 0% and 100%, both excluded");
  if (plain && value && *value >= Rational(1) && *value < Rational(100))
    suggest(problem, at(share).span, std::string(file_.text(at(share).span)) + "%");
  else
    problem.help = "write `quantile(requests.duration, 99%)`";
  return std::nullopt;
}

// The digits of `p99` stand after a decimal point. Two spellings say something else than they seem to.
bool Analyser::misleading_percentile(const syntax::Name& name) {
  const std::string_view digits = std::string_view(name.text).substr(1);
  if (digits.size() == 1) {
    error("PM0410", name.span,
          fmt::format("`{}` may be read as the {}% quantile or as the {}0% one", name.text, digits, digits))
        .help = fmt::format("write `p0{}` or `p{}0`", digits, digits);
    return true;
  }
  if (digits.size() < 3 || digits.front() != '1' || digits.find_first_not_of('0', 1) != std::string_view::npos)
    return false;
  error("PM0410", name.span,
        fmt::format("`{}` would be the 10% quantile: its digits are read after a decimal point", name.text))
      .help = "write `max(requests.duration)` for the greatest recorded value, or `p10`";
  return true;
}

TypedId Analyser::leaf(LeafNode node, Unit unit, Span span) {
  return add({node, {Sort::estimate, unit}, span});
}

TypedId Analyser::type_extreme_of_estimates(const syntax::Call& call, plan::Calculation op, Span span) {
  if (!argument_count(call, 2, 100, builtins::find(call.function.text)->signature, span)) return error_node(span);
  EstimateNode node{op, {}};
  bool good = true;
  std::optional<Unit> unit;
  for (const auto& argument : call.arguments) {
    const TypedId operand = type(argument.value, {});
    if (sort(operand) != Sort::estimate) {
      wrong_sort(at(operand).span, operand, "an estimate");
      good = false;
      continue;
    }
    if (unit && *unit != at(operand).type.unit) {
      error("PM0301", at(operand).span,
            fmt::format("units do not match: `{}` compares {} with {}", call.function.text, unit_phrase(*unit),
                        unit_phrase(at(operand).type.unit)));
      good = false;
    }
    unit = at(operand).type.unit;
    node.operands.push_back(operand);
  }
  return good ? calculated(std::move(node), *unit, span) : error_node(span);
}

// A calculation over estimates. Definitions may be used many times over, so that its size is not that of its text.
TypedId Analyser::calculated(EstimateNode node, Unit unit, Span span) {
  constexpr std::uint32_t kMostParts = 1000;
  for (const TypedId operand : node.operands) {
    const auto* inner = std::get_if<EstimateNode>(&at(operand).node);
    node.parts += inner != nullptr ? inner->parts : 1;
  }
  if (node.parts > kMostParts) {
    error("PM0419", span, fmt::format("this estimate is calculated in more than {} steps", kMostParts)).help =
        "require its parts in objectives of their own: every part would only get a small share of alpha";
    return error_node(span);
  }
  return add({node, {Sort::estimate, unit}, span});
}

TypedId Analyser::estimate_arithmetic(plan::Arithmetic op, TypedId left, TypedId right, Span span) {
  for (const TypedId side : {left, right})
    if (sort(side) == Sort::row_value) return wrong_sort(at(side).span, side, "known for the whole population");
  const auto unit = arithmetic_unit(op, left, right, span);
  if (!unit) return error_node(span);
  if (const auto divisor = constant(right); op == plan::Arithmetic::divide && divisor && divisor->is_zero()) {
    error("PM0308", span, "division by zero");
    return error_node(span);
  }
  return calculated({calculation(op), {left, right}}, *unit, span);
}

}  // namespace proofmark::semantics
