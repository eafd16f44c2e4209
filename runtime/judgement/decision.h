// The decision: the first rule whose condition holds, and why in plain words.
#pragma once

#include "runtime/judgement/verdicts.h"

namespace proofmark::judgement {

// `bound` is left to certificate_bound.
DecisionVerdict decide(const plan::Plan& plan, const std::vector<ObjectiveVerdict>& objectives);

}  // namespace proofmark::judgement
