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

// Montgomery (2013), table 9.3, K = 1/2: run lengths at H = 4 and H = 5 after a shift of the mean.
TEST(Charts, CusumRunLengths) {
  const struct {
    double shift, four, five, within;
  } printed[] = {{0, 168, 465, 0.5},       {0.25, 74.2, 139, 0.5},   {0.5, 26.6, 38.0, 0.06},
                 {0.75, 13.3, 17.0, 0.06}, {1, 8.38, 10.4, 0.05},    {1.5, 4.75, 5.75, 0.006},
                 {2, 3.34, 4.01, 0.006},   {2.5, 2.62, 3.11, 0.006}, {3, 2.19, 2.57, 0.006}};
  for (const auto& row : printed) {
    EXPECT_NEAR(cusum_run_length(0.5, 4, row.shift), row.four, row.within) << row.shift;
    EXPECT_NEAR(cusum_run_length(0.5, 5, row.shift), row.five, row.within) << row.shift;
    EXPECT_EQ(cusum_run_length(0.5, 5, row.shift), cusum_run_length(0.5, 5, -row.shift));
  }
  // Where the equation hands over to the approximation the two agree to its two in a hundred.
  EXPECT_NEAR(cusum_run_length(0.25, 25.001, 0) / cusum_run_length(0.25, 25, 0), 1, 0.02);
  EXPECT_NEAR(cusum_run_length(0.5, 18.9, 0) / cusum_run_length(0.5, 18.8, 0), std::exp(0.1), 0.02);
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
