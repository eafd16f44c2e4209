// Sketches as buckets: every value lies in the run that its rank names, counts bracket the true ones, and sketches of
// shards add up to the sketch of all.
#include "runtime/statistics/sketch_buckets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "runtime/statistics/elementary.h"
#include "runtime/statistics/philox.h"
#include "runtime/statistics/sketches.h"

namespace proofmark::statistics {
namespace {

SketchLayout ddsketch(const char* accuracy) {
  return {SketchKind::ddsketch, *plan::Rational::parse(accuracy), 0, 0, 1, 3};
}
SketchLayout native(int schema, double zero_width) {
  return {SketchKind::native, {}, schema, zero_width, 1, 3};
}
SketchLayout hdr(std::uint64_t lowest, int digits) {
  return {SketchKind::hdr, {}, 0, 0, lowest, digits};
}

// As the sketch of the layout counts it.
void count_in(Sketch& sketch, double value) {
  const SketchLayout& layout = sketch.layout;
  if (layout.kind == SketchKind::hdr) {
    const auto first = HdrLayout(layout.lowest, layout.digits).first_of_bucket(static_cast<std::uint64_t>(value));
    ++sketch.positive[static_cast<std::int64_t>(first)];
    return;
  }
  const double size = std::fabs(value);
  if (size <= layout.zero_width) {
    ++sketch.zero;
    return;
  }
  const std::int64_t index = layout.kind == SketchKind::native
                                 ? native_bucket(size, layout.schema).index
                                 : dd_bucket(size, layout.relative_accuracy.nearest_double()).index;
  ++(value > 0 ? sketch.positive : sketch.negative)[index];
}

// Of both signs and over ten decades where the layout has them; whole ones for an HdrHistogram.
std::vector<double> values_for(const SketchLayout& layout, std::uint64_t seed) {
  PhiloxStream stream({seed, 5}, {});
  std::vector<double> values;
  for (int i = 0; i < 500; ++i) {
    const double size = exp_of(23 * stream.next_double() - (layout.kind == SketchKind::hdr ? 0 : 12));
    const bool negative = layout.kind != SketchKind::hdr && stream.next_double() < 0.3;
    values.push_back(layout.kind == SketchKind::hdr ? std::floor(size) : negative ? -size : size);
  }
  values.push_back(0);
  return values;
}

const SketchLayout kLayouts[] = {ddsketch("0.01"),  ddsketch("0.2"),  native(-4, 0), native(0, 0.5), native(3, 0.001),
                                 native(8, 1e-128), native(-1, 7.25), hdr(1, 3),     hdr(100, 0),    hdr(1000, 5)};

TEST(SketchBuckets, EncloseEveryRankAndBracketEveryCount) {
  for (const SketchLayout& layout : kLayouts) {
    Sketch sketch{layout, {}, {}, 0, {}};
    auto values = values_for(layout, 1);
    for (const double value : values) count_in(sketch, value);
    const auto runs = runs_of(sketch);
    ASSERT_EQ(total(sketch), values.size());
    std::sort(values.begin(), values.end());
    for (std::size_t i = 0; i < values.size(); ++i) {
      const SketchRun& run = run_of_rank(runs, i + 1);
      EXPECT_LE(run.lower, values[i]);
      EXPECT_GE(run.upper, values[i]);
      const auto counted = count_at_most(runs, values[i]);
      const auto truly =
          static_cast<std::uint64_t>(std::upper_bound(values.begin(), values.end(), values[i]) - values.begin());
      EXPECT_LE(counted.fewest, truly);
      EXPECT_GE(counted.most, truly);
    }
  }
}

TEST(SketchBuckets, ShardsAddUpToTheWhole) {
  for (const SketchLayout& layout : kLayouts) {
    Sketch whole{layout, {}, {}, 0, {}}, one = whole, other = whole;
    const auto values = values_for(layout, 2);
    for (std::size_t i = 0; i < values.size(); ++i) {
      count_in(whole, values[i]);
      count_in(i % 3 == 0 ? one : other, values[i]);
    }
    const auto both = merged(one, other);
    ASSERT_TRUE(both.has_value());
    EXPECT_EQ(both->positive, whole.positive);
    EXPECT_EQ(both->negative, whole.negative);
    EXPECT_EQ(both->zero, whole.zero);
  }
}

TEST(SketchBuckets, OtherLayoutsHaveNoSum) {
  for (const SketchLayout& one : kLayouts)
    for (const SketchLayout& other : kLayouts)
      EXPECT_EQ(merged({one, {}, {}, 0, {}}, {other, {}, {}, 0, {}}).has_value(), one == other);
}

// Of what was collapsed only the upper edge is known, in the sum too.
TEST(SketchBuckets, CollapsedOnesReachDownToZero) {
  const SketchLayout layout = ddsketch("0.01");
  const Sketch collapsed{layout, {{-5, 7}, {3, 1}}, {}, 0, -5}, fine{layout, {{-20, 2}, {9, 4}}, {}, 0, {}};
  const auto both = merged(fine, collapsed);
  ASSERT_TRUE(both.has_value());
  EXPECT_EQ(both->positive, (BucketCounts{{-5, 9}, {3, 1}, {9, 4}}));
  const auto runs = runs_of(*both);
  EXPECT_EQ(run_of_rank(runs, 1).lower, 0);
  EXPECT_NEAR(run_of_rank(runs, 9).upper, std::pow(1.01 / 0.99, -5), 1e-11);
  EXPECT_EQ(count_at_most(runs, 0.5).fewest, 0);
  EXPECT_EQ(count_at_most(runs, 0.5).most, 9);
}

TEST(SketchBuckets, GrowAsTheirSchemaSays) {
  EXPECT_NEAR(bucket_growth(native(3, 0)), 1.0905077326652577, 1e-15);
  EXPECT_NEAR(bucket_growth(native(8, 0)), 1.0027112750502025, 1e-15);
  EXPECT_EQ(bucket_growth(native(-4, 0)), 65536);
  EXPECT_NEAR(bucket_growth(ddsketch("0.01")), 1.01 / 0.99, 1e-15);
  EXPECT_FALSE(has_edges(native(-4, 0), 64));
  EXPECT_FALSE(has_edges(ddsketch("0.01"), 40'000));
  EXPECT_FALSE(has_edges(hdr(1, 3), -1));
}

}  // namespace
}  // namespace proofmark::statistics
