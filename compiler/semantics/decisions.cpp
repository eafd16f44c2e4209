// The rules of `decide`: words to conditions over objectives. What the rules together may and may not do is checked in
// decision_checks.cpp.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/semantics/analyser.h"
#include "compiler/semantics/word_sets.h"
#include "runtime/plan/match.h"

namespace proofmark::semantics {

using plan::Standing;

void Analyser::decide(const syntax::DecideItem& item) {
  for (const auto& syntax_rule : item.rules) rule(syntax_rule);
  if (item.rules.empty() && !tree_.has_errors)
    error("PM0501", item.span, "`decide` has no rule").help = "add `deny otherwise`";
}

void Analyser::rule(const syntax::DecideRule& syntax_rule) {
  Rule rule;
  rule.span = syntax_rule.span;
  const std::string& word = syntax_rule.decision.text;
  const auto decision = meaning_of(kDecisions, word);
  if (!decision) {
    if (tree_.has_errors) return;  // the reader of the file has told it
    suggest_closest(error("PM0505", syntax_rule.decision.span, fmt::format("`{}` is not a decision", word)),
                    syntax_rule.decision.span, words_of(kDecisions));
    return;
  }
  rule.decision = *decision;
  if (syntax_rule.valid_for) {
    rule.valid_for = duration_constant(*syntax_rule.valid_for, "the time a certificate is valid");
    if (rule.decision != plan::Decision::certify)
      error("PM0507", tree_.expr(*syntax_rule.valid_for).span,
            fmt::format("`{}` has no validity: only a certificate has one", word));
  }
  if (!syntax_rule.when)
    rule.conditions.emplace_back(plan::Otherwise{});
  else if (!condition_node(rule, *syntax_rule.when))
    return;
  policy_.rules.push_back(std::move(rule));
}

std::optional<plan::Standing> Analyser::standing(const syntax::Name& word) {
  if (const auto standing = meaning_of(kStandings, word.text)) return standing;
  if (const auto standing = meaning_of(kStandingForms, word.text)) return standing;
  suggest_closest(error("PM0505", word.span, fmt::format("an objective cannot be `{}`", word.text)), word.span,
                  words_of(kStandings));
  return std::nullopt;
}

std::optional<plan::Id> Analyser::objective_id(const syntax::Name& name) {
  std::vector<std::string> candidates;
  for (std::size_t i = 0; i < policy_.objectives.size(); ++i) {
    if (policy_.objectives[i].name == name.text) {
      objective_used_[i] = true;
      uses(name.span, policy_.objectives[i].span);
      return static_cast<plan::Id>(i);
    }
    candidates.push_back(policy_.objectives[i].name);
  }
  if (!tree_.has_errors)
    suggest_closest(error("PM0201", name.span, fmt::format("this policy has no objective `{}`", name.text)), name.span,
                    candidates);
  return std::nullopt;
}

bool Analyser::named_twice(const plan::ObjectivesAre& are, plan::Id objective, const syntax::Name& name) {
  if (std::find(are.objectives.begin(), are.objectives.end(), objective) == are.objectives.end()) return false;
  error("PM0210", name.span, fmt::format("objective `{}` is named twice in this list", name.text)).help =
      "name it once";
  return true;
}

std::optional<plan::Id> Analyser::condition_node(Rule& rule, syntax::ConditionId id) {
  const auto push = [&](plan::Condition condition) -> std::optional<plan::Id> {
    rule.conditions.push_back(std::move(condition));
    return static_cast<plan::Id>(rule.conditions.size() - 1);
  };
  const auto two = [&](syntax::ConditionId left, syntax::ConditionId right) -> std::optional<std::vector<plan::Id>> {
    const auto a = condition_node(rule, left), b = condition_node(rule, right);
    if (!a || !b) return std::nullopt;
    return std::vector{*a, *b};
  };
  return std::visit(
      plan::Overloaded{
          [&](const syntax::QuantifiedCondition& node) -> std::optional<plan::Id> {
            const auto state = standing(node.state);
            plan::ObjectivesAre are{node.quantifier == syntax::Quantifier::all, {}, state.value_or(Standing::pass)};
            bool good = state.has_value();
            for (const auto& name : node.objectives) {
              const auto objective = objective_id(name);
              good = good && objective && !named_twice(are, *objective, name);
              if (objective) are.objectives.push_back(*objective);
            }
            if (node.least) {
              const auto least = least_of(*node.least, node.objectives.size());
              good = good && least;
              are.least = least.value_or(1);
            }
            if (node.objectives.empty())
              for (std::size_t i = 0; i < policy_.objectives.size(); ++i) {
                are.objectives.push_back(static_cast<plan::Id>(i));
                objective_used_[i] = true;
              }
            if (!good || are.objectives.empty()) return std::nullopt;
            const auto any = push(std::move(are));
            return node.quantifier == syntax::Quantifier::none ? push(plan::ConditionNot{*any}) : any;
          },
          [&](const syntax::NamedCondition& node) -> std::optional<plan::Id> {
            const auto objective = objective_id(node.objective);
            const auto state = standing(node.state);
            if (!objective || !state) return std::nullopt;
            return push(plan::ObjectivesAre{true, {*objective}, *state});
          },
          [&](const syntax::OtherCondition& node) -> std::optional<plan::Id> {
            error("PM0508", node.span, fmt::format("this edition cannot decide by `{}`", node.subject.text)).help =
                "decide by objectives: `when all objectives pass`";
            return std::nullopt;
          },
          [&](const syntax::AndCondition& node) -> std::optional<plan::Id> {
            const auto operands = two(node.left, node.right);
            return operands ? push(plan::ConditionAll{*operands}) : std::nullopt;
          },
          [&](const syntax::OrCondition& node) -> std::optional<plan::Id> {
            const auto operands = two(node.left, node.right);
            return operands ? push(plan::ConditionAny{*operands}) : std::nullopt;
          },
          [&](const syntax::NotCondition& node) -> std::optional<plan::Id> {
            const auto operand = condition_node(rule, node.operand);
            return operand ? push(plan::ConditionNot{*operand}) : std::nullopt;
          }},
      tree_.condition(id).node);
}

}  // namespace proofmark::semantics
