// Deciding a proportion that may be looked at again and again, at any time and without a limit.
//
// The evidence against H0: theta <= t is the likelihood ratio of the rows averaged over success probabilities uniform
// above t (Robbins 1970; Waudby-Smith & Ramdas 2024): under every theta of the null it is a non-negative
// supermartingale that starts at 1, so it ever reaches 1/alpha with probability at most alpha (Ville 1939), however
// often and whenever one looks. Below t likewise. Assumption: the rows are independent, and the window is anchored and
// only grows.
//
// With B = Beta(k + 1, n - k + 1), the average is  e = P(B > t) / ((1 - t) (n + 1) P(X = k | n, t)), and
// P(B > t) = P(Bin(n + 1, t) <= k): binomial tails, whose relative error is proven, are all it needs. Every rounding
// error is spent against the evidence, by a margin of 1e-9 at the comparison and a bound from above on P(X = k).
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/statistics/binomial.h"

namespace proofmark::judgement {

// p = min(1, 1/e), rounded up: valid at any time.
double anytime_p_above(std::uint64_t good, std::uint64_t n, const plan::Rational& t);  // H0: theta <= t
double anytime_p_below(std::uint64_t good, std::uint64_t n, const plan::Rational& t);  // H0: theta >= t

statistics::ProportionDecision decide_anytime(const statistics::ProportionCounts& counts,
                                              const statistics::ProportionClaim& claim, const plan::Rational& alpha);

// One-sided bounds, ten decimal places, outward: the last threshold that the same test still rejects. Where a claim
// was decided they are kept on its side of the threshold.
struct AnytimeBounds {
  plan::Rational lower, upper;
};
AnytimeBounds anytime_bounds(const statistics::ProportionCounts& counts, const plan::Rational& alpha);

}  // namespace proofmark::judgement
