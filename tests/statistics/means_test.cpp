// Intervals of means against published digits and their formulas.
#include <gtest/gtest.h>

#include <cmath>

#include "runtime/statistics/means.h"

namespace proofmark::statistics {
namespace {

plan::Rational number(const char* text) {
  return *plan::Rational::parse(text);
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

}  // namespace
}  // namespace proofmark::statistics
