// Facts that plans have in common: a copy is cheap, and no change of one shows in another.
#include <gtest/gtest.h>

#include "runtime/plan/facts.h"

namespace proofmark::plan {
namespace {

TEST(ScanFacts, ACopyHoldsTheSameFactsUntilOneIsChanged) {
  Facts one;
  one.scans.resize(1);
  one.scans[0].rows = 5;
  Facts other = one;
  const Facts &seen = one, &seen_other = other;
  EXPECT_EQ(&seen.scans[0], &seen_other.scans[0]);
  other.scans[0].rows = 6;
  EXPECT_EQ(seen.scans[0].rows, 5U);
  EXPECT_EQ(seen_other.scans[0].rows, 6U);
  EXPECT_NE(&seen.scans[0], &seen_other.scans[0]);
}

TEST(ScanFacts, WhatIsSharedIsCopiedBeforeItIsChanged) {
  const auto shared = std::make_shared<StreamFacts>();
  shared->rows = 7;
  Facts facts;
  facts.scans.share(shared);
  EXPECT_EQ(&std::as_const(facts).scans[0], shared.get());
  facts.scans[0].rows = 8;
  EXPECT_EQ(shared->rows, 7U);
  EXPECT_EQ(std::as_const(facts).scans[0].rows, 8U);
}

TEST(ScanFacts, HaveFactsOfTheirOwnWhenResized) {
  Facts facts;
  facts.scans.resize(2);
  ASSERT_EQ(facts.scans.size(), 2U);
  facts.scans[0].rows = 1;
  EXPECT_EQ(std::as_const(facts).scans[1].rows, 0U);
  facts.scans.resize(1);
  EXPECT_EQ(facts.scans.size(), 1U);
  EXPECT_EQ(std::as_const(facts).scans[0].rows, 1U);
}

}  // namespace
}  // namespace proofmark::plan
