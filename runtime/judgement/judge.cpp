// The spine of judgement: objectives, decision, bound.
#include <algorithm>

#include "runtime/judgement/bound.h"
#include "runtime/judgement/decision.h"
#include "runtime/judgement/dependence.h"
#include "runtime/judgement/dispersion.h"
#include "runtime/judgement/family.h"
#include "runtime/judgement/verdicts.h"

namespace proofmark::judgement {

namespace {

// A bound for independent rows says nothing about rows that are not.
void withdraw_if_dependent(const plan::Plan& plan, const std::vector<ObjectiveVerdict>& objectives, Bound& bound) {
  for (std::size_t i = 0; bound.stated && i < objectives.size(); ++i)
    if (rests_on_dependent_rows(plan.objectives[i], objectives[i])) {
      bound = {};
      bound.because =
          "none stated: the rows that `" + objectives[i].name + "` takes for independent depend on those before them";
    }
}

// A bound that is assumed stays so; that the data contradict what is assumed is said with it.
void doubt_assumed(const std::vector<ObjectiveVerdict>& objectives, Bound& bound) {
  if (!bound.stated) return;
  const auto doubted = std::find_if(objectives.begin(), objectives.end(), contradicts_assumption);
  if (doubted != objectives.end())
    bound.because += ", were events what `" + doubted->name + "` assumes them to be, which their counts contradict";
}

}  // namespace

Verdicts judge(const plan::Plan& plan, const plan::Facts& facts) {
  const FactView view(plan, facts);
  Verdicts verdicts;
  for (const plan::Objective& objective : plan.objectives)
    verdicts.objectives.push_back(judge_objective(view, objective));
  verdicts.decision = decide(plan, verdicts.objectives);
  verdicts.decision.bound = certificate_bound(plan, facts.history.has_value());
  withdraw_if_dependent(plan, verdicts.objectives, verdicts.decision.bound);
  doubt_assumed(verdicts.objectives, verdicts.decision.bound);
  return verdicts;
}

}  // namespace proofmark::judgement
