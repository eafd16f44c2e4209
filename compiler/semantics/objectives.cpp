// Objectives: requirements, windows, confidence, groups.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/semantics/analyser.h"
#include "compiler/semantics/word_sets.h"
#include "compiler/semantics/words.h"
#include "runtime/plan/match.h"

namespace proofmark::semantics {
namespace {

std::optional<plan::Comparison> ordering(syntax::BinaryOperator op) {
  switch (op) {
    case syntax::BinaryOperator::less:
      return plan::Comparison::less;
    case syntax::BinaryOperator::at_most:
      return plan::Comparison::at_most;
    case syntax::BinaryOperator::greater:
      return plan::Comparison::greater;
    case syntax::BinaryOperator::at_least:
      return plan::Comparison::at_least;
    default:
      return std::nullopt;
  }
}

bool at_least_like(plan::Comparison op) {
  return op == plan::Comparison::at_least || op == plan::Comparison::greater;
}

}  // namespace

void Analyser::objective(const syntax::ObjectiveItem& item) {
  for (const auto& earlier : policy_.objectives)
    if (earlier.name == item.name.text) {
      also(error("PM0202", item.name.span, fmt::format("objective `{}` is declared twice", item.name.text),
                 "again here"),
           earlier.span, "first here");
      return;
    }
  Objective objective;
  objective.name = item.name.text;
  objective.title = item.title ? item.title->value : "";
  objective.span = item.name.span;
  objective.confidence = default_confidence_;
  if (default_window_) objective.window = *default_window_;
  objective.covers_at_least = default_covers_;
  const std::size_t before = problems_.size();
  seen_once_.clear();
  for (const auto& clause : item.clauses) objective_clause(objective, clause);
  const bool has_require = std::any_of(item.clauses.begin(), item.clauses.end(), [](const auto& clause) {
    return std::holds_alternative<syntax::RequireClause>(clause) ||
           std::holds_alternative<syntax::FamilyClause>(clause);
  });
  if (!has_require && !tree_.has_errors)
    error("PM0413", item.name.span,
          fmt::format("objective `{}` requires nothing: it would hold whatever happens", objective.name))
        .help = "add `require fraction(requests, status < 500) >= 99.5%`";
  const bool clean = std::none_of(problems_.begin() + static_cast<std::ptrdiff_t>(before), problems_.end(),
                                  [](const Diagnostic& problem) { return problem.severity == Severity::error; });
  if (clean && !objective.requirements.empty()) {
    cluster_as_sampled(objective);
    const std::size_t claimed = problems_.size();
    check_method(objective);
    check_claims(objective);
    explain_sampled_clusters(objective, claimed);
    const auto streams = streams_of(objective);
    objective.expects_values = std::any_of(streams.begin(), streams.end(), [&](std::uint32_t stream) {
      return !policy_.streams[stream].expected_values.empty();
    });
  }
  policy_.objectives.push_back(std::move(objective));
  objective_used_.push_back(false);
}

void Analyser::objective_clause(Objective& objective, const syntax::ObjectiveClause& clause) {
  std::visit(plan::Overloaded{[&](const syntax::RequireClause& node) {
                                if (once("`require`", node.span)) requirement(objective, node.condition);
                              },
                              [&](const syntax::FamilyClause& node) {
                                if (once("`require`", node.span)) family(objective, node);
                              },
                              [&](const syntax::ConfidenceClause& node) {
                                if (once("`confidence`", node.span)) objective.confidence = confidence(node);
                              },
                              [&](const syntax::OverClause& node) {
                                if (node.kind == syntax::OverKind::at_least) {
                                  if (once("`over at least`", node.span))
                                    objective.covers_at_least = duration_constant(node.value, "the time to cover");
                                } else if (once("`over`", node.span)) {
                                  if (const auto found = window(node)) objective.window = *found;
                                }
                              },
                              [&](const syntax::RowsClause& node) {
                                if (once("`at least … rows`", node.span)) rows_clause(objective, node);
                              },
                              [&](const syntax::ForEachClause& node) {
                                if (!once("`for each`", node.span)) return;
                                if (node.fields.size() > 1)
                                  error("PM0412", node.fields[1].span, "`for each` takes one field in this edition");
                                objective.group_field = node.fields.front().text;
                                seen_once_["group field"] = node.fields.front().span;
                              },
                              [&](const syntax::UnknownClause& node) {
                                if (once("`unknown counts as`", node.span)) unknown_clause(objective, node);
                              },
                              [&](const syntax::OnNoDataClause& node) {
                                if (once("`on_no_data`", node.span)) on_no_data_clause(objective, node);
                              },
                              [&](const syntax::ClusteredClause& node) {
                                if (once("`clustered by` or `blocks of`", node.span)) clustered_clause(objective, node);
                              },
                              [&](const syntax::AssumeClause& node) {
                                if (once("`assume " + node.what.text + "`", node.span)) assume_clause(objective, node);
                              },
                              [&](const syntax::MethodClause& node) {
                                if (once("`method`", node.span)) objective.method_name = node.method;
                              },
                              [&](const syntax::StratifiedClause& node) {
                                if (once("`stratified by`", node.span)) objective.strata = node.field;
                              },
                              [&](const syntax::LooksClause& node) {
                                error(
                                    "PM0418", node.span,
                                    "`looks` is said once, for the whole policy: every look judges all its objectives")
                                    .help = "move it out of the objective";
                              }},
             clause);
}

void Analyser::rows_clause(Objective& objective, const syntax::RowsClause& clause) {
  const TypedId count = type(clause.count, {});
  const auto value = constant(count);
  if (sort(count) == Sort::error) return;
  if (sort(count) != Sort::constant || at(count).type.unit != Unit::number ||
      (value && (!value->is_integer() || *value < Rational(1) || *value > Rational(1'000'000'000'000)))) {
    error("PM0415", at(count).span, "the number of rows is a whole number from 1 to 1000000000000").help =
        "write `at least 10_000 rows`";
    return;
  }
  if (value) objective.minimum_rows = static_cast<std::uint64_t>(value->numerator());
  objective.minimum_rows_each = clause.each;
  objective.minimum_rows_span = clause.span;
}

void Analyser::unknown_clause(Objective& objective, const syntax::UnknownClause& clause) {
  if (const auto as = meaning_of(kUnknownAs, clause.as.text))
    objective.unknown_as = *as;
  else
    suggest_closest(error("PM0307", clause.as.span, fmt::format("rows cannot count as `{}`", clause.as.text)),
                    clause.as.span, words_of(kUnknownAs));
  if (clause.because && clause.because->value.find_first_not_of(' ') != std::string::npos)
    objective.unknown_because = clause.because->value;
  else
    error("PM0414", clause.span, "unknown rows are counted otherwise without a reason: a reviewer must see why").help =
        "add `because \"…\"`";
}

void Analyser::clustered_clause(Objective& objective, const syntax::ClusteredClause& clause) {
  Clusters clusters;
  clusters.span = clause.span;
  if (clause.field) {
    clusters.field = clause.field->text;
    clusters.field_span = clause.field->span;
  } else {
    clusters.block = duration_constant(*clause.block, "the length of a block");
    if (!clusters.block) return;
  }
  if (clause.design_effect) {
    const TypedId effect = type(*clause.design_effect, {});
    if (sort(effect) == Sort::error) return;
    const auto value = constant(effect);
    if (sort(effect) != Sort::constant || at(effect).type.unit != Unit::number ||
        (value && (*value < Rational(1) || *value > Rational(1'000'000)))) {
      error("PM0420", at(effect).span, "a design effect is a number from 1 to 1000000").help =
          "write `design effect 2`: the rows count for half as many independent ones";
      return;
    }
    clusters.design_effect = effect;
  }
  objective.clusters = std::move(clusters);
}

void Analyser::assume_clause(Objective& objective, const syntax::AssumeClause& clause) {
  const auto assumed = meaning_of(kAssumptions, clause.what.text);
  if (!assumed) {
    suggest_closest(
        error("PM0307", clause.what.span, fmt::format("nothing called `{}` can be assumed", clause.what.text)),
        clause.what.span, words_of(kAssumptions));
    return;
  }
  const bool poisson = assumed == Assumption::poisson, split = assumed == Assumption::split;
  (poisson ? objective.poisson_span : split ? objective.split_span : objective.independent_span) = clause.span;
  if (clause.because && clause.because->value.find_first_not_of(' ') != std::string::npos)
    (poisson ? objective.poisson_because
     : split ? objective.split_because
             : objective.independent_because) = clause.because->value;
  else
    error("PM0414", clause.span,
          fmt::format("{} is assumed without a reason: a reviewer must see why", poisson ? "a Poisson process"
                                                                                 : split ? "the split of rows"
                                                                                         : "independence"))
        .help = "add `because \"…\"`";
}

void Analyser::on_no_data_clause(Objective& objective, const syntax::OnNoDataClause& clause) {
  objective.on_no_data_span = clause.span;
  if (const auto verdict = meaning_of(kNoDataVerdicts, clause.verdict.text))
    objective.on_no_data = *verdict;
  else
    suggest_closest(error("PM0307", clause.verdict.span,
                          fmt::format("an objective without data cannot be `{}`", clause.verdict.text)),
                    clause.verdict.span, words_of(kNoDataVerdicts));
}

void Analyser::requirement(Objective& objective, syntax::ExprId id) {
  const auto& expr = tree_.expr(id);
  const auto* binary = std::get_if<syntax::Binary>(&expr.node);
  if (binary != nullptr && binary->op == syntax::BinaryOperator::logical_and) {
    requirement(objective, binary->left);
    requirement(objective, binary->right);
    return;
  }
  if (binary != nullptr && ordering(binary->op)) return comparison_requirement(objective, *binary, expr.span);
  if (const auto* call = std::get_if<syntax::Call>(&expr.node);
      call != nullptr && (margin_requirement(objective, *call, expr.span) || lacks_margin(*call, expr.span)))
    return;
  if (binary != nullptr &&
      (binary->op == syntax::BinaryOperator::equal || binary->op == syntax::BinaryOperator::not_equal)) {
    (void)type(binary->left, {});  // for its own mistakes
    (void)type(binary->right, {});
    error("PM0407", binary->op_span, "an estimate is never exactly equal to a number: `==` and `!=` cannot be required")
        .help = "use `>=`, `<=`, `>` or `<`";
    return;
  }
  if (tree_.has_errors) return;  // it may have been one
  const bool is_or = binary != nullptr && binary->op == syntax::BinaryOperator::logical_or;
  const bool is_not = std::holds_alternative<syntax::Unary>(expr.node) &&
                      std::get<syntax::Unary>(expr.node).op == syntax::UnaryOperator::logical_not;
  auto& problem =
      error("PM0312", expr.span,
            fmt::format("`{}` is not a comparison: `require` takes one, or several joined by `and`", text(expr.span)));
  problem.help = is_or || is_not ? "make two objectives, and say in `decide` what follows from each"
                                 : "write `require fraction(requests, status < 500) >= 99.5%`";
}

// `not_worse(a.x, b.x, by: 1%)` is `worse_by(a.x, b.x) <= 1%`; `equivalent(a, b, within: m)` is a drift of at most m
// for values, and a difference of at most m either way for estimates. False: it is neither.
bool Analyser::margin_requirement(Objective& objective, const syntax::Call& call, Span span) {
  const bool not_worse = call.function.text == kNotWorseArguments.function;
  if (!not_worse && call.function.text != kEquivalentArguments.function) return false;
  const NamedArguments& named = not_worse ? kNotWorseArguments : kEquivalentArguments;
  if (call.arguments.size() != named.behind + 1 || call.arguments[0].label || call.arguments[1].label ||
      !call.arguments[2].label || !named.place_of(call.arguments[2].label->text)) {
    error("PM0423", span, fmt::format("`{}` compares two populations within a margin", call.function.text)).help =
        not_worse ? "write `not_worse(canary.duration, baseline.duration, by: 2%)`"
                  : "write `equivalent(canary.duration, baseline.duration, within: 2%)`";
    return true;
  }
  TypedId margin = type(call.arguments[2].value, {});
  if (sort(margin) == Sort::error) return true;
  const TypedId first = type(call.arguments[0].value, {});
  if (sort(first) == Sort::estimate && !not_worse) {
    const TypedId second = type(call.arguments[1].value, {});
    if (sort(second) == Sort::error) return true;
    for (const bool turned : {false, true}) {
      TypedId difference =
          estimate_arithmetic(plan::Arithmetic::subtract, turned ? second : first, turned ? first : second, span);
      if (sort(difference) == Sort::error || !same_unit(difference, margin, span)) return true;
      add_requirement(objective, {difference, plan::Comparison::at_most, margin, span});
    }
    return true;
  }
  if (sort(first) == Sort::estimate) {
    error("PM0423", at(first).span, "which of two estimates is the worse one depends on what they measure").help =
        "write the difference: `fraction(canary, status < 500) - fraction(baseline, status < 500) >= -0.1%`";
    return true;
  }
  const LeafNode node{.builtin = builtins::find(not_worse ? "worse_by" : "drift"), .population = 0};
  TypedId contrast = type_contrast(node, call.arguments[0].value, call.arguments[1].value, span);
  if (sort(contrast) == Sort::error || !same_unit(contrast, margin, span)) return true;
  add_requirement(objective, {contrast, plan::Comparison::at_most, margin, span});
  return true;
}

// `similarity(a.x, b.x)` by itself, or `similar(a.x, b.x)`: alike, but how nearly? False: it is neither.
bool Analyser::lacks_margin(const syntax::Call& call, Span span) {
  const std::string& name = call.function.text;
  const auto* builtin = builtins::find(name);
  const bool shift = name == "quantile_shift";
  const bool compares = builtin != nullptr && builtin->shape == builtins::Shape::two_values;
  if (!compares && !shift && name != "similar") return false;
  std::string values;
  for (const auto& argument : call.arguments)
    values += (values.empty() ? "" : ", ") + text(tree_.expr(argument.value).span);
  if (call.arguments.size() < 2) values = "canary.duration, baseline.duration";
  auto& problem = error("PM0423", span, fmt::format("`{}` compares two populations, and names no margin", name));
  if (name == "similar" || name == "similarity")
    problem.help = fmt::format("write `similarity({0}) >= 95%`, or `equivalent({0}, within: 5%)`", values);
  else
    problem.help = fmt::format("name one: `{}({}) <= {}`", name, values,
                               shift                         ? "20ms"
                               : name == "probability_worse" ? "55%"
                                                             : "5%");
  return true;
}

void Analyser::comparison_requirement(Objective& objective, const syntax::Binary& binary, Span span) {
  TypedId left = type(binary.left, {}), right = type(binary.right, {});
  plan::Comparison op = *ordering(binary.op);
  if (sort(left) == Sort::error || sort(right) == Sort::error) return;
  if (sort(left) == Sort::constant && sort(right) == Sort::estimate) {
    std::swap(left, right);
    op = mirrored(op);
  }
  if (model_requirement(objective, left, right, op, span)) return;
  if (sort(left) != Sort::estimate) {
    const bool constants = sort(left) == Sort::constant && sort(right) == Sort::constant;
    auto& problem =
        error(constants ? "PM0409" : "PM0302", at(left).span,
              constants ? "this comparison holds no estimate: it says nothing about the telemetry"
                        : fmt::format("`{}` is {}, not an estimate", text(at(left).span), sort_name(sort(left))));
    if (sort(left) == Sort::condition || sort(left) == Sort::population || sort(left) == Sort::values)
      problem.help = "write `fraction(population, condition)`, `p99(population.field)`, `count(population)` …";
    return;
  }
  if (sort(right) == Sort::estimate) {
    const auto unit = arithmetic_unit(plan::Arithmetic::subtract, left, right, span);
    if (!unit) return;
    const TypedId difference = calculated({plan::Calculation::subtract, {left, right}}, *unit, span);
    if (sort(difference) == Sort::error) return;
    return add_requirement(objective,
                           {difference, op, add({ConstantNode{Rational()}, {Sort::constant, *unit}, span}), span});
  }
  if (!same_unit(left, right, span)) return;
  add_requirement(objective, {left, op, right, span});
}

// `min(a, b) >= t` is `a >= t and b >= t`, and costs nothing; likewise `max(a, b) <= t`.
void Analyser::add_requirement(Objective& objective, Requirement requirement) {
  if (const auto* node = std::get_if<EstimateNode>(&at(requirement.estimate).node)) {
    const bool every = (node->op == plan::Calculation::minimum && at_least_like(requirement.op)) ||
                       (node->op == plan::Calculation::maximum && !at_least_like(requirement.op));
    if (every) {
      const std::vector<TypedId> operands = node->operands;
      for (const TypedId operand : operands)
        add_requirement(objective, {operand, requirement.op, requirement.threshold, requirement.span});
      return;
    }
  }
  objective.requirements.push_back(requirement);
}

std::optional<TypedId> Analyser::duration_constant(syntax::ExprId id, std::string_view what) {
  const TypedId typed = type(id, {});
  if (sort(typed) == Sort::error) return std::nullopt;
  const auto value = constant(typed);
  if (value && at(typed).type.unit == Unit::duration && *value > Rational(INT64_MAX)) {
    error("PM0301", at(typed).span, fmt::format("{} is at most 106751d, which is 292 years", what)).help =
        "durations are counted in nanoseconds, of which 64 bits hold no more";
    return std::nullopt;
  }
  if (sort(typed) != Sort::constant || at(typed).type.unit != Unit::duration ||
      (value && (*value <= Rational(0) || !value->is_integer() || *value > Rational(INT64_MAX)))) {
    auto& problem = error("PM0301", at(typed).span, fmt::format("{} is a positive duration", what));
    problem.help = "write `30m`, `6h` or `1.5h`";
    return std::nullopt;
  }
  return typed;
}

std::optional<Window> Analyser::window(const syntax::OverClause& clause) {
  if (clause.kind == syntax::OverKind::last) {
    const auto length = duration_constant(clause.value, "the length of a window");
    if (!length) return std::nullopt;
    return Window{plan::WindowKind::last, length, clause.span};
  }
  TypedId anchor = type(clause.value, {});
  if (sort(anchor) == Sort::error) return std::nullopt;
  if (const auto* label = std::get_if<LabelNode>(&at(anchor).node); label != nullptr && label->value) {
    const auto ns = parse_timestamp(*label->value);
    if (!ns) {
      error("PM0310", at(anchor).span, fmt::format("\"{}\" is not a time", *label->value)).help =
          "write it as \"2026-11-22T10:00:00Z\", between the years 1678 and 2262";
      return std::nullopt;
    }
    anchor = add({ConstantNode{Rational(*ns)}, {Sort::constant, Unit::timestamp}, at(anchor).span});
  }
  if (sort(anchor) != Sort::constant || at(anchor).type.unit != Unit::timestamp) {
    error("PM0301", at(anchor).span, "a window is anchored at a time").help =
        "declare `param rollout : timestamp` and write `over since rollout`";
    return std::nullopt;
  }
  return Window{plan::WindowKind::since, anchor, clause.span};
}

// Alpha is divided by looks, leaves and groups; with so many parts it stays exact throughout.
constexpr std::int64_t kMostConfidenceParts = 100'000'000'000'000'000;  // 99.999999999999999%

std::optional<TypedId> Analyser::confidence(const syntax::ConfidenceClause& clause) {
  const TypedId typed = type(clause.value, {});
  if (sort(typed) == Sort::error) return std::nullopt;
  const auto value = constant(typed);
  const Span span = at(typed).span;
  if (sort(typed) != Sort::constant || (at(typed).type.unit != Unit::ratio && at(typed).type.unit != Unit::number)) {
    error("PM0301", span, "a confidence is a share").help = "write `confidence 95%`";
    return std::nullopt;
  }
  if (!value) return typed;
  const bool plain_number = at(typed).type.unit == Unit::number;
  const auto half = Rational::make(1, 2), low = Rational::make(8, 10), high = Rational::make(999'999, 1'000'000);
  if (*value <= *half || *value >= Rational(1)) {
    auto& problem = error("PM0402", span,
                          fmt::format("{} is no confidence: one lies above 50% and below 100%",
                                      plain_number ? value->to_decimal() : show(*value, Unit::ratio)));
    if (*value > Rational(50) && *value < Rational(100) && plain_number)
      suggest(problem, span, std::string(file_.text(span)) + "%");
    else
      problem.help = "95% and 99% are usual; 100% would need infinitely many rows";
    return std::nullopt;
  }
  if (value->denominator() > kMostConfidenceParts) {
    error("PM0402", span, "a confidence has at most 15 digits after the point").help = "95%, 99% and 99.9% are usual";
    return std::nullopt;
  }
  if (*value < *low || *value > *high)
    warning("PM0417", span, fmt::format("a confidence of {} is unusual", show(*value, Unit::ratio))).help =
        *value < *low ? "below 80% a wrong pass is common"
                      : "beyond 99.9999% the assumptions are less certain than the arithmetic";
  return typed;
}

void Analyser::each_leaf(TypedId estimate, std::vector<TypedId>& leaves) const {
  if (std::holds_alternative<LeafNode>(at(estimate).node))
    leaves.push_back(estimate);
  else if (const auto* node = std::get_if<EstimateNode>(&at(estimate).node))
    for (const TypedId operand : node->operands) each_leaf(operand, leaves);
}

std::vector<std::uint32_t> Analyser::streams_of(const Objective& objective) const {
  std::vector<std::uint32_t> streams;
  for (const auto& requirement : objective.requirements) {
    std::vector<TypedId> leaves;
    each_leaf(requirement.estimate, leaves);
    for (const TypedId id : leaves) {
      const auto stream = std::get<PopulationNode>(at(std::get<LeafNode>(at(id).node).population).node).stream;
      if (std::find(streams.begin(), streams.end(), stream) == streams.end()) streams.push_back(stream);
    }
    const auto* simulated = std::get_if<ModelEstimateNode>(&at(requirement.estimate).node);
    if (simulated == nullptr || !policy_.models[simulated->model].recorded) continue;
    const auto& values = std::get<ValuesNode>(at(*policy_.models[simulated->model].recorded).node);
    const auto stream = std::get<PopulationNode>(at(values.population).node).stream;
    if (std::find(streams.begin(), streams.end(), stream) == streams.end()) streams.push_back(stream);
  }
  return streams;
}

}  // namespace proofmark::semantics
