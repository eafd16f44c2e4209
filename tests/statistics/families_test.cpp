// Rates, means, sample sizes, posteriors, budgets and random words: published digits, closed forms and identities.
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "runtime/statistics/beta_comparison.h"
#include "runtime/statistics/compose.h"
#include "runtime/statistics/means.h"
#include "runtime/statistics/monte_carlo.h"
#include "runtime/statistics/poisson.h"
#include "runtime/statistics/sample_sizes.h"

namespace proofmark::statistics {
namespace {

Rational number(const char* text) {
  return *Rational::parse(text);
}

// Garwood 1936, the 95% interval of 10 events: 4.795 to 18.390; of none: 0 to 3.689.
TEST(Rates, AsGarwoodPrintsThem) {
  const Interval ten = garwood(10, 1, tail_level(number("0.95"), true));
  EXPECT_NEAR(ten.lower, 4.795, 1e-3);
  EXPECT_NEAR(ten.upper, 18.390, 1e-3);
  EXPECT_NEAR(garwood(0, 4, tail_level(number("0.95"), false)).upper, -std::log(0.05) / 4, 1e-15);
  EXPECT_EQ(garwood(0, 4, tail_level(number("0.95"), false)).lower, 0);
}

TEST(Rates, TwoSidedTestAddsWhatIsNoLikelier) {
  EXPECT_EQ(poisson_test_two_sided(4, 4), 1);
  EXPECT_EQ(poisson_test_two_sided(0, 0), 1);
  // At mean 10 the counts above that are no likelier than 3 begin at 18.
  EXPECT_NEAR(poisson_test_two_sided(3, 10), poisson_lower(3, 10) + poisson_upper(18, 10), 1e-16);
}

TEST(Rates, RatioOfEqualCountsIsSymmetric) {
  const RatePair pair{7, 2, 7, 2};
  const Interval bounds = ratio_interval(pair, tail_level(number("0.95"), true));
  EXPECT_NEAR(bounds.lower * bounds.upper, 1, 1e-13);
  EXPECT_EQ(conditional_two_sided(pair, 1), 1);
  EXPECT_EQ(ratio_score(pair, 1), 0);
  EXPECT_EQ(ratio_interval({3, 1, 0, 1}, tail_level(number("0.95"), true)).upper, HUGE_VAL);
}

// NIST e-Handbook 1.3.5.2, data ZARR13: 95% limits of the mean 9.25824 and 9.26468.
TEST(Means, AsNistPrintsThem) {
  const Interval bounds = student_t_interval(9.26146, 0.02278881, 195, tail_level(number("0.95"), true));
  EXPECT_NEAR(bounds.lower, 9.25824, 6e-6);
  EXPECT_NEAR(bounds.upper, 9.26468, 6e-6);
  EXPECT_EQ(student_t_interval(3, 0, 5, tail_level(number("0.95"), true)).upper, 3);
}

TEST(Means, BoundedWidths) {
  const TailLevel level = tail_level(number("0.95"), true);
  EXPECT_NEAR(hoeffding_half_width(1, 200, level), std::sqrt(std::log(40.0) / 400), 1e-15);
  EXPECT_NEAR(empirical_bernstein_half_width(2, 0, 11, level), 7 * 2 * std::log(80.0) / 30, 1e-14);
}

TEST(SampleSizes, AsTextbooksPrintThem) {
  EXPECT_EQ(two_sided_range_n(number("0.95"), number("0.95")), 93u);                   // Wilks 1941 and its tables
  EXPECT_EQ(two_sided_range_n(number("0.5"), number("0.9375")), 5u);                   // a tie: 2 / 32 = 1 / 16
  EXPECT_EQ(std::ceil(two_proportion_n(0.01, 0.02, 0.05, 0.8, TestSide::two)), 2319);  // R power.prop.test
  EXPECT_NEAR(*two_mean_n(0.5, 1, 0.05, 0.8, TestSide::two), 63.76561, 1e-4);          // R power.t.test; Cohen 1988: 64
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

TEST(Posteriors, OneBetaAboveAnother) {
  EXPECT_NEAR(probability_greater({3, 4}, {3, 4}), 0.5, 1e-12);
  EXPECT_NEAR(probability_greater({1, 1}, {2, 1}), 1.0 / 3, 1e-12);  // U > max of two: 1/3
  EXPECT_NEAR(probability_greater({5, 2}, {2, 7}) + probability_greater({2, 7}, {5, 2}), 1, 1e-12);
  // P(U > max of 60 uniforms) = 1/61, and far in the tail P(max of 60 < 1 - max of 60) = 60! 60! / 120!.
  EXPECT_NEAR(probability_greater({1, 60}, {60, 1}) / std::exp(-log_choose(120, 60)), 1, 1e-9);
}

// Beta-binomial under the uniform prior: every count is as likely as another.
TEST(Posteriors, UniformPriorMakesCountsEquallyLikely) {
  for (std::uint64_t least = 0; least <= 12; ++least)
    EXPECT_NEAR(beta_binomial_upper({1, 1}, 11, least), static_cast<double>(12 - least) / 12, 1e-12);
}

TEST(Budgets, SeriesBoundsAreOrdered) {
  const std::array<Trials, 2> components = {Trials{299, 299}, Trials{299, 299}};
  const SeriesBound bound = series_bound(components, number("0.95"));
  EXPECT_NEAR(bound.bonferroni_product, std::pow(0.025, 2.0 / 299), 1e-14);
  EXPECT_LE(bound.bonferroni_union, bound.bonferroni_product);
  EXPECT_LE(bound.bonferroni_product, bound.sidak_product);
  EXPECT_EQ(bound.point, 1);
}

// Random123, kat_vectors.
TEST(Philox, KnownAnswers) {
  EXPECT_EQ(philox4x64_10({0, 0, 0, 0}, {0, 0}),
            (PhiloxWords{0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b, 0x7e68b68aec7ba23b}));
  constexpr std::uint64_t kOnes = ~std::uint64_t{0};
  EXPECT_EQ(philox4x64_10({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}),
            (PhiloxWords{0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6, 0xa09caebf594f0ba0}));
  EXPECT_EQ(next_counter({kOnes, kOnes, 4, 0}), (PhiloxWords{0, 0, 5, 0}));
}

TEST(MonteCarlo, SumsOfUniforms) {
  EXPECT_NEAR(sum_above_probability(3, 2.7), 0.0045, 1e-15);
  EXPECT_NEAR(sum_above_probability(4, 2), 0.5, 1e-15);
  EXPECT_NEAR(sum_above_probability(2, 0.5), 0.875, 1e-15);
  const std::uint64_t count = sums_above(PhiloxStream({7, 7}, {0, 0, 0, 0}), 100'000, 3, 2.7);
  EXPECT_NEAR(static_cast<double>(count), 450, 4 * std::sqrt(450.0));
}

}  // namespace
}  // namespace proofmark::statistics
