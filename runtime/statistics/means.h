// Confidence intervals of a mean.
//
// In: a sample or its moments. Student's t is asymptotic for anything but normal values (at n = 1000 a lognormal of
// sigma 1.5 has the true mean outside a nominal 95% interval 11% of the time); for values of a declared range
// Hoeffding's and Maurer & Pontil's bounds hold at every n. Assumption of all: values are independent, from one
// distribution.
#pragma once

#include "runtime/statistics/binomial.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/level.h"

namespace proofmark::statistics {

// mean ± t sd / sqrt n; n >= 2 (Student 1908).
Interval student_t_interval(double mean, double sd, std::uint64_t n, const TailLevel& level);

// Half-widths for values within a range of `width`, `level.alpha` on each side that is given.
double hoeffding_half_width(double width, std::uint64_t n, const TailLevel& level);  // Hoeffding 1963
// From this width on the bound's second term hides what a variance below kLeastExactVariance has lost.
inline constexpr double kLeastBernsteinWidth = 1e-100;
// n >= 2. Each side needs 2/alpha under the logarithm: one half for the variance (Maurer & Pontil 2009, theorem 4).
double empirical_bernstein_half_width(double width, double variance, std::uint64_t n, const TailLevel& level);

}  // namespace proofmark::statistics
