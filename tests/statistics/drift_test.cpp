// Divergences, distances and charts.
#include "runtime/statistics/drift.h"

#include <gtest/gtest.h>

#include <cmath>

namespace proofmark::statistics {
namespace {

TEST(Divergence, ByHand) {
  const std::vector<double> p = {0.5, 0.5}, q = {0.2, 0.8};
  EXPECT_NEAR(kullback_leibler(p, q), 0.5 * std::log(2.5) + 0.5 * std::log(0.625), 1e-15);
  EXPECT_NEAR(stability_index(p, q), 0.3 * std::log(2.5) - 0.3 * std::log(0.625), 1e-15);
  EXPECT_NEAR(jensen_shannon(p, q) / std::log(2.0), 0.07310400793180988, 1e-15);  // SciPy 1.10.1, squared distance
  EXPECT_EQ(kullback_leibler(p, p), 0);
  EXPECT_EQ(jensen_shannon(std::vector<double>{1, 0}, std::vector<double>{1, 0}), 0);
}

TEST(Divergence, OfDisjointHistogramsIsOneBit) {
  EXPECT_NEAR(jensen_shannon(std::vector<double>{1, 0, 0}, std::vector<double>{0, 0.5, 0.5}), std::log(2.0), 1e-15);
}

TEST(Divergence, OfNearEqualHistogramsKeepsItsDigits) {
  // To second order the index is sum (p - q)^2 / p; here 2 * (1e-9)^2 / 0.5.
  const std::vector<double> p = {0.5, 0.5}, q = {0.5 + 0x1p-30, 0.5 - 0x1p-30};
  EXPECT_NEAR(stability_index(p, q) / (4 * 0x1p-60), 1, 1e-9);
}

TEST(Divergence, IndexIsChiSquaredWhenScaled) {
  const std::vector<double> expected = {1000, 2000, 3000}, actual = {1010, 1980, 3010};
  const Homogeneity test = homogeneity(expected, actual);
  EXPECT_EQ(test.df, 2u);
  EXPECT_NEAR(stability_index(shares(expected), shares(actual)) / (1.0 / 6000 + 1.0 / 6000), test.statistic, 1e-4);
}

TEST(Distances, ByHand) {
  const std::vector<double> a = {0, 1, 3}, b = {5, 6, 8};  // SciPy's documentation: 5
  EXPECT_EQ(distances(a, b).wasserstein, 5);
  EXPECT_EQ(distances(a, a).wasserstein, 0);
  EXPECT_EQ(distances(a, a).energy, 0);
  EXPECT_NEAR(distances(std::vector<double>{0}, std::vector<double>{2}).energy, 2, 1e-15);
  EXPECT_NEAR(distances(std::vector<double>{0, 2}, std::vector<double>{1}).wasserstein, 1, 1e-15);
}

TEST(Charts, CusumAlarmsAfterTheShift) {
  const std::vector<double> values = {100, 100, 104, 104, 104};
  const Cusum chart = cusum(values, 100, 1, 5);
  EXPECT_EQ(chart.upper, (std::vector<double>{0, 0, 3, 6, 9}));
  EXPECT_EQ(chart.first_alarm, 4u);
  EXPECT_FALSE(cusum(values, 102, 2, 50).first_alarm.has_value());
}

// Montgomery (2013), table 9.3: K = 1/2, H = 4 runs 168 values, H = 5 465 values, and 10.4 after a shift by one.
TEST(Charts, CusumRunLengths) {
  EXPECT_NEAR(cusum_run_length(0.5, 4, 0), 168, 4);
  EXPECT_NEAR(cusum_run_length(0.5, 5, 0), 465, 10);
  EXPECT_NEAR(cusum_run_length(0.5, 5, 1), 10.4, 0.3);
}

TEST(Charts, PageHinkleyTakesTheMeanWithTheValue) {
  const PageHinkley found = page_hinkley(std::vector<double>{1, 1, 4}, 0.5, 1, true);
  // means 1, 1, 2; sums -0.5, -1, 0.5; least -0.5, -1, -1
  EXPECT_EQ(found.last, 1.5);
  EXPECT_EQ(found.first_alarm, 3u);
  EXPECT_EQ(page_hinkley(std::vector<double>{-1, -1, -4}, 0.5, 1, false).last, 1.5);
}

}  // namespace
}  // namespace proofmark::statistics
