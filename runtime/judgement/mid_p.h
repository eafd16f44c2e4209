// A share of rows by the mid-p test: the tail with half of the probability of the observed count itself. Its error
// is near the level on average, and not bounded by it: asymptotic, where Clopper and Pearson's test is exact.
// Lancaster 1961; Berry & Armitage 1995.
#pragma once

#include "runtime/judgement/counts.h"

namespace proofmark::judgement {

statistics::ProportionDecision decide_mid_p(const statistics::ProportionCounts& counts,
                                            const statistics::ProportionClaim& claim, const plan::Rational& level);

// Bounds at `level` each side, unknown rows at their worst, rounded outwards.
ShareBounds mid_p_bounds(const statistics::ProportionCounts& counts, const plan::Rational& level);

}  // namespace proofmark::judgement
