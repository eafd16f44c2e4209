// Divergences, distances and charts.
#include "runtime/statistics/drift.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "runtime/statistics/e_detector.h"
#include "runtime/statistics/philox.h"

namespace proofmark::statistics {
namespace {

std::vector<double> uniforms(std::uint32_t run, std::size_t n) {
  PhiloxStream stream({run, 2026}, {});
  std::vector<double> values(n);
  for (double& value : values) value = stream.next_double();
  return values;
}
std::vector<double> shares_of_ones(std::uint32_t run, std::size_t n, double p) {
  std::vector<double> values;
  for (const double u : uniforms(run, n)) values.push_back(u < p ? 1 : 0);
  return values;
}

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

// Values until the first alarm on average, of `runs` runs that are cut off after `most` values.
double average_run(const EDetector& detector, std::uint32_t runs, std::size_t most,
                   const std::function<std::vector<double>(std::uint32_t)>& values) {
  double total = 0;
  for (std::uint32_t run = 0; run < runs; ++run)
    total += static_cast<double>(detect(detector, values(run)).first_alarm.value_or(most));
  return total / runs;
}

// Zeros and ones at the mean itself, 1,000 runs of at most 500 values: where 50 are promised, the sums over all starts
// take 76 and CUSUM 323.
TEST(EDetector, RunsAsLongAsItSays) {
  const std::vector<double> stakes = {0.5, 0.125};
  for (const DetectorKind kind : {DetectorKind::shiryaev_roberts, DetectorKind::cusum})
    EXPECT_GE(average_run({kind, 0.1, 50, stakes}, 1000, 500,
                          [](std::uint32_t run) { return shares_of_ones(run, 500, 0.1); }),
              50)
        << static_cast<int>(kind);
}

// Values whose distribution depends on the one before, never of another mean: nothing else is supposed: 65 values.
TEST(EDetector, RunsAsLongWithDependentValues) {
  const std::vector<double> stakes = {0.5, 0.25};
  const auto values = [](std::uint32_t run) {
    std::vector<double> made;
    bool calm = true;
    for (const double u : uniforms(run + 9000, 500)) {
      made.push_back(calm ? (u < 0.1 ? 1 : 0) : 0.2 * u);
      calm = made.back() < 0.05;
    }
    return made;
  };
  EXPECT_GE(average_run({DetectorKind::shiryaev_roberts, 0.1, 50, stakes}, 1000, 500, values), 50);
}

// From one in ten to three in ten: 32 values on average, where a false alarm takes 1,000.
TEST(EDetector, SeesAChangeSoon) {
  const std::vector<double> stakes = {0.5, 0.25, 0.125, 0.0625};
  EXPECT_LE(average_run({DetectorKind::shiryaev_roberts, 0.1, 1000, stakes}, 300, 300,
                        [](std::uint32_t run) { return shares_of_ones(run + 50'000, 300, 0.3); }),
            40);
}

TEST(EDetector, HoldsOverLongSilence) {
  const std::vector<double> stakes = {0.9}, silence(20'000, 0.0);
  const Detection found = detect({DetectorKind::cusum, 0.1, 10, stakes}, silence);
  EXPECT_FALSE(found.first_alarm.has_value());
  EXPECT_NEAR(found.log_last, std::log(0.1), 1e-12);  // each value begins anew: 1 - 0.9
}

}  // namespace
}  // namespace proofmark::statistics
