// Quantities and odds as people read them.
#include "runtime/judgement/quantity.h"

#include <gtest/gtest.h>

#include "runtime/judgement/wording.h"
#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Unit;

TEST(Quantity, UnitsAsPeopleWriteThem) {
  EXPECT_EQ(exact_quantity(exact("0.995"), {Unit::ratio, false}), "99.5 %");
  EXPECT_EQ(exact_quantity(exact("0.00001"), {Unit::ratio, true}), "10 ppm");
  EXPECT_EQ(exact_quantity(exact("300000000"), {Unit::duration, false}), "300ms");
  EXPECT_EQ(exact_quantity(exact("1500000000"), {Unit::duration, false}), "1.5s");
  EXPECT_EQ(exact_quantity(exact("5400000000000"), {Unit::duration, false}), "90m");
  EXPECT_EQ(exact_quantity(exact("0"), {Unit::duration, false}), "0s");
  EXPECT_EQ(exact_quantity(exact("-250000"), {Unit::duration, false}), "-250us");
  EXPECT_EQ(exact_quantity(exact("1610612736"), {Unit::bytes, false}), "1.5GiB");
  EXPECT_EQ(exact_quantity(exact("50000000000"), {Unit::bytes, false}), "50GB");
  EXPECT_EQ(exact_quantity(exact("512"), {Unit::bytes, false}), "512B");
  EXPECT_EQ(measured_quantity("1610612736", Rounding::up, exact("50000000000"), {Unit::bytes, false}), "1.611GB");
  EXPECT_EQ(exact_quantity(exact("1234567"), {Unit::number, false}), "1,234,567");
  EXPECT_EQ(duration_text(7LL * 86'400'000'000'000), "7d");
}

TEST(Quantity, SpansAsPeopleSayThem) {
  constexpr plan::Int128 kMs = 1'000'000, kSecond = 1'000 * kMs, kMinute = 60 * kSecond, kHour = 60 * kMinute,
                         kDay = 24 * kHour;
  const std::pair<plan::Int128, const char*> spans[] = {{31'621'994 * kSecond, "366d"},
                                                        {100 * kDay + 13 * kHour, "101d"},
                                                        {99 * kDay + 13 * kHour + 29 * kMinute, "99d 13h"},
                                                        {28 * kHour, "1d 4h"},
                                                        {23 * kHour + 40 * kMinute, "23h 40m"},
                                                        {24 * kHour - kSecond, "1d"},
                                                        {kHour - 1, "1h"},
                                                        {20 * kHour, "20h"},
                                                        {165 * kSecond, "2m 45s"},
                                                        {kMinute, "1m"},
                                                        {59'400 * kMs, "59.4s"},
                                                        {1'500 * kMs, "1.5s"},
                                                        {250 * kMs, "250ms"},
                                                        {0, "0s"},
                                                        {-90 * kMinute, "-1h 30m"}};
  for (const auto& [ns, text] : spans) EXPECT_EQ(span_text(ns), text);
}

// A gate compares spans to a twentieth, and its note shows both.
TEST(Quantity, SpansATwentiethApartReadDifferently) {
  for (plan::Int128 ns = 1; ns < plan::Int128(1) << 70; ns = ns * 21 / 20 + 1)
    EXPECT_NE(span_text(ns), span_text(ns + ns / 20 + 1)) << plan::to_string(ns);
}

TEST(Quantity, TimestampsAreRfc3339InUtc) {
  EXPECT_EQ(timestamp_text(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(timestamp_text(1'700'000'000'123'000'000), "2023-11-14T22:13:20.123Z");
  EXPECT_EQ(timestamp_text(-1), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(exact_quantity(exact("951782400000000000"), {Unit::timestamp, false}), "2000-02-29T00:00:00Z");
}

TEST(Quantity, ARoundedValueKeepsItsSideOfTheThreshold) {
  const Display share{Unit::ratio, false};
  EXPECT_EQ(measured_quantity("0.998999999966", Rounding::up, exact("0.999"), share), "99.899999997 %");
  EXPECT_EQ(measured_quantity("0.9941", Rounding::up, exact("0.999"), share), "99.41 %");
  EXPECT_EQ(measured_quantity("0.99901", Rounding::half_even, exact("0.999"), share), "99.901 %");
  EXPECT_EQ(measured_quantity("0.999", Rounding::down, exact("0.999"), share), "99.9 %");
  EXPECT_EQ(measured_quantity("", Rounding::down, exact("0.999"), share), "");
  EXPECT_EQ(measured_quantity("1e+300", Rounding::down, exact("1"), {Unit::number, false}), "1e+300");
}

TEST(Quantity, OddsScaleSensibly) {
  const auto odds = [](const char* alpha) {
    return std::pair(odds_of(exact(alpha)).times, odds_of(exact(alpha)).cases);
  };
  using Odds2 = std::pair<std::uint64_t, std::uint64_t>;
  EXPECT_EQ(odds("0.05"), Odds2(5, 100));
  EXPECT_EQ(odds("0.01"), Odds2(1, 100));
  EXPECT_EQ(odds("0.005"), Odds2(5, 1'000));
  EXPECT_EQ(odds("1/32"), Odds2(3'125, 100'000));
  EXPECT_EQ(odds("1/3"), Odds2(333'334, 1'000'000));
  EXPECT_EQ(odds("0.000000001"), Odds2(1, 1'000'000'000));
}

}  // namespace
}  // namespace proofmark::judgement
