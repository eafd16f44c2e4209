// Two distributions against a margin: the counts of the walk, the bounds, the rows that a margin needs.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "runtime/engine/contrast.h"
#include "runtime/statistics/contrast.h"

namespace proofmark::judgement {
namespace {

using plan::ContrastKind;
using plan::ContrastSums;

// By the definition: every value as a limit, every pair.
ContrastSums naive(const std::vector<std::int64_t>& first, const std::vector<std::int64_t>& second) {
  ContrastSums sums;
  sums.first = first.size();
  sums.second = second.size();
  std::vector<std::int64_t> limits = first;
  limits.insert(limits.end(), second.begin(), second.end());
  for (const std::int64_t limit : limits) {
    const auto within = [&](const auto& values) {
      return plan::Int128(std::count_if(values.begin(), values.end(), [&](auto value) { return value <= limit; }));
    };
    const plan::Int128 gap = within(first) * plan::Int128(second.size()) - within(second) * plan::Int128(first.size());
    sums.above = std::max(sums.above, gap);
    sums.below = std::max(sums.below, -gap);
  }
  for (const std::int64_t a : first)
    for (const std::int64_t b : second) sums.wins += a > b ? 2 : a == b ? 1 : 0;
  return sums;
}

TEST(Contrast, TheWalkCountsWhatTheDefinitionSays) {
  std::mt19937_64 random(7);
  for (int trial = 0; trial < 300; ++trial) {
    std::vector<std::int64_t> first(random() % 40), second(random() % 40);
    for (auto& value : first) value = static_cast<std::int64_t>(random() % 12) - 5;
    for (auto& value : second) value = static_cast<std::int64_t>(random() % 9) - 5;
    EXPECT_EQ(engine::contrast(first, second, false), naive(first, second)) << trial;
  }
}

TEST(Contrast, SwappingTheSamplesMirrorsThem) {
  const ContrastSums one = engine::contrast({1, 5, 9, 9}, {2, 5, 7}, false);
  const ContrastSums other = engine::contrast({2, 5, 7}, {1, 5, 9, 9}, false);
  EXPECT_EQ(one.above, other.below);
  EXPECT_EQ(one.below, other.above);
  EXPECT_EQ(one.wins + other.wins, 2 * 3 * 4);
}

// Identical samples: only the bands are left. 1 % at 95 % needs 87,641 rows in each (statistics of DKW: the least n
// with 2 sqrt(ln(4/alpha) / (2 n)) <= 0.01).
TEST(Contrast, AMarginOfOnePercentNeeds87641RowsEach) {
  const auto upper = [](std::uint64_t n) {
    ContrastSums alike;
    alike.first = alike.second = n;
    return statistics::contrast_bounds(ContrastKind::drift, {alike, 0, 0}, 0.05).upper;
  };
  EXPECT_LE(upper(87'641), 0.01);
  EXPECT_GT(upper(87'640), 0.01);
}

TEST(Contrast, UnknownValuesWidenTheBounds) {
  const ContrastSums sums = engine::contrast({1, 2, 3, 4}, {1, 2, 3, 4}, false);
  const auto known = statistics::contrast_bounds(ContrastKind::worse_by, {sums, 0, 0}, 0.05);
  const auto unknown = statistics::contrast_bounds(ContrastKind::worse_by, {sums, 2, 0}, 0.05);
  EXPECT_DOUBLE_EQ(known.estimate, 0);
  EXPECT_EQ(known.upper, 1);
  EXPECT_LE(known.lower, unknown.upper);
  ContrastSums many;
  many.first = many.second = 100'000;
  const auto all = statistics::contrast_bounds(ContrastKind::drift, {many, 0, 0}, 0.05);
  const auto some = statistics::contrast_bounds(ContrastKind::drift, {many, 1'000, 0}, 0.05);
  EXPECT_NEAR(some.upper - all.upper, 1'000.0 / 101'000, 1e-4);
}

TEST(Contrast, SimilarityIsOneLessTheDrift) {
  const ContrastSums sums = engine::contrast({1, 2, 3, 4, 5}, {2, 3, 4, 5, 6}, false);
  const auto drift = statistics::contrast_bounds(ContrastKind::drift, {sums, 0, 0}, 0.05);
  const auto alike = statistics::contrast_bounds(ContrastKind::similarity, {sums, 0, 0}, 0.05);
  EXPECT_DOUBLE_EQ(alike.estimate, 1 - drift.estimate);
  EXPECT_DOUBLE_EQ(alike.lower, std::max(0.0, 1 - drift.upper));
}

// Coverage: values of one distribution rounded to a grid; the bands hold far above their level.
TEST(Contrast, TheBoundCoversTheTruth) {
  std::mt19937_64 random(11);
  int missed = 0;
  for (int trial = 0; trial < 400; ++trial) {
    std::vector<std::int64_t> first(500), second(400);
    for (auto& value : first) value = static_cast<std::int64_t>(random() % 100);
    for (auto& value : second) value = static_cast<std::int64_t>(random() % 90);  // drift exactly 10 %
    const auto bounds =
        statistics::contrast_bounds(ContrastKind::drift, {engine::contrast(first, second, false), 0, 0}, 0.05);
    missed += bounds.lower > 0.1 || bounds.upper < 0.1 ? 1 : 0;
  }
  EXPECT_LE(missed, 20);
}

}  // namespace
}  // namespace proofmark::judgement
