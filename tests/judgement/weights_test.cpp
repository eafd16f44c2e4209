// Rows that were kept as they went, decided by what they stand for: verdicts, what they are told with, and where
// weights tell nothing.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "runtime/transcript/check_shape.h"
#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;
using Kept = CaseBuilder::Kept;

std::vector<std::int64_t> rows(std::size_t count, std::int64_t weight) {
  return std::vector<std::int64_t>(count, weight);
}

std::vector<std::int64_t> joined(std::vector<std::int64_t> first, const std::vector<std::int64_t>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

CaseBuilder weighed(const Kept& kept, const std::string& threshold, Comparison op = Comparison::at_least) {
  CaseBuilder one;
  one.objective("available", {CaseBuilder::direct(one.weighed(kept), op, threshold)});
  one.usual_rules();
  return one;
}

// 10,000 rows of weight 1 and 100 of weight 100, none bad: 200 trials, of which 1 - .05^(1/200) = 1.487 % may fail.
const Kept kClean{{joined(rows(10'000, 1), rows(100, 100))}, {{}}, {{}}};

TEST(Weights, TheHeaviestRowSaysHowManyTheRowsCountFor) {
  const ObjectiveVerdict passed = weighed(kClean, "0.985").judged_first();
  EXPECT_EQ(passed.verdict, Verdict::pass);
  const Judged& judged = headline(passed);
  EXPECT_EQ(judged.method, "weighted_clopper_pearson");
  EXPECT_EQ(judged.guarantee, Guarantee::asymptotic);
  EXPECT_EQ(judged.n, 10'100u);
  EXPECT_EQ(judged.estimate, "1");
  EXPECT_EQ(judged.lower, "0.9851329607");
  EXPECT_EQ(judged.upper, "1");
  ASSERT_TRUE(judged.weights.has_value());
  EXPECT_EQ(judged.weights->total, "20000");
  EXPECT_EQ(judged.weights->heaviest, "100");
  EXPECT_EQ(judged.weights->rows, "200");
  EXPECT_EQ(
      passed.because,
      "were the true fraction(requests, status < 500) below 98.5 %, this check would wrongly pass at most 5 times "
      "in 100, in the limit of many rows; the 10,100 rows kept stand for 20,000, the heaviest for 100, and count "
      "as 200");
  const ObjectiveVerdict open = weighed(kClean, "0.986").judged_first();
  EXPECT_EQ(open.verdict, Verdict::inconclusive);
  EXPECT_EQ(open.reason, Reason::too_few);
  EXPECT_EQ(headline(open).samples_needed, 631u);  // .986^n is 5 % at 212.5 trials, 10,731 rows like these
}

TEST(Weights, BoundsOfTheDecisionAreNotStated) {
  const Verdicts verdicts = weighed(kClean, "0.985").judged();
  EXPECT_EQ(verdicts.decision.decision, plan::Decision::certify);
  EXPECT_FALSE(verdicts.decision.bound.stated);
  EXPECT_TRUE(verdicts.decision.bound.asymptotic);
  EXPECT_NE(verdicts.decision.bound.because.find("right only in the limit"), std::string::npos);
  EXPECT_FALSE(verdicts.decision.denial.stated);
}

TEST(Weights, FailuresCountForWhatTheyStandFor) {
  const auto verdict = [](std::size_t light, std::size_t heavy) {
    const Kept kept{{joined(rows(10'000, 1), rows(400, 100))}, {joined(rows(light, 1), rows(heavy, 100))}, {{}}};
    return weighed(kept, "0.98").judged_first();
  };
  EXPECT_EQ(verdict(0, 0).verdict, Verdict::pass);
  EXPECT_EQ(verdict(400, 0).verdict, Verdict::pass);  // 4 of 504 trials
  EXPECT_EQ(verdict(0, 4).verdict, Verdict::pass);
  EXPECT_EQ(verdict(0, 8).verdict, Verdict::inconclusive);
  EXPECT_EQ(headline(verdict(0, 8)).estimate, "0.9842519685");
  EXPECT_EQ(verdict(0, 40).verdict, Verdict::fail);
  EXPECT_EQ(headline(verdict(0, 40)).p_pass > 0.99, true);
}

TEST(Weights, ClaimsOfAtMostAreTheSameMirrored) {
  const Kept mostly_bad{{{}}, {joined(rows(10'000, 1), rows(100, 100))}, {{}}};
  const ObjectiveVerdict passed = weighed(mostly_bad, "0.015", Comparison::at_most).judged_first();
  EXPECT_EQ(passed.verdict, Verdict::pass);
  EXPECT_EQ(headline(passed).upper, "0.01486703925");
  EXPECT_EQ(weighed(kClean, "0.5", Comparison::at_most).judged_first().verdict, Verdict::fail);
}

TEST(Weights, UnknownRowsArePlacedWithTheirWeight) {
  const Kept kept{{joined(rows(10'000, 1), rows(400, 100))}, {{}}, {rows(8, 100)}};
  const auto as = [&](plan::UnknownAs unknown_as) {
    CaseBuilder one = weighed(kept, "0.98");
    one.plan.objectives[0].unknown_as = unknown_as;
    return one.judged_first();
  };
  EXPECT_EQ(as(plan::UnknownAs::worst).reason, Reason::unknown_rows);
  EXPECT_EQ(as(plan::UnknownAs::bad).verdict, Verdict::inconclusive);
  EXPECT_EQ(as(plan::UnknownAs::good).verdict, Verdict::pass);
  EXPECT_EQ(headline(as(plan::UnknownAs::good)).guarantee, Guarantee::assumed);
}

// Nobody read their weight: the greatest one is taken.
TEST(Weights, SkippedRowsCountAsTheHeaviest) {
  CaseBuilder one = weighed({{joined(rows(10'000, 1), rows(400, 100))}, {{}}, {{}}}, "0.98");
  one.stream().skipped = 8;
  const ObjectiveVerdict open = one.judged_first();
  EXPECT_EQ(open.reason, Reason::unknown_rows);
  EXPECT_EQ(headline(open).n, 10'408u);
  EXPECT_EQ(headline(open).weights->total, "50000");
  EXPECT_EQ(headline(open).weights->rows, "508");
  one.plan.objectives[0].unknown_as = plan::UnknownAs::excluded;
  EXPECT_EQ(one.judged_first().verdict, Verdict::pass);
}

TEST(Weights, ARowWithoutAWeightLeavesAllOpen) {
  for (const std::size_t bad : {0U, 300U}) {
    Kept kept{{joined(rows(10'000, 1), rows(400, 100))}, {rows(bad, 100)}, {{}}};
    kept.nameless = 2;
    const ObjectiveVerdict open = weighed(kept, "0.98").judged_first();
    EXPECT_EQ(open.verdict, Verdict::inconclusive);
    EXPECT_EQ(open.reason, Reason::sampling);
    EXPECT_TRUE(headline(open).lower.empty() && headline(open).upper.empty());
    EXPECT_FALSE(headline(open).weights.has_value());
    EXPECT_NE(open.because.find(" rows have no weight in `sample_rate`, and may stand for any number of events"),
              std::string::npos)
        << open.because;
  }
  const ObjectiveVerdict below = weighed({{joined(rows(10'000, 1), rows(1, 0))}, {{}}, {{}}}, "0.98").judged_first();
  EXPECT_EQ(below.reason, Reason::sampling);
  EXPECT_NE(
      below.because.find("1 of its 10,001 rows has a weight below 1 in `sample_rate`, and no row stands for less"),
      std::string::npos)
      << below.because;
}

TEST(Weights, NothingMeasuredIsNoData) {
  CaseBuilder one = weighed({{{}}, {{}}, {{}}}, "0.98");
  EXPECT_EQ(one.judged_first().verdict, Verdict::no_data);
  one.plan.objectives[0].on_no_data = plan::NoDataVerdict::pass;  // that none was kept does not say that there was none
  EXPECT_EQ(one.judged_first().verdict, Verdict::inconclusive);
  EXPECT_EQ(one.judged_first().reason, Reason::sampling);
}

TEST(Weights, GatesCountTheRowsThatWereKept) {
  CaseBuilder one = weighed(kClean, "0.985");
  one.plan.objectives[0].minimum_rows = 15'000;
  EXPECT_EQ(one.judged_first().reason, Reason::minimum_rows);
}

TEST(Weights, GroupsAreWeighedOneByOne) {
  CaseBuilder one;
  one.group_by("region", {"eu", "us"});
  const Kept kept{{rows(5'000, 2), joined(rows(5'000, 2), rows(10, 1'000))}, {{}, {}}, {{}, {}}};
  one.objective("available", {CaseBuilder::direct(one.weighed(kept), Comparison::at_least, "0.99")});
  const ObjectiveVerdict verdict = one.judged_first();
  EXPECT_EQ(verdict.groups[0].verdict, Verdict::pass);
  EXPECT_EQ(verdict.groups[1].verdict, Verdict::inconclusive);  // 20 trials
  EXPECT_EQ(verdict.groups[1].requirements[0].weights->rows, "20");
  const Kept failing{{rows(5'000, 2), {}}, {{}, rows(500, 10)}, {{}, {}}};
  CaseBuilder other;
  other.group_by("region", {"eu", "us"});
  other.objective("available", {CaseBuilder::direct(other.weighed(failing), Comparison::at_least, "0.99")});
  EXPECT_EQ(other.judged_first().verdict, Verdict::fail);
  EXPECT_TRUE(other.judged_first().groups[1].declared_fail);
}

// 1,000 values: 950 short ones that stand for 2 each, 50 long ones that stand for 1 or for 100.
TEST(Weights, QuantilesAreTheShareUpToTheThreshold) {
  const auto judged = [](std::int64_t weight_of_long, Comparison op) {
    CaseBuilder one;
    const std::vector<std::int64_t> values = joined(rows(950, 5), rows(50, 50));
    plan::Leaf leaf = one.quantile({values}, {1'000}, "0.95", op, 10, exact("0.05"));
    auto& what = std::get<plan::Quantile>(leaf.what);
    what.weights = one.weights(what.population, {{rows(950, 2)}, {rows(50, weight_of_long)}, {{}}});
    one.objective("fast", {CaseBuilder::direct(std::move(leaf), op, "10")});
    return one.judged_first();
  };
  const ObjectiveVerdict light = judged(1, Comparison::at_most);  // 50 of 1,950
  EXPECT_EQ(light.verdict, Verdict::pass);
  EXPECT_EQ(headline(light).upper, "10");
  EXPECT_EQ(headline(light).lower, "");
  EXPECT_EQ(headline(light).estimate, "");
  EXPECT_EQ(judged(100, Comparison::at_most).verdict, Verdict::fail);
  EXPECT_EQ(judged(100, Comparison::greater).verdict, Verdict::pass);
  const ObjectiveVerdict open = judged(2, Comparison::at_most);
  EXPECT_EQ(open.verdict, Verdict::inconclusive);
  EXPECT_EQ(headline(open).lower + headline(open).upper, "");
  EXPECT_NE(open.because.find("has 95 % at or below 10ns over 1,000 rows"), std::string::npos) << open.because;
}

// 600 rows that stand for 2 each; the 50 bad ones lie in five minutes of sixty.
TEST(Weights, WhatOnlyIndependentRowsWouldShowIsTakenBack) {
  const auto judged = [](const std::string& threshold) {
    CaseBuilder one;
    plan::Leaf leaf = one.weighed({{rows(550, 2)}, {rows(50, 2)}, {{}}});
    std::vector<plan::SeriesStep> steps(60, {10, 10});
    for (std::size_t i = 30; i < 35; ++i) steps[i].part = 0;
    std::get<plan::Proportion>(leaf.what).series = one.series(steps);
    one.objective("available", {CaseBuilder::direct(std::move(leaf), Comparison::at_least, threshold)});
    return one.judged_first();
  };
  EXPECT_EQ(judged("0.88").verdict, Verdict::inconclusive);
  EXPECT_EQ(judged("0.88").reason, Reason::dependent);
  EXPECT_EQ(headline(judged("0.88")).lower, "");
  EXPECT_EQ(judged("0.5").verdict, Verdict::pass);
}

TEST(Weights, FactsThatContradictEachOtherAreRefused) {
  CaseBuilder one = weighed({{rows(100, 3)}, {rows(5, 7)}, {rows(2, 4)}}, "0.5");
  const auto fits = [&](const auto& change) {
    CaseBuilder altered = one;
    const plan::Weights& weights =
        *std::get<plan::Proportion>(one.plan.objectives[0].requirements[0].leaves[0].what).weights;
    change(altered, weights);
    return static_cast<bool>(transcript::check_shape(altered.plan, altered.facts));
  };
  const auto values = [](CaseBuilder& of, const plan::FactRef& ref) -> plan::ValueSummary& {
    return std::get<plan::ValuesFact>(of.stream().facts[ref.accumulator]).groups[0];
  };
  EXPECT_TRUE(fits([](CaseBuilder&, const plan::Weights&) {}));
  EXPECT_FALSE(fits([&](CaseBuilder& of, const plan::Weights& at) { values(of, at.bad).sum = plan::Int128(34); }));
  EXPECT_FALSE(fits([&](CaseBuilder& of, const plan::Weights& at) {
    values(of, at.bad).sum = plan::Int128(5);  // five rows of 1, and the least weighs 3
    values(of, at.all).sum = plan::Int128(313);
  }));
  EXPECT_FALSE(fits([&](CaseBuilder& of, const plan::Weights& at) {
    values(of, at.bad).known = 4;
    values(of, at.good).known = 101;
  }));
  EXPECT_FALSE(fits([&](CaseBuilder& of, const plan::Weights& at) { values(of, at.all).maximum = std::int64_t{6}; }));
  EXPECT_FALSE(fits([&](CaseBuilder& of, const plan::Weights& at) {
    std::get<plan::CountFact>(of.stream().facts[at.unfit.accumulator]).counts[0] = 1;
  }));
}

TEST(Weights, OneMoreFailureNeverRaisesTheVerdict) {
  EXPECT_TRUE(rc::check("a row turns bad", [] {
    const auto weight = [] { return *rc::gen::element<std::int64_t>(1, 1, 2, 10, 100); };
    std::vector<std::int64_t> good = rows(*rc::gen::inRange<std::size_t>(1, 2'000), weight()), bad;
    good = joined(good, rows(*rc::gen::inRange<std::size_t>(0, 300), weight()));
    bad = rows(*rc::gen::inRange<std::size_t>(0, 30), weight());
    const std::string threshold = *rc::gen::element<std::string>("0.8", "0.95", "0.99");
    const auto standing = [&] {
      const Verdict verdict = weighed({{good}, {bad}, {{}}}, threshold).judged_first().verdict;
      return verdict == Verdict::pass ? 2 : verdict == Verdict::inconclusive ? 1 : 0;
    };
    const int before = standing();
    const bool turned = *rc::gen::arbitrary<bool>();
    bad.push_back(turned ? good.back() : std::min(weight(), *std::max_element(good.begin(), good.end())));
    if (turned && good.size() > 1) good.pop_back();
    RC_ASSERT(standing() <= before);
  }));
}

}  // namespace
}  // namespace proofmark::judgement
