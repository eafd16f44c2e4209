// Rows by the normal law, held against textbook formulas, exact sums and drawn samples.
#include "runtime/outlook/rough.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "runtime/judgement/weigh_two_shares.h"

namespace proofmark::outlook {
namespace {

Rational exact(const char* text) {
  return *Rational::parse(text);
}

// How often samples of that size pass, drawn 4,000 times: within three standard errors of 90 %.
double passed(const TwoSharesTest& test, const TwoSharesTruth& truth, std::uint64_t rows) {
  std::mt19937_64 random(2026);
  const auto first = static_cast<std::uint64_t>(std::llround(static_cast<double>(rows) * test.first_part));
  std::binomial_distribution<std::uint64_t> one(first, truth.first), two(rows - first, truth.second);
  int passes = 0;
  constexpr int kTimes = 4'000;
  for (int i = 0; i < kTimes; ++i) {
    const judgement::Arms arms{{one(random), 0, first}, {two(random), 0, rows - first}};
    const judgement::SharesClaim claim{test.kind, test.at_least, test.threshold};
    passes += judgement::outcome_of(judgement::weigh_tails(claim, {arms}), test.alpha) == statistics::Outcome::pass;
  }
  return static_cast<double>(passes) / kTimes;
}

TEST(Rough, TwoSharesPassAsOftenAsPlanned) {
  const TwoSharesTest difference{plan::TwoSharesKind::difference, false, false, exact("0.005"), exact("0.05"), 0.3};
  const TwoSharesTest ratio{plan::TwoSharesKind::odds_ratio, false, false, exact("1.3"), exact("0.05"), 0.3};
  for (const auto& test : {difference, ratio})
    for (const double share : {0.01, 0.1}) {
      const auto rows = rows_for(passes(test, {share, share}), 0.9);
      ASSERT_TRUE(rows);
      EXPECT_NEAR(passed(test, {share, share}, *rows), 0.9, 0.025) << share;
      EXPECT_NEAR(chance(passes(test, {share, share}), *rows), 0.9, 0.005);
      EXPECT_LT(chance(passes(test, {share, share}), *rows / 2), 0.8);
    }
}

TEST(Rough, ExactBoundsNeedMoreRowsThanTheScore) {
  const TwoSharesTest score{plan::TwoSharesKind::difference, false, true, exact("-0.002"), exact("0.05"), 0.5};
  TwoSharesTest intervals = score;
  intervals.by_intervals = true;
  EXPECT_GT(*rows_for(passes(intervals, {0.99, 0.99}), 0.9), *rows_for(passes(score, {0.99, 0.99}), 0.9));
}

// n = ((z_alpha + z_beta) sd / delta)^2 = (2.92636 * 10)^2 = 856.4, and a little more for t.
TEST(Rough, StudentsMeanIsTheTextbooks) {
  const MeanTest test{plan::Method::student_t, 0, 1000, 101, 0.05};
  EXPECT_NEAR(static_cast<double>(*rows_for(passes(test, {100, 10}), 0.9)), 858, 3);
  EXPECT_NEAR(static_cast<double>(*rows_for(fails(test, {102, 10}), 0.9)), 858, 3);
}

// Without spread the empirical Bernstein bound is 7 w ln(2/alpha) / (3 (n - 1)): 7 · 3.688879 / 0.3 = 86.07, so 88
// rows.
TEST(Rough, MeansOfNoSpreadNeedTheRangeAlone) {
  const MeanTest test{plan::Method::empirical_bernstein, 0, 1, 0.3, 0.05};
  EXPECT_EQ(rows_for(passes(test, {0.2, 0}), 0.9), 88u);
  const MeanTest range{plan::Method::hoeffding, 0, 1, 0.3, 0.05};
  EXPECT_EQ(rows_for(passes(range, {0.2, 0}), 0.9), 150u);  // ln(20) / (2 · 0.01) = 149.8
}

// Two bands alone take 87,641 rows each at 1 %; samples that are alike add their noise, sqrt(-ln(0.05)) in 90 % of
// cases: (2 sqrt(ln(80) / 2) + 1.7308)^2 / 0.01^2 = 220,075 each.
TEST(Rough, DistributionsNeedTheirBands) {
  const ContrastTest test{plan::ContrastKind::drift, 0.01, 0.05, 0.5};
  const auto rows = rows_for(passes(test, 0), 0.9);
  ASSERT_TRUE(rows);
  EXPECT_NEAR(static_cast<double>(*rows), 440'150, 450);
  EXPECT_FALSE(rows_for(passes(ContrastTest{plan::ContrastKind::drift, 1e-7, 0.05, 0.5}, 0), 0.9));
}

}  // namespace
}  // namespace proofmark::outlook
