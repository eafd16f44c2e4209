// What a value without a row, of which rows were expected, does to a verdict: no pass, whatever the policy makes of
// nothing measured; a fail stands.
#include <gtest/gtest.h>

#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;
using plan::NoDataVerdict;

using Rows = std::vector<std::pair<std::string, std::uint64_t>>;

CaseBuilder expecting(CaseBuilder one, const Rows& rows) {
  const plan::Presence presence = one.presence("region", rows);
  for (plan::Objective& objective : one.plan.objectives)
    for (plan::Requirement& requirement : objective.requirements)
      for (plan::Leaf& leaf : requirement.leaves) leaf.presence.push_back(presence);
  return one;
}

CaseBuilder shares(std::uint64_t good, const Rows& rows) {
  return expecting(one_proportion(good, 0, 10'000, Comparison::at_least, "0.999"), rows);
}

TEST(Presence, AValueWithoutARowIsNoData) {
  EXPECT_EQ(shares(10'000, {{"eu", 9'999}, {"us", 1}}).judged_first().verdict, Verdict::pass);
  for (const std::uint64_t good : {10'000U, 9'992U}) {  // would pass; would be undecided
    const CaseBuilder one = shares(good, {{"eu", 10'000}, {"us", 0}});
    const ObjectiveVerdict verdict = one.judged_first();
    EXPECT_EQ(verdict.verdict, Verdict::no_data);
    EXPECT_EQ(verdict.reason, Reason::missing_shard);
    EXPECT_EQ(
        verdict.because,
        "fraction(requests, status < 500) lacks data: `requests` has no row of region \"us\", and every region is "
        "expected");
    const Judged& judged = headline(verdict);
    EXPECT_EQ(judged.n, 10'000U);
    EXPECT_FALSE(judged.estimate.empty());
    EXPECT_TRUE(judged.lower.empty() && judged.upper.empty() && judged.margin.empty());
    EXPECT_FALSE(judged.samples_needed.has_value());
    EXPECT_EQ(one.judged().decision.decision, plan::Decision::hold);
  }
}

TEST(Presence, AProvenFailStands) {
  const ObjectiveVerdict verdict = shares(9'000, {{"eu", 10'000}, {"us", 0}}).judged_first();
  EXPECT_EQ(verdict.verdict, Verdict::fail);
  EXPECT_EQ(verdict.reason, Reason::none);
}

TEST(Presence, NamesAFewAndCountsTheRest) {
  const CaseBuilder one =
      shares(10'000, {{"a", 0}, {"b", 0}, {"c", 7}, {"d", 0}, {"e", 0}, {"f", 0}, {"g", 0}, {"h", 0}});
  EXPECT_EQ(
      headline(one.judged_first()).note,
      "`requests` has no row of region \"a\", \"b\", \"d\", \"e\", \"f\" and 2 more, and every region is expected");
}

TEST(Presence, SaysThatItIsOfAWindow) {
  CaseBuilder one = shares(10'000, {{"eu", 1}, {"us", 0}});
  one.plan.objectives[0].window = {plan::WindowKind::since, 0, 0};
  EXPECT_EQ(headline(one.judged_first()).note,
            "`requests` has no row of region \"us\" in the window, and every region is expected");
}

TEST(Presence, SeveralFieldsAreEachAskedFor) {
  CaseBuilder one = shares(10'000, {{"eu", 1}, {"us", 0}});
  one.plan.objectives[0].requirements[0].leaves[0].presence.push_back(one.presence("shard", {{"0", 0}, {"1", 5}}));
  EXPECT_EQ(
      headline(one.judged_first()).note,
      "`requests` has no row of region \"us\", and every region is expected; `requests` has no row of shard \"0\", "
      "and every shard is expected");
}

// What the policy makes of nothing measured: absence of what was to be sent is no pass, and may be a failure.
TEST(Presence, OnNoDataPassDoesNotPassIt) {
  for (const std::uint64_t rows : {10'000U, 0U}) {
    CaseBuilder one =
        expecting(one_proportion(rows, 0, rows, Comparison::at_least, "0.999"), {{"eu", rows}, {"us", 0}});
    one.plan.objectives[0].on_no_data = NoDataVerdict::pass;
    EXPECT_EQ(one.judged_first().verdict, Verdict::no_data);
    EXPECT_EQ(one.judged_first().reason, Reason::missing_shard);
    one.plan.objectives[0].on_no_data = NoDataVerdict::fail;
    const ObjectiveVerdict failed = one.judged_first();
    EXPECT_EQ(failed.verdict, Verdict::fail);
    EXPECT_EQ(failed.reason, Reason::missing_shard);
    EXPECT_TRUE(headline(failed).declared_fail);
    EXPECT_NE(failed.because.find("lacks data, which the policy takes as a failure: `requests` has no row of region"),
              std::string::npos)
        << failed.because;
  }
  CaseBuilder empty = expecting(one_proportion(0, 0, 0, Comparison::at_least, "0.999"), {{"eu", 3}, {"us", 4}});
  empty.plan.objectives[0].on_no_data = NoDataVerdict::pass;
  EXPECT_EQ(empty.judged_first().verdict, Verdict::pass);  // both sent rows, and none is of the population
}

TEST(Presence, ACensusIsHeldToItAndKeepsWhatNoRowCouldMove) {
  const auto counted = [](Comparison op, const std::string& threshold) {
    CaseBuilder one;
    one.objective("seen", {one.direct(one.row_count(7, 0, 100, "count(requests, status == 500)"), op, threshold)});
    return expecting(std::move(one), {{"eu", 100}, {"us", 0}}).judged_first();
  };
  const ObjectiveVerdict few = counted(Comparison::at_most, "8");
  EXPECT_EQ(few.verdict, Verdict::no_data);
  EXPECT_EQ(few.reason, Reason::missing_shard);
  EXPECT_EQ(headline(few).lower, "7");
  EXPECT_EQ(headline(few).upper, "");
  EXPECT_EQ(counted(Comparison::at_most, "6").verdict, Verdict::fail);
  EXPECT_EQ(counted(Comparison::at_least, "7").verdict, Verdict::no_data);
  CaseBuilder sum;
  sum.objective("sum", {sum.direct(sum.census(plan::CensusKind::sum, {{5, 50}}, {2}, "sum(requests.duration)"),
                                   Comparison::at_most, "60")});
  const ObjectiveVerdict part = expecting(std::move(sum), {{"eu", 2}, {"us", 0}}).judged_first();
  EXPECT_EQ(part.verdict, Verdict::no_data);
  EXPECT_TRUE(headline(part).lower.empty() && headline(part).upper.empty());
}

TEST(Presence, AGroupOfTheFieldIsAskedForItsOwnValueAlone) {
  CaseBuilder one;
  const plan::Presence presence = one.presence("region", {{"eu", 8'000}, {"us", 0}});
  one.group_by("region", {"eu", "us"});
  one.objective("available",
                {one.direct(one.proportion({8'000, 0}, {0, 0}, {8'000, 0}), Comparison::at_least, "0.999")});
  one.plan.objectives[0].group_field = "region";
  one.plan.objectives[0].requirements[0].leaves[0].presence = {presence};
  one.plan.objectives[0].on_no_data = NoDataVerdict::pass;
  const ObjectiveVerdict verdict = one.judged_first();
  EXPECT_EQ(verdict.verdict, Verdict::no_data);
  EXPECT_EQ(verdict.groups[0].verdict, Verdict::pass);
  EXPECT_EQ(verdict.groups[1].verdict, Verdict::no_data);
  EXPECT_EQ(verdict.groups[1].requirements[0].reason, Reason::missing_shard);
}

TEST(Presence, GroupsOfAnotherFieldAreAllHeldToIt) {
  CaseBuilder one;
  const plan::Presence presence = one.presence("region", {{"eu", 8'000}, {"us", 0}});
  one.group_by("service", {"a", "b"});
  one.objective("available",
                {one.direct(one.proportion({4'000, 4'000}, {0, 0}, {4'000, 4'000}), Comparison::at_least, "0.999")});
  one.plan.objectives[0].group_field = "service";
  one.plan.objectives[0].requirements[0].leaves[0].presence = {presence};
  const ObjectiveVerdict verdict = one.judged_first();
  EXPECT_EQ(verdict.groups[0].verdict, Verdict::no_data);
  EXPECT_EQ(verdict.groups[1].verdict, Verdict::no_data);
}

TEST(Presence, NoGroupAtAllIsNoPassWhereValuesAreExpected) {
  CaseBuilder one;
  const plan::Presence presence = one.presence("region", {{"eu", 0}, {"us", 0}});
  one.group_by("service", {});
  one.objective("available", {one.direct(one.proportion({}, {}, {}), Comparison::at_least, "0.999")});
  one.plan.objectives[0].group_field = "service";
  one.plan.objectives[0].on_no_data = NoDataVerdict::pass;
  EXPECT_EQ(one.judged_first().verdict, Verdict::pass);
  one.plan.objectives[0].requirements[0].leaves[0].presence = {presence};
  const ObjectiveVerdict verdict = one.judged_first();
  EXPECT_EQ(verdict.verdict, Verdict::no_data);
  EXPECT_EQ(verdict.reason, Reason::missing_shard);
  EXPECT_EQ(verdict.because,
            "there are no groups of service, and not every value of which the policy expects rows has one");
}

TEST(Presence, SamplingThatDecidesNothingLacksDataToo) {
  CaseBuilder one = shares(10'000, {{"eu", 10'000}, {"us", 0}});
  one.plan.streams[0].sampling = plan::StreamPromise::Sampling::tail;
  EXPECT_EQ(one.judged_first().verdict, Verdict::no_data);
  EXPECT_EQ(one.judged_first().reason, Reason::missing_shard);
}

// A requirement that lacks a value is none of those that hold.
TEST(Presence, OfSomeRequirementsItIsNoneThatHolds) {
  CaseBuilder one;
  one.objective("some", {one.direct(one.proportion({10'000}, {0}, {10'000}, "a"), Comparison::at_least, "0.99"),
                         one.direct(one.proportion({10'000}, {0}, {10'000}, "b"), Comparison::at_least, "0.99")});
  one.plan.objectives[0].family_least = 1;
  EXPECT_EQ(one.judged_first().verdict, Verdict::pass);
  EXPECT_EQ(expecting(one, {{"eu", 10'000}, {"us", 0}}).judged_first().verdict, Verdict::no_data);
}

// `deny otherwise` may come to a release of which nothing failed: no bound of the denial is stated.
TEST(Presence, ADenialForWantOfDataHasNoBound) {
  const auto denial = [](bool expects) {
    CaseBuilder one = one_proportion(10'000, 0, 10'000, Comparison::at_least, "0.999");
    if (expects) one = expecting(std::move(one), {{"eu", 10'000}, {"us", 1}});
    one.plan.objectives[0].on_no_data = NoDataVerdict::pass;
    one.plan.rules.clear();
    one.rule(plan::Decision::certify, {plan::ObjectivesAre{true, {0}, plan::Standing::pass}}, "certify");
    one.rule(plan::Decision::hold, {plan::ObjectivesAre{false, {0}, plan::Standing::inconclusive}}, "hold");
    one.rule(plan::Decision::deny, {plan::Otherwise{}}, "deny otherwise");
    return one.judged().decision.denial.stated;
  };
  EXPECT_TRUE(denial(false));
  EXPECT_FALSE(denial(true));
}

}  // namespace
}  // namespace proofmark::judgement
