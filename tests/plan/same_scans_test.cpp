// Scans are the same just when they say the same: each change of one makes it another.
#include "runtime/plan/same_scans.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/plan/every_node.h"

namespace proofmark::plan {
namespace {

TEST(SameScans, AreToldApartByAllThatTheySay) {
  const std::vector<Scan> same(2, every_node().scans[0]);
  std::vector<Scan> scans = same;
  for (const auto& change : changes_of_scans()) change(scans.emplace_back(same[0]));
  scans.push_back(same[0]);
  std::vector<const Scan*> pointers;
  for (const Scan& scan : scans) pointers.push_back(&scan);
  const SameScans found = same_scans(pointers);
  EXPECT_EQ(found.distinct.size(), changes_of_scans().size() + 1);
  EXPECT_EQ(found.place[1], 0U);
  EXPECT_EQ(found.place.back(), 0U);
  for (std::size_t i = 0; i < scans.size(); ++i) EXPECT_EQ(i < 2 || i + 1 == scans.size(), found.place[i] == 0U) << i;
}

TEST(SameScans, KeepTheOrderOfTheirFirstOccurrence) {
  Scan one = every_node().scans[0], other = one;
  other.stream = "other";
  const std::vector<const Scan*> scans{&other, &one, &one, &other};
  const SameScans found = same_scans(scans);
  EXPECT_THAT(found.distinct, ::testing::ElementsAre(&other, &one));
  EXPECT_THAT(found.place, ::testing::ElementsAre(0U, 1U, 1U, 0U));
  EXPECT_TRUE(same_scans({}).distinct.empty());
}

}  // namespace
}  // namespace proofmark::plan
