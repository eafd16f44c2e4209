// Confidence sequences for the mean of values in [0, 1], valid however often one looks: predictable mixtures and
// betting.
//
// A gambler bets against a candidate mean, with stakes chosen from the past alone; if the candidate is the mean the
// capital is a martingale and exceeds 1/alpha ever with probability at most alpha. Candidates that would have made the
// gambler rich are left out. Assumes only that each value has the same conditional mean given the past; a value outside
// [0, 1] breaks an invariant.
// Waudby-Smith & Ramdas (2024) JRSS B 86:1.
#pragma once

#include <cstdint>
#include <span>

namespace proofmark::statistics {

struct MeanSpan {
  double lower = 0, upper = 1;
};

// Stakes min(sqrt(8 ln(2/alpha) / (t ln(1 + t))), truncation). `running`: the intersection over all times so far.
MeanSpan hoeffding_sequence(std::span<const double> values, double alpha, double truncation, bool running);

// Stakes by the regularised variance of the past, at most `truncation` < 1.
MeanSpan empirical_bernstein_sequence(std::span<const double> values, double alpha, double truncation, bool running);

// The larger of theta times the capital that bets on a larger mean and (1 - theta) times the one that bets on a
// smaller; stakes as above for alpha/2, at most trunc_scale / null and trunc_scale / (1 - null).
struct Capital {
  double log_final = 0, log_largest = 0;
};
Capital hedged_capital(std::span<const double> values, double null, double alpha, double theta, double trunc_scale);

// The means whose hedged capital is (running: has always been) at most 1/alpha.
MeanSpan hedged_sequence(std::span<const double> values, double alpha, double theta, double trunc_scale, bool running);

}  // namespace proofmark::statistics
