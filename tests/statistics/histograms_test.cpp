// Histograms and sketches: what a bucket can and cannot say, and the guarantees of the sketches as properties.
#include "runtime/statistics/histograms.h"

#include <gtest/gtest.h>

#include <cmath>

#include "runtime/statistics/sketches.h"

namespace proofmark::statistics {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

const Histogram kLatency{0, {0.1, 0.25, 0.5, 1, kInfinity}, {900, 80, 15, 4, 1}};

TEST(CountAtMost, IsExactOnAnEdgeAndARangeWithinABucket) {
  const auto on_edge = count_at_most(kLatency, 0.25);
  EXPECT_EQ(on_edge.fewest, 980);
  EXPECT_EQ(on_edge.most, 980);
  EXPECT_EQ(on_edge.beyond_fewest, 20);
  EXPECT_EQ(on_edge.beyond_most, 20);
  const auto within = count_at_most(kLatency, 0.3);
  EXPECT_EQ(within.fewest, 980);
  EXPECT_EQ(within.most, 995);
  EXPECT_EQ(within.beyond_fewest, 5);
  EXPECT_EQ(within.beyond_most, 20);
}

TEST(CountAtMost, KnowsTheEnds) {
  EXPECT_EQ(count_at_most(kLatency, -1).most, 0);  // nothing lies below the lowest edge
  EXPECT_EQ(count_at_most(kLatency, 0).most, 900);
  EXPECT_EQ(count_at_most(kLatency, 50).fewest, 999);  // the last bucket is open
  EXPECT_EQ(count_at_most(kLatency, 50).most, 1000);
  Histogram open = kLatency;
  open.lowest = -kInfinity;
  EXPECT_EQ(count_at_most(open, -1).most, 900);
}

TEST(BucketOfRank, EnclosesTheRank) {
  EXPECT_EQ(bucket_of_rank(kLatency, 1).upper, 0.1);
  EXPECT_EQ(bucket_of_rank(kLatency, 900).upper, 0.1);
  EXPECT_EQ(bucket_of_rank(kLatency, 901).lower, 0.1);
  EXPECT_EQ(bucket_of_rank(kLatency, 1000).lower, 1);
  EXPECT_EQ(bucket_of_rank(kLatency, 1000).upper, kInfinity);
}

// The examples of the Prometheus documentation's rules: linear in the bucket, the last finite edge, the first bucket.
TEST(PrometheusQuantile, InterpolatesAsPrometheusDoes) {
  const std::vector<CumulativeBucket> buckets{{0.1, 90}, {0.3, 99}, {1, 99.5}, {kInfinity, 100}};
  EXPECT_DOUBLE_EQ(prometheus_quantile(buckets, 0.95).value, 0.1 + (0.3 - 0.1) * (5.0 / 9));
  EXPECT_DOUBLE_EQ(prometheus_quantile(buckets, 0.45).value, 0.05);
  const auto last = prometheus_quantile(buckets, 0.999);
  EXPECT_EQ(last.value, 1);
  EXPECT_TRUE(last.in_last_bucket);
  EXPECT_EQ(last.bucket.upper, kInfinity);
  EXPECT_EQ(prometheus_quantile(buckets, -0.1).value, -kInfinity);
  EXPECT_EQ(prometheus_quantile(buckets, 1.1).value, kInfinity);
  EXPECT_EQ(prometheus_quantile({{-1, 5}, {1, 10}, {kInfinity, 10}}, 0.25).value, -1);
}

TEST(PrometheusQuantile, RepairsWhatPrometheusRepairs) {
  // out of order, an edge twice, a count that falls
  const auto repaired = prometheus_quantile({{kInfinity, 30}, {0.5, 30}, {0.2, 8}, {0.1, 4}, {0.1, 6}}, 1);
  EXPECT_EQ(repaired.value, 0.5);
  EXPECT_DOUBLE_EQ(prometheus_quantile({{0.1, 10}, {0.2, 8}, {0.5, 30}, {kInfinity, 30}}, 0.25).value, 0.075);
}

TEST(PrometheusQuantile, HasNoValueWithoutData) {
  EXPECT_TRUE(std::isnan(prometheus_quantile({{0.1, 0}, {kInfinity, 0}}, 0.5).value));
  EXPECT_TRUE(std::isnan(prometheus_quantile({{kInfinity, 10}}, 0.5).value));
  EXPECT_TRUE(std::isnan(prometheus_quantile({{0.1, 1}, {0.2, 5}}, 0.5).value));
}

TEST(DdSketch, AnswersWithinItsAccuracy) {
  for (const double accuracy : {0.001, 0.01, 0.02, 0.3})
    for (double value = 1e-9; value < 1e12; value *= 1.37) {
      const auto bucket = dd_bucket(value, accuracy);
      EXPECT_NEAR(bucket.representative, value, accuracy * value * (1 + 1e-9)) << value << " " << accuracy;
      EXPECT_NEAR(bucket.gamma, (1 + accuracy) / (1 - accuracy), 1e-15);
    }
  EXPECT_EQ(dd_bucket(1, 0.01).index, 0);
  EXPECT_EQ(dd_representative(0, 0.01), 0);
  EXPECT_EQ(dd_representative(-5, 0.01), -dd_representative(5, 0.01));
}

// Two digits: 256 sub-buckets, so values below 256 are exact and 55,232 falls into a bucket 256 wide.
TEST(HdrHistogram, KeepsItsDigits) {
  const HdrLayout two(1, 2);
  EXPECT_EQ(two.width(255), 1u);
  EXPECT_EQ(two.width(256), 2u);
  EXPECT_EQ(two.first_of_bucket(55'232), 55'040u);
  EXPECT_EQ(two.last_of_bucket(55'232), 55'295u);
  EXPECT_EQ(two.middle_of_bucket(55'232), 55'168u);
  EXPECT_EQ(two.first_of_bucket(1755), 1752u);
  for (int digits = 1; digits <= 5; ++digits) {
    const HdrLayout layout(1, digits);
    for (std::uint64_t value = 1; value < 4'000'000'000ULL; value = value * 3 + 1) {
      EXPECT_LE(layout.first_of_bucket(value), value);
      EXPECT_GE(layout.last_of_bucket(value), value);
      EXPECT_LE(static_cast<double>(layout.width(value)) - 1, std::pow(10, -digits) * static_cast<double>(value));
    }
  }
  EXPECT_EQ(HdrLayout(1000, 3).width(0), 512u);  // 1000 rounded down to a power of two
}

TEST(NativeHistogram, HasBucketsThatEncloseTheirValues) {
  for (int schema = -4; schema <= 8; ++schema)
    for (double value = 1e-12; value < 1e15; value *= 3.3) {
      const auto bucket = native_bucket(value, schema);
      EXPECT_LT(bucket.bounds.lower, value) << schema << " " << value;
      EXPECT_GE(bucket.bounds.upper, value) << schema << " " << value;
      EXPECT_NEAR(bucket.bounds.upper / bucket.bounds.lower / bucket.growth, 1, 1e-14);
    }
}

// Schema 0: powers of two; schema 3: growth 2^(1/8) = 1.0905; an edge belongs to the bucket below it.
TEST(NativeHistogram, PutsEdgesIntoTheBucketBelow) {
  EXPECT_EQ(native_bucket(1, 0).index, 0);
  EXPECT_EQ(native_bucket(1.0001, 0).index, 1);
  EXPECT_EQ(native_bucket(2, 0).index, 1);
  EXPECT_EQ(native_bucket(2, 3).index, 8);
  EXPECT_EQ(native_bucket(16, -2).index, 1);
  EXPECT_EQ(native_bucket(17, -2).index, 2);
  EXPECT_EQ(native_bucket(0.0625, -2).index, -1);
  EXPECT_NEAR(native_bucket(1, 3).growth, 1.0905077326652577, 1e-15);
  EXPECT_EQ(native_bucket(-2, 0).bounds.lower, -2);
  EXPECT_EQ(native_bucket(-2, 0).bounds.upper, -1);
}

}  // namespace
}  // namespace proofmark::statistics
