// How far two distributions can differ, from two samples, without any assumption on their form.
//
// F and G are the distribution functions of two populations with n1 and n2 rows. The greatest gap between them is
// bounded by that of the empirical ones and a Dvoretzky–Kiefer–Wolfowitz band around each (Massart 1990): one-sided
// bands exp(-2 n e^2), two-sided ones twice that. The mean over pairs P(X > Y) + P(X = Y)/2 is bounded by Hoeffding
// (1963, section 5b): exp(-2 min(n1, n2) e^2). All hold for every sample size; ties and discrete values only make them
// safer. Assumption: values are independent, within and between the populations.
// Unknown values may lie anywhere: u of n move a distribution function by at most u / n, and the mean over pairs too.
//
// Values that are known by their buckets may lie anywhere within them. All that is estimated rises where a value of one
// population moves and the others stay, or falls: G - F, and the pairs won, where the first's values grow and the
// second's shrink; F - G where it is the other way round. So its least and its greatest over all placements come of
// two: the first's values as great and the second's as small as their buckets allow, and the reverse. The greatest gap
// of all is the greater of the two of opposite placements, since the greatest over limits of what is greatest over
// placements is the greatest over both; the least that is taken, the greater of both least gaps, may lie below what any
// one placement has, never above it. The bands hold about the empirical functions of the values as they are, which some
// placement has; so bounds are one band beyond the least and the greatest, at one alpha.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"

namespace proofmark::statistics {

// Sums two samples up while both are walked through in ascending order, a run of equal values at a time: after each run
// the distribution functions stand at i / n1 and j / n2, and their difference is (i n2 - j n1) / (n1 n2).
class ContrastWalk {
 public:
  // How many values each has, 10^13 at most.
  ContrastWalk(std::uint64_t first, std::uint64_t second);
  // The next run: so many values of each.
  void pass(std::uint64_t of_first, std::uint64_t of_second);
  const plan::ContrastSums& sums() const { return sums_; }

 private:
  plan::ContrastSums sums_;
  plan::Int128 below_first_ = 0, below_second_ = 0;
};

struct ContrastCounts {
  plan::ContrastSums
      sums;  // of the known values; in buckets: the first's as great, the second's as small as they allow
  std::uint64_t unknown_first = 0, unknown_second = 0;  // rows whose value is unknown, beside those of `sums`
  std::optional<plan::ContrastSums> least = {};         // of values in buckets: the other way round
};

// In [0, 1]: the estimate and one-sided bounds at level alpha each, rounded outward (relative 1e-9). Of values in
// buckets the estimate lies from `estimate` to `estimate_most`; otherwise both are it.
struct ContrastBounds {
  double estimate = 0, lower = 0, upper = 1, estimate_most = 0;
};
// At least one known value on both sides; 0 < alpha < 1/2.
ContrastBounds contrast_bounds(plan::ContrastKind kind, const ContrastCounts& counts, double alpha);

}  // namespace proofmark::statistics
