// Counters that took turns, and counters that started anew.
#include "runtime/snapshot/interleaved_totals.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace proofmark::snapshot {
namespace {

using Series = std::vector<std::uint64_t>;
using Random = std::mt19937_64;

std::uint64_t between(Random& random, std::uint64_t least, std::uint64_t most) {
  return least + random() % (most - least + 1);
}

std::optional<Interleaving> found(const Series& series) {
  std::vector<Totals> totals;
  for (const std::uint64_t total : series) totals.push_back({total});
  std::vector<const Totals*> samples;
  for (const Totals& one : totals) samples.push_back(&one);
  return interleaving_of(samples);
}

std::size_t counters(const Series& series) {
  const auto one = found(series);
  return one ? one->counters : 1;
}

// Each counter is sampled once a turn, in the same order.
Series interleaved(Random& random, std::size_t counters, std::size_t turns, std::uint64_t most_added) {
  Series levels(counters);
  for (std::size_t i = 0; i < counters; ++i) levels[i] = 10'000 * (i + 1);
  std::shuffle(levels.begin(), levels.end(), random);
  Series series;
  for (std::size_t turn = 0; turn < turns; ++turn)
    for (std::uint64_t& level : levels) series.push_back(level += between(random, 0, most_added));
  return series;
}

// The definitions word for word, looking at all pairs anew for each fall.
bool shows_turns_of(const Series& v, std::size_t k) {
  std::size_t falls = 0, back = 0, kept = 0;
  std::vector<std::size_t> turns;
  for (std::size_t i = 0; i + k < v.size(); ++i) kept += v[i + k] >= v[i] ? 1 : 0;
  for (std::size_t i = 0; i + 1 < v.size(); ++i) {
    if (v[i + 1] >= v[i]) continue;
    ++falls;
    if (i + k >= v.size() || (k > 2 && i + 1 < k)) continue;
    bool comes_back = true;
    for (std::size_t j = k > 2 ? i + 1 - k : i; j <= i; ++j) comes_back = comes_back && v[j + k] >= v[j];
    if (!comes_back) continue;
    ++back;
    turns.push_back(i / k);
  }
  turns.erase(std::unique(turns.begin(), turns.end()), turns.end());
  if (2 * back <= falls) return false;
  if (k == 2) return back >= 2;
  const std::size_t pairs = v.size() - k;
  return v.size() >= 4 * k && turns.size() >= 3 && kept >= pairs - pairs / 10;
}

std::size_t shown(const Series& v) {
  for (std::size_t k = 2; k <= 32 && (k == 2 || v.size() >= 4 * k); ++k)
    if (v.size() > k && shows_turns_of(v, k)) return k;
  return 1;
}

TEST(InterleavedTotals, TwoReplicas) {
  const auto one = found({1000, 500'000, 2000, 501'000, 3000, 502'000, 4000});
  ASSERT_TRUE(one);
  EXPECT_EQ(one->counters, 2U);
  EXPECT_EQ(one->falls, 3U);
  EXPECT_EQ(one->come_back, 2U);
  EXPECT_EQ(one->first, 1U);
  EXPECT_EQ(counters({5, 9, 5, 9, 5, 9}), 2U);  // idle
}

TEST(InterleavedTotals, ResetsAreNone) {
  EXPECT_EQ(counters({}), 1U);
  EXPECT_EQ(counters({7}), 1U);
  EXPECT_EQ(counters({100, 200, 300, 10, 110, 210, 310, 20, 120}), 1U);
  EXPECT_EQ(counters({100, 200, 5, 250, 300}), 1U);              // once
  EXPECT_EQ(counters({90, 5, 95, 100, 4, 99, 200, 3, 50}), 1U);  // falls that do not come back are as many
  EXPECT_EQ(counters({100, 5, 130, 7, 140}), 2U);
}

TEST(InterleavedTotals, AnyNumberOfReplicasIsFound) {
  Random random(20261128);
  for (std::size_t many = 2; many <= 32; ++many)
    for (int repeat = 0; repeat < 20; ++repeat)
      for (const std::uint64_t most_added : {0, 1, 20, 400})
        for (const std::size_t turns : {5, 6, 40}) {
          const std::size_t told = counters(interleaved(random, many, turns, most_added));
          EXPECT_GE(told, 2U) << many << " counters, " << turns << " turns";
          EXPECT_LE(told, many);
        }
}

// Lives of five samples and more whose growth differs by less than a factor of two: no fall can come back with the
// second total, and of more counters there is no sign either.
TEST(InterleavedTotals, ACounterThatRestartsNowAndThenIsNeverTakenForMany) {
  Random random(7);
  for (int repeat = 0; repeat < 20'000; ++repeat) {
    Series series;
    const std::size_t samples = between(random, 2, 200), longest = between(random, 10, 80);
    while (series.size() < samples) {
      std::uint64_t total = 0;
      for (std::uint64_t life = between(random, 5, longest); life > 0; --life)
        series.push_back(total += between(random, 11, 20));
    }
    EXPECT_EQ(counters(series), 1U) << testing::PrintToString(series);
  }
}

// However often it starts anew and however it grows: what is refused shows turns.
TEST(InterleavedTotals, WhatIsRefusedShowsTurns) {
  Random random(11);
  int two = 0, more = 0;
  for (int repeat = 0; repeat < 20'000; ++repeat) {
    Series series;
    const std::uint64_t of_100 = between(random, 1, 70), most_added = between(random, 1, 50);
    std::uint64_t total = between(random, 0, 500);
    for (std::uint64_t samples = between(random, 0, 120); samples > 0; --samples) {
      if (between(random, 1, 100) <= of_100) total = 0;
      series.push_back(total += between(random, 1, most_added));
    }
    EXPECT_EQ(counters(series), shown(series)) << testing::PrintToString(series);
    two += counters(series) == 2 ? 1 : 0;
    more += counters(series) > 2 ? 1 : 0;
  }
  EXPECT_LT(two, 100);  // of 20,000, a third of which start anew at every other sample or more often
  EXPECT_LT(more, 3);
}

TEST(InterleavedTotals, ABucketThatFallsIsAFall) {
  const std::vector<Totals> totals{{5, 90}, {6, 2}, {6, 91}, {7, 2}, {7, 91}};
  std::vector<const Totals*> samples;
  for (const Totals& one : totals) samples.push_back(&one);
  EXPECT_TRUE(interleaving_of(samples));
  // The second comes back in one bucket only.
  const std::vector<Totals> others{{5, 90}, {6, 2}, {4, 91}, {5, 2}, {7, 91}};
  std::vector<const Totals*> other_samples;
  for (const Totals& one : others) other_samples.push_back(&one);
  EXPECT_FALSE(interleaving_of(other_samples));
}

}  // namespace
}  // namespace proofmark::snapshot
