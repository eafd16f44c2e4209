// Whether sums and sums of squares are those of any values in a range, alone and beside those of their parts.
#pragma once

#include <vector>

#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"

namespace proofmark::transcript {

// Pre: below + above <= known; both sums of one type.
bool could_be_moments(const plan::SumMoments& range, const plan::MomentSums& sums);

// Whether the parts can be of the same values as the whole, which may hold others beside, `most_left` of them. Of
// integers what is left is exact. Reals are summed in another order in parts than in all, and each sum is as near the
// true one as kSumError says. Pre: each could be moments of the range, and all are of one type.
bool could_be_parts(const plan::SumMoments& range, const plan::MomentSums& whole,
                    const std::vector<plan::MomentSums>& parts, std::uint64_t most_left);

// Of its value at most, how far a sum of doubles that are never negative lies from the true one (Higham, Accuracy and
// Stability of Numerical Algorithms, 4.2). A double passes through at most 255 additions in its lane, 4 over the lanes
// and 41 over the blocks of 2^53 rows (runtime/engine/real_sum.h): 300 roundings of 2^-53 each, and the square of that.
inline constexpr double kSumError = 301 * 0x1p-53;

}  // namespace proofmark::transcript
