// Interval arithmetic: exact corners, outward rounding, unbounded ends; and decimal text.
#include "runtime/judgement/interval.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>

#include "runtime/judgement/decimal.h"
#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Calculation;
using plan::Comparison;
using plan::Rational;

Range range(const std::string& lower, const std::string& upper) {
  return {lower.empty() ? std::nullopt : std::optional<Rational>(exact(lower)),
          upper.empty() ? std::nullopt : std::optional<Rational>(exact(upper))};
}

void expect_range(const std::optional<Range>& found, const std::string& lower, const std::string& upper) {
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->lower, range(lower, upper).lower);
  EXPECT_EQ(found->upper, range(lower, upper).upper);
}

TEST(Interval, CornersOfMonotoneOperations) {
  expect_range(calculate(Calculation::add, {range("1", "2"), range("0.5", "3")}), "1.5", "5");
  expect_range(calculate(Calculation::subtract, {range("1", "2"), range("0.5", "3")}), "-2", "1.5");
  expect_range(calculate(Calculation::multiply, {range("-2", "3"), range("-5", "4")}), "-15", "12");
  expect_range(calculate(Calculation::divide, {range("1", "2"), range("-4", "-2")}), "-1", "-1/4");
  expect_range(calculate(Calculation::negate, {range("1", "2")}), "-2", "-1");
  expect_range(calculate(Calculation::minimum, {range("1", "5"), range("2", "3")}), "1", "3");
  expect_range(calculate(Calculation::maximum, {range("1", "5"), range("2", "3")}), "2", "5");
}

TEST(Interval, UnboundedEndsStayUnbounded) {
  expect_range(calculate(Calculation::add, {range("1", ""), range("2", "3")}), "3", "");
  expect_range(calculate(Calculation::subtract, {range("1", "2"), range("", "3")}), "-2", "");
  expect_range(calculate(Calculation::multiply, {range("0", "2"), range("1", "")}), "0", "");
  expect_range(calculate(Calculation::multiply, {range("-1", "2"), range("1", "")}), "", "");
  expect_range(calculate(Calculation::divide, {range("1", "2"), range("4", "")}), "0", "0.5");
  expect_range(calculate(Calculation::minimum, {range("1", ""), range("2", "3")}), "1", "3");
  expect_range(calculate(Calculation::maximum, {range("", "9"), range("2", "3")}), "2", "9");
}

TEST(Interval, ADenominatorThatMayBeZeroHasNoQuotient) {
  for (const Range& denominator :
       {range("-1", "1"), range("0", "1"), range("-1", "0"), range("0", "0"), range("", "1"), range("-1", "")})
    EXPECT_FALSE(calculate(Calculation::divide, {range("1", "2"), denominator}).has_value());
}

TEST(Interval, ClaimsAreComplementary) {
  EXPECT_EQ(claim_over(range("1", "2"), Comparison::at_least, exact("1")), Claimed::everywhere);
  EXPECT_EQ(claim_over(range("1", "2"), Comparison::greater, exact("1")), Claimed::somewhere);
  EXPECT_EQ(claim_over(range("1", "2"), Comparison::greater, exact("2")), Claimed::nowhere);
  EXPECT_EQ(claim_over(range("1", "2"), Comparison::at_least, exact("2")), Claimed::somewhere);
  EXPECT_EQ(claim_over(range("1", "2"), Comparison::less, exact("1")), Claimed::nowhere);
  EXPECT_EQ(claim_over(range("", "2"), Comparison::at_most, exact("2")), Claimed::everywhere);
  EXPECT_EQ(claim_over(range("1", ""), Comparison::at_most, exact("2")), Claimed::somewhere);
}

// Doubles drawn over many magnitudes, turned exact, so that products overflow 128 bits and must be rounded outward.
double any_end() {
  const int exponent = *rc::gen::inRange(-40, 40);
  return std::ldexp(static_cast<double>(*rc::gen::inRange<std::int64_t>(-(1LL << 53), 1LL << 53)), exponent - 53);
}

TEST(Interval, RoundingOnlyEverWidens) {
  const bool holds = rc::check("a calculation encloses the calculation of enclosed points", [] {
    const double a = any_end(), b = any_end(), c = any_end(), d = any_end();
    const Range left = enclose(std::min(a, b), std::max(a, b)), right = enclose(std::min(c, d), std::max(c, d));
    const long double x = a, y = c;  // points of the ranges
    const auto encloses = [](const std::optional<Range>& found, long double value) {
      if (!found) return true;
      const long double slack = std::fabs(value) * 1e-18L;
      return (!found->lower || found->lower->nearest_double() <= value + slack + std::fabs(value) * 3e-16L) &&
             (!found->upper || found->upper->nearest_double() >= value - slack - std::fabs(value) * 3e-16L);
    };
    RC_ASSERT(encloses(calculate(Calculation::add, {left, right}), x + y));
    RC_ASSERT(encloses(calculate(Calculation::subtract, {left, right}), x - y));
    RC_ASSERT(encloses(calculate(Calculation::multiply, {left, right}), x * y));
    if (y != 0) RC_ASSERT(encloses(calculate(Calculation::divide, {left, right}), x / y));
  });
  EXPECT_TRUE(holds);
}

TEST(Interval, LongChainsStayNarrow) {
  std::vector<Range> factors;
  for (int i = 0; i < 12; ++i) factors.push_back(enclose(0.999123456789 + i * 1e-7, 0.999123456789 + i * 1e-7));
  const std::optional<Range> product = calculate(Calculation::multiply, factors);
  ASSERT_TRUE(product && product->lower && product->upper);
  const double width = product->upper->nearest_double() - product->lower->nearest_double();
  EXPECT_GE(width, 0);
  EXPECT_LT(width, 1e-8);
}

TEST(Interval, InfiniteEndsAreUnbounded) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_FALSE(enclose(-infinity, 1).lower.has_value());
  EXPECT_FALSE(enclose(0, 1e300).upper.has_value());
  EXPECT_TRUE(enclose(1e-300, 1).lower->is_zero());
  EXPECT_GT(*enclose(0, 1e-300).upper, Rational(0));
  EXPECT_EQ(*enclose(0.5, 0.5).lower, exact("0.5"));
}

TEST(Decimal, RoundsInTheDirectionAsked) {
  EXPECT_EQ(decimal(exact("2/3"), 4, Rounding::down), "0.6666");
  EXPECT_EQ(decimal(exact("2/3"), 4, Rounding::up), "0.6667");
  EXPECT_EQ(decimal(exact("-2/3"), 4, Rounding::down), "-0.6667");
  EXPECT_EQ(decimal(exact("-2/3"), 4, Rounding::up), "-0.6666");
  EXPECT_EQ(decimal(exact("0.99999"), 3, Rounding::up), "1");
  EXPECT_EQ(decimal(exact("0.125"), 2, Rounding::half_even), "0.12");
  EXPECT_EQ(decimal(exact("0.375"), 2, Rounding::half_even), "0.38");
  EXPECT_EQ(decimal(exact("0.0012345"), 3, Rounding::half_even), "0.00123");
  EXPECT_EQ(decimal(exact("1234567"), 3, Rounding::down), "1234567");
  EXPECT_EQ(decimal(exact("0"), 3, Rounding::up), "0");
  EXPECT_EQ(decimal(exact("1/85070591730234615865843651857942052864"), 2, Rounding::half_even),
            "0.000000000000000000000000000000000000012");
}

TEST(Decimal, DoublesAreTakenExactly) {
  EXPECT_EQ(exact_rational(0.1), exact("3602879701896397/36028797018963968"));
  EXPECT_EQ(exact_rational(-1024.5), exact("-1024.5"));
  EXPECT_EQ(exact_rational(0), Rational(0));
  EXPECT_FALSE(exact_rational(1e300).has_value());
  EXPECT_FALSE(exact_rational(5e-324).has_value());
}

}  // namespace
}  // namespace proofmark::judgement
