// Families: precedence, Holm over groups and requirements, missing groups, arithmetic beside exact tests.
#include <gtest/gtest.h>

#include "runtime/statistics/binomial.h"
#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;

CaseBuilder regions(std::vector<std::uint64_t> good, const std::vector<std::uint64_t>& rows,
                    const std::string& threshold = "0.99") {
  CaseBuilder one;
  std::vector<plan::GroupKey> keys;
  for (std::size_t i = 0; i < rows.size(); ++i) keys.push_back("r" + std::to_string(10 + i));
  one.group_by("region", keys);
  one.objective("regions",
                {one.direct(one.proportion(std::move(good), std::vector<std::uint64_t>(rows.size(), 0), rows),
                            Comparison::at_least, threshold)});
  one.usual_rules();
  return one;
}

// Good rows of 1,000 whose failure at 99 % has p just below `level` but not below `level` / 2.
std::uint64_t good_failing_near(const plan::Rational& level) {
  std::uint64_t good = 990;
  while (statistics::compare_lower_tail(good, 1'000, exact("0.99"), level) != statistics::Against::below) --good;
  return good;
}

TEST(Family, EveryGroupMustPassAtPlainAlpha) {
  EXPECT_EQ(regions({1'000, 1'000, 1'000}, {1'000, 1'000, 1'000}).judged_first().verdict, Verdict::pass);
  EXPECT_EQ(regions({1'000, 993, 1'000}, {1'000, 1'000, 1'000}).judged_first().verdict, Verdict::inconclusive);
}

TEST(Family, ARawFailIsDeclaredOnlyWhenItSurvivesHolm) {
  const std::uint64_t near = good_failing_near(exact("0.05"));
  ASSERT_EQ(statistics::compare_lower_tail(near, 1'000, exact("0.99"), exact("0.025")), statistics::Against::above);
  EXPECT_EQ(regions({near}, {1'000}).judged_first().verdict, Verdict::fail);
  const ObjectiveVerdict two = regions({near, 1'000}, {1'000, 1'000}).judged_first();
  EXPECT_EQ(two.verdict, Verdict::inconclusive);
  EXPECT_EQ(two.reason, Reason::multiplicity);
  EXPECT_EQ(two.groups[0].verdict, Verdict::fail);
  EXPECT_FALSE(two.groups[0].declared_fail);
  EXPECT_EQ(two.correction, "holm over 2");
  EXPECT_NE(two.because.find("fails alone"), std::string::npos);
}

TEST(Family, HolmStepsDownThroughTheFamily) {
  // The first failure is far beyond alpha / 3; the second is below alpha / 2 but not below alpha / 3.
  constexpr std::uint64_t kRows = 100'000;
  std::uint64_t second = 99'000;
  while (statistics::compare_lower_tail(second, kRows, exact("0.99"), exact("1/40")) != statistics::Against::below)
    --second;
  ASSERT_EQ(statistics::compare_lower_tail(second, kRows, exact("0.99"), exact("1/60")), statistics::Against::above);
  const ObjectiveVerdict with = regions({90'000, second, kRows}, {kRows, kRows, kRows}).judged_first();
  EXPECT_TRUE(with.groups[0].declared_fail);
  EXPECT_TRUE(with.groups[1].declared_fail);
  const ObjectiveVerdict without = regions({kRows, second, kRows}, {kRows, kRows, kRows}).judged_first();
  EXPECT_FALSE(without.groups[1].declared_fail);
  EXPECT_EQ(without.verdict, Verdict::inconclusive);
}

TEST(Family, GroupsWithoutDataCountAmongTheComparisons) {
  const std::uint64_t near = good_failing_near(exact("0.05"));
  const ObjectiveVerdict verdict = regions({near, 0}, {1'000, 0}).judged_first();
  EXPECT_EQ(verdict.comparisons, 2u);
  EXPECT_FALSE(verdict.groups[0].declared_fail);
  EXPECT_EQ(verdict.verdict, Verdict::no_data);
  const ObjectiveVerdict clear = regions({800, 0}, {1'000, 0}).judged_first();
  EXPECT_EQ(clear.verdict, Verdict::fail);
}

TEST(Family, PrecedenceIsFailNoDataInconclusivePass) {
  EXPECT_EQ(regions({1'000, 0}, {1'000, 0}).judged_first().verdict, Verdict::no_data);
  EXPECT_EQ(regions({995, 0}, {1'000, 0}).judged_first().verdict, Verdict::no_data);
  EXPECT_EQ(regions({500, 0, 1'000}, {1'000, 0, 1'000}).judged_first().verdict, Verdict::fail);
  EXPECT_EQ(regions({500, 995, 1'000}, {1'000, 1'000, 1'000}).judged_first().deciding_group, 0u);
}

TEST(Family, NoGroupsIsNoDataUnlessThePolicySaysOtherwise) {
  CaseBuilder none = regions({}, {});
  EXPECT_EQ(none.judged_first().verdict, Verdict::no_data);
  EXPECT_EQ(none.judged_first().reason, Reason::no_groups);
  none.plan.objectives[0].on_no_data = plan::NoDataVerdict::fail;
  EXPECT_EQ(none.judged_first().verdict, Verdict::fail);
  none.plan.objectives[0].on_no_data = plan::NoDataVerdict::pass;
  EXPECT_EQ(none.judged_first().verdict, Verdict::pass);
  EXPECT_FALSE(none.judged().decision.bound.stated);
}

TEST(Family, TheNullGroupIsAGroup) {
  CaseBuilder one;
  one.group_by("region", {std::nullopt, "eu"});
  one.objective("regions",
                {one.direct(one.proportion({500, 1'000}, {0, 0}, {1'000, 1'000}), Comparison::at_least, "0.99")});
  const ObjectiveVerdict verdict = one.judged_first();
  EXPECT_EQ(verdict.verdict, Verdict::fail);
  EXPECT_FALSE(verdict.groups[0].key.has_value());
  EXPECT_NE(verdict.because.find("in region null"), std::string::npos);
}

TEST(Family, RequirementsJoinedByAndAreAFamilyToo) {
  CaseBuilder one;
  const std::uint64_t near = good_failing_near(exact("0.05"));
  one.objective("both", {one.direct(one.proportion({near}, {0}, {1'000}), Comparison::at_least, "0.99"),
                         one.direct(one.proportion({0}, {0}, {1'000}, "fraction(requests, status == 429)"),
                                    Comparison::at_most, "0.01")});
  EXPECT_EQ(one.judged_first().reason, Reason::multiplicity);
  EXPECT_EQ(one.judged_first().comparisons, 2u);
}

// fraction(a) - fraction(b) op threshold
plan::Requirement difference(CaseBuilder& one, std::vector<std::uint64_t> a, std::vector<std::uint64_t> b,
                             const std::vector<std::uint64_t>& n, Comparison op, const std::string& threshold) {
  const std::vector<std::uint64_t> none(n.size(), 0);
  plan::Requirement requirement = one.direct(one.proportion(std::move(a), none, n, "fraction(a)"), op, threshold);
  requirement.leaves.push_back(one.proportion(std::move(b), none, n, "fraction(b)"));
  requirement.terms = {plan::LeafTerm{0}, plan::LeafTerm{1}, plan::CalculatedTerm{plan::Calculation::subtract, {0, 1}}};
  requirement.direct_op.reset();
  requirement.splits = 2;
  requirement.text = "fraction(a) - fraction(b) " + std::string(op == Comparison::at_least ? ">= " : "<= ") + threshold;
  return requirement;
}

TEST(Family, ArithmeticFailsAreDeclaredAtTheirShareOfAlpha) {
  const auto with_groups = [](std::uint64_t failing, std::size_t groups) {
    CaseBuilder one;
    std::vector<plan::GroupKey> keys;
    std::vector<std::uint64_t> a(groups, 1'000), b(groups, 950), n(groups, 1'000);
    for (std::size_t i = 0; i < groups; ++i) keys.push_back("g" + std::to_string(10 + i));
    a[0] = failing;
    if (groups > 1) one.group_by("region", keys);
    one.objective("close", {difference(one, a, b, n, Comparison::at_least, "0")});
    return one.judged_first();
  };
  const ObjectiveVerdict alone = with_groups(926, 1);
  EXPECT_EQ(alone.verdict, Verdict::inconclusive);
  std::uint64_t failing = 926;
  while (with_groups(failing, 1).verdict != Verdict::fail) --failing;
  const ObjectiveVerdict among = with_groups(failing, 8);
  EXPECT_EQ(among.groups[0].verdict, Verdict::fail);
  EXPECT_FALSE(among.groups[0].declared_fail);
  EXPECT_EQ(among.verdict, Verdict::inconclusive);
  EXPECT_EQ(with_groups(failing - 40, 8).verdict, Verdict::fail);
}

TEST(Family, ArithmeticSplitsAlphaAndNeverPassesAtTheMargin) {
  // Plain differences of one-sided bounds would pass 44 % of the time at the margin.
  CaseBuilder one;
  one.objective("not_worse", {difference(one, {9'900}, {9'900}, {10'000}, Comparison::at_least, "-0.01")});
  const Judged pass = headline(one.judged_first());
  EXPECT_EQ(pass.verdict, Verdict::pass);
  EXPECT_EQ(pass.method, "interval_arithmetic");
  EXPECT_EQ(pass.guarantee, Guarantee::finite_sample);
  EXPECT_EQ(pass.estimate, "0");
  EXPECT_GE(exact(pass.lower), exact("-0.01"));
  CaseBuilder tight;
  tight.objective("not_worse", {difference(tight, {9'900}, {9'900}, {10'000}, Comparison::at_least, "-0.004")});
  const Judged held = headline(tight.judged_first());
  EXPECT_EQ(held.verdict, Verdict::inconclusive);
  EXPECT_EQ(held.reason, Reason::too_few);
  ASSERT_TRUE(held.samples_needed.has_value());
  // As many more rows of the same kind do pass, one fewer does not.
  const auto grown = [](std::uint64_t extra) {
    CaseBuilder more;
    const std::uint64_t n = 10'000 + extra, good = 9'900 * n / 10'000;
    more.objective("not_worse", {difference(more, {good}, {good}, {n}, Comparison::at_least, "-0.004")});
    return more.judged_first().verdict;
  };
  EXPECT_EQ(grown(*held.samples_needed), Verdict::pass);
}

TEST(Family, GroupsOfTwoStreamsAreMatchedByTheirKeys) {
  CaseBuilder one;
  one.group_by("region", {"eu", "us"});
  plan::Requirement requirement = difference(one, {990, 990}, {0, 0}, {1'000, 1'000}, Comparison::at_least, "-0.05");
  // The second leaf is of another stream, which saw "asia" and "us" and never "eu".
  plan::Scan other = one.plan.scans[0];
  other.stream = "probes";
  other.accumulators = {
      {plan::CountRows{0}, 0}, {plan::CountRows{0}, 0}, {plan::CountRows{0}, 0}, {plan::CountRows{0}, 0}};
  one.plan.scans.push_back(other);
  plan::StreamFacts facts = one.stream();
  facts.stream = "probes";
  facts.groups = {{"asia", "us"}};
  facts.facts = {plan::CountFact{{1'000, 1'000}}, plan::CountFact{{990, 990}}, plan::CountFact{{0, 0}},
                 plan::CountFact{{0, 0}}};
  one.facts.scans.push_back(facts);
  requirement.leaves[1].what = plan::Proportion{{1, 0}, {1, 1}, {1, 2}};
  requirement.leaves[1].outside = {1, 3};
  one.objective("close", {requirement});
  const ObjectiveVerdict verdict = one.judged_first();
  ASSERT_EQ(verdict.groups.size(), 3u);
  EXPECT_EQ(verdict.groups[0].key, "asia");
  EXPECT_EQ(verdict.groups[0].verdict, Verdict::no_data);
  EXPECT_EQ(verdict.groups[1].verdict, Verdict::no_data);
  EXPECT_EQ(verdict.groups[2].verdict, Verdict::pass);
  EXPECT_EQ(verdict.verdict, Verdict::no_data);
}

TEST(Family, AQuotientWhoseDenominatorMayBeZeroIsInconclusive) {
  CaseBuilder one;
  plan::Requirement requirement = difference(one, {10}, {0}, {1'000}, Comparison::at_most, "2");
  std::get<plan::CalculatedTerm>(requirement.terms[2]).operation = plan::Calculation::divide;
  one.objective("ratio", {requirement});
  EXPECT_EQ(one.judged_first().reason, Reason::denominator);
}

}  // namespace
}  // namespace proofmark::judgement
