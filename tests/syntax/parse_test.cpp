// The tree of small policies.
#include <gtest/gtest.h>

#include "compiler/syntax/parse.h"

namespace proofmark::syntax {
namespace {

constexpr const char* kSmallest = R"(edition 2026
policy availability {
  param release : release
  subject { service "checkout"  release release }
  telemetry requests : events { status : int  version : label }
  objective available {
    require fraction(requests where version == release.label, status < 500) >= 99.5%
    confidence 95%
  }
  decide { certify for 7d when all objectives pass   deny otherwise }
}
)";

TEST(Parse, ReadsTheSmallestPolicy) {
  const auto file = source::SourceFile::from_text("smallest.pmk", kSmallest);
  ASSERT_TRUE(file);
  Diagnostics problems;
  const Tree tree = parse(*file, problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_FALSE(tree.has_errors);
  ASSERT_EQ(tree.policies.size(), 1U);
  EXPECT_EQ(tree.policies[0].name.text, "availability");
  EXPECT_EQ(tree.policies[0].items.size(), 5U);
  EXPECT_TRUE(std::holds_alternative<DecideItem>(tree.policies[0].items.back()));
}

}  // namespace
}  // namespace proofmark::syntax
