// The decision: the first rule whose condition holds, and why in plain words.
#pragma once

#include <span>

#include "runtime/judgement/verdicts.h"

namespace proofmark::judgement {

// The place in plan.rules of the first rule whose condition holds for the objectives' verdicts.
std::size_t rule_that_applies(const plan::Plan& plan, std::span<const Verdict> verdicts);

// The bounds are left to certificate_bound and denial_bound.
DecisionVerdict decide(const plan::Plan& plan, const std::vector<ObjectiveVerdict>& objectives);

}  // namespace proofmark::judgement
