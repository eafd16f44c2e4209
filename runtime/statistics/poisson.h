// Rates of events: exact intervals and tests of one rate, and of the ratio of two given the sum of their counts.
//
// In: counts of events and the exposure (time, requests, …) in which they came. Given the sum n of two counts, the
// first is binomial with p = r t1 / (r t1 + t2), r the ratio of the rates: what is exact for a proportion is exact for
// the ratio. Assumption of all: events are independent and come at a constant rate within each sample.
#pragma once

#include <cstdint>

#include "runtime/statistics/binomial.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/level.h"

namespace proofmark::statistics {

inline constexpr double kMaximumMean = 1e15;  // expected events of any tail

// Inverts the exact tails (Garwood 1936). exposure > 0.
Interval garwood(std::uint64_t events, double exposure, const TailLevel& level);
// Wilson and Hilferty's cube root at events + 1/2: asymptotic (Rothman & Boice 1979).
Interval byar(std::uint64_t events, double exposure, const TailLevel& level);

// By minimum likelihood, ties within 1e-7.
double poisson_test_two_sided(std::uint64_t events, double mean);

struct RatePair {
  std::uint64_t events1 = 0;
  double exposure1 = 1;
  std::uint64_t events2 = 0;
  double exposure2 = 1;
};

// Tails of events1 given the sum of both, under rate1 / rate2 = ratio.
double conditional_lower(const RatePair& pair, double ratio);
double conditional_upper(const RatePair& pair, double ratio);
double conditional_two_sided(const RatePair& pair, double ratio);  // by minimum likelihood
double conditional_pmf(const RatePair& pair, double ratio);
Interval ratio_interval(const RatePair& pair, const TailLevel& level);  // of rate1 / rate2; HUGE_VAL: no such bound

// Asymptotically standard normal under the ratio (Gu, Ng, Tang & Schucany 2008).
double ratio_score(const RatePair& pair, double ratio);
double ratio_root(const RatePair& pair, double ratio);

}  // namespace proofmark::statistics
