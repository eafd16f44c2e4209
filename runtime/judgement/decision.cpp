// Conditions over verdicts. `all` over no objectives does not hold: nothing measured certifies nothing.
#include "runtime/judgement/decision.h"

#include <algorithm>
#include <utility>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/judgement/precedence.h"
#include "runtime/plan/match.h"

namespace proofmark::judgement {
namespace {

using plan::Id;
using plan::Standing;
using Objectives = std::vector<ObjectiveVerdict>;

bool stands(Verdict verdict, Standing standing) {
  switch (standing) {
    case Standing::pass:
      return verdict == Verdict::pass;
    case Standing::fail:
      return verdict == Verdict::fail;
    case Standing::inconclusive:
      return verdict == Verdict::inconclusive;
    case Standing::no_data:
      return verdict == Verdict::no_data;
    case Standing::undecided:
      return verdict == Verdict::inconclusive || verdict == Verdict::no_data;
  }
  return false;
}

bool holds(const plan::Rule& rule, Id id, std::span<const Verdict> verdicts) {
  const auto operand_holds = [&](Id operand) { return holds(rule, operand, verdicts); };
  return plan::match(
      rule.conditions[id],
      [&](const plan::ObjectivesAre& node) {
        const auto as_asked = [&](Id objective) { return stands(verdicts[objective], node.standing); };
        if (node.least > 0)
          return std::count_if(node.objectives.begin(), node.objectives.end(), as_asked) >=
                 static_cast<std::ptrdiff_t>(node.least);
        if (!node.all) return std::any_of(node.objectives.begin(), node.objectives.end(), as_asked);
        return !node.objectives.empty() && std::all_of(node.objectives.begin(), node.objectives.end(), as_asked);
      },
      [&](const plan::ConditionAll& node) {
        return !node.operands.empty() && std::all_of(node.operands.begin(), node.operands.end(), operand_holds);
      },
      [&](const plan::ConditionAny& node) {
        return std::any_of(node.operands.begin(), node.operands.end(), operand_holds);
      },
      [&](const plan::ConditionNot& node) { return !operand_holds(node.operand); },
      [](const plan::Otherwise&) { return true; });
}

Id whole(const plan::Rule& rule) {
  return static_cast<Id>(rule.conditions.size() - 1);
}

// Objectives that made the condition hold, in the order of the policy.
void collect_reasons(const plan::Rule& rule, Id id, std::span<const Verdict> verdicts, std::vector<bool>& named) {
  const auto name_undecided = [&] {
    for (std::size_t i = 0; i < named.size(); ++i) named[i] = verdicts[i] != Verdict::pass;
  };
  plan::match(
      rule.conditions[id],
      [&](const plan::ObjectivesAre& node) {
        for (const Id objective : node.objectives)
          if (stands(verdicts[objective], node.standing)) named[objective] = true;
      },
      [&](const plan::ConditionAll& node) {
        for (const Id operand : node.operands) collect_reasons(rule, operand, verdicts, named);
      },
      [&](const plan::ConditionAny& node) {
        for (const Id operand : node.operands)
          if (holds(rule, operand, verdicts)) collect_reasons(rule, operand, verdicts, named);
      },
      [&](const plan::ConditionNot&) { name_undecided(); }, [&](const plan::Otherwise&) { name_undecided(); });
}

std::string outcome_word(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "passed";
    case Verdict::fail:
      return "failed";
    case Verdict::inconclusive:
      return "is inconclusive";
    case Verdict::no_data:
      return "has no data";
  }
  return {};
}

std::string quoted(const ObjectiveVerdict& verdict) {
  return "`" + verdict.name + "`";
}

// "`a`, `b` and `c`"
std::string listed(const std::vector<std::string>& items) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i)
    text += (i == 0 ? "" : i + 1 == items.size() ? " and " : ", ") + items[i];
  return text;
}

// The gravest objective with its number, the others by name.
std::string reasons_text(const Objectives& verdicts, const std::vector<bool>& named) {
  std::vector<const ObjectiveVerdict*> reasons;
  for (std::size_t i = 0; i < named.size(); ++i)
    if (named[i]) reasons.push_back(&verdicts[i]);
  // Of equal precedence in the order of the policy, which is that of their addresses.
  std::sort(reasons.begin(), reasons.end(), [](const auto* a, const auto* b) {
    return std::pair(precedence(a->verdict), a) < std::pair(precedence(b->verdict), b);
  });
  if (reasons.empty()) return "no earlier rule applies";
  if (reasons.front()->verdict == Verdict::pass && reasons.size() > 1) {
    std::vector<std::string> names;
    for (const ObjectiveVerdict* one : reasons) names.push_back(quoted(*one));
    return listed(names) + " passed";
  }
  std::vector<std::string> others;
  for (std::size_t i = 1; i < reasons.size(); ++i)
    others.push_back(quoted(*reasons[i]) + " " + outcome_word(reasons[i]->verdict));
  return quoted(*reasons.front()) + " " + outcome_word(reasons.front()->verdict) + ": " + reasons.front()->because +
         (others.empty() ? "" : "; also " + listed(others));
}

}  // namespace

std::size_t rule_that_applies(const plan::Plan& plan, std::span<const Verdict> verdicts) {
  const auto found = std::find_if(plan.rules.begin(), plan.rules.end(),
                                  [&](const plan::Rule& rule) { return holds(rule, whole(rule), verdicts); });
  PROOFMARK_CHECK(found != plan.rules.end());  // the last rule is `otherwise`
  return static_cast<std::size_t>(found - plan.rules.begin());
}

DecisionVerdict decide(const plan::Plan& plan, const Objectives& objectives) {
  std::vector<Verdict> verdicts;
  verdicts.reserve(objectives.size());
  for (const ObjectiveVerdict& objective : objectives) verdicts.push_back(objective.verdict);
  DecisionVerdict decision;
  decision.rule = rule_that_applies(plan, verdicts);
  const plan::Rule& rule = plan.rules[decision.rule];
  std::vector<bool> named(objectives.size(), false);
  collect_reasons(rule, whole(rule), verdicts, named);
  decision.decision = rule.decision;
  decision.because =
      reasons_text(objectives, named) + "; rule at " + rule.origin.file + ":" + std::to_string(rule.origin.line);
  return decision;
}

}  // namespace proofmark::judgement
