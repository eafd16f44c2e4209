// Chances of calculations before there is telemetry, against what comes out when they are tried.
#include "runtime/outlook/calculated.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "runtime/statistics/binomial.h"

namespace proofmark::outlook {
namespace {

using plan::Calculation;
using plan::Comparison;

Claim two_leaves(plan::Leaf first, plan::Leaf second, Calculation operation, Comparison op, const Rational& threshold,
                 std::uint32_t splits) {
  plan::Requirement requirement;
  requirement.leaves = {std::move(first), std::move(second)};
  requirement.terms = {plan::LeafTerm{0}, plan::LeafTerm{1}, plan::CalculatedTerm{operation, {0, 1}}};
  requirement.op = op;
  requirement.threshold = threshold;
  requirement.splits = splits;
  Claim claim;
  claim.objective.confidence = *Rational::make(95, 100);
  claim.objective.requirements = {requirement};
  return claim;
}

plan::Leaf quantile(std::int64_t percent) {
  plan::Quantile what;
  what.p = *Rational::make(percent, 100);
  plan::Leaf leaf;
  leaf.what = what;
  return leaf;
}

plan::Leaf share() {
  plan::Leaf leaf;
  leaf.what = plan::Proportion{};
  return leaf;
}

Claim tail_over_median(Comparison op) {
  return two_leaves(quantile(99), quantile(50), Calculation::divide, op, 10, 4);
}

TEST(Calculated, ARatioNeedsOneBoundOfEachQuantile) {
  const auto pass = bounds_to_pass(tail_over_median(Comparison::at_most));
  ASSERT_TRUE(pass);
  ASSERT_EQ(pass->size(), 2);
  EXPECT_TRUE((*pass)[0].upper);
  EXPECT_FALSE((*pass)[1].upper);
  EXPECT_EQ((*pass)[0].neighbour, *Rational::make(995, 1000));
  EXPECT_EQ((*pass)[1].neighbour, *Rational::make(1, 4));
  const auto fail = bounds_to_fail(tail_over_median(Comparison::at_most));
  ASSERT_TRUE(fail);
  ASSERT_EQ(fail->size(), 3);
  EXPECT_FALSE((*fail)[0].upper);
  EXPECT_FALSE((*fail)[1].upper);
  EXPECT_TRUE((*fail)[1].exists_alone);  // the median is not 0
  EXPECT_TRUE((*fail)[2].upper);
  EXPECT_FALSE((*fail)[0].exists_alone || (*fail)[2].exists_alone);
  EXPECT_EQ((*fail)[0].neighbour, *Rational::make(98, 100));
  EXPECT_EQ((*fail)[2].neighbour, *Rational::make(3, 4));
}

// Ranks of uniform values tell of every distribution.
TEST(Calculated, BoundsLieWithinTheirNeighboursAsOftenAsIsSaid) {
  const auto bounds = bounds_to_pass(tail_over_median(Comparison::at_most));
  ASSERT_TRUE(bounds);
  const auto rows = rows_for_bounds(*bounds, *Rational::make(9, 10));
  ASSERT_TRUE(rows);
  EXPECT_GE(chance_of_bounds(*bounds, *rows), 0.9);
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> uniform(0, 1);
  const Rational alpha = *Rational::make(5, 400);
  for (const std::uint64_t n : {*rows, *rows / 2}) {
    const std::uint64_t upper = statistics::upper_rank(n, *Rational::make(99, 100), alpha, false),
                        lower = statistics::lower_rank(n, *Rational::make(1, 2), alpha, false);
    constexpr int kTrials = 1'500;
    int within = 0;
    for (int trial = 0; trial < kTrials; ++trial) {
      std::vector<double> values(n);
      for (double& value : values) value = uniform(random);
      std::sort(values.begin(), values.end());
      within += upper >= 1 && upper <= n && values[upper - 1] <= 0.995 && lower >= 1 && values[lower - 1] >= 0.25;
    }
    const double chance = chance_of_bounds(*bounds, n), observed = static_cast<double>(within) / kTrials;
    EXPECT_NEAR(observed, chance, 4 * std::sqrt(chance * (1 - chance) / kTrials) + 0.002) << n;
  }
}

TEST(Calculated, SharesThatAreAlikePassAsOftenAsIsSaid) {
  const Claim claim = two_leaves(share(), share(), Calculation::divide, Comparison::at_most, 2, 2);
  ASSERT_TRUE(is_of_shares(claim));
  EXPECT_TRUE(meets_at(claim, 0.1));
  const Reaches reaches = passes_at(claim, 0.1);
  const auto rows = rows_for(reaches, 0.9);
  ASSERT_TRUE(rows);
  EXPECT_NEAR(chance(reaches, *rows), 0.9, 0.01);
  std::mt19937_64 random(7);
  std::binomial_distribution<std::uint64_t> events(*rows, 0.1);
  constexpr int kTrials = 4'000;
  const Rational level = *Rational::make(5, 200);
  int passed = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    const auto first = statistics::clopper_pearson(events(random), 0, *rows, level),
               second = statistics::clopper_pearson(events(random), 0, *rows, level);
    passed += second.lower > 0 && first.upper / second.lower <= 2;
  }
  EXPECT_NEAR(static_cast<double>(passed) / kTrials, 0.9, 0.03);
}

TEST(Calculated, SharesThatPullBothWaysAreNotTold) {
  const Claim claim = two_leaves(share(), share(), Calculation::multiply, Comparison::at_most, 2, 2);
  EXPECT_TRUE(is_of_shares(claim));
  Claim turned = claim;
  plan::Requirement& requirement = turned.objective.requirements.front();
  requirement.terms = {plan::LeafTerm{0}, plan::ConstantTerm{1}, plan::CalculatedTerm{Calculation::subtract, {1, 0}},
                       plan::CalculatedTerm{Calculation::multiply, {0, 2}}};
  requirement.leaves.pop_back();
  EXPECT_FALSE(is_of_shares(turned));
  EXPECT_TRUE(can_pass(turned, {{3}, {}, 0}));
}

}  // namespace
}  // namespace proofmark::outlook
