// The one subtraction that must be exact, where it cancels to the last digit and where it fills three limbs.
#include "runtime/statistics/exact_ratio.h"

#include <gtest/gtest.h>

#include <cmath>

#include "runtime/statistics/monotone_search.h"

namespace proofmark::statistics {
namespace {

using plan::UInt128;

UInt128 power_of_ten(int exponent) {
  return exponent == 0 ? 1 : 10 * power_of_ten(exponent - 1);
}

// a = b = c and x = 1/2 +- 10^j / 10^36: the deviation is -+ 2c 10^(j - 36).
TEST(Deviation, IsExactWhereverItCancels) {
  constexpr std::uint64_t kRows = 987'654'321'987;
  const UInt128 one = power_of_ten(36), half = 5 * power_of_ten(35);
  for (int j = 0; j < 35; ++j) {
    const double wanted = 2.0 * static_cast<double>(kRows) * static_cast<double>(power_of_ten(j)) / 1e36;
    EXPECT_NEAR(deviation(kRows, kRows, {half - power_of_ten(j), one}) / wanted, 1, 1e-15) << j;
    EXPECT_NEAR(deviation(kRows, kRows, {half + power_of_ten(j), one}) / -wanted, 1, 1e-15) << j;
  }
  EXPECT_EQ(deviation(kRows, kRows, {half, one}), 0);
}

TEST(Deviation, OfUnequalCountsInOneTwoAndThreeLimbs) {
  EXPECT_EQ(deviation(3, 5, {1, 4}), 1);  // 3 * 3/4 - 5/4
  EXPECT_EQ(deviation(999, 1, {999, 1000}), 0);
  EXPECT_EQ(deviation(1'000'000'000'000, 1, {power_of_ten(36) - 1, power_of_ten(36)}), -(1 - 1e-24));
  EXPECT_EQ(deviation(1, 1'000'000'000'000, {1, power_of_ten(36)}), 1 - 1e-24);
  EXPECT_DOUBLE_EQ(deviation(70'000'000'000, 30'000'000'000, {UInt128(1) << 125, (UInt128(1) << 126) + 1}), 2e10);
}

TEST(CeilOfProduct, IsExactInThreeLimbs) {
  const UInt128 third = (UInt128(1) << 126) / 3;  // a little under a third of 2^126
  EXPECT_EQ(ceil_of_product(3'000'000'000'000, {third, UInt128(1) << 126}), 1'000'000'000'000U);
  EXPECT_EQ(ceil_of_product(3'000'000'000'000, {third + 1, UInt128(1) << 126}), 1'000'000'000'001U);
  EXPECT_EQ(ceil_of_product(0, {1, 2}), 0U);
  EXPECT_EQ(ceil_of_product(7, {1, 1}), 7U);
}

TEST(FirstWhere, FindsTheTurnFromAnyGuess) {
  for (int turn = 0; turn <= 40; ++turn)
    for (int guess = -5; guess <= 45; ++guess) {
      EXPECT_EQ(first_where(0, 40, guess, [&](int v) { return v >= turn; }), turn) << guess;
    }
}

}  // namespace
}  // namespace proofmark::statistics
