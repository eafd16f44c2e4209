// Whether a sum and a sum of squares are those of any values in a range.
#pragma once

#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"

namespace proofmark::transcript {

// Pre: below + above <= known; both sums of one type.
bool could_be_moments(const plan::SumMoments& range, const plan::MomentSums& sums);

}  // namespace proofmark::transcript
