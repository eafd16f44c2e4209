// One question four times: is the share of the part shown to be below tau? A pass of `theta >= t` asks it of the rest
// at 1 - t, a fail of the part at t.
#include "runtime/statistics/clustered_decision.h"

#include <algorithm>
#include <cmath>

#include "runtime/statistics/binomial_tails.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/effective_tail.h"

namespace proofmark::statistics {
namespace {

using plan::ClusterSums;

using Tail = EffectiveTail;

bool is_measurable(const ClusterSums& sums, const Rational& declared) {
  return sums.clusters >= kFewestClusters &&
         (!declared.is_zero() || (sums.with_part >= kFewestClusters && sums.with_rest >= kFewestClusters));
}

// How much wider the t quantile of the clusters is than that of the rows, squared.
double penalty_of_few(const ClusterSums& sums, double alpha) {
  const double few = student_t_upper_quantile(alpha, static_cast<double>(sums.clusters - 1));
  const double many = student_t_upper_quantile(alpha, static_cast<double>(sums.rows - 1));
  return few / many * (few / many);
}

double divisor_of(const ClusterSums& sums, const Rational& declared, double alpha) {
  return std::max({1.0, design_effect(sums) * penalty_of_few(sums, alpha), declared.nearest_double()});
}

// The share of clusters that hold any of the part, `holding` of them, each taken for wholly so and for as large as the
// largest. Of fewer than ten clusters nothing is shown: how large the largest may be, they cannot tell.
Tail cluster_tail(const ClusterSums& sums, std::uint64_t holding, const Ratio& tau, const Rational& alpha) {
  Tail tail;
  if (sums.clusters < kFewestClusters) return tail;
  const auto all = static_cast<plan::UInt128>(sums.clusters) * sums.largest;
  const auto share = Rational::make(static_cast<plan::Int128>(sums.rows), static_cast<plan::Int128>(all));
  const auto whole = Rational::make(static_cast<plan::Int128>(tau.above), static_cast<plan::Int128>(tau.below));
  const auto scaled = share && whole ? plan::multiply(*share, *whole) : std::nullopt;
  if (!scaled) return tail;  // too many digits to be exact: nothing is shown
  const Against order = compare_lower_tail(holding, sums.clusters, *scaled, alpha);
  tail.p = lower_tail(holding, sums.clusters, *scaled);
  tail.within = order == Against::below || order == Against::equal;
  tail.strictly_within = order == Against::below;
  const Interval clusters = clopper_pearson(holding, 0, sums.clusters, alpha);
  tail.bound = std::min(1.0, clusters.upper / share->nearest_double() * (1 + kEffectiveMargin));
  return tail;
}

struct Side {
  Tail tail;
  double divisor = 1;
  bool counts_clusters = false, held_back = false;
};

Side below(const ClusterSums& sums, const Ratio& tau, const ClusteredClaim& claim, double growth) {
  Side side;
  const double alpha = claim.alpha.nearest_double();
  side.counts_clusters = !is_measurable(sums, claim.design_effect);
  if (side.counts_clusters) {
    side.tail = cluster_tail(sums, sums.with_part, tau, claim.alpha);
  } else {
    side.divisor = divisor_of(sums, claim.design_effect, alpha);
    side.tail = effective_tail(static_cast<double>(sums.part) * growth / side.divisor,
                               static_cast<double>(sums.rows - sums.part) * growth / side.divisor, tau, alpha);
  }
  return side;
}

ClusterSums grown(const ClusterSums& sums, double growth) {
  ClusterSums more = sums;
  more.clusters = static_cast<std::uint64_t>(std::floor(static_cast<double>(sums.clusters) * growth));
  more.rows = static_cast<std::uint64_t>(std::floor(static_cast<double>(sums.rows) * growth));
  return more;
}

// The same rows, had one cluster alone failed, with as large a sum of squares. Further failures in other clusters make
// failures more even and the measured design effect less; none of them may allow what this one forbids.
Tail lone_cluster_tail(const ClusterSums& sums, const Ratio& tau, const ClusteredClaim& claim, double growth) {
  const double rows = static_cast<double>(sums.rows), clusters = static_cast<double>(sums.clusters);
  const double lone = std::sqrt(static_cast<double>(sums.part_part) * growth);
  const double alpha = claim.alpha.nearest_double();
  const double unequal = 1 + static_cast<double>(sums.rows_rows) / rows / rows;
  const double rest_share = static_cast<double>(sums.rows - sums.part) / rows;
  const double effect = clusters / (clusters - 1) * penalty_of_few(sums, alpha) * unequal / rest_share * lone;
  const double divisor = std::max({1.0, effect, claim.design_effect.nearest_double()});
  return effective_tail(lone / divisor, (rows * growth - lone) / divisor, tau, alpha);
}

// A pass by a measured design effect must be one by whole clusters too, were all but nine of the failing ones clean:
// else the tenth failing cluster would allow what nine forbid. With a declared one it must be one were a single cluster
// failing.
Side never_helped_by_failures(Side side, const ClusterSums& sums, const Ratio& tau, const ClusteredClaim& claim,
                              double growth) {
  if (side.counts_clusters || sums.part == sums.rows) return side;
  const bool measured = claim.design_effect.is_zero();
  const Tail fewer = measured
                         ? cluster_tail(growth > 1 ? grown(sums, growth) : sums, kFewestClusters - 1, tau, claim.alpha)
                         : lone_cluster_tail(sums, tau, claim, growth);
  side.held_back = measured && side.tail.within && !fewer.within;
  side.tail.p = std::max(side.tail.p, fewer.p);
  side.tail.bound = std::max(side.tail.bound, fewer.bound);
  side.tail.within = side.tail.within && fewer.within;
  side.tail.strictly_within = side.tail.strictly_within && fewer.strictly_within;
  return side;
}

Side passing_side(const ClusterSums& certain, const ClusterSums& possible, const ClusteredClaim& claim, double growth) {
  const Ratio t = ratio_of(claim.claim.threshold);
  const ClusterSums against = claim.claim.at_least ? rest_of(certain) : possible;
  const Ratio tau = claim.claim.at_least ? complement(t) : t;
  return never_helped_by_failures(below(against, tau, claim, growth), against, tau, claim, growth);
}

}  // namespace

double design_effect(const ClusterSums& sums) {
  if (sums.clusters < 2 || sums.part == 0 || sums.part == sums.rows) return 1;
  // By the rarer of part and rest, whose squares hardly cancel.
  const ClusterSums rare = sums.part <= sums.rows - sums.part ? sums : rest_of(sums);
  const auto n = static_cast<double>(rare.rows), k = static_cast<double>(rare.part);
  const auto clusters = static_cast<double>(rare.clusters);
  const double q = k / n;
  const double squares = static_cast<double>(rare.part_part) - 2 * q * static_cast<double>(rare.rows_part) +
                         q * q * static_cast<double>(rare.rows_rows);
  const double variance = clusters / (clusters - 1) * std::max(0.0, squares) / n;  // times n
  return variance / (q * ((n - k) / n));
}

ClusterSums rest_of(const ClusterSums& sums) {
  ClusterSums rest = sums;
  rest.part = sums.rows - sums.part;
  std::swap(rest.with_part, rest.with_rest);
  rest.rows_part = sums.rows_rows - sums.rows_part;
  rest.part_part = sums.rows_rows - 2 * sums.rows_part + sums.part_part;
  return rest;
}

ClusteredDecision decide_clusters(const ClusterSums& certain, const ClusterSums& possible,
                                  const ClusteredClaim& claim) {
  const Ratio t = ratio_of(claim.claim.threshold);
  const Side passing = passing_side(certain, possible, claim, 1);
  const Side failing =
      claim.claim.at_least ? below(possible, t, claim, 1) : below(rest_of(certain), complement(t), claim, 1);
  ClusteredDecision decision;
  decision.p_pass = passing.tail.p;
  decision.p_fail = failing.tail.p;
  decision.outcome = passing.tail.within            ? Outcome::pass
                     : failing.tail.strictly_within ? Outcome::fail
                                                    : Outcome::inconclusive;
  decision.lower = 1 - (claim.claim.at_least ? passing : failing).tail.bound;
  decision.upper = (claim.claim.at_least ? failing : passing).tail.bound;
  decision.divisor = passing.divisor;
  decision.counts_clusters = passing.counts_clusters;
  decision.held_back = passing.held_back;
  return decision;
}

bool passes_grown(const ClusterSums& certain, const ClusterSums& possible, const ClusteredClaim& claim, double growth) {
  const Side passing = passing_side(certain, possible, claim, growth);
  return !passing.counts_clusters && passing.tail.within;
}

}  // namespace proofmark::statistics
