// Measured dependence: the diagnosis against figures computed elsewhere, and what it takes back.
#include <gtest/gtest.h>

#include "runtime/statistics/count_series.h"
#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;
using plan::SeriesFact;
using plan::SeriesStep;

template <typename Step>
SeriesFact series_of(std::uint64_t steps, Step step) {
  SeriesFact series{60'000'000'000, {}};
  for (std::uint64_t i = 0; i < steps; ++i) series.steps.push_back(step(i));
  return series;
}

// Figures from the definitions in NumPy and SciPy's chi2.sf.
TEST(Dependence, IsDiagnosedAsItsDefinitionsSay) {
  const auto regular =
      statistics::diagnose(series_of(60, [](std::uint64_t i) { return SeriesStep{100, 90 + i * 7 % 11}; }));
  ASSERT_TRUE(regular);
  EXPECT_EQ(regular->lags, 12U);
  EXPECT_NEAR(regular->lag1, -0.39259467053467983, 1e-12);
  EXPECT_NEAR(regular->ljung_box, 130.8612594763921, 1e-9);
  EXPECT_NEAR(regular->p_value / 4.1448874307502182e-22, 1, 1e-9);
  EXPECT_NEAR(regular->design_effect, 0.7964212975417809, 1e-12);
  const auto incident = statistics::diagnose(
      series_of(60, [](std::uint64_t i) { return SeriesStep{100 + i, 100 + i - (i >= 20 && i < 30 ? 40 : i % 3)}; }));
  ASSERT_TRUE(incident);
  EXPECT_NEAR(incident->lag1, 0.8717131628112837, 1e-12);
  EXPECT_NEAR(incident->ljung_box, 155.23258414642734, 1e-9);
  EXPECT_NEAR(incident->design_effect, 91.23438482997656, 1e-9);
  const auto gaps = statistics::diagnose(series_of(
      60, [](std::uint64_t i) { return i % 4 == 0 ? SeriesStep{} : SeriesStep{50 + i % 5, 45 + i * i % 5}; }));
  ASSERT_TRUE(gaps);
  EXPECT_EQ(gaps->steps, 45U);
  EXPECT_EQ(gaps->lags, 9U);
  EXPECT_NEAR(gaps->ljung_box, 59.805202889422326, 1e-9);
  EXPECT_NEAR(gaps->design_effect, 0.4728485604458979, 1e-12);
}

TEST(Dependence, NothingIsDiagnosedFromNothing) {
  EXPECT_FALSE(statistics::diagnose({}));
  EXPECT_FALSE(statistics::diagnose(series_of(60, [](std::uint64_t) { return SeriesStep{100, 100}; })));
  EXPECT_FALSE(statistics::diagnose(series_of(60, [](std::uint64_t) { return SeriesStep{100, 0}; })));
  EXPECT_FALSE(statistics::diagnose(series_of(19, [](std::uint64_t i) { return SeriesStep{100, 90 + i}; })));
  // The same share in every step: residuals of nought, and no number that is none.
  const auto even = statistics::diagnose(series_of(60, [](std::uint64_t) { return SeriesStep{100, 50}; }));
  ASSERT_TRUE(even);
  EXPECT_EQ(even->lag1, 0);
  EXPECT_EQ(even->p_value, 1);
  EXPECT_EQ(even->design_effect, 0);
}

// 60,000 rows, the bad ones 50 a minute for `minutes` minutes in a row.
CaseBuilder with_incident(std::uint64_t minutes, const std::string& threshold) {
  const auto series = series_of(
      60, [&](std::uint64_t i) { return SeriesStep{1000, i >= 20 && i < 20 + minutes ? 950U : 1000U - i % 2}; });
  std::uint64_t good = 0;
  for (const SeriesStep& step : series.steps) good += step.part;
  CaseBuilder made;
  plan::Leaf leaf = made.proportion({good}, {0}, {60'000});
  std::get<plan::Proportion>(leaf.what).series = made.series(series.steps);
  made.objective("available", {CaseBuilder::direct(std::move(leaf), Comparison::at_least, threshold)});
  made.usual_rules();
  return made;
}

TEST(Dependence, APassThatOnlyIndependentRowsWouldGiveIsTakenBack) {
  const ObjectiveVerdict verdict = with_incident(10, "0.989").judged_first();  // 99.12 % of 60,000
  EXPECT_EQ(verdict.verdict, Verdict::inconclusive);
  EXPECT_EQ(verdict.reason, Reason::dependent);
  ASSERT_TRUE(verdict.dependence[0][0]);
  EXPECT_TRUE(verdict.dependence[0][0]->significant);
  EXPECT_TRUE(headline(verdict).lower.empty());
  EXPECT_NE(verdict.because.find("depend on those before them"), std::string::npos) << verdict.because;
}

TEST(Dependence, AFailThatOnlyIndependentRowsWouldGiveIsTakenBack) {
  const ObjectiveVerdict verdict = with_incident(10, "0.993").judged_first();
  EXPECT_EQ(verdict.verdict, Verdict::inconclusive);
  EXPECT_EQ(verdict.reason, Reason::dependent);
}

TEST(Dependence, WhatFewerRowsShowAsWellStandsButIsNotExact) {
  const ObjectiveVerdict pass = with_incident(10, "0.9").judged_first();
  EXPECT_EQ(pass.verdict, Verdict::pass);
  EXPECT_EQ(headline(pass).guarantee, Guarantee::asymptotic);
  EXPECT_EQ(with_incident(10, "0.9999").judged_first().verdict, Verdict::fail);
  EXPECT_FALSE(with_incident(10, "0.9").judged().decision.bound.stated);
}

// Two shares: an incident in either population, and a difference that fewer rows show as well, or do not.
TEST(Dependence, OfTwoSharesTheMoreDependentOneCounts) {
  const auto judged = [](bool in_second, const std::string& margin) {
    const auto steps = [](bool incident) {
      std::vector<SeriesStep> all;
      for (std::uint64_t i = 0; i < 60; ++i) all.push_back({1000, incident && i >= 20 && i < 30 ? 950 : 1000 - i % 2});
      return all;
    };
    CaseBuilder made;
    const auto arm = [&](bool incident) {
      std::uint64_t good = 0;
      for (const SeriesStep& step : steps(incident)) good += step.part;
      plan::Leaf leaf = made.proportion({good}, {0}, {60'000});
      plan::Proportion share = std::get<plan::Proportion>(leaf.what);
      share.series = made.series(steps(incident));
      return share;
    };
    plan::Leaf leaf;
    leaf.what = plan::TwoShares{plan::TwoSharesKind::difference, arm(!in_second), arm(in_second), {}};
    leaf.outside = made.count({0});
    leaf.text = "first - second";
    made.objective("o", {CaseBuilder::direct(std::move(leaf), Comparison::at_least, margin)});
    made.usual_rules();
    return made.judged_first();
  };
  EXPECT_EQ(judged(false, "-0.009").reason, Reason::dependent);  // -0.00825: shown by 60,000 independent rows
  EXPECT_EQ(judged(true, "0.0075").reason, Reason::dependent);
  EXPECT_EQ(judged(true, "0.0075").because.find("blocks of"), std::string::npos);  // which two shares have no test for
  EXPECT_NE(judged(true, "0.0075").because.find("assume independent because"), std::string::npos);
  EXPECT_EQ(judged(false, "-0.1").verdict, Verdict::pass);
  EXPECT_EQ(judged(false, "0.1").verdict, Verdict::fail);
}

TEST(Dependence, IsShownAndNotActedOnWhereThePolicyAnswersForIt) {
  CaseBuilder made = with_incident(10, "0.989");
  made.plan.objectives[0].independent_because = "requests are drawn at random";
  const ObjectiveVerdict verdict = made.judged_first();
  EXPECT_EQ(verdict.verdict, Verdict::pass);
  EXPECT_EQ(headline(verdict).guarantee, Guarantee::exact);
  EXPECT_TRUE(verdict.dependence[0][0]->significant);
}

TEST(Dependence, OfRowsThatDoNotFollowEachOtherNothingIsTakenBack) {
  const ObjectiveVerdict verdict = with_incident(0, "0.999").judged_first();
  EXPECT_EQ(verdict.verdict, Verdict::pass);
  EXPECT_EQ(headline(verdict).guarantee, Guarantee::exact);
}

}  // namespace
}  // namespace proofmark::judgement
