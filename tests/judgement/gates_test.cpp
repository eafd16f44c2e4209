// What blocks a pass and never a fail: coverage, minimum rows. What blocks both: sampling.
#include <gtest/gtest.h>

#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;
constexpr std::int64_t kHour = 3'600'000'000'000;

// 10,000 rows between `first` and `last`, `good` of them good, in the last 20 hours.
CaseBuilder over_window(std::int64_t first, std::int64_t last, std::uint64_t good = 10'000) {
  CaseBuilder one;
  plan::Leaf leaf = one.proportion({good}, {0}, {10'000});
  const plan::FactRef rows = std::get<plan::Proportion>(leaf.what).population;
  plan::CollectValues times{0, 0, rows.accumulator, false, true, false, {}};
  one.plan.scans[0].accumulators.push_back({times, {}});
  plan::ValueSummary summary;
  summary.known = 10'000;
  summary.minimum = first;
  summary.maximum = last;
  one.stream().facts.push_back(plan::ValuesFact{{summary}});
  leaf.reach = plan::Reach{{0, static_cast<plan::Id>(one.stream().facts.size() - 1)}};
  one.objective("available", {one.direct(leaf, Comparison::at_least, "0.999")});
  one.plan.objectives[0].window = {plan::WindowKind::last, 20 * kHour, 0};
  one.usual_rules();
  return one;
}

std::int64_t as_of() {
  return *CaseBuilder().facts.as_of_ns;
}

TEST(Gates, AWindowIsCoveredWithinATwentieth) {
  EXPECT_EQ(over_window(as_of() - 19 * kHour, as_of()).judged_first().verdict, Verdict::pass);
  const ObjectiveVerdict late = over_window(as_of() - 19 * kHour + 1, as_of()).judged_first();
  EXPECT_EQ(late.verdict, Verdict::inconclusive);
  EXPECT_EQ(late.reason, Reason::coverage);
  EXPECT_NE(late.because.find("into the window of 20h"), std::string::npos) << late.because;
}

TEST(Gates, RowsWithoutATimeAreUnknownToAWindow) {
  CaseBuilder one = over_window(as_of() - 20 * kHour + 1, as_of());
  one.stream().untimed = 3'000;
  EXPECT_EQ(one.judged_first().verdict, Verdict::pass);  // the mask is of the whole snapshot
  one.plan.scans[0].windows[0] = {plan::WindowKind::last, 20 * kHour, 0};
  const ObjectiveVerdict verdict = one.judged_first();
  EXPECT_EQ(verdict.verdict, Verdict::inconclusive);
  EXPECT_EQ(verdict.reason, Reason::unknown_rows);
  EXPECT_EQ(headline(verdict).unknown, 3'000U);
  EXPECT_EQ(headline(verdict).n, 13'000U);
}

TEST(Gates, CoverageNeverBlocksAFail) {
  EXPECT_EQ(over_window(as_of() - kHour, as_of(), 9'000).judged_first().verdict, Verdict::fail);
}

TEST(Gates, AWindowWithoutKnownTimesIsNotCovered) {
  CaseBuilder one = over_window(as_of() - 20 * kHour, as_of());
  // Nobody knows when the window ends, and so of no row whether it is in it.
  std::get<plan::ValuesFact>(one.stream().facts.back()).groups[0] = {};
  one.stream().untimed = 10'000;
  one.facts.as_of_ns.reset();
  one.facts.history.reset();  // looks without a time have no order
  EXPECT_EQ(one.judged_first().reason, Reason::coverage);
}

TEST(Gates, OverAtLeastAsksForTheTimeBetweenRows) {
  CaseBuilder one = over_window(as_of() - 6 * kHour, as_of());
  one.plan.objectives[0].window = {};
  one.plan.objectives[0].covers_at_least_ns = 6 * kHour;
  EXPECT_EQ(one.judged_first().verdict, Verdict::pass);
  CaseBuilder shorter = over_window(as_of() - 6 * kHour, as_of() - kHour / 2);
  shorter.plan.objectives[0].window = {};
  shorter.plan.objectives[0].covers_at_least_ns = 6 * kHour;
  EXPECT_EQ(shorter.judged_first().reason, Reason::coverage);
  EXPECT_NE(shorter.judged_first().because.find("of the 6h it asks for"), std::string::npos)
      << shorter.judged_first().because;
}

TEST(Gates, AnAnchoredWindowNeedsTheStreamFromItsStart) {
  CaseBuilder one = one_proportion(10'000, 0, 10'000, Comparison::at_least, "0.999");
  one.plan.objectives[0].window = {plan::WindowKind::since, 0, as_of() - 20 * kHour};
  EXPECT_EQ(one.judged_first().reason, Reason::coverage);
  one.stream().covers_from_ns = as_of() - 19 * kHour;
  EXPECT_EQ(one.judged_first().verdict, Verdict::pass);
  one.stream().covers_from_ns = as_of() - 19 * kHour + 1;
  EXPECT_EQ(one.judged_first().reason, Reason::coverage);
  one.stream().covers_from_ns = as_of() - 400 * kHour;
  EXPECT_EQ(one.judged_first().verdict, Verdict::pass);
}

TEST(Gates, MinimumRowsBlockAPassAndSayHowManyAreMissing) {
  CaseBuilder one = one_proportion(10'000, 0, 10'000, Comparison::at_least, "0.999");
  one.plan.objectives[0].minimum_rows = 10'000;
  EXPECT_EQ(one.judged_first().verdict, Verdict::pass);
  one.plan.objectives[0].minimum_rows = 12'345;
  const ObjectiveVerdict few = one.judged_first();
  EXPECT_EQ(few.verdict, Verdict::inconclusive);
  EXPECT_EQ(few.reason, Reason::minimum_rows);
  EXPECT_EQ(headline(few).samples_needed, 2'345u);
  EXPECT_NE(few.because.find("10,000 of the 12,345 rows"), std::string::npos) << few.because;
  CaseBuilder bad = one_proportion(9'000, 0, 10'000, Comparison::at_least, "0.999");
  bad.plan.objectives[0].minimum_rows = 12'345;
  EXPECT_EQ(bad.judged_first().verdict, Verdict::fail);
}

TEST(Gates, MinimumRowsCountAllGroupsOrEach) {
  CaseBuilder one;
  one.group_by("region", {"eu", "us"});
  one.objective("available",
                {one.direct(one.proportion({8'000, 4'000}, {0, 0}, {8'000, 4'000}), Comparison::at_least, "0.999")});
  one.plan.objectives[0].minimum_rows = 10'000;
  EXPECT_EQ(one.judged_first().verdict, Verdict::pass);
  one.plan.objectives[0].minimum_rows_each = true;
  const ObjectiveVerdict each = one.judged_first();
  EXPECT_EQ(each.verdict, Verdict::inconclusive);
  EXPECT_EQ(each.groups[0].requirements[0].samples_needed, 2'000u);
  EXPECT_EQ(each.groups[1].requirements[0].samples_needed, 6'000u);
}

TEST(Gates, AnUndecidedClaimAsksForTheMoreOfBoth) {
  CaseBuilder one = one_proportion(2'000, 0, 2'000, Comparison::at_least, "0.999");
  one.plan.objectives[0].minimum_rows = 10'000;
  EXPECT_EQ(headline(one.judged_first()).reason, Reason::too_few);
  EXPECT_EQ(headline(one.judged_first()).samples_needed, 8'000u);
}

CaseBuilder sampled(CaseBuilder one, plan::StreamPromise::Sampling sampling = plan::StreamPromise::Sampling::tail) {
  one.plan.streams[0].sampling = sampling;
  return one;
}

TEST(Gates, SamplingThatKeepsWhatItLikesDecidesNothing) {
  for (const auto sampling : {plan::StreamPromise::Sampling::tail, plan::StreamPromise::Sampling::unknown})
    for (const std::uint64_t good : {10'000U, 9'990U, 9'000U}) {
      const CaseBuilder one = sampled(one_proportion(good, 0, 10'000, Comparison::at_least, "0.999"), sampling);
      const ObjectiveVerdict verdict = one.judged_first();
      EXPECT_EQ(verdict.verdict, Verdict::inconclusive);
      EXPECT_EQ(verdict.reason, Reason::sampling);
      EXPECT_EQ(headline(verdict).guarantee, Guarantee::assumed);
      EXPECT_TRUE(headline(verdict).lower.empty() && headline(verdict).upper.empty());
      EXPECT_FALSE(headline(verdict).samples_needed.has_value());
      EXPECT_NE(verdict.because.find("`sampling head`"), std::string::npos) << verdict.because;
      EXPECT_FALSE(one.judged().decision.bound.stated);
      EXPECT_FALSE(one.judged().decision.denial.stated);
    }
  EXPECT_EQ(sampled(one_proportion(0, 0, 0, Comparison::at_least, "0.999")).judged_first().verdict, Verdict::no_data);
}

// Seven errors were recorded: there were at least so many, whatever was not kept.
TEST(Gates, WhatSampledRowsWitnessStands) {
  const auto counted = [](Comparison op, const std::string& threshold, plan::UnknownAs unknown_as) {
    CaseBuilder one;
    one.objective("errors", {one.direct(one.row_count(7, 2, 100, "count(requests, status == 500)"), op, threshold)});
    one.plan.objectives[0].unknown_as = unknown_as;
    return sampled(one).judged_first();
  };
  const ObjectiveVerdict many = counted(Comparison::at_most, "5", plan::UnknownAs::worst);
  EXPECT_EQ(many.verdict, Verdict::fail);
  EXPECT_EQ(headline(many).guarantee, Guarantee::exact);
  EXPECT_EQ(headline(many).lower, "7");
  EXPECT_EQ(headline(many).upper, "");
  EXPECT_EQ(many.because, "count(requests, status == 500) is at least 7, over the 5 allowed");
  EXPECT_EQ(counted(Comparison::at_most, "8", plan::UnknownAs::bad).reason, Reason::sampling);
  EXPECT_EQ(counted(Comparison::at_most, "20", plan::UnknownAs::worst).reason, Reason::sampling);
  EXPECT_EQ(counted(Comparison::at_least, "20", plan::UnknownAs::worst).reason, Reason::sampling);
  const ObjectiveVerdict enough = counted(Comparison::at_least, "5", plan::UnknownAs::worst);
  EXPECT_EQ(enough.reason, Reason::sampling);
  EXPECT_EQ(headline(enough).lower, "7");
  EXPECT_EQ(headline(enough).upper, "");
}

TEST(Gates, WhatSampledRowsLeaveOpenHasNoBound) {
  const auto bounds = [](plan::CensusKind kind) {
    CaseBuilder one;
    one.objective("extreme",
                  {one.direct(one.census(kind, {{5, 50}}, {2}, "of the duration"), Comparison::at_most, "60")});
    const Judged judged = headline(sampled(one).judged_first());
    return std::pair(judged.lower, judged.upper);
  };
  EXPECT_EQ(bounds(plan::CensusKind::maximum), std::pair(std::string("50"), std::string()));
  EXPECT_EQ(bounds(plan::CensusKind::minimum), std::pair(std::string(), std::string("5")));
  EXPECT_EQ(bounds(plan::CensusKind::sum), std::pair(std::string(), std::string()));
}

// That no row was kept does not say that there was none.
TEST(Gates, NoRowThatWasKeptIsNoPass) {
  CaseBuilder one = sampled(one_proportion(0, 0, 0, Comparison::at_least, "0.999"));
  one.plan.objectives[0].on_no_data = plan::NoDataVerdict::pass;
  const ObjectiveVerdict empty = one.judged_first();
  EXPECT_EQ(empty.verdict, Verdict::inconclusive);
  EXPECT_EQ(empty.reason, Reason::sampling);
  EXPECT_NE(empty.because.find("no row was kept, and"), std::string::npos) << empty.because;
  one.plan.objectives[0].on_no_data = plan::NoDataVerdict::fail;
  EXPECT_EQ(one.judged_first().verdict, Verdict::fail);
  CaseBuilder grouped;
  grouped.group_by("region", {});
  grouped.objective("available", {grouped.direct(grouped.proportion({}, {}, {}), Comparison::at_least, "0.999")});
  grouped.plan.objectives[0].on_no_data = plan::NoDataVerdict::pass;
  EXPECT_EQ(grouped.judged_first().verdict, Verdict::pass);
  const ObjectiveVerdict none = sampled(grouped).judged_first();
  EXPECT_EQ(none.verdict, Verdict::inconclusive);
  EXPECT_EQ(none.reason, Reason::sampling);
  EXPECT_EQ(none.because,
            "there are no groups of region, and rows that were not kept may have been of some: how telemetry is "
            "sampled leaves it open");
  CaseBuilder all = one_proportion(0, 0, 0, Comparison::at_least, "0.999");
  all.plan.objectives[0].on_no_data = plan::NoDataVerdict::pass;
  EXPECT_EQ(all.judged_first().verdict, Verdict::pass);
}

TEST(Gates, ValuesBeyondALimitAreWitnessedByTheRowsKept) {
  const auto judged = [](plan::CensusKind kind, Comparison op, const std::string& threshold) {
    CaseBuilder one;
    one.objective("extreme", {one.direct(one.census(kind, {{5, 50}}, {2}, "of the duration"), op, threshold)});
    return sampled(one).judged_first().verdict;
  };
  EXPECT_EQ(judged(plan::CensusKind::maximum, Comparison::at_most, "40"), Verdict::fail);
  EXPECT_EQ(judged(plan::CensusKind::maximum, Comparison::at_least, "60"), Verdict::inconclusive);
  EXPECT_EQ(judged(plan::CensusKind::minimum, Comparison::at_least, "10"), Verdict::fail);
  EXPECT_EQ(judged(plan::CensusKind::minimum, Comparison::at_most, "4"), Verdict::inconclusive);
  EXPECT_EQ(judged(plan::CensusKind::sum, Comparison::at_most, "40"), Verdict::inconclusive);
}

}  // namespace
}  // namespace proofmark::judgement
