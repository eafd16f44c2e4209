// How far two distributions can differ, from two samples, without any assumption on their form.
//
// F and G are the distribution functions of two populations with n1 and n2 rows. The greatest gap between them is
// bounded by that of the empirical ones and a Dvoretzky–Kiefer–Wolfowitz band around each (Massart 1990): one-sided
// bands exp(-2 n e^2), two-sided ones twice that. The mean over pairs P(X > Y) + P(X = Y)/2 is bounded by Hoeffding
// (1963, section 5b): exp(-2 min(n1, n2) e^2). All hold for every sample size; ties and discrete values only make them
// safer. Assumption: values are independent, within and between the populations.
// Unknown values may lie anywhere: u of n move a distribution function by at most u / n, and the mean over pairs too.
#pragma once

#include <cstdint>

#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"

namespace proofmark::statistics {

struct ContrastCounts {
  plan::ContrastSums sums;                              // of the known values
  std::uint64_t unknown_first = 0, unknown_second = 0;  // rows whose value is unknown
};

// In [0, 1]: the estimate and one-sided bounds at level alpha each, rounded outward (relative 1e-9).
struct ContrastBounds {
  double estimate = 0, lower = 0, upper = 1;
};
// At least one known value on both sides; 0 < alpha < 1/2.
ContrastBounds contrast_bounds(plan::ContrastKind kind, const ContrastCounts& counts, double alpha);

}  // namespace proofmark::statistics
