// The declared split of compared populations: chi-square figures by R's chisq.test, and verdicts that it withholds.
#include <gtest/gtest.h>

#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;

CaseBuilder arms(std::uint64_t canary, std::uint64_t baseline, std::uint64_t bad, const std::string& share) {
  CaseBuilder one;
  plan::Requirement requirement =
      CaseBuilder::direct(one.proportion({canary - bad}, {0}, {canary}), Comparison::at_least, "0.99");
  plan::Split split{"canary : baseline", {one.count({canary}), one.count({baseline})}, {exact(share)}};
  split.shares.push_back(*subtract(plan::Rational(1), split.shares[0]));
  requirement.split = split;
  one.objective("o", {requirement});
  one.usual_rules();
  return one;
}

// chisq.test(c(1050, 8950), p = c(.1, .9)): X-squared 2.777778, p 0.0955807; c(1110, 8890): 13.44444, p 0.00024573.
TEST(Split, IsPearsonsTestAtATenthOfAPercent) {
  const Judged near = headline(arms(1'050, 8'950, 0, "0.1").judged_first());
  EXPECT_EQ(near.verdict, Verdict::pass);
  ASSERT_TRUE(near.split.has_value());
  EXPECT_NEAR(near.split->statistic, 2.77777778, 1e-6);
  EXPECT_NEAR(near.split->p, 0.0955807, 1e-6);
  const Judged far = headline(arms(1'110, 8'890, 0, "0.1").judged_first());
  EXPECT_EQ(far.verdict, Verdict::inconclusive);
  EXPECT_EQ(far.reason, Reason::sample_ratio_mismatch);
  EXPECT_NEAR(far.split->p, 0.000245733, 1e-8);
  EXPECT_TRUE(far.lower.empty() && far.upper.empty());
}

TEST(Split, AMismatchNeverFailsTheRelease) {
  const ObjectiveVerdict fair = arms(1'000, 9'000, 500, "0.1").judged_first();
  EXPECT_EQ(fair.verdict, Verdict::fail);
  const CaseBuilder unfair = arms(1'000, 1'000, 500, "0.1");
  EXPECT_EQ(unfair.judged_first().verdict, Verdict::inconclusive);
  EXPECT_EQ(unfair.judged_first().reason, Reason::sample_ratio_mismatch);
  EXPECT_NE(unfair.judged().decision.decision, plan::Decision::certify);
  EXPECT_NE(unfair.judged_first().because.find("1,000 : 1,000"), std::string::npos);
}

TEST(Split, WithoutRowsThereIsNothingToSplit) {
  EXPECT_EQ(arms(0, 0, 0, "0.1").judged_first().verdict, Verdict::no_data);
  EXPECT_EQ(arms(0, 10'000, 0, "0.1").judged_first().verdict, Verdict::no_data);
}

}  // namespace
}  // namespace proofmark::judgement
