// Deciding a proportion whose rows come in clusters: rows of one session, user, minute are alike, clusters are
// independent of each other.
//
// With many clusters that hold a failure (and many that hold a success) the variance of the ratio of sums is estimated
// from the clusters (Cochran 1977), and the exact binomial tail is taken at n / D rows, D = max(1, d
// (t_{G-1}/t_{n-1})^2, d0): d the measured design effect, d0 a declared one (Korn & Graubard 1998). That is asymptotic
// in the number of clusters. With fewer than ten such clusters d cannot be measured: without a declared d0 only the
// share of clusters that hold any failure is tested, and a failing cluster counts as if all its rows had failed and it
// were the largest: theta <= (average p_i) m_max / mean m, and Clopper–Pearson bounds the average p_i (Hoeffding 1956).
// Where d is measured a pass needs that bound as well, with nine failing clusters: whatever nine do not allow, no
// further failing cluster may. Where d0 is declared it must stand had one cluster alone failed. Fewer than ten clusters
// decide nothing: how large the largest may be, they cannot tell.
#pragma once

#include <cstdint>

#include "runtime/plan/facts.h"
#include "runtime/statistics/binomial.h"

namespace proofmark::statistics {

// From fewer the design effect is not measured.
inline constexpr std::uint64_t kFewestClusters = 10;

// Variance of the ratio of sums over that of as many independent rows; 1 where every row is alike or one cluster is
// all.
double design_effect(const plan::ClusterSums& sums);

// The part and the rest change places.
plan::ClusterSums rest_of(const plan::ClusterSums& sums);

struct ClusteredClaim {
  ProportionClaim claim;
  Rational alpha;
  Rational design_effect;  // d0; 0: not declared
};

struct ClusteredDecision {
  Outcome outcome = Outcome::inconclusive;
  double p_pass = 1, p_fail = 1;
  double lower = 0, upper = 1;   // one-sided each, rounded outward; relative error 1e-9
  double divisor = 1;            // D of the test that could pass; 1 where clusters were counted instead
  bool counts_clusters = false;  // the test that could pass is the one on whole clusters
  bool held_back = false;        // passes at D, and would not by whole clusters with nine failing ones
};

// `certain`: the part holds the rows known to count; `possible`: unknown ones too. At least one row.
ClusteredDecision decide_clusters(const plan::ClusterSums& certain, const plan::ClusterSums& possible,
                                  const ClusteredClaim& claim);

// `growth` times as many rows of clusters like these: would the claim pass? Only where the design effect is known.
bool passes_grown(const plan::ClusterSums& certain, const plan::ClusterSums& possible, const ClusteredClaim& claim,
                  double growth);

}  // namespace proofmark::statistics
