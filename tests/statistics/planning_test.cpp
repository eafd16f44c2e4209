// Sample sizes: published tables, ties, and agreement of two ways to one probability.
#include <gtest/gtest.h>

#include <cmath>

#include "runtime/statistics/sample_sizes.h"

namespace proofmark::statistics {
namespace {

plan::Rational number(const char* text) {
  return *plan::Rational::parse(text);
}

TEST(SampleSizes, AsTextbooksPrintThem) {
  EXPECT_EQ(two_sided_range_n(number("0.95"), number("0.95")),
            59u);  // ln 0.05 / ln 0.95 = 58.4, and 0.05^59 is nothing
  EXPECT_EQ(two_sided_range_n(number("0.5"), number("0.9375")), 5u);                   // a tie: 2 / 32 = 1 / 16
  EXPECT_EQ(std::ceil(two_proportion_n(0.01, 0.02, 0.05, 0.8, TestSide::two)), 2319);  // R power.prop.test
  EXPECT_NEAR(*two_mean_n(0.5, 1, 0.05, 0.8, TestSide::two), 63.76576, 1e-5);          // R power.t.test; Cohen 1988: 64
  EXPECT_EQ(std::ceil(monte_carlo_n(0.5, 0.005, number("0.95"))), 38415);
}

TEST(SampleSizes, OfAuditsAreExactOnTies) {
  EXPECT_EQ(detecting_sample(1000, 1, number("0.95")), 950u);  // 50 / 1000 is alpha itself
  EXPECT_EQ(detecting_sample(1000, 1000, number("0.95")), 1u);
  EXPECT_EQ(detect_probability(10, 3, 8), 1);
  EXPECT_EQ(detect_probability(10, 0, 8), 0);
  for (const std::uint64_t defects : {1u, 7u, 50u, 5000u}) {
    const std::uint64_t n = detecting_sample(1'000'000, defects, number("0.99"));
    EXPECT_GE(detect_probability(1'000'000, defects, n), 0.99 - 1e-12);
    EXPECT_LT(detect_probability(1'000'000, defects, n - 1), 0.99);
  }
}

// The two ways to the same logarithm: a product of few factors, and three binomials.
TEST(SampleSizes, DetectionIsSmoothWhereTheFormulaChanges) {
  const double few = detect_probability(10'000'000, 1000, 2000), more = detect_probability(10'000'000, 1001, 2000);
  EXPECT_NEAR((1 - more) / (1 - few), 1 - 2000.0 / 9'999'000, 1e-10);
}

}  // namespace
}  // namespace proofmark::statistics
