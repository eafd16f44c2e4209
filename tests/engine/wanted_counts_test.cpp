// Counts that follow from others, against the counts themselves.
#include "runtime/engine/wanted_counts.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/engine/truth_table.h"

namespace proofmark::engine::testing {
namespace {

// Every assignment is a row.
std::uint64_t rows_of(const MaskAlgebra& algebra, Literal mask) {
  std::uint64_t rows = 0;
  for (std::uint32_t a = 0; a < kAssignments; ++a) rows += holds(algebra, mask, a) ? 1 : 0;
  return rows;
}

TEST(WantedCounts, RowsThatAreNotAreTheRowsLessThoseThatAre) {
  MaskAlgebra algebra;
  const Literal present = algebra.primitive(), canary = algebra.primitive(), good = algebra.primitive();
  WantedCounts counts;
  const auto all = counts.want(present), some = counts.want(algebra.both(present, canary)),
             rest = counts.want(algebra.except(present, canary)),
             apart = counts.want(algebra.except(present, good));  // its counterpart is not wanted
  EXPECT_FALSE(counts.want(MaskAlgebra::none()));
  EXPECT_EQ(counts.want(algebra.both(canary, present)), some);
  const auto settled = counts.settle(algebra);
  EXPECT_EQ(settled.counters.size(), 3U);
  EXPECT_EQ(settled.wanted[*rest].from, settled.wanted[*all].from);
  EXPECT_EQ(settled.wanted[*rest].less, std::vector<std::uint32_t>{settled.wanted[*some].from});
  EXPECT_TRUE(settled.wanted[*apart].less.empty());
}

TEST(WantedCounts, WhoeverNeedsACounterHasOne) {
  MaskAlgebra algebra;
  const Literal present = algebra.primitive(), canary = algebra.primitive();
  WantedCounts counts;
  (void)counts.want(present);
  (void)counts.want(algebra.both(present, canary));
  const auto rest = counts.want_counter(algebra.except(present, canary));
  const auto settled = counts.settle(algebra);
  EXPECT_EQ(settled.counters.size(), 3U);
  EXPECT_TRUE(settled.wanted[*rest].less.empty());
}

TEST(WantedCounts, AreTheCountsOfRandomFormulas) {
  std::mt19937 random(11);
  std::size_t derived = 0;
  for (int round = 0; round < 300; ++round) {
    MaskAlgebra algebra;
    std::vector<Literal> made{MaskAlgebra::all()};
    for (std::uint32_t v = 0; v < kVariables; ++v) made.push_back(algebra.primitive());
    for (int step = 0; step < 12; ++step) {
      const Literal a = made[random() % made.size()], b = made[random() % made.size()];
      made.push_back(random() % 2 == 0 ? algebra.both(a, b) : algebra.except(a, b));
    }
    WantedCounts counts;
    std::vector<std::optional<std::uint32_t>> orders;
    for (const Literal mask : made) orders.push_back(random() % 5 == 0 ? counts.want_counter(mask) : counts.want(mask));
    const auto settled = counts.settle(algebra);
    std::vector<std::uint64_t> counted;
    for (const Literal mask : settled.counters) counted.push_back(rows_of(algebra, mask));
    for (std::size_t m = 0; m < made.size(); ++m) {
      std::uint64_t rows = 0;
      if (orders[m]) {
        const Difference& difference = settled.wanted[*orders[m]];
        rows = counted[difference.from];
        for (const std::uint32_t counter : difference.less) rows -= counted[counter];
        derived += difference.less.empty() ? 0 : 1;
      }
      ASSERT_EQ(rows, rows_of(algebra, made[m]));
    }
  }
  EXPECT_GT(derived, 100U);
}

}  // namespace
}  // namespace proofmark::engine::testing
