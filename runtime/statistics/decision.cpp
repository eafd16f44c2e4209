// The verdict on a proportion: two one-sided exact tests, each at alpha, on the tail probability itself.
#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/binomial.h"
#include "runtime/statistics/binomial_tails.h"

namespace proofmark::statistics {

ProportionDecision decide_proportion(const ProportionCounts& counts, const ProportionClaim& claim,
                                     const Rational& alpha) {
  PROOFMARK_CHECK(counts.unknown <= counts.n && counts.good <= counts.n - counts.unknown);
  const Ratio threshold = ratio_of(claim.threshold), level = level_of(alpha);
  if (counts.n == 0) return {};
  const Weighed many = weigh_upper_tail(counts.good, counts.n, threshold, level);
  const Weighed few = weigh_lower_tail(counts.good + counts.unknown, counts.n, threshold, level);
  const Weighed& pass = claim.at_least ? many : few;
  const Weighed& fail = claim.at_least ? few : many;
  ProportionDecision decision = {Outcome::inconclusive, pass.tail, fail.tail};
  if (is_within(pass.against, false))
    decision.outcome = Outcome::pass;
  else if (is_within(fail.against, true))
    decision.outcome = Outcome::fail;
  else if (pass.against == Against::unsettled || fail.against == Against::unsettled)
    decision.outcome = Outcome::borderline;
  return decision;
}

}  // namespace proofmark::statistics
