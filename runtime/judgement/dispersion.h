// What telemetry itself says about a Poisson process that a rate is judged by.
//
// `assume poisson because` answers for its events: the verdict stays what the assumption makes of it, and is labelled
// `assumed` (docs/decisions/0020). Where the counts contradict it, that is said beside the verdict, in the bound and
// as a warning.
#pragma once

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/judgement/fact_view.h"
#include "runtime/judgement/verdicts.h"

namespace proofmark::judgement {

// Of each requirement, of its events between the first and the last step of time, which rows begin and end. Nothing
// where no Poisson process is assumed, where too few events tell, or where rows stand for several events: these are
// known by the time of their sample, and not by their own.
using DispersionList = std::vector<std::optional<MeasuredDispersion>>;

// Of all events, where they are not counted over time group by group.
DispersionList dispersion_together(const FactView& facts, const plan::Objective& objective);
// Of each group's where they are: a chance of 1/1000 is shared by all groups that tell.
std::vector<DispersionList> dispersion_by_group(const FactView& facts, const plan::Objective& objective,
                                                const std::vector<Group>& groups);

// "over 58 stretches of time their counts spread 3.1 times as wide as a Poisson process's (p = 0.00021)".
std::string dispersion_text(const MeasuredDispersion& measured);

bool contradicts_assumption(const ObjectiveVerdict& verdict);

// PM0458, one an objective; their places are lines of the policy, without its file's name.
Diagnostics assumption_warnings(const plan::Plan& plan, const std::vector<ObjectiveVerdict>& verdicts);

}  // namespace proofmark::judgement
