// Distribution functions against 40-digit values of mpmath 1.3 (gammainc, betainc, erfc, loggamma, quad), and inverses
// against what they invert.
#include "runtime/statistics/distributions.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace proofmark::statistics {
namespace {

void expect_relative(double got, double wanted, double tolerance = 1e-13) {
  EXPECT_LE(std::fabs(got - wanted), tolerance * std::fabs(wanted)) << got << " for " << wanted;
}

TEST(Distributions, GammaTails) {
  expect_relative(gamma_lower(3, 2.5), 0.456186884116670482);
  expect_relative(gamma_upper(0.5, 0.01), 0.887537083981715107);
  expect_relative(gamma_upper(1234.5, 1400), 3.02975099848767487e-6);
  expect_relative(gamma_lower(1e5, 98'000), 9.69083515816048645e-11);
  EXPECT_EQ(gamma_lower(2, 0), 0);
  EXPECT_EQ(gamma_upper(2, HUGE_VAL), 0);
}

TEST(Distributions, GammaQuantilesInvertUpToShapesOfRows) {
  for (const double shape : {1e-3, 0.5, 1.0, 3.0, 1e3, 1e6, 1e11})
    for (const double level : {1e-12, 0.025, 0.5}) {
      const double low = gamma_quantile(shape, level, 1 - level), high = gamma_quantile(shape, 1 - level, level);
      const double conditioning = 4e-15 * std::sqrt(shape) + 1e-12;  // a rounding of x moves the tail by this
      if (low > 1e-290) expect_relative(gamma_lower(shape, low), level, 30 * conditioning);
      if (high > 1e-290) expect_relative(gamma_upper(shape, high), level, 30 * conditioning);
      EXPECT_LE(low, high);
    }
}

TEST(Distributions, StudentTails) {
  expect_relative(student_t_upper(2.5, 10), 0.0157234221183044021);
  expect_relative(student_t_upper(40, 3.5), 4.38322055468650993e-6);
  EXPECT_EQ(student_t_cdf(0, 7), 0.5);
  expect_relative(student_t_upper_quantile(0.25, 1), 1.0);                           // Cauchy: tan(pi/4)
  expect_relative(student_t_upper_quantile(1e-300, 1), 3.18309886183790671538e299);  // 1 / (pi p)
  for (const double df : {0.7, 1.0, 2.0, 9.0, 1e6, 1e12})
    for (const double p : {1e-12, 0.001, 0.3})
      expect_relative(student_t_upper(student_t_upper_quantile(p, df), df), p, 1e-11);
}

TEST(Distributions, BetaTailsBelowOneHalf) {
  expect_relative(beta_lower(0.2, 0.3, 0.01), 0.257194781622087046);
  expect_relative(beta_upper(0.3, 0.2, 0.99), beta_lower(0.2, 0.3, 1 - 0.99));
  EXPECT_EQ(binomial_upper(0, 5, {0.1, 0.9}), 1);
  EXPECT_EQ(binomial_lower(4, 5, {0, 1}), 1);
}

// Shapes that are not whole: their sum is rounded, and what it loses counts at n = 1e9.
TEST(Distributions, BetaTailsOfManyRowsInEffect) {
  expect_relative(beta_lower(294530352.98622006, 661058826.6151081, 0.30818993550134677), 0.02752029538975433181);
  expect_relative(beta_upper(294530352.98622006, 661058826.6151081, 0.30818993550134677), 0.97247970461024566819);
}

TEST(Distributions, NormalTailsToTheLastSubnormal) {
  expect_relative(normal_upper(8.3), 5.20556974489025402e-17);
  EXPECT_NEAR(normal_upper(38), 2.88542836006878431e-316, 1e-322);
  expect_relative(normal_log_cdf(-1000), -500007.826694812184);
  for (double z = -36.9; z < 8; z += 0.37)
    expect_relative(-normal_upper_quantile(normal_cdf(z)), z, 2e-13 + 1e-16 / normal_upper(z));
}

TEST(Distributions, LogarithmsOfLargeCounts) {
  expect_relative(log_beta(0.5, 1e12), -13.243145615039449);
  expect_relative(log_binomial_pmf(998'998'300, 1'000'000'000, 0.999, 0.001), -9.27267038191102033, 1e-11);
  EXPECT_EQ(log_choose(5, 5), 0);
  expect_relative(log_choose(10, 3), std::log(120.0));
  expect_relative(log_poisson_pmf(3, 2), std::log(8.0 / 6) - 2);
}

TEST(Distributions, NoncentralT) {
  expect_relative(noncentral_t_upper(2, 10, 1.5), 0.340845927557809185, 1e-12);
  for (const double df : {2.0, 7.5, 1e6})
    expect_relative(noncentral_t_upper(1.3, df, 0), student_t_upper(1.3, df), 1e-11);
}

TEST(Distributions, SumsForgetNothing) {
  const std::array<double, 4> values = {1e16, 1, -1e16, 1};
  EXPECT_EQ(sum(values), 2);
  const std::array<double, 3> near = {1'000'000'000.1, 1'000'000'000.2, 1'000'000'000.3};
  EXPECT_NEAR(moments(near).variance, 0.01, 1e-8);
  const std::array<double, 3> equal = {0.1, 0.1, 0.1};
  EXPECT_EQ(moments(equal).variance, 0);
}

// Whether or not a sum of them has come to infinity less infinity.
TEST(Distributions, SquaresThatAreTooLargeAreInfinite) {
  for (const double value : {1e155, 1e180, 1e200, 1.7e308}) {
    const std::array<double, 3> values = {value, -value, value};
    EXPECT_EQ(moments(values).variance, HUGE_VAL) << value;
  }
  EXPECT_TRUE(are_equal(std::array{1e-200, 1e-200}));
  EXPECT_FALSE(are_equal(std::array{1e-200, 2e-200}));
}

}  // namespace
}  // namespace proofmark::statistics
