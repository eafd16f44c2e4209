// Two-by-two tables by stratum, and counts against the shares that were planned.
//
// Comparing within strata (hour, region, version) and adding up over them undoes the reversal that pooling can bring
// (Simpson 1951). Sparse strata are fine: the statistics sum over tables, and grow normal with the number of rows.
// Assumption: rows are independent within and between strata.
#pragma once

#include <cstdint>
#include <span>

#include "runtime/statistics/binomial.h"
#include "runtime/statistics/two_proportions.h"

namespace proofmark::statistics {

double p_of_score(double z, Alternative alternative);  // of a standard normal score

// Row by row: a, b are one row (successes or exposure), c, d the other; the odds ratio is ad / bc.
struct TwoByTwo {
  std::uint64_t a = 0, b = 0, c = 0, d = 0;
};

// The Mantel-Haenszel test of a common odds ratio 1, its estimate and the interval of Robins, Breslow & Greenland
// (1986). `defined` is false where no table tells of the ratio (all of its sums are 0).
struct MantelHaenszel {
  double statistic = 0, p_value = 1;
  bool defined = false;
  double common_odds_ratio = 1, log_standard_error = 0;  // the error is infinite where the ratio is 0 or infinite
};
MantelHaenszel mantel_haenszel(std::span<const TwoByTwo> tables, Alternative alternative, bool continuity);

// Tables that all stand at the end of what their margins allow, so that the ratio is 0 or infinite (r or s above is 0):
// the probability of that given the margins, exact for every number of rows (Gart 1970); and the odds ratio, 1e-290 to
// 1e290, at which that probability is `level`.
enum class End : std::uint8_t { lowest, highest };  // of the counts a
double probability_of_end(std::span<const TwoByTwo> tables, End end, double odds_ratio);
double odds_ratio_of_end(std::span<const TwoByTwo> tables, End end, double level);

// Breslow & Day (1980) with Tarone's correction (1985): are the odds ratios of the strata one? Strata with an empty
// margin say nothing and are left out. common_odds_ratio is positive and finite.
struct ChiSquared {
  double statistic = 0;
  std::uint64_t df = 0;
  double p_value = 1;
};
ChiSquared breslow_day(std::span<const TwoByTwo> tables, double common_odds_ratio);

// Pearson's test that rows fell on groups by `shares`, which are positive and sum to 1.
ChiSquared sample_ratio_mismatch(std::span<const std::uint64_t> observed, std::span<const double> shares);

}  // namespace proofmark::statistics
