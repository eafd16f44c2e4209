// Exact numbers: against arithmetic that can be checked by hand, and against the compiler's own correctly rounded
// decimal literals.
#include "runtime/plan/number.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>
#include <random>

namespace proofmark::plan {
namespace {

Rational rational(std::string_view text) {
  const auto value = Rational::parse(text);
  EXPECT_TRUE(value.has_value()) << text;
  return value.value_or(Rational());
}

TEST(Rational, parses_decimals_exactly) {
  EXPECT_EQ(rational("0.995"), *Rational::make(199, 200));
  EXPECT_EQ(rational("99.9"), *Rational::make(999, 10));
  EXPECT_EQ(rational("1e-3"), *Rational::make(1, 1000));
  EXPECT_EQ(rational("-2.50"), *Rational::make(-5, 2));
  EXPECT_EQ(rational("6/4"), *Rational::make(3, 2));
  EXPECT_EQ(rational("0e9999"), Rational());
}

TEST(Rational, refuses_what_is_not_a_number) {
  for (const char* text :
       {"", ".", "5.", ".5", "-", "1e", "1e+", "1e99999", "0x10", "1/0", "1//2", "nan", "1 ", "1_000", "--1"})
    EXPECT_FALSE(Rational::parse(text).has_value()) << text;
}

TEST(Rational, refuses_what_does_not_fit) {
  EXPECT_FALSE(Rational::parse("1e40").has_value());
  EXPECT_FALSE(Rational::parse("1e-40").has_value());
  EXPECT_FALSE(Rational::parse("999999999999999999999999999999999999999999").has_value());
  const Rational large = rational("170141183460469231731687303715884105727");
  EXPECT_FALSE(add(large, Rational(1)).has_value());
  EXPECT_FALSE(multiply(large, Rational(2)).has_value());
  EXPECT_FALSE(divide(Rational(1), Rational(0)).has_value());
}

TEST(Rational, adds_over_the_least_common_denominator) {
  const Rational tiny = *Rational::make(1, *parse_int128("100000000000000000000000000000000000"));
  EXPECT_EQ(add(tiny, tiny), Rational::make(1, *parse_int128("50000000000000000000000000000000000")));
  EXPECT_EQ(subtract(Rational(1), subtract(Rational(1), tiny).value()), tiny);
}

TEST(Rational, floors_and_ceils_towards_the_right_side) {
  EXPECT_EQ(rational("-2.5").floor(), -3);
  EXPECT_EQ(rational("-2.5").ceil(), -2);
  EXPECT_EQ(rational("2.5").floor(), 2);
  EXPECT_EQ(rational("2.5").ceil(), 3);
  EXPECT_EQ(Rational(-4).floor(), -4);
  EXPECT_EQ(Rational(-4).ceil(), -4);
}

TEST(Rational, compares_beyond_128_bit_products) {
  const Rational a = *Rational::make((Int128(1) << 126) + 1, Int128(1) << 126),
                 b = *Rational::make(Int128(1) << 126, (Int128(1) << 126) - 1);
  EXPECT_LT(a, b);  // 1 + e < 1 / (1 - e)
  EXPECT_GT(Rational(1), *Rational::make(-1, 3));
  EXPECT_LT(rational("-0.5"), rational("-0.25"));
}

TEST(Rational, prints_what_it_parses) {
  for (const char* text : {"0", "0.001", "-12.5", "999999999999.999999999999", "1/3", "-7/13"})
    EXPECT_EQ(rational(text).to_decimal(), text);
  EXPECT_EQ(rational("0.50").to_string(), "1/2");
}

TEST(Rational, nearest_double_is_correctly_rounded) {
  std::mt19937_64 random(20261122);
  for (int i = 0; i < 20000; ++i) {
    const int digits = 1 + static_cast<int>(random() % 18), places = static_cast<int>(random() % 18);
    std::string text =
        std::to_string(random() % 1'000'000'000'000'000'000ULL).substr(0, static_cast<std::size_t>(digits));
    if (places > 0) text.insert(0, std::string("0.").append(static_cast<std::size_t>(places), '0'));
    EXPECT_EQ(rational(text).nearest_double(), std::strtod(text.c_str(), nullptr)) << text;
  }
  EXPECT_EQ(rational("9007199254740993").nearest_double(), 9007199254740992.0);  // a tie goes to even
  EXPECT_EQ(rational("9007199254740995").nearest_double(), 9007199254740996.0);
  EXPECT_EQ(rational("-1/3").nearest_double(), -1.0 / 3.0);
}

TEST(Int128, round_trips_through_text) {
  for (const Int128 value : {Int128(0), Int128(-1), Int128(std::numeric_limits<std::int64_t>::min()),
                             Int128(UInt128(1) << 127), Int128((UInt128(1) << 127) - 1)})
    EXPECT_EQ(parse_int128(to_string(value)), value);
  EXPECT_FALSE(parse_int128("170141183460469231731687303715884105728").has_value());
  EXPECT_FALSE(parse_int128("-").has_value());
}

}  // namespace
}  // namespace proofmark::plan
