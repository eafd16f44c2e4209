// One question twice: is the share of a part shown to be below tau? A pass of `theta >= t` asks it of what is not known
// to be good at 1 - t, a fail of what is not known to be bad at t.
#include "runtime/statistics/weighted_decision.h"

#include "runtime/statistics/effective_tail.h"

namespace proofmark::statistics {
namespace {

constexpr double kSlack = 1e-12;  // of a sum of doubles

EffectiveTail below(double part, double rest, double heaviest, const Ratio& tau, const Rational& alpha) {
  return effective_tail(part / heaviest * (1 + kSlack), rest / heaviest * (1 - kSlack), tau, alpha.nearest_double());
}

}  // namespace

WeightedDecision decide_weighted(const WeightSums& sums, const ProportionClaim& claim, const Rational& alpha) {
  const Ratio t = ratio_of(claim.threshold);
  const EffectiveTail few_bad = below(sums.bad + sums.unknown, sums.good, sums.heaviest, complement(t), alpha);
  const EffectiveTail few_good = below(sums.good + sums.unknown, sums.bad, sums.heaviest, t, alpha);
  const EffectiveTail& passing = claim.at_least ? few_bad : few_good;
  const EffectiveTail& failing = claim.at_least ? few_good : few_bad;
  WeightedDecision decision;
  decision.p_pass = passing.p;
  decision.p_fail = failing.p;
  decision.outcome = passing.within ? Outcome::pass : failing.strictly_within ? Outcome::fail : Outcome::inconclusive;
  decision.lower = 1 - few_bad.bound;
  decision.upper = few_good.bound;
  return decision;
}

WeightSums grown(const WeightSums& sums, double growth) {
  return {sums.good * growth, sums.bad * growth, sums.unknown * growth, sums.heaviest};
}

}  // namespace proofmark::statistics
