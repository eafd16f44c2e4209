// Bootstrap intervals against R's boot.ci and SciPy's stats.bootstrap on the same resamples.
#include "runtime/statistics/bootstrap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "runtime/statistics/distributions.h"
#include "runtime/statistics/normal.h"
#include "runtime/statistics/philox.h"

namespace proofmark::statistics {
namespace {

const std::vector<double> kSample{12.1, 7.4, 9.3, 30.2, 8.8, 11.6, 10.5, 9.9};

double mean_of_rows(std::span<const std::size_t> rows) {
  std::vector<double> values;
  for (const std::size_t row : rows) values.push_back(kSample[row]);
  return pairwise_sum(values) / static_cast<double>(values.size());
}

// 199 resamples by the minimal standard generator (Park & Miller 1988): s <- 16807 s mod (2^31 - 1), index
// (s / 65536) mod 8; R and Python walked the same ones.
Replicates park_miller() {
  Replicates replicates;
  std::uint64_t state = 1;
  std::vector<std::size_t> rows(8);
  for (int i = 0; i < 199; ++i) {
    for (std::size_t& row : rows) {
      state = state * 16807 % 2147483647;
      row = state / 65536 % 8;
    }
    replicates.values.push_back(mean_of_rows(rows));
  }
  const std::size_t all[] = {0, 1, 2, 3, 4, 5, 6, 7};
  replicates.observed = mean_of_rows(all);
  replicates.jackknife = leave_one_out(mean_of_rows, 8);
  return replicates;
}

void expect_interval(const BootstrapInterval& got, double lower, double upper) {
  EXPECT_NEAR(got.lower, lower, 1e-12);
  EXPECT_NEAR(got.upper, upper, 1e-12);
}

// R 4.2.2, boot 1.3-28.1: perc.ci, basic.ci, bca.ci with L from the jackknife, the normal interval by its formula.
TEST(Bootstrap, AgreesWithBootCi) {
  const auto intervals = bootstrap_intervals(park_miller(), 0.05, ReplicateQuantile::normal);
  expect_interval(intervals.percentile, 9.2875, 17.425);
  expect_interval(intervals.basic, 7.5249999999999986, 15.6625);
  expect_interval(intervals.normal, 8.2693863036779831, 16.399834801849654);
  ASSERT_TRUE(intervals.bca.has_value());
  expect_interval(*intervals.bca, 9.7029186120602464, 18.149776185227459);
}

// SciPy 1.10.1: stats.bootstrap((x,), np.mean, bootstrap_result=..., n_resamples=0)
TEST(Bootstrap, AgreesWithSciPy) {
  const auto intervals = bootstrap_intervals(park_miller(), 0.05, ReplicateQuantile::linear);
  expect_interval(intervals.percentile, 9.31, 17.41375);
  expect_interval(intervals.basic, 7.53625, 15.64);
  ASSERT_TRUE(intervals.bca.has_value());
  expect_interval(*intervals.bca, 9.725, 17.91697414216466);
}

TEST(Bootstrap, HasNoBcaWhenAllReplicatesLieOnOneSide) {
  const Replicates replicates{0, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, {1, 2, 3}};
  const auto intervals = bootstrap_intervals(replicates, 0.2, ReplicateQuantile::normal);
  EXPECT_FALSE(intervals.bca.has_value());
  EXPECT_FALSE(intervals.extreme);
  EXPECT_TRUE(bootstrap_intervals(replicates, 0.01, ReplicateQuantile::normal).extreme);
}

TEST(Bootstrap, MirrorsWithTheStatistic) {
  Replicates upward = park_miller(), downward = upward;
  downward.observed = -downward.observed;
  for (double& value : downward.values) value = -value;
  for (double& value : downward.jackknife) value = -value;
  const auto up = bootstrap_intervals(upward, 0.05, ReplicateQuantile::linear);
  const auto down = bootstrap_intervals(downward, 0.05, ReplicateQuantile::linear);
  expect_interval(down.percentile, -up.percentile.upper, -up.percentile.lower);
  expect_interval(down.basic, -up.basic.upper, -up.basic.lower);
  expect_interval(down.normal, -up.normal.upper, -up.normal.lower);
  expect_interval(*down.bca, -up.bca->upper, -up.bca->lower);
}

// 4^4 resamples of four values: the mean of all their means is the mean, their variance that of a mean of four.
TEST(AllResamples, AreAllOfThem) {
  const double values[] = {10, 11, 15, 40};
  const Statistic mean = [&values](std::span<const std::size_t> rows) {
    double all = 0;
    for (const std::size_t row : rows) all += values[row];
    return all / static_cast<double>(rows.size());
  };
  const auto all = all_resamples(mean, 4);
  ASSERT_EQ(all.size(), 256u);
  EXPECT_EQ(all.front(), 10);
  EXPECT_EQ(all.back(), 40);
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
  EXPECT_DOUBLE_EQ(moments(all).mean, 19);
  EXPECT_NEAR(moments(all).variance * 255 / 256, (81 + 64 + 16 + 441) / 16.0, 1e-12);
}

TEST(LeaveOneOut, LeavesOutEachRowOnce) {
  const auto sums = leave_one_out(
      [](std::span<const std::size_t> rows) {
        double all = 0;
        for (const std::size_t row : rows) all += static_cast<double>(std::size_t{1} << row);
        return all;
      },
      5);
  EXPECT_EQ(sums, (std::vector<double>{30, 29, 27, 23, 15}));
}

// Positions come from the high bits: the ends of the 64-bit range are the first and the last row.
TEST(Replicate, ScalesBitsToPositions) {
  std::vector<std::size_t> seen;
  const Statistic note = [&seen](std::span<const std::size_t> rows) {
    seen.assign(rows.begin(), rows.end());
    return 0.0;
  };
  const std::uint64_t bits[] = {0, ~std::uint64_t{0}, std::uint64_t{1} << 63};
  replicate(note, 3, 1, [&bits](std::uint64_t, std::uint64_t draw) { return bits[draw]; });
  EXPECT_EQ(seen, (std::vector<std::size_t>{0, 2, 1}));
}

// Of 7 rows in blocks of 3 there are five places to start from; the last block is cut.
TEST(Replicate, DrawsRowsThatFollowEachOtherTogether) {
  std::vector<std::size_t> seen;
  const Statistic note = [&seen](std::span<const std::size_t> rows) {
    seen.assign(rows.begin(), rows.end());
    return 0.0;
  };
  const std::uint64_t bits[] = {~std::uint64_t{0}, 0, std::uint64_t{1} << 63};
  replicate(note, 7, 1, [&bits](std::uint64_t, std::uint64_t draw) { return bits[draw]; }, 3);
  EXPECT_EQ(seen, (std::vector<std::size_t>{4, 5, 6, 0, 1, 2, 2}));
}

// The means of resamples vary as the means of blocks do, over the number of blocks (Künsch 1989): of an autoregression
// with 0.8 by far more than those of independent rows.
TEST(Replicate, BlocksKeepWhatRowsHaveOfThoseBeforeThem) {
  constexpr std::size_t kRows = 1'200, kBlock = 40, kReplicates = 2'000;
  const auto word = [](std::uint64_t stream, std::uint64_t place) {
    return philox4x64_10({place, stream, 0, 0}, {2026, 0})[0];
  };
  std::vector<double> values(kRows);
  double before = 0;
  for (std::size_t i = 0; i < kRows; ++i)
    values[i] = before = 0.8 * before + normal_quantile((static_cast<double>(word(0, i) >> 11) + 0.5) * 0x1p-53);
  const Statistic mean = [&values](std::span<const std::size_t> rows) {
    double total = 0;
    for (const std::size_t row : rows) total += values[row];
    return total / static_cast<double>(rows.size());
  };
  const auto variance_of_means = [&](std::size_t block) {
    std::vector<double> means;
    for (std::size_t start = 0; start + block <= kRows; ++start) {
      std::vector<std::size_t> rows(block);
      for (std::size_t j = 0; j < block; ++j) rows[j] = start + j;
      means.push_back(mean(rows));
    }
    const double n = static_cast<double>(means.size());
    double total = 0, squares = 0;
    for (const double each : means) total += each;
    for (const double each : means) squares += (each - total / n) * (each - total / n);
    return squares / n / static_cast<double>(kRows) * static_cast<double>(block);
  };
  const auto error = [&](std::size_t block) {
    const auto means = replicate(mean, kRows, kReplicates, [&](auto i, auto j) { return word(1 + i, j); }, block);
    return bootstrap_intervals({0, means, {}}, 0.05, ReplicateQuantile::normal).standard_error;
  };
  EXPECT_NEAR(error(kBlock) / std::sqrt(variance_of_means(kBlock)), 1, 0.06);  // four standard errors
  EXPECT_NEAR(error(1) / std::sqrt(variance_of_means(1)), 1, 0.06);
  EXPECT_GT(variance_of_means(kBlock), 4 * variance_of_means(1));
}

// Three clusters of 1, 2 and 3 rows: each of the 27 draws, by the words that lead to it, holds its clusters whole.
TEST(ReplicateClusters, DrawsWholeClusters) {
  const RowClusters clusters{{4}, {0, 2}, {1, 3, 5}};
  const double values[] = {1, 20, 3, 40, 500, 60};
  const Statistic mean = [&values](std::span<const std::size_t> rows) {
    double total = 0;
    for (const std::size_t row : rows) total += values[row];
    return total / static_cast<double>(rows.size());
  };
  const Draws every = [](std::uint64_t replicate, std::uint64_t draw) {
    const std::uint64_t digit = replicate / (draw == 0 ? 1 : draw == 1 ? 3 : 9) % 3;
    return digit * (~std::uint64_t{0} / 3) + digit;  // into the digit's third
  };
  const auto found = replicate_clusters(mean, clusters, 27, every);
  const double sums[] = {500, 4, 120}, sizes[] = {1, 2, 3};
  std::size_t at = 0;
  for (int c = 0; c < 3; ++c)
    for (int b = 0; b < 3; ++b)
      for (int a = 0; a < 3; ++a)
        EXPECT_DOUBLE_EQ(found[at++], (sums[a] + sums[b] + sums[c]) / (sizes[a] + sizes[b] + sizes[c]));
  EXPECT_EQ(leave_one_cluster_out(mean, clusters), (std::vector<double>{124.0 / 5, 620.0 / 4, 504.0 / 3}));
}

// Clusters of a row each are rows.
TEST(ReplicateClusters, OfOneRowEachAreRows) {
  RowClusters clusters;
  for (std::size_t row = 0; row < kSample.size(); ++row) clusters.push_back({row});
  const Draws draws = [](std::uint64_t i, std::uint64_t j) { return philox4x64_10({j, i, 0, 0}, {7, 0})[0]; };
  EXPECT_EQ(replicate_clusters(mean_of_rows, clusters, 500, draws),
            replicate(mean_of_rows, kSample.size(), 500, draws));
  EXPECT_EQ(leave_one_cluster_out(mean_of_rows, clusters).size(), kSample.size());
}

TEST(PairwiseSum, AddsEverythingOnce) {
  for (const std::size_t n : {0u, 1u, 7u, 8u, 9u, 127u, 128u, 129u, 1000u, 4097u}) {
    std::vector<double> values;
    for (std::size_t i = 1; i <= n; ++i) values.push_back(static_cast<double>(i));
    const std::size_t whole = n * (n + 1) / 2;
    EXPECT_EQ(pairwise_sum(values), static_cast<double>(whole));
  }
}

}  // namespace
}  // namespace proofmark::statistics
