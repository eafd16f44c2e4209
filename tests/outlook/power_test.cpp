// Sample sizes that anybody can look up, powers and saw teeth from R's pbinom (R 4.2.2), and both searches against the
// definition, row by row.
#include "runtime/outlook/power.h"

#include <gtest/gtest.h>

namespace proofmark::outlook {
namespace {

Rational exact(const char* text) {
  return *Rational::parse(text);
}

BinomialTest test_of(const char* allowed, const char* alpha, bool anytime = false) {
  return {exact(allowed), exact(alpha), exact(alpha), anytime};
}

// A literal of R's is good to some units of its last digit.
void expect_close(double value, double expected) {
  EXPECT_NEAR(value, expected, 1e-11 * expected);
}

TEST(Outlook, PublishedNumbersOfRows) {
  EXPECT_EQ(rows_to_pass(test_of("0.01", "0.05"), 0), 299U);
  EXPECT_EQ(rows_to_pass(test_of("0.01", "0.01"), 0), 459U);
  EXPECT_EQ(rows_to_pass(test_of("0.001", "0.05"), 0), 2'995U);
  EXPECT_EQ(rows_to_pass(test_of("0.001", "0.05"), 1), 4'742U);
  EXPECT_EQ(rows_to_pass(test_of("0.001", "0.01"), 0), 4'603U);
  EXPECT_EQ(rows_to_pass(test_of("0.0001", "0.01"), 0), 46'050U);
  EXPECT_EQ(rows_to_pass(test_of("0.1", "0.1"), 0), 22U);
  EXPECT_EQ(rows_to_pass(test_of("1e-13", "0.05"), 0), std::nullopt);
}

TEST(Outlook, BoundariesOfTheCatalogue) {
  const BinomialTest test = test_of("0.001", "0.05");
  EXPECT_EQ(most_bad_to_pass(test, 2'994), std::nullopt);
  EXPECT_EQ(most_bad_to_pass(test, 2'995), 0U);
  EXPECT_EQ(most_bad_to_pass(test, 10'000), 4U);
  EXPECT_EQ(most_bad_to_pass(test, 100'000), 83U);
  EXPECT_EQ(most_bad_to_pass(test, 1'000'000), 947U);
  EXPECT_EQ(least_bad_to_fail(test, 216'058), 241U);
  EXPECT_EQ(least_bad_to_fail(test, 216'059), 242U);
  EXPECT_EQ(last_rows_to_fail(test, 241), 216'058U);
}

TEST(Outlook, TiesPassAndDoNotFail) {
  const BinomialTest coin = test_of("0.5", "0.03125");
  EXPECT_EQ(rows_to_pass(coin, 0), 5U);
  EXPECT_FALSE(fails(coin, 5, 5));
  EXPECT_EQ(least_bad_to_fail(coin, 5), std::nullopt);
  EXPECT_EQ(least_bad_to_fail(coin, 6), 6U);
  EXPECT_EQ(last_rows_to_fail(coin, 5), 4U);
}

TEST(Outlook, PowersOfR) {
  expect_close(chances(test_of("0.001", "0.05"), 10'000, exact("0.0005")).pass, 0.44044940615491002);
  expect_close(chances(test_of("0.001", "0.05"), 100'000, exact("0.0005")).pass, 0.99999288877465931);
  expect_close(chances(test_of("0.005", "0.01"), 20'000, exact("0.0025")).pass, 0.9998542744018879);
  expect_close(chances(test_of("0.0001", "0.01"), 1'000'000, exact("0.00005")).pass, 0.99976350395243641);
  expect_close(chances(test_of("0.001", "0.05"), 10'000, exact("0.002")).fail, 0.8437453120742735);
  expect_close(chances(test_of("0.01", "0.01"), 2'000, exact("0.02")).fail, 0.9166328047664718);
  const Chances at_target = chances(test_of("0.001", "0.05"), 2'995, exact("0.001"));
  EXPECT_NEAR(at_target.pass, 0.04996, 5e-6);  // the size of the decision
  EXPECT_LT(at_target.fail, 0.05);
  expect_close(at_target.pass + at_target.fail + at_target.undecided, 1);
}

TEST(Outlook, RowsForAPowerByEnumerationInR) {
  EXPECT_EQ(rows_for_pass(test_of("0.01", "0.05"), exact("0.005"), exact("0.9")), 2'784U);
  EXPECT_EQ(rows_for_pass(test_of("0.05", "0.01"), exact("0.025"), exact("0.8")), 656U);
  EXPECT_EQ(rows_for_pass(test_of("0.3", "0.05"), exact("0.2"), exact("0.9")), 175U);
  EXPECT_EQ(rows_for_pass(test_of("0.5", "0.05"), exact("0.4"), exact("0.95")), 281U);
  EXPECT_EQ(rows_for_pass(test_of("0.001", "0.05"), exact("0.0005"), exact("0.9")), 29'058U);
  EXPECT_EQ(rows_for_fail(test_of("0.01", "0.05"), exact("0.02"), exact("0.9")), 1'349U);
  EXPECT_EQ(rows_for_fail(test_of("0.05", "0.01"), exact("0.1"), exact("0.8")), 289U);
  EXPECT_EQ(rows_for_fail(test_of("0.3", "0.05"), exact("0.4"), exact("0.9")), 207U);
  EXPECT_EQ(rows_for_fail(test_of("0.5", "0.05"), exact("0.6"), exact("0.95")), 281U);
  EXPECT_EQ(rows_for_fail(test_of("0.001", "0.05"), exact("0.002"), exact("0.9")), 14'089U);
}

// The last row number, up to `horizon`, at which the chance is too small, and one more.
template <typename Chance>
std::uint64_t stays_from(std::uint64_t horizon, double power, Chance chance) {
  std::uint64_t rows = horizon;
  while (rows > 0 && chance(rows) >= power) --rows;
  return rows + 1;
}

TEST(Outlook, RowByRow) {
  for (const char* allowed : {"0.02", "0.1", "1/3", "0.5", "0.7", "0.95"})
    for (const char* factor : {"0", "0.3", "0.6", "0.8"})
      for (const char* alpha : {"0.2", "0.05", "0.01"})
        for (const char* power : {"0.55", "0.9"})
          for (const bool anytime : {false, true}) {
            const BinomialTest test = test_of(allowed, alpha, anytime);
            const Rational better = *multiply(test.allowed, exact(factor));
            const Rational worse =
                *subtract(Rational(1), *multiply(*subtract(Rational(1), test.allowed), exact(factor)));
            const double wanted = exact(power).nearest_double();
            SCOPED_TRACE(std::string(allowed) + " " + factor + " " + alpha + " " + power + (anytime ? " anytime" : ""));
            const auto pass = rows_for_pass(test, better, exact(power));
            ASSERT_TRUE(pass);
            if (*pass < (anytime ? 400U : 2'000U)) {
              EXPECT_EQ(*pass, stays_from(*pass + 300, wanted,
                                          [&](std::uint64_t n) { return chances(test, n, better).pass; }));
            }
            const auto fail = rows_for_fail(test, worse, exact(power));
            ASSERT_TRUE(fail);
            if (*fail < (anytime ? 400U : 2'000U)) {
              EXPECT_EQ(*fail,
                        stays_from(*fail + 300, wanted, [&](std::uint64_t n) { return chances(test, n, worse).fail; }));
            }
          }
}

TEST(Outlook, HugeNumbersOfRowsTakeNoLoop) {
  const auto pass = rows_for_pass(test_of("0.001", "0.05"), exact("0.0009999"), exact("0.9"));
  ASSERT_TRUE(pass);
  EXPECT_GT(*pass, 800'000'000'000U);
  EXPECT_LT(*pass, 900'000'000'000U);
  EXPECT_GE(chances(test_of("0.001", "0.05"), *pass, exact("0.0009999")).pass, 0.9);
  EXPECT_EQ(rows_for_pass(test_of("0.001", "0.05"), exact("0.0009999999"), exact("0.9")), std::nullopt);
  EXPECT_EQ(rows_for_fail(test_of("0.001", "0.05"), exact("0.0010000001"), exact("0.9")), std::nullopt);
}

// Evidence for looks at any time is dearer, by what looking costs.
TEST(Outlook, AnytimeNeedsMore) {
  const BinomialTest once = test_of("0.01", "0.05"), anytime = test_of("0.01", "0.05", true);
  for (const std::uint64_t bad : {0U, 1U, 5U}) EXPECT_GT(*rows_to_pass(anytime, bad), *rows_to_pass(once, bad));
  for (const std::uint64_t rows : {500U, 5'000U, 100'000U}) {
    const auto most = most_bad_to_pass(anytime, rows);
    if (most) {
      EXPECT_TRUE(passes(anytime, *most, rows));
      EXPECT_FALSE(passes(anytime, *most + 1, rows));
      EXPECT_LT(*most, *most_bad_to_pass(once, rows));
    }
    const auto least = least_bad_to_fail(anytime, rows);
    ASSERT_TRUE(least);
    EXPECT_TRUE(fails(anytime, *least, rows));
    EXPECT_FALSE(fails(anytime, *least - 1, rows));
  }
}

}  // namespace
}  // namespace proofmark::outlook
