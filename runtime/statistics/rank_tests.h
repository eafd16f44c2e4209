// Two samples compared by ranks: is one larger than the other, and by how much.
//
// In: two samples of finite values, at least one value each. Ties share the mean of their ranks; ranks are doubled, so
// that every rank sum is a whole number and every comparison of a statistic is exact. Out: U1, the number of pairs
// (x, y) with x > y, ties counting a half, and p-values. Assumption of every method here: values are independent within
// and between the samples.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "runtime/statistics/binomial.h"
#include "runtime/statistics/two_proportions.h"

namespace proofmark::statistics {

// The ranks of both samples in their union.
struct RankedSamples {
  std::vector<std::uint64_t> doubled1, doubled2;  // twice the mean rank of each value, in the order given
  double tie_sum = 0;                             // sum of t^3 - t over groups of t equal values
  std::uint64_t doubled_u1 = 0;                   // 2 U1
  bool has_ties() const { return tie_sum > 0; }
};
RankedSamples rank_samples(std::span<const double> first, std::span<const double> second);

// The normal approximation to the distribution of U1 with the variance corrected for ties (Mann & Whitney 1947;
// Lehmann 1975). All values equal: p = 1.
double mann_whitney_asymptotic(const RankedSamples& ranks, Alternative alternative, bool continuity);
// The exact distribution of U1 over all splits of the observed values, ties included; two-sided by the distance from
// the mean. Nothing when counting them would take more than some 1e9 steps.
std::optional<double> mann_whitney_exact(const RankedSamples& ranks, Alternative alternative);

// P(U <= u) under the null without ties; nothing when counting would take too long.
std::optional<std::vector<double>> mann_whitney_lower_tails(std::uint64_t n1, std::uint64_t n2);

// Cliff's delta = P(x > y) - P(x < y), and A12 = P(x > y) + P(x = y) / 2 (Vargha & Delaney 2000).
struct Dominance {
  double delta = 0, a12 = 0.5;
};
Dominance dominance(const RankedSamples& ranks);

// Brunner & Munzel 2000: P(x < y) + P(x = y)/2 against 1/2 without equal variances. W > 0 says that the second sample
// is larger. `degenerate` where no rank varies within its sample; at least 2 values each.
enum class Reference : std::uint8_t { student_t, normal };
struct BrunnerMunzel {
  double w = 0, df = 0, p_value = 1, effect = 0.5;  // effect: P(x < y) + P(x = y)/2
  bool degenerate = false;
};
BrunnerMunzel brunner_munzel(std::span<const double> first, std::span<const double> second, Alternative alternative,
                             Reference reference);

// The Hodges-Lehmann shift of the first sample against the second: the median of all differences x - y, found by
// counting pairs without forming them, and the differences that bound it.
double hodges_lehmann_shift(std::span<const double> first, std::span<const double> second);
// Bounds that hold for every continuous distribution: order statistics of the differences at exact ranks. Infinite
// where no such rank exists. `alpha` each side. Nothing where the ranks cannot be counted.
std::optional<Interval> shift_limits_exact(std::span<const double> first, std::span<const double> second, double alpha);
// The same with ranks from the normal approximation with continuity correction and the variance corrected for ties
// within the samples: where the asymptotic rank test turns.
Interval shift_limits_asymptotic(std::span<const double> first, std::span<const double> second, double alpha);

}  // namespace proofmark::statistics
