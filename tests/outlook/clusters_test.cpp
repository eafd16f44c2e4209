// Clusters that a plan asks for are those with which the judge lets a claim pass.
#include "runtime/outlook/clusters.h"

#include <gtest/gtest.h>

#include "runtime/outlook/power.h"

namespace proofmark::outlook {
namespace {

Rational exact(const char* text) {
  return *Rational::parse(text);
}

BinomialTest test_of(const char* allowed) {
  return {exact(allowed), exact("0.05"), exact("0.05")};
}

// R 4.2.2: ceiling(log(.05) / log(1 - q)), and qbeta(.95, 10, n - 9) = q.
TEST(ClustersNeeded, CleanAndMeasured) {
  const auto five = clusters_needed(test_of("0.05"), exact("0.025"), exact("0.9"));
  ASSERT_TRUE(five);
  EXPECT_EQ(five->clean, 59U);
  EXPECT_EQ(five->measured, 311U);
  const auto two = clusters_needed(test_of("0.02"), exact("0.01"), exact("0.9"));
  ASSERT_TRUE(two);
  EXPECT_EQ(two->clean, 149U);
  EXPECT_EQ(two->measured, 782U);
  EXPECT_EQ(clusters_needed(test_of("0.9"), exact("0.1"), exact("0.9"))->clean, 10U);  // fewer decide nothing
  EXPECT_FALSE(clusters_needed(test_of("1e-13"), exact("0"), exact("0.9")));
}

// Fifty-nine clean ones pass and fifty-eight do not; ten failing ones pass only where nine would, and a little later.
TEST(ClustersNeeded, AreTheJudges) {
  const BinomialTest test = test_of("0.05");
  EXPECT_EQ(most_failing_to_pass(test, 58), std::nullopt);
  EXPECT_EQ(most_failing_to_pass(test, 59), 0U);
  EXPECT_EQ(most_failing_to_pass(test, 310), 8U);
  EXPECT_EQ(most_failing_to_pass(test, 311), 9U);
  for (const std::uint64_t clusters : {400U, 700U, 2'000U}) {
    const auto most = most_failing_to_pass(test, clusters);
    ASSERT_TRUE(most);
    EXPECT_LE(*most, *most_bad_to_pass(test, clusters));
    EXPECT_GE(*most + 2, *most_bad_to_pass(test, clusters));
  }
}

TEST(ClustersNeeded, PassAsOftenAsIsWanted) {
  for (const auto& [allowed, share] :
       {std::pair("0.05", "0.025"), {"0.05", "0.001"}, {"0.02", "0.01"}, {"0.3", "0.1"}}) {
    const BinomialTest test = test_of(allowed);
    const auto needed = clusters_needed(test, exact(share), exact("0.9"));
    ASSERT_TRUE(needed && needed->expected);
    const auto chance = [&](std::uint64_t clusters) {
      const auto most = most_failing_to_pass(test, clusters);
      double term = 1, sum = 0;  // of Bin(clusters, share), by its recurrence
      const double p = exact(share).nearest_double();
      for (std::uint64_t i = 0; i < clusters; ++i) term *= 1 - p;
      for (std::uint64_t i = 0; most && i <= *most; ++i) {
        sum += term;
        term *= static_cast<double>(clusters - i) / static_cast<double>(i + 1) * p / (1 - p);
      }
      return sum;
    };
    EXPECT_GE(chance(*needed->expected), 0.9) << allowed;
    EXPECT_LT(chance(*needed->expected * 9 / 10), 0.9) << allowed;
    EXPECT_GE(*needed->expected, needed->clean);
  }
}

}  // namespace
}  // namespace proofmark::outlook
