// A proportion of rows that come in clusters: users, connections, minutes. Rows of a cluster break together.
//
// In: per cluster its successes and its rows. The proportion is the ratio of totals; its variance comes from the spread
// of the clusters, so that it holds whatever happens within them (Cochran 1977, 6.3). Few clusters with failures leave
// that spread unknown; what decides then is in clustered_decision.h.
#pragma once

#include <cstdint>
#include <span>

namespace proofmark::statistics {

struct Cluster {
  std::uint64_t successes = 0, rows = 0;  // rows > 0
};

struct ClusterRatio {
  std::uint64_t clusters = 0, rows = 0, failures = 0;
  std::uint64_t failing = 0;  // clusters with a failure
  std::uint64_t largest = 0;  // rows of the largest cluster
  double p = 0, q = 0;        // shares of successes and failures
  double std_error = 0;       // of p
  double design_effect = 1;   // variance over that of as many independent rows; 1 when p is 0 or 1
};
ClusterRatio cluster_ratio(std::span<const Cluster> clusters);  // at least two

struct RatioSpan {
  double lower = 0, upper = 1;
};
// Student t on the proportion (`identity`), its log odds, or the arcsine of its root; alpha in all. 0 < p < 1 but for
// `identity`.
enum class RatioScale : std::uint8_t { identity, logit, arcsine };
RatioSpan ratio_interval(const ClusterRatio& ratio, double alpha, RatioScale scale);

// Korn & Graubard (1998): Clopper-Pearson for n rows in effect, n = p q / std_error^2 (t_{rows-1} / t_{clusters-1})^2,
// at most all rows. 0 < p < 1.
double korn_graubard_rows(const ClusterRatio& ratio, double alpha);
RatioSpan korn_graubard_interval(const ClusterRatio& ratio, double alpha);

// Clopper-Pearson for `n` rows in effect, alpha on each side; n need not be whole.
RatioSpan effective_interval(double p, double q, double n, double alpha_each);

}  // namespace proofmark::statistics
