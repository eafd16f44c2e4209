// Series and clusters against R 4.2.2 (acf, Box.test, ar, qt, qbeta) and by properties.
#include "runtime/statistics/dependence.h"

#include <gtest/gtest.h>

#include <cmath>

#include "runtime/statistics/binomial.h"
#include "runtime/statistics/clusters.h"
#include "runtime/statistics/dispersion.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/paired_buckets.h"
#include "runtime/statistics/philox.h"

namespace proofmark::statistics {
namespace {

const std::vector<double> kSeries = {5.1, 4.7, 6.2, 5.8, 4.9, 7.1, 6.6, 5.0, 4.4, 6.9, 5.5, 5.2};

TEST(Series, CorrelationsAndLjungBox) {
  const auto covariance = autocovariances(kSeries, 3);
  EXPECT_NEAR(covariance[1] / covariance[0], -0.13646342993350902, 1e-14);
  EXPECT_NEAR(covariance[2] / covariance[0], -0.52113912934387152, 1e-14);
  EXPECT_NEAR(covariance[3] / covariance[0], 0.23550997365449750, 1e-14);
  const LjungBox test = ljung_box(kSeries, 3, 0);
  EXPECT_NEAR(test.q, 5.8824031739890295, 1e-12);
  EXPECT_NEAR(test.p_value, 0.11747386112267888, 1e-12);
}

TEST(Series, AutoregressionByAkaike) {
  const Autoregression model = autoregression(kSeries);
  ASSERT_EQ(model.coefficients.size(), 2u);
  EXPECT_NEAR(model.coefficients[0], -0.21151882314650933, 1e-12);
  EXPECT_NEAR(model.coefficients[1], -0.55000371344594368, 1e-12);
  EXPECT_NEAR(model.innovation, 0.67360555240344844, 1e-12);
  EXPECT_EQ(autoregression(std::vector<double>{1, 2, 3, 4, 5, 6}).spectrum0, 0);  // a straight line
}

TEST(Series, BatchMeans) {
  const BatchMeans means = batch_means(kSeries, 3);
  EXPECT_EQ(means.batches, 4u);
  EXPECT_NEAR(means.mean, 5.61666666666666714, 1e-14);
  EXPECT_NEAR(means.std_error, 0.16414763002993527, 1e-14);
  EXPECT_NEAR(means.effective_n, 29.881911902530387, 1e-11);
  EXPECT_EQ(batch_means(kSeries, 5).batches, 2u);  // the last two values are left out
}

TEST(Series, WithoutLagsTheErrorIsThatOfIndependentValues) {
  const auto variance = autocovariances(kSeries, 0).front();
  EXPECT_NEAR(newey_west_error(kSeries, 0), std::sqrt(variance / 12), 1e-15);
  EXPECT_EQ(autocorrelation_time(kSeries, 0), 1);
  EXPECT_GT(geyer_time(std::vector<double>{1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3}, 11).tau, 2);
}

// Sixty clusters of 200 rows; `bad` clusters have `failures` failures each.
std::vector<Cluster> sixty(std::uint64_t bad, std::uint64_t failures) {
  std::vector<Cluster> clusters(60, Cluster{200, 200});
  for (std::uint64_t i = 0; i < bad; ++i) clusters[i].successes -= failures;
  return clusters;
}

TEST(Clusters, DesignEffectOfEqualClusters) {
  // Rows that all share their cluster's outcome: the design effect is the size, up to the degrees of freedom.
  const ClusterRatio ratio = cluster_ratio(sixty(30, 200));
  EXPECT_EQ(ratio.p, 0.5);
  EXPECT_NEAR(ratio.design_effect, 200 * 60.0 / 59 * 11999 / 12000, 1e-10);
  const RatioSpan beta = korn_graubard_interval(ratio, 0.05), t = ratio_interval(ratio, 0.05, RatioScale::identity);
  EXPECT_LT(beta.lower, t.lower + 0.02);
  EXPECT_NEAR(ratio_interval(ratio, 0.05, RatioScale::arcsine).lower,
              1 - ratio_interval(ratio, 0.05, RatioScale::arcsine).upper, 1e-12);
  EXPECT_NEAR(ratio_interval(ratio, 0.05, RatioScale::logit).lower,
              1 - ratio_interval(ratio, 0.05, RatioScale::logit).upper, 1e-12);
}

TEST(Clusters, EffectiveIntervalIsClopperPearsonForWholeRows) {
  const RatioSpan span = effective_interval(0.95, 0.05, 40, 0.05);
  EXPECT_NEAR(span.lower, 0.85084803872678705, 1e-12);  // R: qbeta(.05, 38, 3)
  EXPECT_EQ(effective_interval(1, 0, 40, 0.05).upper, 1);
  EXPECT_NEAR(effective_interval(1, 0, 40, 0.05).lower, std::pow(0.05, 1.0 / 40), 1e-12);
}

// Twenty buckets whose share of failures runs from 2 % to 30 % with the load that both arms share, 200 rows an arm, no
// difference. Of 4,000 runs 95 % of the intervals hold 0; without the pairing the error would be twice as large.
TEST(PairedBuckets, HoldUnderASharedLoad) {
  std::uint64_t covered = 0;
  double paired = 0, unpaired = 0;
  constexpr std::uint64_t kRuns = 4000;
  for (std::uint64_t run = 0; run < kRuns; ++run) {
    PhiloxStream stream({run, 77}, {});
    std::vector<BucketPair> buckets;
    for (int i = 0; i < 20; ++i) {
      const double share = 0.02 + 0.28 * stream.next_double();
      BucketPair bucket{0, 200, 0, 200};
      for (int row = 0; row < 200; ++row) {
        bucket.first_sum += stream.next_double() < share ? 1 : 0;
        bucket.second_sum += stream.next_double() < share ? 1 : 0;
      }
      buckets.push_back(bucket);
    }
    const PairedDifference found = paired_difference(buckets);
    covered += std::fabs(found.difference) <= student_t_upper_quantile(0.025, 19) * found.std_error ? 1 : 0;
    paired += found.std_error;
    unpaired += found.unpaired_error;
  }
  EXPECT_NEAR(static_cast<double>(covered) / kRuns, 0.95, 3 * std::sqrt(0.95 * 0.05 / kRuns));
  EXPECT_GT(unpaired, 2 * paired);
}

// Buckets whose arms differ by the same share show no spread, and no pairing shows more than is there.
TEST(PairedBuckets, OfOneDifferenceHaveNoError) {
  std::vector<BucketPair> buckets;
  for (int i = 0; i < 12; ++i) buckets.push_back({5.0 + i, 32, 1.0 + i, 32});
  const PairedDifference found = paired_difference(buckets);
  EXPECT_EQ(found.difference, 0.125);
  EXPECT_EQ(found.std_error, 0);
  EXPECT_GT(found.unpaired_error, 0);
  EXPECT_NEAR(found.correlation, 1, 1e-15);
  const std::vector<BucketPair> nothing(12, BucketPair{0, 5, 0, 5});
  EXPECT_EQ(paired_difference(nothing).std_error, 0);
  EXPECT_EQ(paired_difference(nothing).correlation, 0);
}

// 200 times, of which one in ten holds a burst of one to five events: sixty in all. A bound at 5 % from Garwood's
// limits, inflated by the dispersion, misses about as often; the symmetric one misses above twice as often as it says.
TEST(QuasiPoisson, BoundsBurstsAboutAsItSays) {
  constexpr int kRuns = 4000, kTimes = 200;
  constexpr double kTruth = kTimes * 0.1 * 3;
  const TailLevel level{0.05, 0.95};
  int above = 0, below = 0, above_symmetric = 0;
  for (std::uint64_t run = 0; run < kRuns; ++run) {
    PhiloxStream stream({run, 78}, {});
    std::vector<std::uint64_t> counts;
    for (int i = 0; i < kTimes; ++i) {
      const bool burst = stream.next_double() < 0.1;
      const auto size = static_cast<std::uint64_t>(1 + std::floor(5 * stream.next_double()));
      counts.push_back(burst ? size : 0);
    }
    const EqualTimes times = equal_times(counts);
    const Interval bounds = quasi_poisson(times, level);
    above += bounds.upper < kTruth ? 1 : 0;
    below += bounds.lower > kTruth ? 1 : 0;
    const double half = quasi_poisson_half_width(times, level.alpha);
    above_symmetric += static_cast<double>(times.events) + half < kTruth ? 1 : 0;
  }
  EXPECT_LE(above, 0.06 * kRuns);
  EXPECT_LE(below, 0.05 * kRuns);
  EXPECT_GE(above_symmetric, 0.07 * kRuns);
}

}  // namespace
}  // namespace proofmark::statistics
