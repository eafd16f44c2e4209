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

Bound withdrawn(const std::string& because) {
  Bound bound;
  bound.because = "none stated: " + because;
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
    const auto doubt = doubt_of_independence(plan.objectives[i], objectives[i]);
    if (!doubt) continue;
    if (decision.bound.stated) decision.bound = withdrawn(*doubt);
    if (decision.denial.stated && speaks_of(decision.denial, objectives[i].name)) decision.denial = withdrawn(*doubt);
  }
}

// A bound that is assumed stays so; that the data contradict what is assumed is said with it, of the first objective
// whose data do. The denial's speaks of its ledger alone.
void doubt_assumed(const plan::Plan& plan, const std::vector<ObjectiveVerdict>& objectives, Bound& bound,
                   bool of_ledger_alone) {
  if (!bound.stated) return;
  for (std::size_t i = 0; i < objectives.size(); ++i) {
    const std::string name = "`" + objectives[i].name + "`";
    if (of_ledger_alone && !speaks_of(bound, objectives[i].name)) continue;
    if (contradicts_assumption(objectives[i])) {
      bound.because += ", were events what " + name + " assumes them to be, which their counts contradict";
      return;
    }
    if (contradicts_assumed_independence(plan.objectives[i], objectives[i])) {
      bound.because += ", were rows independent, as " + name + " assumes, which their steps of time contradict";
      return;
    }
  }
}

}  // namespace

Verdicts judge(const plan::Plan& plan, const plan::Facts& facts) {
  const FactView view(plan, facts);
  Verdicts verdicts;
  for (const plan::Objective& objective : plan.objectives)
    verdicts.objectives.push_back(judge_objective(view, objective));
  DecisionVerdict& decision = verdicts.decision;
  decision = decide(plan, verdicts.objectives);
  const plan::History* history = facts.history ? &*facts.history : nullptr;
  decision.bound = certificate_bound(plan, history);
  decision.denial = denial_bound(plan, history);
  withdraw_if_dependent(plan, verdicts.objectives, decision);
  doubt_assumed(plan, verdicts.objectives, decision.bound, false);
  doubt_assumed(plan, verdicts.objectives, decision.denial, true);
  return verdicts;
}

}  // namespace proofmark::judgement
