// Confidence intervals of one proportion: the exact one, and those that people ask for by name.
//
// In: successes, trials and the level of each bound. Out: both bounds; what the caller does not give is 0 or 1. Every
// method works from successes and failures alike, so that a bound near 1 is as good as one near 0, and none subtracts
// nearly equal numbers. Assumption of all: independent trials whose number was fixed in advance. Zero trials say
// nothing: [0, 1].
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/statistics/binomial.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/level.h"

namespace proofmark::statistics {

struct Trials {
  std::uint64_t successes = 0, trials = 0;
};

// Inverts the exact tails: coverage at least the level, always (Clopper & Pearson 1934).
Interval exact_interval(const Trials& data, const TailLevel& level);

// Inverts the score test: asymptotic (Wilson 1927).
Interval wilson(const Trials& data, const TailLevel& level);
// The same with continuity correction min(1/2, |k - n/2|) (Yates; Newcombe 1998).
Interval wilson_corrected(const Trials& data, const TailLevel& level);

// Wald's formula about (k + z^2/2) / (n + z^2): asymptotic (Agresti & Coull 1998).
Interval agresti_coull(const Trials& data, const TailLevel& level, bool clip);

// k/n with its estimated standard error: asymptotic, and at k = 0 or n of no use (Laplace 1812).
Interval wald(const Trials& data, const TailLevel& level, bool clip);

// Equal-tailed posterior under the prior beta(1/2, 1/2): asymptotic as a confidence interval. At k = 0 and k = n the
// lower and the upper end may be put on 0 and 1 (Brown, Cai & DasGupta 2001).
Interval jeffreys(const Trials& data, const TailLevel& level, bool closed_ends);

// Inverts the tails with half of the probability of k itself: asymptotic, coverage near the level (Lancaster 1961).
Interval mid_p(const Trials& data, const TailLevel& level);

// Inverts the likelihood-ratio test: asymptotic (Wilks 1938).
Interval likelihood_ratio(const Trials& data, const TailLevel& level);

// Inverts Blaker's acceptability at two-sided level 1 - alpha: coverage at least the level, never wider than Clopper
// and Pearson's (Blaker 2000). At most kMaximumBlakerTrials: beyond, no difference is left to see.
inline constexpr std::uint64_t kMaximumBlakerTrials = 10'000'000;
Interval blaker(const Trials& data, double alpha);

// The exact test of a proportion p0 (Clopper & Pearson 1934).
double exact_test_two_sided(const Trials& data, const Rational& p0);  // by minimum likelihood, ties within 1e-7
double exact_test_two_sided(const Trials& data, const Chance& p0);

}  // namespace proofmark::statistics
