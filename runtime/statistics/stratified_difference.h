// The difference of two shares over strata: one p1 - p2 for all of them, by the score test.
//
// In: two groups a stratum, up to 1e13 trials each. Out: the score of a hypothesis, limits, an estimate, and a test of
// whether the strata have one difference. With the weights of Mantel & Haenszel (1959), w = n1 n2 / (n1 + n2), the
// score of delta is sum w (p1 - p2 - delta) over the root of sum w^2 V, where V is the variance of Miettinen & Nurminen
// (1985): under the proportions of that stratum that are most likely where p1 - p2 = delta. It holds near 0 and 1, and
// without an event, where a variance taken from the observed shares (Greenland & Robins 1985) is nought. A stratum with
// an empty group says nothing. Assumption: trials are independent within and between groups and strata, and the
// difference is the same in every stratum; where it is not, the weighted average of the differences is estimated. It is
// right in the limit of many trials, in few strata or in many: it backs no certificate's bound.
#pragma once

#include <optional>
#include <span>

#include "runtime/statistics/stratified_tables.h"
#include "runtime/statistics/two_proportions.h"

namespace proofmark::statistics {

// Both groups of every stratum may be empty here; nothing where no stratum has trials in both.
std::optional<double> stratified_difference(std::span<const TwoGroups> strata);

// 0 where no stratum tells; +-infinity where the hypothesis leaves no variance. -1 <= delta <= 1.
double stratified_score(std::span<const TwoGroups> strata, const plan::Rational& delta);
// The differences whose score lies within +-z, z > 0; [-1, 1] where no stratum tells.
Interval stratified_score_limits(std::span<const TwoGroups> strata, double z);

// Cochran's test (1954) of one difference for all strata, with the variances V at the estimate: sum (d - mean)^2 / V
// about the mean that 1 / V weighs. Strata that leave no variance there say nothing; df is 0 with fewer than two.
ChiSquared difference_homogeneity(std::span<const TwoGroups> strata);

}  // namespace proofmark::statistics
