// The bootstrap: intervals from the spread of a statistic over resamples of the sample itself.
//
// In: a sample, a statistic and the positions of each resample (given, enumerated, or drawn by a counter-based
// generator: draw j of replicate i depends on nothing but the key, i and j). Out: percentile, basic, normal and BCa
// intervals. Which quantile of the replicates an interval takes is named, since programs differ: `normal` interpolates
// on the normal scale at rank (B + 1) alpha (Davison & Hinkley 1997, eq. 5.8), `linear` is Hyndman & Fan's type 7.
// Assumption: independent rows, blocks of rows or clusters of rows, as they are drawn, and a statistic smooth in them.
// Never for an extreme quantile: a resample holds no value beyond the sample's, and with n (1 - p) < 10 the coverage
// falls well below what is printed. Asymptotic. Efron 1979; Efron 1987 (BCa); Efron & Tibshirani 1993.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "runtime/plan/number.h"

namespace proofmark::statistics {

using Statistic = std::function<double(std::span<const std::size_t> rows)>;  // of the rows at these positions
// 64 random bits for draw `draw` of replicate `replicate`.
using Draws = std::function<std::uint64_t(std::uint64_t replicate, std::uint64_t draw)>;

// The sum by halves down to 128 values, and there in eight interleaved partial sums: the order in which NumPy adds.
// Resamples that hold the sample's values in another order have equal means on paper; which of them count as below the
// observed mean, and so BCa, hangs on the order of the additions.
double pairwise_sum(std::span<const double> values);

// Each replicate's statistic, in order. Positions are floor(bits n / 2^64): biased by less than n / 2^64. With `block`
// (1 to n) that many rows that follow each other are drawn together, from any of the n - block + 1 places (Künsch
// 1989).
std::vector<double> replicate(const Statistic& statistic, std::size_t n, std::size_t replicates, const Draws& draws,
                              std::size_t block = 1);
// Rows that come in clusters, as positions: a resample is as many clusters as there are, each drawn with all its rows
// (Davison & Hinkley 1997, section 3.8), and holds more rows or fewer than the sample where clusters differ in size.
// Right where clusters are independent of each other and alike, in the limit of many clusters.
using RowClusters = std::vector<std::vector<std::size_t>>;
std::vector<double> replicate_clusters(const Statistic& statistic, const RowClusters& clusters, std::size_t replicates,
                                       const Draws& draws);
// The statistic without cluster i, for each i; at least two clusters.
std::vector<double> leave_one_cluster_out(const Statistic& statistic, const RowClusters& clusters);

// Over all n^n resamples, in ascending order of the statistic; n <= 7.
std::vector<double> all_resamples(const Statistic& statistic, std::size_t n);
// The statistic without row i, for each i; n >= 2.
std::vector<double> leave_one_out(const Statistic& statistic, std::size_t n);

enum class ReplicateQuantile : std::uint8_t { normal, linear };

struct BootstrapInterval {
  double lower = 0, upper = 0;
};

struct BootstrapIntervals {
  double standard_error = 0, bias = 0;
  BootstrapInterval percentile, basic, normal;
  std::optional<BootstrapInterval> bca;  // nothing when all replicates lie on one side, or no jackknife value moves
  double z0 = 0, acceleration = 0;
  bool extreme = false;  // an interval ends at the first or last replicate: too few of them for this confidence
};

// alpha on each side. At least two replicates. `normal` takes the deviations of the jackknife from `observed`, `linear`
// from their mean, and counts replicates equal to the observed value half (SciPy) rather than not at all (R's boot).
struct Replicates {
  double observed = 0;
  std::vector<double> values, jackknife;
};
BootstrapIntervals bootstrap_intervals(const Replicates& replicates, double alpha_each_side, ReplicateQuantile rule);

}  // namespace proofmark::statistics
