// Quantiles in a calculation: what their rows' dependence takes back, and what is said of an estimate that lies between
// edges, at the threshold, or nowhere.
#include <gtest/gtest.h>

#include <numeric>

#include "runtime/transcript/check_shape.h"
#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;

std::int64_t mixed(std::int64_t minute, std::int64_t k) {
  return k * 60 + (minute * 7 + k * 13) % 60;
}
std::int64_t rising(std::int64_t minute, std::int64_t k) {
  return minute * 100 + k;
}

plan::Requirement minus(plan::Leaf first, plan::Leaf second, Comparison op, const std::string& threshold) {
  plan::Requirement requirement;
  requirement.text = first.text + " - " + second.text + " " + (op == Comparison::less ? "<" : "<=") + " " + threshold;
  requirement.unit = plan::Unit::duration;
  requirement.leaves = {std::move(first), std::move(second)};
  requirement.terms = {plan::LeafTerm{0}, plan::LeafTerm{1}, plan::CalculatedTerm{plan::Calculation::subtract, {0, 1}}};
  requirement.op = op;
  requirement.threshold = exact(threshold);
  requirement.splits = 4;
  requirement.origin = {"checkout.pmk", 7, 5};
  return requirement;
}

// The median of 6,000 values from `least` on, which come mixed or rise with time.
plan::Leaf median(CaseBuilder& made, std::int64_t least, bool rises) {
  std::vector<std::int64_t> values(6'000);
  std::iota(values.begin(), values.end(), least);
  plan::Leaf leaf = made.quantile({values}, {6'000}, "0.5", Comparison::at_most, 0, exact("0.0125"), "p50(requests.d)");
  auto& quantile = std::get<plan::Quantile>(leaf.what);
  quantile.below.reset();
  quantile.series = made.rank_series(rises ? rising : mixed);
  return leaf;
}

// Medians that are 500 ns apart, as 12,000 independent rows show.
CaseBuilder apart(bool first_rises, bool second_rises) {
  CaseBuilder made;
  plan::Leaf first = median(made, 1'000, first_rises), second = median(made, 1'500, second_rises);
  made.objective("faster", {minus(std::move(first), std::move(second), Comparison::less, "0")});
  made.usual_rules();
  return made;
}

TEST(CalculatedQuantiles, OfIndependentRowsStand) {
  const Verdicts verdicts = apart(false, false).judged();
  const ObjectiveVerdict& verdict = verdicts.objectives[0];
  EXPECT_EQ(verdict.verdict, Verdict::pass) << verdict.because;
  EXPECT_EQ(headline(verdict).guarantee, Guarantee::finite_sample);
  for (const auto& measured : verdict.dependence[0]) {
    ASSERT_TRUE(measured);
    EXPECT_TRUE(measured->told);
    EXPECT_FALSE(measured->significant);
  }
  EXPECT_TRUE(verdicts.decision.bound.stated);
}

// A ratio of the 99 % quantile and the median, of so many values that are all the same.
CaseBuilder ratio_of(std::size_t rows, const plan::Looks& looks = {}) {
  CaseBuilder made;
  const auto leaf = [&](const std::string& p) {
    plan::Leaf one = made.quantile({std::vector<std::int64_t>(rows, 7)}, {rows}, p, Comparison::at_most, 0,
                                   exact("0.0125"), "p(requests.d)");
    std::get<plan::Quantile>(one.what).below.reset();
    return one;
  };
  plan::Requirement requirement = minus(leaf("0.99"), leaf("0.5"), Comparison::at_most, "10");
  requirement.unit = plan::Unit::number;
  std::get<plan::CalculatedTerm>(requirement.terms.back()).operation = plan::Calculation::divide;
  made.objective("tail", {std::move(requirement)}).looks = looks;
  made.usual_rules();
  return made;
}

TEST(CalculatedQuantiles, SayHowManyRowsTheirBoundsNeed) {
  EXPECT_EQ(ratio_of(437).judged_first().verdict, Verdict::pass);  // .99^437 < .0125 < .99^436
  for (const std::size_t rows : {6, 7, 100, 436}) {
    const ObjectiveVerdict verdict = ratio_of(rows).judged_first();
    EXPECT_EQ(verdict.verdict, Verdict::inconclusive);
    EXPECT_EQ(verdict.reason, Reason::bound_does_not_exist);
    EXPECT_EQ(headline(verdict).samples_needed, 437 - rows);
    EXPECT_NE(verdict.because.find("do not have the bounds that a pass needs"), std::string::npos) << verdict.because;
  }
}

TEST(CalculatedQuantiles, HaveNoBoundsWhereLooksHaveNoLimit) {
  const ObjectiveVerdict verdict = ratio_of(1'000, {plan::LooksKind::unlimited, 1, 0}).judged_first();
  EXPECT_EQ(verdict.verdict, Verdict::inconclusive);
  EXPECT_EQ(verdict.reason, Reason::bound_does_not_exist);
  EXPECT_FALSE(headline(verdict).samples_needed);
  EXPECT_NE(verdict.because.find("no bounds where looks have no limit"), std::string::npos) << verdict.because;
}

TEST(CalculatedQuantiles, OfDependentRowsOfEitherSideAreTakenBack) {
  for (const bool first : {true, false}) {
    const Verdicts verdicts = apart(first, !first).judged();
    const ObjectiveVerdict& verdict = verdicts.objectives[0];
    EXPECT_EQ(verdict.verdict, Verdict::inconclusive);
    EXPECT_EQ(verdict.reason, Reason::dependent);
    EXPECT_TRUE(headline(verdict).lower.empty());
    ASSERT_TRUE(verdict.dependence[0][0] && verdict.dependence[0][1]);
    EXPECT_EQ(verdict.dependence[0][0]->significant, first);
    EXPECT_EQ(verdict.dependence[0][1]->significant, !first);
    EXPECT_NE(verdict.because.find("depend on those before them"), std::string::npos) << verdict.because;
    EXPECT_EQ(verdict.because.find("blocks of"), std::string::npos) << verdict.because;  // arithmetic has no such test
  }
}

TEST(CalculatedQuantiles, WithAnAnsweredForIndependenceStandAndAreContradicted) {
  CaseBuilder made = apart(true, false);
  made.plan.objectives[0].independent_because = "each request has a host of its own";
  const Verdicts verdicts = made.judged();
  EXPECT_EQ(verdicts.objectives[0].verdict, Verdict::pass);
  EXPECT_NE(verdicts.decision.bound.because.find("contradict"), std::string::npos) << verdicts.decision.bound.because;
}

TEST(CalculatedQuantiles, HaveTheRanksOfTheValuesThatWereCollected) {
  CaseBuilder made = apart(false, false);
  const auto quantile = std::get<plan::Quantile>(made.plan.objectives[0].requirements[0].leaves[1].what);
  auto& fact = std::get<plan::MomentSeriesFact>(made.stream().facts[quantile.series->accumulator]);
  // One value fewer, with ranks that 5,999 values have: no other check tells.
  fact = CaseBuilder::ranks([](std::int64_t i, std::int64_t k) { return i * 100 + k; });
  fact.groups.front().back().known -= 1;
  std::get<plan::Int128>(fact.groups.front().back().sum) -= 12'000;
  std::get<plan::Int128>(*fact.groups.front().back().squares) -= plan::Int128(12'000) * 12'000;
  plan::Plan plan = made.plan;
  const Status fits = transcript::check_shape(plan, made.facts);
  ASSERT_FALSE(fits);
  EXPECT_NE(fits.problems().front().message.find("ranks other values over time than were collected"), std::string::npos)
      << fits.problems().front().message;
}

// Of 1,000 values that all lie above 100 ms and up to 250 ms.
plan::Leaf bucketed(CaseBuilder& made) {
  const std::vector<std::int64_t> lower(1'000, 100'000'000), upper(1'000, 250'000'000);
  plan::Leaf leaf = made.quantile({lower}, {1'000}, "0.99", Comparison::at_most, 0, exact("0.0125"), "p99(requests.d)");
  auto& quantile = std::get<plan::Quantile>(leaf.what);
  quantile.below.reset();
  quantile.buckets.emplace().upper_values =
      made.collect(quantile.population, {upper}, exact("0.99"), Comparison::at_most, exact("0.0125"));
  return leaf;
}

ObjectiveVerdict alike_in_buckets(const std::string& threshold, Comparison op = Comparison::at_most) {
  CaseBuilder made;
  plan::Leaf first = bucketed(made), second = bucketed(made);
  made.objective("kept", {minus(std::move(first), std::move(second), op, threshold)});
  made.usual_rules();
  return made.judged_first();
}

TEST(CalculatedQuantiles, BetweenEdgesAreToldByBothEnds) {
  const ObjectiveVerdict open = alike_in_buckets("100000000");
  EXPECT_EQ(open.verdict, Verdict::inconclusive);
  EXPECT_EQ(open.reason, Reason::quantised);
  EXPECT_EQ(headline(open).estimate_above, "-150000000");
  EXPECT_EQ(headline(open).estimate, "150000000");
  EXPECT_EQ(open.because,
            "p99(requests.d) - p99(requests.d) is between -150ms and 150ms over 1,000 rows: the edges of its buckets "
            "do not tell on which side of 100ms it lies");
  EXPECT_EQ(alike_in_buckets("150000000").verdict, Verdict::pass);
  const ObjectiveVerdict failed = alike_in_buckets("-200000000");
  EXPECT_EQ(failed.verdict, Verdict::fail);
  EXPECT_NE(failed.because.find("is at least -150ms"), std::string::npos) << failed.because;
}

// Two samples of 1,000 values whose distributions are half apart.
ObjectiveVerdict half_alike(const std::string& threshold) {
  CaseBuilder made;
  plan::Contrast what;
  what.kind = plan::ContrastKind::similarity;
  what.population = what.other_population = made.count({1'000});
  plan::CollectValues collect{.mask = 0, .value = 0, .population = what.population.accumulator};
  collect.contrasted = true;
  plan::ValueSummary all;
  all.known = 1'000;
  made.plan.scans[0].accumulators.push_back({collect, {}});
  made.stream().facts.emplace_back(plan::ValuesFact{{all}});
  what.values = what.other_values = {0, static_cast<plan::Id>(made.stream().facts.size() - 1)};
  what.contrast = made.contrast(what.values, what.other_values, {1'000, 1'000, 500'000, 0, 1'000'000});
  plan::Leaf leaf;
  leaf.outside = made.count({0});
  leaf.what = what;
  leaf.text = "similarity(canary.d, baseline.d)";
  made.objective("alike", {CaseBuilder::direct(std::move(leaf), Comparison::at_least, threshold)});
  made.usual_rules();
  return made.judged_first();
}

TEST(Wording, WhatEqualsItsThresholdIsNotUnderIt) {
  const ObjectiveVerdict equal = half_alike("0.5");
  EXPECT_EQ(equal.verdict, Verdict::inconclusive);
  EXPECT_EQ(equal.reason, Reason::too_few);
  EXPECT_NE(equal.because.find(" is 50 % over 1,000 rows, but may be as low as 4"), std::string::npos) << equal.because;
  const ObjectiveVerdict less = half_alike("0.51");
  EXPECT_EQ(less.reason, Reason::threshold_too_close);
  EXPECT_NE(less.because.find(", under the 51 % required, but not yet disproved"), std::string::npos) << less.because;
}

TEST(Wording, NothingKnownIsNeitherOverNorUnder) {
  const ObjectiveVerdict blind = one_proportion(0, 100, 100, Comparison::at_least, "0.99").judged_first();
  EXPECT_EQ(blind.verdict, Verdict::inconclusive);
  EXPECT_EQ(blind.reason, Reason::unknown_rows);
  EXPECT_EQ(blind.because, "fraction(requests, status < 500) is undecided: none of its rows is known");
  const ObjectiveVerdict enough = one_proportion(0, 1'000, 1'000, Comparison::at_least, "0.99").judged_first();
  EXPECT_EQ(enough.reason, Reason::unknown_rows);
  EXPECT_NE(enough.because.find("would pass if 1,000 rows that are unknown were good"), std::string::npos)
      << enough.because;
}

}  // namespace
}  // namespace proofmark::judgement
