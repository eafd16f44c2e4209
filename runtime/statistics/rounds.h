// Trials that use up observations: rounds of independent trials, of which every round may use the same observations
// again, in other company.
//
// A round's trials share no observation, so that its successes are Bin(n, p) exactly; n is the number of trials that
// the observations suffice for. Rounds depend on each other in ways that nobody knows. But the mean S of their
// successes is a mean of binomial variables, so E f(S) <= E f(B), B ~ Bin(n, p), for every convex f (Jensen), and with
// f(x) = max(a - x, 0)
//   P(S <= s) <= min over a > s of E max(a - B, 0) / (a - s)
// (the argument is Hoeffding's, 1963, section 5, with hinges for exponentials, after Bentkus, 2004). Of one round the
// binomial tail itself is taken. Where there was no success the bound is (1 - p)^n, whatever the number of rounds: a
// million trials over 500 observations know what 500 trials know.
// Assumption: the observations are independent and alike, and so is what else the trials draw; n is fixed in advance.
#pragma once

#include "runtime/statistics/binomial.h"

namespace proofmark::statistics {

struct Rounds {
  std::uint64_t independent = 0;  // n: trials of a round; at least 1
  std::uint64_t rounds = 1;
  std::uint64_t trials() const { return independent * rounds; }
};

// At least P(at most, at least `count` successes in all trials); no more than a relative 2e-6 above the bound.
double rounds_lower_tail(std::uint64_t count, const Rounds& rounds, const Rational& p);
double rounds_upper_tail(std::uint64_t count, const Rounds& rounds, const Rational& p);

// As decide_proportion: pass where p_pass <= alpha, fail where p_fail < alpha. counts.n is the number of all trials.
ProportionDecision decide_rounds(const ProportionCounts& counts, const Rounds& rounds, const ProportionClaim& claim,
                                 const Rational& alpha);

// One-sided bounds at level 1 - alpha, rounded outward.
Interval rounds_interval(const ProportionCounts& counts, const Rounds& rounds, const Rational& alpha);

// As lower_rank and upper_rank, among all trials.
std::uint64_t rounds_lower_rank(const Rounds& rounds, const Rational& p, const Rational& alpha, bool strict);
std::uint64_t rounds_upper_rank(const Rounds& rounds, const Rational& p, const Rational& alpha, bool strict);

// The fewest independent trials a round that would let the claim pass at the observed share; nothing: the share does
// not meet the claim, or more than 10^12 are needed.
std::optional<std::uint64_t> independent_to_pass(const ProportionCounts& counts, const Rounds& rounds,
                                                 const ProportionClaim& claim, const Rational& alpha);

}  // namespace proofmark::statistics
