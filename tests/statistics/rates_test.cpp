// Rates of events: published digits, closed forms, and two-sided tests by hand.
#include <gtest/gtest.h>

#include <cmath>

#include "runtime/statistics/poisson.h"

namespace proofmark::statistics {
namespace {

plan::Rational number(const char* text) {
  return *plan::Rational::parse(text);
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

}  // namespace
}  // namespace proofmark::statistics
