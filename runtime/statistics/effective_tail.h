// The tail of a binomial of so many trials in effect: fewer than the rows there are, since rows are alike (clusters) or
// stand for unequal numbers of events (weights). Trials and successes need not be whole: with the incomplete beta
// function the tail P(X <= k) = 1 - I_tau(k + 1, n - k) grows in k and falls in n - k, between whole numbers too.
#pragma once

#include "runtime/statistics/exact_ratio.h"

namespace proofmark::statistics {

inline constexpr double kEffectiveMargin = 1e-9;  // against a decision: far above the error of the tails here

struct EffectiveTail {
  double p = 1;
  bool within = false, strictly_within = false;  // p <= alpha, p < alpha
  double bound = 1;                              // of the share, from above
};

// k of the part and `rest` others, in effect: is the part's share shown to be below tau? Without others nothing is.
EffectiveTail effective_tail(double k, double rest, const Ratio& tau, double alpha);

}  // namespace proofmark::statistics
