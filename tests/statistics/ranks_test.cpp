// Ranks of order statistics, and the duality between ranking and counting.
#include <gtest/gtest.h>

#include "runtime/statistics/binomial.h"

namespace proofmark::statistics {
namespace {

Rational number(const char* text) {
  return *Rational::parse(text);
}

TEST(Ranks, OfTheNinetyNinthPercentile) {
  const Rational p = number("0.99"), each_side = number("0.025");
  EXPECT_EQ(lower_rank(1000, p, each_side, false), 983u);
  EXPECT_EQ(upper_rank(1000, p, each_side, false), 997u);
  EXPECT_EQ(lower_rank(500, p, each_side, false), 490u);
  EXPECT_EQ(upper_rank(500, p, each_side, false), 500u);
  EXPECT_EQ(lower_rank(10000, p, each_side, false), 9880u);
  EXPECT_EQ(upper_rank(10000, p, each_side, false), 9920u);
}

TEST(Ranks, DoNotExistBelowTheSuccessRun) {
  EXPECT_EQ(upper_rank(458, number("0.99"), number("0.01"), false), 459u);
  EXPECT_EQ(upper_rank(459, number("0.99"), number("0.01"), false), 459u);
  EXPECT_EQ(upper_rank(298, number("0.99"), number("0.05"), false), 299u);
  EXPECT_EQ(upper_rank(299, number("0.99"), number("0.05"), false), 299u);
  EXPECT_EQ(upper_rank(4602, number("0.999"), number("0.01"), false), 4603u);
  EXPECT_EQ(upper_rank(4603, number("0.999"), number("0.01"), false), 4603u);
  EXPECT_EQ(lower_rank(298, number("0.01"), number("0.05"), false), 0u);
  EXPECT_EQ(lower_rank(299, number("0.01"), number("0.05"), false), 1u);
}

TEST(Ranks, FollowTheRuleOfTies) {
  const Rational half = number("0.5"), alpha = number("1/32");
  EXPECT_EQ(upper_rank(5, half, alpha, false), 5u);  // (1/2)^5 <= 1/32: the maximum bounds the median
  EXPECT_EQ(upper_rank(5, half, alpha, true), 6u);
  EXPECT_EQ(lower_rank(5, half, alpha, false), 1u);
  EXPECT_EQ(lower_rank(5, half, alpha, true), 0u);  // a tie never fails
}

TEST(Ranks, AtTheEnds) {
  EXPECT_EQ(upper_rank(0, number("0.5"), number("0.05"), false), 1u);
  EXPECT_EQ(lower_rank(0, number("0.5"), number("0.05"), false), 0u);
  EXPECT_EQ(upper_rank(10, number("0"), number("0.05"), false), 1u);
  EXPECT_EQ(lower_rank(10, number("1"), number("0.05"), false), 10u);
}

// B ~ Bin(n,p): l is the last rank with P(B <= l-1) <= alpha, u the first with P(B >= u) <= alpha, tested on the
// neighbours.
TEST(Ranks, AreExactUpToAHundredThousandMillionRows) {
  for (const char* p : {"0.5", "0.9", "0.99", "0.999", "0.9999"})
    for (const std::uint64_t n : {10ULL, 1000ULL, 1'000'000ULL, 1'000'000'000ULL, 100'000'000'000ULL}) {
      const Rational share = number(p), alpha = number("0.05");
      const std::uint64_t lower = lower_rank(n, share, alpha, false), upper = upper_rank(n, share, alpha, false);
      EXPECT_EQ(compare_lower_tail(lower, n, share, alpha), Against::above) << p << " " << n;
      if (lower > 0) {
        EXPECT_EQ(compare_lower_tail(lower - 1, n, share, alpha), Against::below) << p << " " << n;
      }
      if (upper <= n) {
        EXPECT_EQ(compare_upper_tail(upper, n, share, alpha), Against::below) << p << " " << n;
      }
      EXPECT_EQ(compare_upper_tail(upper - 1, n, share, alpha), Against::above) << p << " " << n;
    }
}

TEST(NearestRank, IsTheCeilingAndAtLeastOne) {
  EXPECT_EQ(nearest_rank(100, number("0.99")), 99u);
  EXPECT_EQ(nearest_rank(101, number("0.99")), 100u);
  EXPECT_EQ(nearest_rank(1, number("0.5")), 1u);
  EXPECT_EQ(nearest_rank(10, number("0")), 1u);
  EXPECT_EQ(nearest_rank(10, number("1")), 10u);
  EXPECT_EQ(nearest_rank(3, number("1/3")), 1u);
  EXPECT_EQ(nearest_rank(1'000'000'000'000, number("0.9999999999999999999999999999999999")), 1'000'000'000'000u);
}

}  // namespace
}  // namespace proofmark::statistics
