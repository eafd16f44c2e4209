// The spine of judgement: objectives, decision, bound.
#include "runtime/judgement/bound.h"
#include "runtime/judgement/decision.h"
#include "runtime/judgement/family.h"
#include "runtime/judgement/verdicts.h"

namespace proofmark::judgement {

Verdicts judge(const plan::Plan& plan, const plan::Facts& facts) {
  const FactView view(plan, facts);
  Verdicts verdicts;
  for (const plan::Objective& objective : plan.objectives)
    verdicts.objectives.push_back(judge_objective(view, objective));
  verdicts.decision = decide(plan, verdicts.objectives);
  verdicts.decision.bound = certificate_bound(plan, facts.history.has_value());
  return verdicts;
}

}  // namespace proofmark::judgement
