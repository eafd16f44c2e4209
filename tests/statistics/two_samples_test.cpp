// Two samples: ranks, distribution functions and means against published values, enumeration and symmetries.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "runtime/statistics/distribution_tests.h"
#include "runtime/statistics/rank_tests.h"
#include "runtime/statistics/two_means.h"

namespace proofmark::statistics {
namespace {

using Sample = std::vector<double>;

// Hollander & Wolfe (1973), 69f: permeability constants.
const Sample kAtTerm = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
const Sample kEarly = {1.15, 0.88, 0.90, 0.74, 1.21};

TEST(MannWhitney, PermeabilityConstants) {
  const auto ranks = rank_samples(kAtTerm, kEarly);
  EXPECT_EQ(ranks.doubled_u1, 70U);
  EXPECT_NEAR(*mann_whitney_exact(ranks, Alternative::greater), 382.0 / 3003, 1e-15);  // 0.1272
  EXPECT_NEAR(*mann_whitney_exact(ranks, Alternative::two_sided), 764.0 / 3003, 1e-15);
}

TEST(MannWhitney, AllValuesEqual) {
  const auto ranks = rank_samples(Sample(6, 5.0), Sample(4, 5.0));
  EXPECT_EQ(mann_whitney_asymptotic(ranks, Alternative::two_sided, true), 1);
  EXPECT_EQ(*mann_whitney_exact(ranks, Alternative::two_sided), 1);
  EXPECT_EQ(dominance(ranks).delta, 0);
}

// The exact distribution with ties, against all 6435 splits.
TEST(MannWhitney, TiesAgainstEnumeration) {
  const Sample first = {1, 2, 2, 3, 3, 3, 4, 5}, second = {2, 3, 4, 4, 5, 5, 6};
  const auto ranks = rank_samples(first, second);
  std::vector<std::uint64_t> all = ranks.doubled1;
  all.insert(all.end(), ranks.doubled2.begin(), ranks.doubled2.end());
  const auto observed = std::accumulate(ranks.doubled1.begin(), ranks.doubled1.end(), std::uint64_t{0});
  std::vector<bool> chosen(all.size(), false);
  std::fill(chosen.begin(), chosen.begin() + 8, true);
  int splits = 0, at_least = 0;
  do {
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < all.size(); ++i) total += chosen[i] ? all[i] : 0;
    ++splits, at_least += total >= observed;
  } while (std::prev_permutation(chosen.begin(), chosen.end()));
  EXPECT_EQ(splits, 6435);
  EXPECT_NEAR(*mann_whitney_exact(ranks, Alternative::greater), at_least / 6435.0, 1e-14);
}

TEST(MannWhitney, RefusesWhatWouldTakeTooLong) {
  Sample first(2000), second(2000);
  std::iota(first.begin(), first.end(), 0);
  std::iota(second.begin(), second.end(), 1000);
  EXPECT_FALSE(mann_whitney_exact(rank_samples(first, second), Alternative::less).has_value());
}

TEST(HodgesLehmann, IsTheMedianOfAllDifferences) {
  Sample differences;
  for (const double x : kAtTerm)
    for (const double y : kEarly) differences.push_back(x - y);
  std::sort(differences.begin(), differences.end());
  EXPECT_DOUBLE_EQ(hodges_lehmann_shift(kAtTerm, kEarly), (differences[24] + differences[25]) / 2);
  const auto limits = *shift_limits_exact(kAtTerm, kEarly, 0.025);  // R 4.2.2 wilcox.test(conf.int = TRUE)
  EXPECT_DOUBLE_EQ(limits.lower, 0.73 - 0.88);
  EXPECT_DOUBLE_EQ(limits.upper, 1.91 - 1.15);
}

TEST(HodgesLehmann, NoLimitWhereNoRankExists) {
  const auto limits = *shift_limits_exact(Sample{1}, Sample{2}, 0.025);
  EXPECT_TRUE(std::isinf(limits.lower) && std::isinf(limits.upper));
}

// Brunner & Munzel (2000), pain scores: W = 3.1375, p = 0.0057862.
TEST(BrunnerMunzel, PainScores) {
  const Sample first = {1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1}, second = {3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4};
  const auto test = brunner_munzel(first, second, Alternative::two_sided, Reference::student_t);
  EXPECT_NEAR(test.w, 3.1374674823029505, 1e-13);
  EXPECT_NEAR(test.p_value, 0.005786208666151538, 1e-14);
  EXPECT_TRUE(brunner_munzel(Sample{1, 1}, Sample{1, 1, 1}, Alternative::less, Reference::normal).degenerate);
}

TEST(KolmogorovSmirnov, ExactOnAFewPaths) {
  const Sample first = {1.5, 2.25, 9}, second = {17.706, 8.34, 11.803, 12.593, 6.958, 13.501, 11.284};
  const auto test = kolmogorov_smirnov(first, second, Alternative::two_sided);
  EXPECT_EQ(test.gap, 15U);  // 1 - 2/7 in units of 1/21
  EXPECT_NEAR(kolmogorov_smirnov_exact(test, 3, 7, Alternative::two_sided), 1.0 / 6, 1e-15);
  EXPECT_NEAR(kolmogorov_smirnov_asymptotic(0.07121794871794876, 1200, 1300, Alternative::two_sided),
              0.003564597598250119, 1e-12);  // R 4.2.2 ks.test(exact = FALSE)
}

// Both forms of Kolmogorov's series meet: either is exact to rounding at x = 1.
TEST(KolmogorovSmirnov, SeriesMeet) {
  const double below = kolmogorov_smirnov_asymptotic(1 - 1e-12, 2, 2, Alternative::two_sided);
  const double above = kolmogorov_smirnov_asymptotic(1, 2, 2, Alternative::two_sided);
  EXPECT_NEAR(below, above, 1e-11);
  EXPECT_NEAR(above, 0.26999967167735456, 1e-15);  // SciPy 1.10.1 kstwobign.sf(1)
}

// With one degree of freedom the limit is that of the one-sample A^2 (Stephens 1974, case 0): 1.933 and 2.492
// are its points at 10 and 5 %. Table 1 of Scholz & Stephens (1987) holds fitted points: to 3 % of the level.
TEST(AndersonDarling, PublishedPointsOfTheLimit) {
  EXPECT_NEAR(anderson_darling_upper(1.933, 1), 0.10, 5e-5);
  EXPECT_NEAR(anderson_darling_upper(2.492, 1), 0.05, 5e-5);
  const struct {
    std::uint64_t df;
    double at_25, at_5, at_1;
  } rows[] = {{1, .326, 1.960, 3.752}, {2, .449, 1.945, 3.414}, {4, .525, 1.900, 3.139}};
  for (const auto& row : rows) {
    const double mean = static_cast<double>(row.df), deviation = std::sqrt(2 * mean * 0.28986813369645287);
    EXPECT_NEAR(anderson_darling_upper(mean + deviation * row.at_25, row.df), 0.25, 0.25 * 0.03);
    EXPECT_NEAR(anderson_darling_upper(mean + deviation * row.at_5, row.df), 0.05, 0.05 * 0.03);
    EXPECT_NEAR(anderson_darling_upper(mean + deviation * row.at_1, row.df), 0.01, 0.01 * 0.03);
  }
}

// With two degrees of freedom the sum is of exponentials of means 2/(j(j+1)) and its tail a series of exponentials:
// 2 sum (-1)^(j+1) (2j+1)/2 exp(-x j(j+1)/2).
TEST(AndersonDarling, TwoDegreesOfFreedomAreASeries) {
  for (const double x : {0.7, 1.5, 2.5, 8.0, 40.0}) {
    double tail = 0;
    for (int j = 30; j >= 1; --j) tail += (j % 2 == 1 ? 1 : -1) * (2 * j + 1) * std::exp(-x * j * (j + 1) / 2);
    EXPECT_NEAR(anderson_darling_upper(x, 2) / tail, 1, 1e-11) << x;
  }
}

TEST(TwoMeans, WelchAndEquivalence) {
  const Sample tiny = {1.5, 2.25, 9}, other = {17.706, 8.34, 11.803, 12.593, 6.958, 13.501, 11.284};
  const auto means = welch(moments(tiny), moments(other));  // R 4.2.2 t.test(var.equal = FALSE)
  const auto test = student_test(means, 0, Alternative::two_sided);
  EXPECT_NEAR(test.t, -2.744226146538164, 1e-13);
  EXPECT_NEAR(means.df, 3.325853583298134, 1e-12);
  EXPECT_NEAR(test.p_value, 0.06338173060474192, 1e-13);
  EXPECT_NEAR(student_limits(means, 0.025).upper, 0.7339860844467578, 1e-10);
  // Equivalence holds at alpha exactly where the interval of level 1 - 2 alpha lies within the margin.
  const auto limits = student_limits(means, 0.05);
  EXPECT_NEAR(two_one_sided_tests(means, limits.lower, 100).p_value, 0.05, 1e-12);
}

TEST(TwoMeans, HedgesCorrectionIsExact) {
  const auto effect = standardised_difference({1, 1, 2}, {0, 1, 2}, 0.025);  // df = 2: Gamma(1)/Gamma(1/2) = 1/sqrt(pi)
  EXPECT_NEAR(effect.d, 1, 1e-15);
  EXPECT_NEAR(effect.hedges_g, 0.5641895835477563, 1e-14);
  EXPECT_LT(effect.limits.lower, 1);
  EXPECT_GT(effect.limits.upper, 1);
}

TEST(Permutation, CountsEverySplit) {
  const auto test = *permutation_of_means(Sample{1, 2, 3}, Sample{4, 5, 6}, Alternative::two_sided);
  EXPECT_EQ(test.splits, 20U);
  EXPECT_EQ(test.extreme, 1U);
  EXPECT_DOUBLE_EQ(test.p_value, 0.1);
  EXPECT_DOUBLE_EQ(test.statistic, -3);
  EXPECT_EQ(permutation_of_means(Sample(3, 0.1), Sample(4, 0.1), Alternative::less)->p_value, 1);
  EXPECT_FALSE(permutation_of_means(Sample(40, 1.0), Sample(40, 2.0), Alternative::less).has_value());
}

}  // namespace
}  // namespace proofmark::statistics
