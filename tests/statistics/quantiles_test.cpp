// Quantiles: estimates against R's quantile(), ranks against published tables, the Pareto tail against R's optim().
#include "runtime/statistics/quantiles.h"

#include <gtest/gtest.h>

#include <cmath>

#include "runtime/statistics/binomial.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/tail_model.h"

namespace proofmark::statistics {
namespace {

Rational number(const char* text) {
  return *Rational::parse(text);
}

const std::vector<double> kSample{12.1, 7.4, 9.3, 30.2, 8.8, 11.6, 10.5, 9.9, 15.0, 6.1};

// R 4.2.2: quantile(x, c(.1, .25, .5, .9), type = t)
TEST(PointQuantile, AgreesWithRInAllNineTypes) {
  const double expected[9][4] = {
      {6.1, 8.8, 9.9, 15.0},      {6.75, 8.8, 10.2, 22.6},
      {6.1, 7.4, 9.9, 15.0},      {6.1, 8.1, 9.9, 15.0},
      {6.75, 8.8, 10.2, 22.6},    {6.23, 8.45, 10.2, 28.68},
      {7.27, 8.925, 10.2, 16.52}, {6.5766666666666662, 8.6833333333333336, 10.2, 24.626666666666658},
      {6.62, 8.7125, 10.2, 24.12}};
  const char* const shares[] = {"0.1", "0.25", "0.5", "0.9"};
  const auto ascending = sorted(kSample);
  for (int type = 1; type <= 9; ++type)
    for (int i = 0; i < 4; ++i)
      EXPECT_NEAR(*point_quantile(ascending, number(shares[i]), type), expected[type - 1][i], 1e-13)
          << type << " " << i;
}

TEST(PointQuantile, IsTheExtremesAtTheEnds) {
  const auto ascending = sorted(kSample);
  for (int type = 1; type <= 9; ++type) {
    EXPECT_EQ(*point_quantile(ascending, number("0"), type), 6.1) << type;
    EXPECT_EQ(*point_quantile(ascending, number("1"), type), 30.2) << type;
    EXPECT_EQ(*point_quantile(std::vector<double>{3}, number("0.3"), type), 3) << type;
  }
}

// 0.07 * 100 is 7.000000000000001 in doubles; the position is exact here.
TEST(PointQuantile, PlacesExactly) {
  std::vector<double> ascending;
  for (int i = 1; i <= 100; ++i) ascending.push_back(i);
  for (int i = 1; i <= 100; ++i) EXPECT_EQ(*point_quantile(ascending, *Rational::make(i, 100), 1), i);
  EXPECT_FALSE(point_quantile(ascending, number("0.33333333333333333333333333333333333333"), 8).has_value());
}

TEST(PointQuantile, GrowsWithP) {
  const auto ascending = sorted(kSample);
  for (int type = 1; type <= 9; ++type) {
    double before = -HUGE_VAL;
    for (int i = 0; i <= 200; ++i) {
      const double value = *point_quantile(ascending, *Rational::make(i, 200), type);
      EXPECT_GE(value, before) << type << " " << i;
      before = value;
    }
  }
}

TEST(Sorted, PutsMinusZeroBeforeZero) {
  const auto ascending = sorted(std::vector<double>{0.0, -0.0, -1});
  EXPECT_TRUE(std::signbit(ascending[1]));
  EXPECT_FALSE(std::signbit(ascending[2]));
}

// Conover 1999, table A3: n = 20, median, ranks 6 and 15 cover with .9586.
TEST(QuantileRanks, CoverAsTabulated) {
  const auto ranks = quantile_ranks(20, number("0.5"), {number("0.025"), number("0.025")});
  EXPECT_EQ(ranks.lower, 6u);
  EXPECT_EQ(ranks.upper, 15u);
  EXPECT_NEAR(ranks.coverage, 0.9586105, 5e-8);
  const auto one_sided = quantile_ranks(459, number("0.99"), {std::nullopt, number("0.01")});
  EXPECT_EQ(one_sided.lower, 0u);
  EXPECT_EQ(one_sided.upper, 459u);
  EXPECT_NEAR(one_sided.coverage, 0.9900790257989595, 1e-13);  // 1 - 0.99^459
}

TEST(QuantileRanks, NeverCoverLessThanPromised) {
  for (const std::uint64_t n : {1u, 2u, 7u, 30u, 299u, 4603u, 1'000'000u})
    for (const char* p : {"0.001", "0.1", "0.5", "0.9", "0.999"})
      for (const char* alpha : {"0.05", "0.01", "0.000001"}) {
        const auto each = *plan::divide(number(alpha), Rational(2));
        const auto ranks = quantile_ranks(n, number(p), {each, each});
        EXPECT_GE(ranks.coverage, 1 - number(alpha).nearest_double()) << n << " " << p << " " << alpha;
        EXPECT_LE(ranks.lower, ranks.upper);
      }
}

// The interval of 1 - p is that of p, seen from the other end.
TEST(QuantileRanks, MirrorWithP) {
  for (const std::uint64_t n : {10u, 59u, 1000u, 123'457u}) {
    const auto upper = quantile_ranks(n, number("0.9"), {number("0.025"), number("0.025")});
    const auto lower = quantile_ranks(n, number("0.1"), {number("0.025"), number("0.025")});
    EXPECT_EQ(upper.lower + lower.upper, n + 1) << n;
    EXPECT_EQ(upper.upper + lower.lower, n + 1) << n;
  }
}

TEST(QuantileRanks, FollowTheRuleOfTies) {
  const auto ranks = quantile_ranks(5, number("0.5"), {number("1/32"), number("1/32")});
  EXPECT_EQ(ranks.lower, 0u);
  EXPECT_EQ(ranks.upper, 5u);
}

TEST(QuantileRanks, AreWidenedByASketchsRankError) {
  const auto ranks = widened({983, 997, 0.976}, 1000, number("0.0005"));  // half a rank counts as one
  EXPECT_EQ(ranks.lower, 982u);
  EXPECT_EQ(ranks.upper, 998u);
  const auto beyond = widened({983, 997, 0.976}, 1000, number("0.01"));
  EXPECT_EQ(beyond.upper, 1001u);
  EXPECT_EQ(widened({3, 1001, 0.976}, 1000, number("0.01")).lower, 0u);
}

TEST(DkwBand, IsMassartsConstant) {
  EXPECT_NEAR(dkw_half_width(100, 0.05), 0.13581015157406193, 1e-15);
}

// Quantiles of a Pareto distribution with scale 1 and a shape, at evenly spaced probabilities.
std::vector<double> pareto_grid(int n, double shape) {
  std::vector<double> values;
  for (int i = 0; i < n; ++i) {
    const double left = 1 - (i + 0.5) / n;
    values.push_back(shape == 0 ? -log_of(left) : expm1_of(-shape * log_of(left)) / shape);
  }
  return values;
}

TEST(ParetoTail, FindsTheShapeOfWhatItIsGiven) {
  for (const double shape : {-0.4, -0.1, 0.0, 0.2, 0.7, 1.5}) {
    const auto tail = fit_pareto_tail(pareto_grid(4000, shape));
    ASSERT_TRUE(tail.has_value()) << shape;
    EXPECT_NEAR(tail->shape, shape, 0.02) << shape;
    EXPECT_NEAR(tail->scale, 1, 0.02) << shape;
  }
}

// R 4.2.2: optim() on the exact likelihood, reltol 1e-14: scale 7.2787, shape 0.4456, cost 48.0280.
TEST(ParetoTail, IsWhereTheLikelihoodIsGreatest) {
  const std::vector<double> values{0.5, 1.5, 1.5, 2.5, 2.5, 3.5, 4.5, 5.5, 7.5, 10.5, 14.5, 21.5, 34.5, 59.5};
  const auto tail = fit_pareto_tail(values);
  ASSERT_TRUE(tail.has_value());
  const auto cost = [&](double scale, double shape) {
    double all = 0;
    for (const double y : values) all += log_of(scale) + (1 / shape + 1) * log1p_of(shape * y / scale);
    return all;
  };
  EXPECT_NEAR(cost(tail->scale, tail->shape), tail->negative_log_likelihood, 1e-10);
  for (const double step : {-0.01, 0.01}) {
    EXPECT_GT(cost(tail->scale * (1 + step), tail->shape), tail->negative_log_likelihood);
    EXPECT_GT(cost(tail->scale, tail->shape + step), tail->negative_log_likelihood);
  }
}

TEST(ParetoTail, ScalesWithTheUnit) {
  const auto seconds = fit_pareto_tail(pareto_grid(500, 0.3));
  auto values = pareto_grid(500, 0.3);
  for (double& value : values) value *= 1e9;
  const auto nanoseconds = fit_pareto_tail(values);
  EXPECT_NEAR(nanoseconds->shape, seconds->shape, 1e-6);
  EXPECT_NEAR(nanoseconds->scale / seconds->scale, 1e9, 1e3);
}

TEST(ParetoTail, HasNoMaximumWhereTheTailEndsAbruptly) {
  EXPECT_FALSE(fit_pareto_tail(std::vector<double>(20, 1.0)).has_value());
  std::vector<double> rising;
  for (int i = 1; i <= 100; ++i) rising.push_back(std::sqrt(i));
  EXPECT_FALSE(fit_pareto_tail(rising).has_value());
}

TEST(ParetoTail, ExtrapolatesContinuouslyThroughTheExponential) {
  const double exponential = pareto_tail_quantile({2, 0, 0}, 10, 0.1, 0.001);
  EXPECT_NEAR(exponential, 10 + 2 * log_of(100), 1e-13);
  EXPECT_NEAR(pareto_tail_quantile({2, 1e-9, 0}, 10, 0.1, 0.001), exponential, 1e-6);
  EXPECT_EQ(pareto_tail_quantile({2, 0.4, 0}, 10, 0.1, 0.1), 10);
}

}  // namespace
}  // namespace proofmark::statistics
