// Expressions of a model: truths and numbers of each trial, and arrays of them. Arrays are unrolled here, so that the
// program is a straight line. What needs no trial is a constant of the policy, and calculated exactly.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/semantics/model_typer.h"
#include "compiler/semantics/word_sets.h"
#include "compiler/semantics/words.h"
#include "runtime/plan/match.h"

namespace proofmark::semantics {
namespace {

using plan::ModelOperation;

bool plain(plan::Unit unit) {
  return unit == plan::Unit::number || unit == plan::Unit::ratio;
}

ModelOperation operation_of(syntax::BinaryOperator op) {
  switch (op) {
    case syntax::BinaryOperator::subtract:
      return ModelOperation::subtract;
    case syntax::BinaryOperator::multiply:
      return ModelOperation::multiply;
    case syntax::BinaryOperator::divide:
      return ModelOperation::divide;
    case syntax::BinaryOperator::less:
      return ModelOperation::less;
    case syntax::BinaryOperator::at_most:
      return ModelOperation::at_most;
    case syntax::BinaryOperator::greater:
      return ModelOperation::greater;
    case syntax::BinaryOperator::at_least:
      return ModelOperation::at_least;
    case syntax::BinaryOperator::equal:
      return ModelOperation::equal;
    case syntax::BinaryOperator::not_equal:
      return ModelOperation::not_equal;
    case syntax::BinaryOperator::logical_and:
      return ModelOperation::both;
    case syntax::BinaryOperator::logical_or:
      return ModelOperation::either;
    case syntax::BinaryOperator::add:
    case syntax::BinaryOperator::matches:
      break;
  }
  return ModelOperation::add;
}

bool compares(ModelOperation operation) {
  return operation >= ModelOperation::less && operation <= ModelOperation::not_equal;
}

}  // namespace

std::uint32_t ModelTyper::add(plan::ModelNode node) {
  if (model_.program.nodes.size() >= plan::kMostModelNodes) {
    if (!told_too_large_)
      error("PM0442", model_.span,
            fmt::format("model `{}` takes more than {} steps a trial", model_.name, plan::kMostModelNodes));
    told_too_large_ = true;
    return 0;
  }
  model_.program.nodes.push_back(std::move(node));
  unbound_.push_back(false);
  return static_cast<std::uint32_t>(model_.program.nodes.size() - 1);
}

std::uint32_t ModelTyper::step(ModelOperation operation, std::vector<std::uint32_t> operands) {
  return add(plan::ModelStep{operation, std::move(operands)});
}

bool ModelTyper::is_truth(const ModelValue& value, syntax::ExprId id) {
  if (value.wrong()) return false;
  if (value.truth) return true;
  error("PM0444", span(id), fmt::format("`{}` is a number of each trial, not true or false", analyser_.text(span(id))));
  return false;
}

bool ModelTyper::is_number(const ModelValue& value, syntax::ExprId id) {
  if (value.wrong()) return false;
  if (!value.truth) return true;
  error("PM0444", span(id), fmt::format("`{}` is true or false in each trial, not a number", analyser_.text(span(id))));
  return false;
}

// Whether it holds a name of the model, a function, or a name that nobody knows.
bool ModelTyper::needs_trials(syntax::ExprId id) const {
  return plan::match(
      analyser_.tree_.expr(id).node, [](const syntax::Call&) { return true; },
      [&](const syntax::Reference& node) {
        return model_.names.contains(node.name.text) || !analyser_.symbols_.contains(node.name.text);
      },
      [&](const syntax::Unary& node) { return needs_trials(node.operand); },
      [&](const syntax::Binary& node) { return needs_trials(node.left) || needs_trials(node.right); },
      [](const auto&) { return false; });
}

ModelValue ModelTyper::type_constant(syntax::ExprId id) {
  const TypedId typed = analyser_.type(id, {});
  const Sort sort = analyser_.sort(typed);
  const Unit unit = analyser_.at(typed).type.unit;
  model_.wrong = model_.wrong || sort == Sort::error;
  if (sort == Sort::error) return {};
  if (sort != Sort::constant || unit == Unit::timestamp) {
    error("PM0444", span(id),
          fmt::format("`{}` is {}: a model is made of draws and of constants", analyser_.text(span(id)),
                      sort == Sort::constant ? unit_phrase(unit) : sort_name(sort)));
    return {};
  }
  const auto value = analyser_.constant(typed);
  const std::uint32_t node = add(plan::ModelConstant{value.value_or(Rational())});
  if (!value && node < unbound_.size()) unbound_[node] = true;
  return {{node}, false, false, unit};
}

ModelValue ModelTyper::type(syntax::ExprId id) {
  if (!needs_trials(id)) return type_constant(id);
  const syntax::Expr& expr = analyser_.tree_.expr(id);
  return plan::match(
      expr.node, [&](const syntax::Reference& node) { return type_reference(node.name); },
      [&](const syntax::Unary& node) { return type_unary(node); },
      [&](const syntax::Binary& node) { return type_binary(node, expr.span); },
      [&](const syntax::Call& node) { return type_call(node, expr.span); },
      [&](const auto&) { return type_constant(id); });
}

ModelValue ModelTyper::type_reference(const syntax::Name& name) {
  const auto found = model_.names.find(name.text);
  if (found != model_.names.end()) {
    found->second.used = true;
    analyser_.uses(name.span, found->second.span);
    return found->second.value;
  }
  model_.wrong = true;
  if (analyser_.tree_.has_errors) return {};
  std::vector<std::string> candidates;
  for (const auto& [known, unused] : model_.names) candidates.push_back(known);
  for (const auto& [known, unused] : analyser_.symbols_) candidates.push_back(known);
  auto& problem = error("PM0201", name.span,
                        fmt::format("nothing before this is called `{}` in model `{}`", name.text, model_.name));
  analyser_.suggest_closest(problem, name.span, candidates);
  return {};
}

ModelValue ModelTyper::type_unary(const syntax::Unary& unary) {
  const bool logical = unary.op == syntax::UnaryOperator::logical_not;
  ModelValue value = type(unary.operand);
  if (!(logical ? is_truth(value, unary.operand) : is_number(value, unary.operand))) return {};
  for (std::uint32_t& node : value.nodes)
    node = step(logical ? ModelOperation::inverse : ModelOperation::negate, {node});
  return value;
}

// An array with an array of the same length, or with one value for all.
std::optional<ModelValue> ModelTyper::element_wise(ModelOperation operation, const ModelValue& left,
                                                   const ModelValue& right, Span place) {
  if (left.array && right.array && left.nodes.size() != right.nodes.size()) {
    error("PM0442", place,
          fmt::format("arrays of {} and of {} elements do not go together", left.nodes.size(), right.nodes.size()));
    return std::nullopt;
  }
  ModelValue value;
  value.array = left.array || right.array;
  const std::size_t length = std::max(left.nodes.size(), right.nodes.size());
  for (std::size_t i = 0; i < length; ++i)
    value.nodes.push_back(step(operation, {left.nodes[left.array ? i : 0], right.nodes[right.array ? i : 0]}));
  return value;
}

// As everywhere: sums and comparisons of equal units, products with a plain number, quotients of equal units.
std::optional<plan::Unit> ModelTyper::unit_of(const syntax::Binary& binary, const ModelValue& left,
                                              const ModelValue& right, Span place) {
  const ModelOperation operation = operation_of(binary.op);
  const bool same = left.unit == right.unit || (plain(left.unit) && plain(right.unit));
  if (operation == ModelOperation::multiply && (plain(left.unit) || plain(right.unit)))
    return plain(left.unit) ? right.unit : left.unit;
  if (operation == ModelOperation::divide && (same || plain(right.unit))) return same ? Unit::number : left.unit;
  if (operation != ModelOperation::multiply && operation != ModelOperation::divide && same) return left.unit;
  error("PM0301", place,
        fmt::format("units do not match: `{}` is {}, `{}` is {}", analyser_.text(span(binary.left)),
                    unit_phrase(left.unit), analyser_.text(span(binary.right)), unit_phrase(right.unit)));
  return std::nullopt;
}

ModelValue ModelTyper::type_logic(const syntax::Binary& binary, Span place) {
  const ModelValue left = type(binary.left), right = type(binary.right);
  const bool first = is_truth(left, binary.left), second = is_truth(right, binary.right);
  if (!first || !second) return {};
  auto value = element_wise(operation_of(binary.op), left, right, place);
  if (!value) return {};
  value->truth = true;
  return *value;
}

ModelValue ModelTyper::type_binary(const syntax::Binary& binary, Span place) {
  if (binary.op == syntax::BinaryOperator::logical_and || binary.op == syntax::BinaryOperator::logical_or)
    return type_logic(binary, place);
  if (binary.op == syntax::BinaryOperator::matches) {
    error("PM0444", place, "a model has no texts to match");
    return {};
  }
  const ModelValue left = type(binary.left), right = type(binary.right);
  const bool first = is_number(left, binary.left), second = is_number(right, binary.right);
  if (!first || !second) return {};
  const auto unit = unit_of(binary, left, right, place);
  const ModelOperation operation = operation_of(binary.op);
  auto value = unit ? element_wise(operation, left, right, place) : std::nullopt;
  if (!value) return {};
  value->truth = compares(operation);
  value->unit = value->truth ? Unit::number : *unit;
  return *value;
}

ModelValue ModelTyper::type_call(const syntax::Call& call, Span place) {
  const std::string& name = call.function.text;
  if (std::find(kModelFunctions.begin(), kModelFunctions.end(), name) == kModelFunctions.end()) {
    analyser_.suggest_closest(error("PM0209", call.function.span, fmt::format("a model has no function `{}`", name)),
                              call.function.span, words_of(kModelFunctions));
    return {};
  }
  const bool labelled = std::any_of(call.arguments.begin(), call.arguments.end(),
                                    [](const auto& argument) { return argument.label.has_value(); });
  if (labelled || call.arguments.empty() || (call.arguments.size() > 1 && name != "min" && name != "max")) {
    error("PM0305", place, fmt::format("`{}` takes one array", name)).help =
        fmt::format("write `{0}(waits)` or `{0}(waits until done)`", name);
    return {};
  }
  return call.arguments.size() == 1 ? type_fold(call, place) : type_extreme(call, place);
}

// `min(a, b)`: of values, not of the elements of one.
ModelValue ModelTyper::type_extreme(const syntax::Call& call, Span place) {
  const ModelOperation operation = call.function.text == "min" ? ModelOperation::minimum : ModelOperation::maximum;
  ModelValue value;
  for (const auto& argument : call.arguments) {
    const ModelValue next = type(argument.value);
    if (!is_number(next, argument.value)) return {};
    if (argument.until) {
      error("PM0442", span(*argument.until), "`until` walks along one array");
      return {};
    }
    if (value.wrong()) {
      value = next;
      continue;
    }
    if (value.unit != next.unit && !(plain(value.unit) && plain(next.unit))) {
      error("PM0301", span(argument.value),
            fmt::format("units do not match: `{}` compares {} with {}", call.function.text, unit_phrase(value.unit),
                        unit_phrase(next.unit)));
      return {};
    }
    const auto both = element_wise(operation, value, next, place);
    if (!both) return {};
    const Unit unit = value.unit;
    value = *both;
    value.unit = unit;
  }
  return value;
}

// One value of an array: of all its elements, or of those up to and with the first where `until` holds.
ModelValue ModelTyper::type_fold(const syntax::Call& call, Span place) {
  const std::string& name = call.function.text;
  const syntax::Argument& argument = call.arguments[0];
  const bool truths = name == "all" || name == "any" || name == "count";
  ModelValue array = type(argument.value);
  if (!(truths ? is_truth(array, argument.value) : is_number(array, argument.value))) return {};
  if (!array.array) {
    error("PM0442", span(argument.value),
          fmt::format("`{}` is one value: `{}` takes an array", analyser_.text(span(argument.value)), name))
        .help = "draw an array: `draw waits[3] ~ …`";
    return {};
  }
  ModelValue stop;
  if (argument.until) {
    stop = type(*argument.until);
    if (!is_truth(stop, *argument.until)) return {};
    if (!stop.array || stop.nodes.size() != array.nodes.size()) {
      error("PM0442", span(*argument.until),
            fmt::format("`until` needs an array of {} elements, as `{}` has", array.nodes.size(),
                        analyser_.text(span(argument.value))));
      return {};
    }
  }
  const ModelOperation operation = name == "all"   ? ModelOperation::both
                                   : name == "any" ? ModelOperation::either
                                   : name == "min" ? ModelOperation::minimum
                                   : name == "max" ? ModelOperation::maximum
                                                   : ModelOperation::add;
  std::uint32_t total = array.nodes[0];
  std::optional<std::uint32_t> reached;  // whether the walk came so far
  for (std::size_t i = 1; i < array.nodes.size(); ++i) {
    if (argument.until) {
      const std::uint32_t on = step(ModelOperation::inverse, {stop.nodes[i - 1]});
      reached = reached ? step(ModelOperation::both, {*reached, on}) : on;
    }
    const std::uint32_t next = step(operation, {total, array.nodes[i]});
    total = reached ? step(ModelOperation::choose, {*reached, next, total}) : next;
  }
  (void)place;
  return {{total}, false, name == "all" || name == "any", truths ? Unit::number : array.unit};
}

}  // namespace proofmark::semantics
