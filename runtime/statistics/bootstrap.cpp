// Replicates are sorted once; every interval reads its ends from the sorted list.
#include "runtime/statistics/bootstrap.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/normal.h"
#include "runtime/statistics/quantiles.h"

namespace proofmark::statistics {
namespace {

// A tail probability, by the smaller side: which < 1/2 says whether it is a lower tail.
struct Tail {
  double lower = 0.5, upper = 0.5;
};

class Spread {
 public:
  Spread(std::span<const double> values, ReplicateQuantile rule) : ascending_(sorted(values)), rule_(rule) {}

  double at(const Tail& tail) { return rule_ == ReplicateQuantile::normal ? on_normal_scale(tail) : linear(tail); }
  bool extreme() const { return extreme_; }

 private:
  // Between ranks k and k + 1 of rank (B + 1) p, by the share of the way from one normal quantile to the next.
  double on_normal_scale(const Tail& tail) {
    const std::size_t size = ascending_.size();
    const auto count = static_cast<double>(size + 1);
    // (B + 1) p is often whole on paper: 1000 * 0.025. What rounding leaves of that is taken away.
    double rank = tail.lower <= tail.upper ? count * tail.lower : count - count * tail.upper;
    if (std::fabs(rank - std::round(rank)) < 1e-9) rank = std::round(rank);
    if (!(rank > 1 && rank < static_cast<double>(size))) extreme_ = true;
    const double below = std::floor(rank);
    if (below < 1) return ascending_.front();
    if (below >= static_cast<double>(size)) return ascending_.back();
    const double low = ascending_[static_cast<std::size_t>(below) - 1];
    if (rank == below) return low;
    const double high = ascending_[static_cast<std::size_t>(below)];
    const double from = normal_quantile(below / count), to = normal_quantile((below + 1) / count);
    const double wanted = tail.lower <= tail.upper ? normal_quantile(tail.lower) : -normal_quantile(tail.upper);
    return low + (wanted - from) / (to - from) * (high - low);
  }

  double linear(const Tail& tail) {
    const auto last = static_cast<double>(ascending_.size() - 1);
    const double place = tail.lower <= tail.upper ? last * tail.lower : last - last * tail.upper;
    if (place < 1 || place > last - 1) extreme_ = true;
    const double below = std::min(std::floor(place), last - 1), beyond = place - below;
    const double low = ascending_[static_cast<std::size_t>(below)],
                 high = ascending_[static_cast<std::size_t>(below) + 1];
    return low + (high - low) * beyond;
  }

  std::vector<double> ascending_;
  ReplicateQuantile rule_;
  bool extreme_ = false;
};

std::size_t position_of(std::uint64_t bits, std::size_t places) {
  return static_cast<std::size_t>((static_cast<plan::UInt128>(bits) * places) >> 64);
}

// Share of replicates below the observed value, as z.
std::optional<double> median_bias(const Replicates& replicates, ReplicateQuantile rule) {
  std::size_t below = 0, equal = 0;
  for (const double value : replicates.values) {
    below += value < replicates.observed ? 1 : 0;
    equal += value == replicates.observed ? 1 : 0;
  }
  const double counted =
      static_cast<double>(below) + (rule == ReplicateQuantile::linear ? static_cast<double>(equal) / 2 : 0);
  const double share = counted / static_cast<double>(replicates.values.size());
  if (share <= 0 || share >= 1) return std::nullopt;
  return normal_quantile(share);
}

std::optional<double> acceleration(const Replicates& replicates, ReplicateQuantile rule) {
  if (replicates.jackknife.size() < 2) return std::nullopt;
  const double centre = rule == ReplicateQuantile::normal ? replicates.observed : moments(replicates.jackknife).mean;
  std::vector<double> squares, cubes;
  for (const double value : replicates.jackknife) {
    const double deviation = centre - value;
    squares.push_back(deviation * deviation);
    cubes.push_back(deviation * deviation * deviation);
  }
  const double square = sum(squares);
  if (!(square > 0)) return std::nullopt;
  return sum(cubes) / (6 * square * std::sqrt(square));
}

// The level that BCa reads instead of Phi(z).
Tail adjusted(double z, double z0, double a) {
  const double moved = z0 + (z0 + z) / (1 - a * (z0 + z));
  return {normal_cdf(moved), normal_upper(moved)};
}

}  // namespace

double pairwise_sum(std::span<const double> values) {
  const std::size_t n = values.size();
  if (n > 128) {
    const std::size_t half = n / 2 - n / 2 % 8;
    return pairwise_sum(values.first(half)) + pairwise_sum(values.subspan(half));
  }
  std::array<double, 8> part{};
  const std::size_t whole = n - n % 8;
  for (std::size_t i = 0; i < whole; ++i) part[i % 8] += values[i];
  double all = ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]));
  for (std::size_t i = whole; i < n; ++i) all += values[i];
  return all;
}

std::vector<double> replicate_clusters(const Statistic& statistic, const RowClusters& clusters, std::size_t replicates,
                                       const Draws& draws) {
  PROOFMARK_CHECK(!clusters.empty());
  std::vector<double> values;
  values.reserve(replicates);
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < replicates; ++i) {
    rows.clear();
    for (std::size_t j = 0; j < clusters.size(); ++j) {
      const auto& drawn = clusters[position_of(draws(i, j), clusters.size())];
      rows.insert(rows.end(), drawn.begin(), drawn.end());
    }
    values.push_back(statistic(rows));
  }
  return values;
}

std::vector<double> leave_one_cluster_out(const Statistic& statistic, const RowClusters& clusters) {
  PROOFMARK_CHECK(clusters.size() >= 2);
  std::vector<double> values;
  std::vector<std::size_t> rows;
  for (std::size_t left_out = 0; left_out < clusters.size(); ++left_out) {
    rows.clear();
    for (std::size_t j = 0; j < clusters.size(); ++j)
      if (j != left_out) rows.insert(rows.end(), clusters[j].begin(), clusters[j].end());
    values.push_back(statistic(rows));
  }
  return values;
}

std::vector<double> replicate(const Statistic& statistic, std::size_t n, std::size_t replicates, const Draws& draws,
                              std::size_t block) {
  PROOFMARK_CHECK(block >= 1 && block <= n);
  std::vector<double> values;
  values.reserve(replicates);
  std::vector<std::size_t> rows(n);
  for (std::size_t i = 0; i < replicates; ++i) {
    std::size_t start = 0;
    for (std::size_t j = 0; j < n; ++j) {
      if (j % block == 0) start = position_of(draws(i, j / block), n - block + 1);
      rows[j] = start + j % block;
    }
    values.push_back(statistic(rows));
  }
  return values;
}

std::vector<double> all_resamples(const Statistic& statistic, std::size_t n) {
  PROOFMARK_CHECK(n >= 1 && n <= 7);
  std::vector<double> values;
  std::vector<std::size_t> rows(n, 0);
  for (;;) {
    values.push_back(statistic(rows));
    std::size_t place = 0;
    while (place < n && ++rows[place] == n) rows[place++] = 0;
    if (place == n) break;
  }
  return sorted(values);
}

std::vector<double> leave_one_out(const Statistic& statistic, std::size_t n) {
  PROOFMARK_CHECK(n >= 2);
  std::vector<double> values;
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i + 1 < n; ++i) rows.push_back(i + 1);  // all but row 0
  for (std::size_t left_out = 0; left_out < n; ++left_out) {
    values.push_back(statistic(rows));
    if (left_out + 1 < n) rows[left_out] = left_out;
  }
  return values;
}

BootstrapIntervals bootstrap_intervals(const Replicates& replicates, double alpha_each_side, ReplicateQuantile rule) {
  PROOFMARK_CHECK(replicates.values.size() >= 2);
  Spread spread(replicates.values, rule);
  const Tail low{alpha_each_side, 1 - alpha_each_side}, high{1 - alpha_each_side, alpha_each_side};
  const double observed = replicates.observed, z = -normal_quantile(alpha_each_side);
  const Moments over = moments(replicates.values);
  BootstrapIntervals result;
  result.standard_error = std::sqrt(over.variance);
  result.bias = over.mean - observed;
  result.percentile = {spread.at(low), spread.at(high)};
  result.basic = {2 * observed - result.percentile.upper, 2 * observed - result.percentile.lower};
  const double centre = observed - result.bias;
  result.normal = {centre - z * result.standard_error, centre + z * result.standard_error};
  const auto z0 = median_bias(replicates, rule), a = acceleration(replicates, rule);
  if (z0 && a && 1 - *a * (*z0 + z) > 0 && 1 - *a * (*z0 - z) > 0) {
    result.z0 = *z0;
    result.acceleration = *a;
    result.bca = BootstrapInterval{spread.at(adjusted(-z, *z0, *a)), spread.at(adjusted(z, *z0, *a))};
  }
  result.extreme = spread.extreme();
  return result;
}

}  // namespace proofmark::statistics
