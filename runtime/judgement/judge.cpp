// The spine of judgement: objectives, decision, bounds.
#include <algorithm>

#include "runtime/judgement/bound.h"
#include "runtime/judgement/decision.h"
#include "runtime/judgement/dependence.h"
#include "runtime/judgement/dispersion.h"
#include "runtime/judgement/family.h"
#include "runtime/judgement/verdicts.h"

namespace proofmark::judgement {

namespace {

Bound withdrawn(const std::string& objective) {
  Bound bound;
  bound.because = "none stated: the rows that `" + objective + "` takes for independent depend on those before them";
  return bound;
}

bool speaks_of(const Bound& bound, const std::string& objective) {
  return std::any_of(bound.ledger.begin(), bound.ledger.end(),
                     [&](const LedgerLine& line) { return line.objective == objective; });
}

// A bound for independent rows says nothing about rows that are not; the denial's speaks of its ledger alone.
void withdraw_if_dependent(const plan::Plan& plan, const std::vector<ObjectiveVerdict>& objectives,
                           DecisionVerdict& decision) {
  for (std::size_t i = 0; i < objectives.size(); ++i) {
    if (!decision.bound.stated && !decision.denial.stated) return;
    if (!rests_on_dependent_rows(plan.objectives[i], objectives[i])) continue;
    if (decision.bound.stated) decision.bound = withdrawn(objectives[i].name);
    if (decision.denial.stated && speaks_of(decision.denial, objectives[i].name))
      decision.denial = withdrawn(objectives[i].name);
  }
}

// A bound that is assumed stays so; that the data contradict what is assumed is said with it.
template <typename IsDoubtful>
void doubt_assumed(const std::vector<ObjectiveVerdict>& objectives, Bound& bound, const IsDoubtful& is_doubtful) {
  if (!bound.stated) return;
  const auto doubted = std::find_if(objectives.begin(), objectives.end(), is_doubtful);
  if (doubted != objectives.end())
    bound.because += ", were events what `" + doubted->name + "` assumes them to be, which their counts contradict";
}

}  // namespace

Verdicts judge(const plan::Plan& plan, const plan::Facts& facts) {
  const FactView view(plan, facts);
  Verdicts verdicts;
  for (const plan::Objective& objective : plan.objectives)
    verdicts.objectives.push_back(judge_objective(view, objective));
  DecisionVerdict& decision = verdicts.decision;
  decision = decide(plan, verdicts.objectives);
  decision.bound = certificate_bound(plan, facts.history.has_value());
  decision.denial = denial_bound(plan, facts.history.has_value());
  withdraw_if_dependent(plan, verdicts.objectives, decision);
  doubt_assumed(verdicts.objectives, decision.bound, contradicts_assumption);
  doubt_assumed(verdicts.objectives, decision.denial, [&](const ObjectiveVerdict& objective) {
    return contradicts_assumption(objective) && speaks_of(decision.denial, objective.name);
  });
  return verdicts;
}

}  // namespace proofmark::judgement
