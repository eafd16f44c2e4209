// Decimals times a scale, exactly: known cases, and random ones against 128-bit rationals.
#include "runtime/snapshot/decimal.h"

#include <gtest/gtest.h>

#include <random>

namespace proofmark::snapshot {
namespace {

using plan::Rational;

struct Case {
  std::string_view text;
  Rational scale;
  std::int64_t value;
  DecimalProblem problem;
};

TEST(Decimal, KnownCases) {
  const Rational ns_in_s = 1'000'000'000, thousandth = *Rational::make(1, 1000), third = *Rational::make(1, 3);
  const Case cases[] = {
      {"0.011", ns_in_s, 11'000'000, DecimalProblem::none},
      {"1795335998.039", ns_in_s, 1'795'335'998'039'000'000, DecimalProblem::none},
      {"1795335998.0390000000000000", ns_in_s, 1'795'335'998'039'000'000, DecimalProblem::none},
      {"1795335998.0390000001", ns_in_s, 0, DecimalProblem::not_whole},
      {"0.0000000001", ns_in_s, 0, DecimalProblem::not_whole},
      {"1e-9", ns_in_s, 1, DecimalProblem::none},
      {"1e-10", ns_in_s, 0, DecimalProblem::not_whole},
      {"0e999999999999", ns_in_s, 0, DecimalProblem::none},
      {"-0.000E-999999999999", ns_in_s, 0, DecimalProblem::none},
      {"0.0000000000000000000000000000000000000000000000", ns_in_s, 0, DecimalProblem::none},
      {"2.5E+3", 1, 2500, DecimalProblem::none},
      {"-0", 1, 0, DecimalProblem::none},
      {"-0.5", 10, -5, DecimalProblem::none},
      {"1.0", 1, 1, DecimalProblem::none},
      {"1.5", 1, 0, DecimalProblem::not_whole},
      {"9223372036854775807", 1, INT64_MAX, DecimalProblem::none},
      {"-9223372036854775808", 1, INT64_MIN, DecimalProblem::none},
      {"9223372036854775808", 1, 0, DecimalProblem::out_of_range},
      {"-9223372036854775809", 1, 0, DecimalProblem::out_of_range},
      {"9999999999999999999", 1, 0, DecimalProblem::out_of_range},
      {"99999999999999999999999999999999999999999", 1, 0, DecimalProblem::out_of_range},
      {"1e400", 1, 0, DecimalProblem::out_of_range},
      {"1e-400", 1, 0, DecimalProblem::not_whole},
      {"9223372036.854775807", ns_in_s, INT64_MAX, DecimalProblem::none},
      {"9223372036.854775808", ns_in_s, 0, DecimalProblem::out_of_range},
      {"4000", thousandth, 4, DecimalProblem::none},
      {"4001", thousandth, 0, DecimalProblem::not_whole},
      {"9", third, 3, DecimalProblem::none},
      {"1.0000000000000000000000000000000000000000000001", 1, 0, DecimalProblem::not_whole},
  };
  for (const Case& one : cases) {
    const DecimalReading reading = Scale(one.scale).read(one.text);
    EXPECT_EQ(reading.problem, one.problem) << one.text;
    if (one.problem != DecimalProblem::none) continue;
    EXPECT_EQ(reading.value, one.value) << one.text;
  }
}

TEST(Decimal, WhatIsNoNumber) {
  for (const std::string_view text :
       {"",   "-",  "+1",  "024",   "-01", ".5",       "1.",    "1.e3", "1e",    "1e+", "0x10",
        "1 ", " 1", "1,5", "1_000", "NaN", "Infinity", "1.2.3", "--1",  "1e5.5", "٣"}) {
    EXPECT_EQ(Scale(Rational(1)).read(text).problem, DecimalProblem::not_a_number) << text;
    EXPECT_EQ(shape_of_number(text), NumberShape::not_a_number) << text;
  }
  EXPECT_EQ(shape_of_number("0"), NumberShape::integer);
  EXPECT_EQ(shape_of_number("-120"), NumberShape::integer);
  EXPECT_EQ(shape_of_number("1.0"), NumberShape::real);
  EXPECT_EQ(shape_of_number("1e3"), NumberShape::real);
}

// Digits are read eight at a time: a stranger among them shows wherever it stands.
TEST(Decimal, StrangersAmongDigits) {
  for (std::size_t size = 1; size <= 24; ++size)
    for (std::size_t at = 0; at < size; ++at)
      for (const char stranger : {'/', ':', 'a', 'e', '.', '-', ' ', '\0', '\x7F', '\x80', '\xB0', '\xB9', '\xFF'}) {
        std::string text(size, '1');
        text[at] = stranger;
        const bool no_number = shape_of_number(text) == NumberShape::not_a_number;
        EXPECT_EQ(Scale(Rational(1)).read(text).problem == DecimalProblem::not_a_number, no_number) << text;
      }
}

TEST(Decimal, AgreesWithRationals) {
  std::mt19937_64 random(7);
  const Rational scales[] = {
      1, 10, 1000, 1'000'000, 1'000'000'000, 1024, *Rational::make(1, 8), *Rational::make(60'000'000'000, 7)};
  for (int i = 0; i < 200'000; ++i) {
    std::string text = (random() & 1) != 0 ? "-" : "";
    text += std::to_string(random() >> (random() % 64));
    if ((random() & 1) != 0) text += "." + std::to_string(random() >> (20 + random() % 44));
    if (random() % 4 == 0) text += "e" + std::to_string(static_cast<int>(random() % 7) - 3);
    const Rational& scale = scales[random() % std::size(scales)];
    const auto number = Rational::parse(text);
    ASSERT_TRUE(number) << text;
    const auto exact = plan::multiply(*number, scale);
    if (!exact) continue;
    const DecimalReading reading = Scale(scale).read(text);
    const bool fits = exact->numerator() >= INT64_MIN && exact->numerator() <= INT64_MAX;
    if (!exact->is_integer()) {
      ASSERT_EQ(reading.problem, DecimalProblem::not_whole) << text << " * " << scale.to_string();
    } else if (!fits) {
      ASSERT_EQ(reading.problem, DecimalProblem::out_of_range) << text << " * " << scale.to_string();
    } else {
      ASSERT_EQ(reading.problem, DecimalProblem::none) << text << " * " << scale.to_string();
      ASSERT_EQ(reading.value, static_cast<std::int64_t>(exact->numerator())) << text << " * " << scale.to_string();
    }
  }
}

}  // namespace
}  // namespace proofmark::snapshot
