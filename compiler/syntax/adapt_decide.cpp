// The rules of `decide` and their conditions.
#include "compiler/syntax/adapt.h"

namespace proofmark::syntax {

using Grammar = Adapter::Grammar;

ConditionId Adapter::add(ConditionNode node, std::uint32_t depth) {
  tree_.conditions.push_back(std::move(node));
  condition_depths_.push_back(depth);
  return static_cast<ConditionId>(tree_.conditions.size() - 1);
}

// A node over `deepest` (and perhaps a shallower one); where that would be too deep, `deepest` itself.
ConditionId Adapter::over(ConditionNode node, ConditionId deepest) {
  const std::uint32_t depth = condition_depths_[deepest] + 1;
  if (depth <= kMaximumDepth) return add(std::move(node), depth);
  too_deep(node.span);
  return deepest;
}

DecideItem Adapter::decide(Grammar::DecideContext* context) {
  DecideItem item;
  item.span = reading_.span(context);
  for (Grammar::DecideRuleContext* written : context->decideBody()->decideRule()) {
    if (written->exception) continue;
    DecideRule rule;
    rule.decision = name(written->decision());
    rule.span = reading_.span(written);
    if (written->quantity() != nullptr) rule.valid_for = expr(written->quantity());
    if (written->condition() != nullptr) rule.when = condition(written->condition());
    item.rules.push_back(std::move(rule));
  }
  return item;
}

ConditionId Adapter::condition(Grammar::ConditionContext* context) {
  const auto parts = context->conditionAnd();
  ConditionId result = condition(parts.front());
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const ConditionId right = condition(parts[i]);
    const Span whole{reading_.span(context).begin, reading_.span(parts[i]).end};
    result = over({OrCondition{result, right}, whole},
                  condition_depths_[right] > condition_depths_[result] ? right : result);
  }
  return result;
}

ConditionId Adapter::condition(Grammar::ConditionAndContext* context) {
  const auto parts = context->conditionNot();
  ConditionId result = condition(parts.front());
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const ConditionId right = condition(parts[i]);
    const Span whole{reading_.span(context).begin, reading_.span(parts[i]).end};
    result = over({AndCondition{result, right}, whole},
                  condition_depths_[right] > condition_depths_[result] ? right : result);
  }
  return result;
}

ConditionId Adapter::condition(Grammar::ConditionNotContext* context) {
  if (context->conditionAtom() != nullptr) return condition(context->conditionAtom());
  const ConditionId operand = condition(context->conditionNot());
  return over({NotCondition{operand}, reading_.span(context)}, operand);
}

ConditionId Adapter::condition(Grammar::ConditionAtomContext* context) {
  const Span whole = reading_.span(context);
  if (context->condition() != nullptr) return condition(context->condition());
  if (context->quantified() != nullptr) return add({quantified(context->quantified()), whole}, 1);
  if (auto* named = context->namedCondition(); named != nullptr)
    return add({NamedCondition{name(named->name()), state(named->state())}, whole}, 1);
  auto* other = context->otherCondition();
  return add(
      {OtherCondition{
           name(other->EVIDENCE() != nullptr ? other->EVIDENCE()->getSymbol() : other->BUDGET()->getSymbol()), whole},
       whole},
      1);
}

QuantifiedCondition Adapter::quantified(Grammar::QuantifiedContext* context) {
  QuantifiedCondition condition;
  condition.quantifier = context->ALL() != nullptr     ? Quantifier::all
                         : context->ANY() != nullptr   ? Quantifier::any
                         : context->LEAST() != nullptr ? Quantifier::at_least
                                                       : Quantifier::none;
  if (context->objectiveList() != nullptr) condition.objectives = names(context->objectiveList()->name());
  if (context->quantity() != nullptr) condition.least = expr(context->quantity());
  condition.state = state(context->state());
  return condition;
}

Name Adapter::state(Grammar::StateContext* context) {
  return context->name() != nullptr ? name(context->name()) : name(context->getStart());
}

}  // namespace proofmark::syntax
