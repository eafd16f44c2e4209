// Two proportions against published values, at their ends, and by their symmetries.
#include "runtime/statistics/two_proportions.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>

#include "runtime/statistics/distributions.h"
#include "runtime/statistics/stratified_difference.h"
#include "runtime/statistics/stratified_tables.h"
#include "runtime/statistics/two_proportions_exact.h"

namespace proofmark::statistics {
namespace {

plan::Rational decimal_of(double value) {
  std::array<char, 32> text{};
  (void)std::snprintf(text.data(), text.size(), "%.16f", value);
  return *plan::Rational::parse(text.data());
}

const double kZ95 = normal_upper_quantile(0.025);

// Newcombe (1998), Statistics in Medicine 17, table II: contrasts (a), (e), (h); methods 5, 6 and 10; four decimals.
TEST(TwoProportions, NewcombesTable) {
  constexpr double kPrinted = 5.1e-5;
  const TwoGroups a = {56, 70, 48, 80};
  EXPECT_NEAR(difference_score_limits(a, kZ95, Variance::mee).lower, 0.0533, kPrinted);
  EXPECT_NEAR(difference_score_limits(a, kZ95, Variance::mee).upper, 0.3377, kPrinted);
  EXPECT_NEAR(difference_score_limits(a, kZ95, Variance::miettinen_nurminen).lower, 0.0528, kPrinted);
  EXPECT_NEAR(difference_score_limits(a, kZ95, Variance::miettinen_nurminen).upper, 0.3382, kPrinted);
  EXPECT_NEAR(newcombe_limits(a, kZ95).lower, 0.0524, kPrinted);
  EXPECT_NEAR(newcombe_limits(a, kZ95).upper, 0.3339, kPrinted);
  const TwoGroups e = {5, 56, 0, 29};
  EXPECT_NEAR(newcombe_limits(e, kZ95).lower, -0.0381, kPrinted);
  EXPECT_NEAR(newcombe_limits(e, kZ95).upper, 0.1926, kPrinted);
  const TwoGroups h = {10, 10, 0, 20};
  EXPECT_NEAR(difference_score_limits(h, kZ95, Variance::mee).lower, 0.7225, kPrinted);
  EXPECT_EQ(difference_score_limits(h, kZ95, Variance::mee).upper, 1);
  EXPECT_NEAR(difference_score_limits(h, kZ95, Variance::miettinen_nurminen).lower, 0.7156, kPrinted);
}

TEST(TwoProportions, SwappingGroupsMirrorsTheInterval) {
  for (const TwoGroups& groups : {TwoGroups{0, 10, 0, 20}, TwoGroups{3, 7, 90, 91}, TwoGroups{12, 1000, 5, 1000}}) {
    const Interval there = difference_score_limits(groups, kZ95, Variance::miettinen_nurminen);
    const Interval back = difference_score_limits(groups.swapped(), kZ95, Variance::miettinen_nurminen);
    EXPECT_EQ(there.lower, -back.upper);
    EXPECT_EQ(there.upper, -back.lower);
    if (groups.k1 == 0) continue;
    EXPECT_NEAR(koopman_limits(groups, kZ95).lower * koopman_limits(groups.swapped(), kZ95).upper, 1, 1e-13);
  }
}

// The example of the R package metalite.ae for weights of Cochran, Mantel & Haenszel, against the printout of a SAS
// macro: estimate, score and two-sided 95 % limits, to ten digits (the limits to its 1e-6). And lrstat's.
TEST(StratifiedDifference, IsThatOfSas) {
  const std::array<TwoGroups, 3> strata{TwoGroups{24, 39, 16, 40}, {23, 39, 16, 39}, {23, 38, 17, 40}};
  EXPECT_NEAR(*stratified_difference(strata), 0.19181363786, 5e-11);
  EXPECT_NEAR(stratified_score(strata, plan::Rational()), 2.9216181843, 5e-10);
  const Interval limits = stratified_score_limits(strata, kZ95);
  EXPECT_NEAR(limits.lower, 0.063399769229, 1e-6);
  EXPECT_NEAR(limits.upper, 0.31396078455, 1e-6);
  const std::array<TwoGroups, 2> small{TwoGroups{4, 10, 2, 20}, {3, 10, 0, 10}};
  EXPECT_NEAR(*stratified_difference(small), 0.3, 1e-12);
  EXPECT_NEAR(stratified_score_limits(small, kZ95).lower, 0.082536520483, 1e-9);  // by the closed form
  EXPECT_NEAR(stratified_score_limits(small, kZ95).upper, 0.532060522659, 1e-9);
}

TEST(StratifiedDifference, ALimitHasTheScoreOfItsLevel) {
  const std::array<TwoGroups, 3> strata{TwoGroups{9950, 10000, 1990, 2000}, {480, 500, 97, 100}, {0, 0, 5, 10}};
  const Interval limits = stratified_score_limits(strata, kZ95);
  EXPECT_NEAR(stratified_score(strata, decimal_of(limits.lower)), kZ95, 1e-9);
  EXPECT_NEAR(stratified_score(strata, decimal_of(limits.upper)), -kZ95, 1e-9);
  const std::array<TwoGroups, 2> one{TwoGroups{56, 70, 48, 80}, {0, 0, 3, 7}};
  EXPECT_EQ(stratified_score_limits(one, kZ95).lower,
            difference_score_limits(one[0], kZ95, Variance::miettinen_nurminen).lower);
}

// Given the margins every failure falls to one group or the other: choose(1000, 5) / choose(2000, 5) at odds of 1.
TEST(StratifiedTables, AnEndOfTheMarginsHasItsExactProbability) {
  const std::array<TwoByTwo, 1> none{TwoByTwo{0, 1000, 5, 995}};
  EXPECT_NEAR(probability_of_end(none, End::lowest, 1), 0.031093789258, 1e-9);
  const std::array<TwoByTwo, 2> twice{none[0], none[0]};
  EXPECT_NEAR(probability_of_end(twice, End::lowest, 1.5), std::pow(probability_of_end(none, End::lowest, 1.5), 2),
              1e-15);
  const double bound = odds_ratio_of_end(twice, End::lowest, 0.05);
  EXPECT_NEAR(probability_of_end(twice, End::lowest, bound), 0.05, 1e-12);
  const std::array<TwoByTwo, 1> all{TwoByTwo{5, 995, 0, 1000}};
  EXPECT_NEAR(odds_ratio_of_end(all, End::highest, 0.05) * odds_ratio_of_end(none, End::lowest, 0.05), 1, 1e-12);
}

// Near 1 failures carry the digits: complements swap groups, to the last digits of the limits.
TEST(TwoProportions, AHundredThousandMillionRowsKeepTheirDigits) {
  constexpr std::uint64_t kRows = 100'000'000'000;
  const Interval high = difference_score_limits({kRows - 5, kRows, kRows - 10, kRows}, kZ95, Variance::mee);
  const Interval low = difference_score_limits({10, kRows, 5, kRows}, kZ95, Variance::mee);
  EXPECT_NEAR(high.lower / low.lower, 1, 1e-14);
  EXPECT_NEAR(high.upper / low.upper, 1, 1e-14);
  EXPECT_LT(low.lower, 5e-11);
  EXPECT_GT(low.upper, 5e-11);
}

TEST(TwoProportions, TheScoreAtALimitIsTheQuantile) {
  const TwoGroups groups = {995, 1000, 1980, 2000};
  const Interval limits = difference_score_limits(groups, kZ95, Variance::miettinen_nurminen);
  const auto at = [&](double delta) {
    return difference_score(
        groups, *plan::Rational::make(static_cast<plan::Int128>(std::llround(delta * 1e15)), 1'000'000'000'000'000),
        Variance::miettinen_nurminen);
  };
  EXPECT_NEAR(at(limits.lower), kZ95, 1e-10);
  EXPECT_NEAR(at(limits.upper), -kZ95, 1e-10);
  EXPECT_EQ(difference_score(groups, *plan::Rational::parse("0.005"), Variance::mee), 0);  // 0.995 - 0.99 exactly
}

TEST(TwoProportions, NothingVaries) {
  EXPECT_EQ(pooled_test({0, 10, 0, 20}, Alternative::two_sided, false).p_value, 1);
  EXPECT_EQ(pooled_test({10, 10, 20, 20}, Alternative::less, false).p_value, 1);
  EXPECT_EQ(koopman_limits({0, 10, 0, 20}, kZ95).lower, 0);
  EXPECT_TRUE(std::isinf(koopman_limits({0, 10, 0, 20}, kZ95).upper));
}

// Fisher's tea taster, and R 4.2.2 fisher.test for the large table.
TEST(FisherExact, KnownTables) {
  EXPECT_NEAR(fisher_p({3, 4, 1, 4}, Alternative::greater), 17.0 / 70, 1e-15);
  EXPECT_NEAR(fisher_p({3, 4, 1, 4}, Alternative::two_sided), 34.0 / 70, 1e-15);
  EXPECT_NEAR(fisher_p({100, 100000, 80, 100000}, Alternative::two_sided), 0.15634497722097784, 1e-10);
  EXPECT_EQ(fisher_p({0, 10, 0, 10}, Alternative::two_sided), 1);
}

// At 1e11 rows a side with few successes the margin is binomial(15, 1/2): P(X <= 5) + P(X >= 10) = 9888/32768.
TEST(FisherExact, RareSuccessesAmongManyRows) {
  constexpr std::uint64_t kRows = 100'000'000'000;
  EXPECT_NEAR(fisher_p({5, kRows, 10, kRows}, Alternative::two_sided), 9888.0 / 32768, 1e-9);
}

// Roots of the tail equations by R's dhyper and uniroot with tolerance 1e-13.
TEST(ConditionalOddsRatio, LimitsSolveTheTailEquations) {
  EXPECT_NEAR(conditional_odds_ratio({7, 34, 1, 34}, 0.025).upper, 396.994002170181, 1e-8);
  EXPECT_NEAR(conditional_odds_ratio({6, 7, 2, 7}, 0.025).upper, 823.979841491144, 1e-8);
  const OddsRatio ends = conditional_odds_ratio({1, 1, 0, 1}, 0.025);
  EXPECT_TRUE(std::isinf(ends.estimate) && std::isinf(ends.upper));
  EXPECT_NEAR(ends.lower, 0.025 / 0.975, 1e-14);  // P(X = 1) = psi / (1 + psi)
}

// 9/10 against 3/10: tables tie in exact arithmetic, and an implementation that splits them finds .00693.
TEST(Barnard, TiedTablesStayTogether) {
  EXPECT_NEAR(barnard_test({9, 10, 3, 10}, Alternative::two_sided, BarnardStatistic::unpooled).p_value,
              0.007955551147460955, 1e-12);
  EXPECT_NEAR(boschloo_test({9, 10, 3, 10}, Alternative::two_sided).p_value, 0.007955551147460953, 1e-12);
}

TEST(Boschloo, IsNeverLessPowerfulThanFisher) {
  for (std::uint64_t k1 = 0; k1 <= 9; ++k1)
    for (std::uint64_t k2 = 0; k2 <= 7; ++k2)
      for (const auto alternative : {Alternative::less, Alternative::greater}) {
        const Boschloo test = boschloo_test({k1, 9, k2, 7}, alternative);
        EXPECT_LE(test.p_value, test.fisher_p * (1 + 1e-9)) << k1 << ' ' << k2;
      }
}

// Agresti (2002), p. 287: penicillin and rabbits; R's help of mantelhaen.test.
TEST(MantelHaenszel, PenicillinRabbits) {
  const TwoByTwo tables[] = {{0, 6, 0, 5}, {3, 3, 0, 6}, {6, 0, 2, 4}, {5, 1, 6, 0}, {2, 0, 5, 0}};
  const auto test = mantel_haenszel(tables, Alternative::two_sided, true);
  EXPECT_NEAR(test.statistic, 3.928571428571429, 1e-14);
  EXPECT_NEAR(test.p_value, 0.047472255142918106, 1e-13);
  EXPECT_NEAR(test.common_odds_ratio, 7, 1e-14);
}

TEST(MantelHaenszel, EmptyStrataSayNothing) {
  const TwoByTwo tables[] = {{0, 0, 0, 0}, {1, 0, 0, 0}, {0, 5, 0, 5}};
  const auto test = mantel_haenszel(tables, Alternative::two_sided, true);
  EXPECT_EQ(test.p_value, 1);
  EXPECT_FALSE(test.defined);
}

// Where every stratum has the same odds ratio, the fitted counts are the observed ones.
TEST(BreslowDay, EqualOddsRatiosAreHomogeneous) {
  const TwoByTwo tables[] = {{10, 20, 20, 80}, {30, 10, 30, 20}};  // odds ratio 2
  const auto test = breslow_day(tables, mantel_haenszel(tables, Alternative::two_sided, false).common_odds_ratio);
  EXPECT_NEAR(test.statistic, 0, 1e-20);
  EXPECT_EQ(test.df, 1U);
}

TEST(SampleRatio, AChiSquaredOfTheSplit) {
  const std::uint64_t observed[] = {10123, 90077};
  const double shares[] = {0.1, 0.9};
  const auto test = sample_ratio_mismatch(observed, shares);
  EXPECT_NEAR(test.statistic, 103.0 * 103 / 10020 + 103.0 * 103 / 90180, 1e-12);
  EXPECT_NEAR(test.p_value, 0.2780850127246992, 1e-13);  // R 4.2.2 chisq.test
}

}  // namespace
}  // namespace proofmark::statistics
