#include "runtime/statistics/clusters.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"

namespace proofmark::statistics {
namespace {

double as_double(std::uint64_t value) {
  return static_cast<double>(value);
}

// How much wider the t quantile of the clusters is than that of the rows, squared.
double degrees_penalty(const ClusterRatio& ratio, double alpha) {
  const double share = student_t_upper_quantile(alpha / 2, as_double(ratio.rows - 1)) /
                       student_t_upper_quantile(alpha / 2, as_double(ratio.clusters - 1));
  return share * share;
}

}  // namespace

ClusterRatio cluster_ratio(std::span<const Cluster> clusters) {
  ClusterRatio ratio;
  ratio.clusters = clusters.size();
  for (const Cluster& cluster : clusters) {
    ratio.rows += cluster.rows;
    ratio.failures += cluster.rows - cluster.successes;
    ratio.failing += cluster.successes < cluster.rows ? 1 : 0;
    ratio.largest = std::max(ratio.largest, cluster.rows);
  }
  const double rows = as_double(ratio.rows), groups = as_double(ratio.clusters);
  ratio.q = as_double(ratio.failures) / rows;
  ratio.p = as_double(ratio.rows - ratio.failures) / rows;
  std::vector<double> squares;
  for (const Cluster& cluster : clusters) {
    // The residual of successes is minus that of failures: the rarer of both is taken.
    const double residual = ratio.q <= ratio.p
                                ? as_double(cluster.rows - cluster.successes) - ratio.q * as_double(cluster.rows)
                                : as_double(cluster.successes) - ratio.p * as_double(cluster.rows);
    squares.push_back(residual * residual);
  }
  const double variance = groups / (groups - 1) * sum(squares) / (rows * rows);
  ratio.std_error = std::sqrt(variance);
  if (ratio.p > 0 && ratio.q > 0 && ratio.rows > 1) ratio.design_effect = variance * (rows - 1) / (ratio.p * ratio.q);
  return ratio;
}

RatioSpan ratio_interval(const ClusterRatio& ratio, double alpha, RatioScale scale) {
  const double t = student_t_upper_quantile(alpha / 2, as_double(ratio.clusters - 1));
  switch (scale) {
    case RatioScale::identity:
      return {ratio.p - t * ratio.std_error, ratio.p + t * ratio.std_error};
    case RatioScale::logit: {
      const double centre = log_of(ratio.p) - log_of(ratio.q), half = t * ratio.std_error / (ratio.p * ratio.q);
      return {1 / (1 + exp_of(half - centre)), 1 / (1 + exp_of(-half - centre))};
    }
    case RatioScale::arcsine: {
      constexpr double kQuarterTurn = 1.57079632679489661923;
      const double centre = asin_of(std::sqrt(ratio.p)),
                   half = t * ratio.std_error / (2 * std::sqrt(ratio.p * ratio.q));
      const double low = sin_of(std::max(0.0, centre - half)), high = sin_of(std::min(kQuarterTurn, centre + half));
      return {low * low, high * high};
    }
  }
  return {};
}

double korn_graubard_rows(const ClusterRatio& ratio, double alpha) {
  const double rows = as_double(ratio.rows), variance = ratio.std_error * ratio.std_error;
  const double wanted = ratio.p * ratio.q * degrees_penalty(ratio, alpha);
  return wanted < variance * rows ? wanted / variance : rows;
}

RatioSpan korn_graubard_interval(const ClusterRatio& ratio, double alpha) {
  return effective_interval(ratio.p, ratio.q, korn_graubard_rows(ratio, alpha), alpha / 2);
}

RatioSpan effective_interval(double p, double q, double n, double alpha_each) {
  return {p > 0 ? beta_quantile(n * p, n * q + 1, alpha_each, 1 - alpha_each) : 0,
          q > 0 ? beta_quantile(n * p + 1, n * q, 1 - alpha_each, alpha_each) : 1};
}

}  // namespace proofmark::statistics
