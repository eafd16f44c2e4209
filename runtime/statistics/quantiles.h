// Quantiles of a sample: the nine point estimates, the ranks that bound a quantile with their exact coverage, and the
// band that holds for all quantiles at once.
//
// In: finite values in ascending order, exact probabilities. Positions n p + c are formed as exact rationals, so that
// p = 0.99 of 1000 values is the 990th and never, by a rounding, the 991st. Nothing here interpolates where a bound is
// asked for: bounds are order statistics.
// Assumption of every bound: the values are independent draws of one distribution. The rank bounds are exact for a
// continuous distribution and conservative where values tie.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "runtime/plan/number.h"

namespace proofmark::statistics {

using plan::Rational;

// Ascending in a total order: -0 before +0. Values are finite.
std::vector<double> sorted(std::span<const double> values);

// The nine definitions of Hyndman & Fan (1996), types 1 to 9. Type 1, the inverse of the empirical distribution
// function, is the one that certificates speak of; type 7 is the usual one on dashboards. p in [0,1]; nothing when the
// position n p does not fit 128 bits.
std::optional<double> point_quantile(std::span<const double> ascending, const Rational& p, int type);

// Which bounds are wanted, at which alpha each. No alpha: that bound is not asked for.
struct RankLevels {
  std::optional<Rational> lower, upper;
};

// Ranks from 1; lower 0 and upper n + 1: no such bound. The interval [X_(lower), X_(upper)] covers the p-quantile of a
// continuous distribution with probability `coverage`, exactly (Conover 1999, section 3.2). A tie with alpha gives an
// upper rank and no lower one, as a tie passes and never fails.
struct QuantileRanks {
  std::uint64_t lower = 0, upper = 0;
  double coverage = 1;
};
QuantileRanks quantile_ranks(std::uint64_t n, const Rational& p, const RankLevels& levels);

// Ranks that still bound when each rank that a sketch answers is off by up to rank_error * n (KLL, GK): widened
// outward.
QuantileRanks widened(QuantileRanks ranks, std::uint64_t n, const Rational& rank_error);

// Half-width of the band around the empirical distribution function that covers the true one everywhere with
// probability at least 1 - alpha, for every n (Dvoretzky, Kiefer & Wolfowitz 1956; Massart 1990).
double dkw_half_width(double n, double alpha);

}  // namespace proofmark::statistics
