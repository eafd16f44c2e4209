// Two samples compared by their means: Welch's test, equivalence by two one-sided tests, standardised differences, and
// the permutation test of the difference.
//
// In: moments of two samples of at least two values each. Assumption: values are independent within and between the
// samples; the t-based methods also that means are nearly normal, which is asymptotic for skewed values.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "runtime/statistics/binomial.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/two_proportions.h"

namespace proofmark::statistics {

// The standard error of mean1 - mean2 with its degrees of freedom: of unequal variances (Welch 1947) or pooled.
struct DifferenceOfMeans {
  double difference = 0, standard_error = 0, df = 1;
};
DifferenceOfMeans welch(const Moments& first, const Moments& second);
DifferenceOfMeans pooled(const Moments& first, const Moments& second);

// p-value of the hypothesis that the difference is `null`; standard_error > 0.
struct StudentTest {
  double t = 0, p_value = 1;
};
StudentTest student_test(const DifferenceOfMeans& means, double null, Alternative alternative);
// Limits of the difference; `alpha` each side.
Interval student_limits(const DifferenceOfMeans& means, double alpha);

// Two one-sided tests that low < mean1 - mean2 < high (Schuirmann 1987): p_value is the larger one.
struct Equivalence {
  StudentTest low, high;
  double p_value = 1;
};
Equivalence two_one_sided_tests(const DifferenceOfMeans& means, double low, double high);

// Cohen's d by the pooled deviation, Hedges' g with the exact correction Gamma(df/2) / (sqrt(df/2) Gamma((df-1)/2)),
// and limits of d from the noncentral t distribution, `alpha` each side. The pooled variance is positive.
struct StandardisedDifference {
  double d = 0, hedges_g = 0;
  Interval limits;
};
StandardisedDifference standardised_difference(const Moments& first, const Moments& second, double alpha);

// The permutation test of mean1 - mean2 over all splits of the union; two-sided by doubling the smaller side, at
// most 1. Differences within 1e-12 of the values' size are equal. Nothing for more than kMaximumSplits splits.
inline constexpr std::uint64_t kMaximumSplits = 20'000'000;
struct Permutation {
  double statistic = 0, p_value = 1;
  std::uint64_t splits = 0, extreme = 0;  // extreme: on the tested side, the smaller one for two-sided
  double tolerance = 0;                   // not finite where the sums are not, and nothing was compared
};
std::optional<Permutation> permutation_of_means(std::span<const double> first, std::span<const double> second,
                                                Alternative alternative);

}  // namespace proofmark::statistics
