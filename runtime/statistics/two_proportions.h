// Two independent proportions p1 and p2: differences, ratios and margins, by normal theory.
//
// In: counts of successes and trials of two groups, up to 1e13 trials each. Out: statistics and limits. What is nearly
// equal is subtracted in 128-bit integers (k1 n2 - k2 n1), and what is near 1 is held as its complement, so that
// 1e11 trials with five failures lose no digits. Assumption of every method here: trials are independent within and
// between the groups, and n1, n2 >= 1 were fixed in advance. All are asymptotic: they back no certificate's bound.
#pragma once

#include <cstdint>

#include "runtime/plan/number.h"
#include "runtime/statistics/binomial.h"

namespace proofmark::statistics {

struct TwoGroups {
  std::uint64_t k1 = 0, n1 = 1, k2 = 0, n2 = 1;

  TwoGroups swapped() const { return {k2, n2, k1, n1}; }
  std::uint64_t failures1() const { return n1 - k1; }
  std::uint64_t failures2() const { return n2 - k2; }
};

enum class Alternative : std::uint8_t { less, greater, two_sided };

double observed_difference(const TwoGroups& groups);  // p1 - p2, rounded once

// The test of p1 = p2 with the pooled variance; with Yates' correction the difference is moved towards 0 by half a
// row of each group. Without a success or without a failure nothing varies: z = 0 and p = 1 for every alternative.
struct PooledTest {
  double z = 0, p_value = 1;
};
PooledTest pooled_test(const TwoGroups& groups, Alternative alternative, bool continuity);

// The score statistic of p1 - p2 = delta: the difference over its standard error under the proportions that are most
// likely where that holds (Miettinen & Nurminen 1985, who multiply the variance by N/(N-1); Mee 1984 does not).
// +-infinity where the hypothesis leaves no variance. -1 <= delta <= 1.
enum class Variance : std::uint8_t { miettinen_nurminen, mee };
double difference_score(const TwoGroups& groups, const plan::Rational& delta, Variance variance);
// The parts of that score: a hypothesis with 1 - |delta| to its own precision, what the observed difference exceeds it
// by, and the variance of that under the most likely proportions.
struct Hypothesis {
  double delta = 0, width = 1;
};
Hypothesis hypothesis_of(const plan::Rational& delta);
double difference_from(const TwoGroups& groups, const plan::Rational& delta);
double restricted_variance(const TwoGroups& groups, const Hypothesis& hypothesis, Variance variance);
// The differences whose score lies within +-z: z > 0.
Interval difference_score_limits(const TwoGroups& groups, double z, Variance variance);

// Wilson limits of either group, added in squares (Newcombe 1998, method 10).
Interval newcombe_limits(const TwoGroups& groups, double z);
// One success and one failure added to each group (Agresti & Caffo 2000); not cut off at -1 and 1.
Interval agresti_caffo_limits(const TwoGroups& groups, double z);
// The textbook interval. Its coverage breaks down near 0 and 1: for demonstration.
Interval wald_limits(const TwoGroups& groups, double z);

// The ratios p1 / p2 whose score lies within +-z (Koopman 1984): from 0 without a success in group 1, to infinity
// without one in group 2.
Interval koopman_limits(const TwoGroups& groups, double z);
// By the logarithm's standard error (Katz et al. 1978). k1, k2 >= 1.
Interval katz_limits(const TwoGroups& groups, double z);

// Cohen's h = 2 asin sqrt p1 - 2 asin sqrt p2.
double cohens_h(const TwoGroups& groups);

}  // namespace proofmark::statistics
