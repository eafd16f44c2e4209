// Measured dependence: the diagnosis against figures computed elsewhere, and what it takes back.
#include <gtest/gtest.h>

#include <random>

#include "runtime/statistics/series_diagnosis.h"
#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;
using plan::SeriesStep;

template <typename Step>
std::vector<SeriesStep> series_of(std::uint64_t steps, Step step) {
  std::vector<SeriesStep> series;
  for (std::uint64_t i = 0; i < steps; ++i) series.push_back(step(i));
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

plan::MomentSums moments_of(const std::vector<std::pair<double, std::uint64_t>>& values) {
  plan::MomentSums sums;
  double sum = 0, squares = 0;
  for (const auto& [value, times] : values) {
    sums.known += times;
    sum += value * static_cast<double>(times);
    squares += value * value * static_cast<double>(times);
  }
  sums.sum = sum;
  sums.squares = squares;
  return sums;
}

template <typename Step>
std::vector<plan::MomentSums> moment_series_of(Step values_of) {
  std::vector<plan::MomentSums> series;
  for (std::uint64_t i = 0; i < 60; ++i) series.push_back(moments_of(values_of(i)));
  return series;
}

// Figures of R 4.2.2: acf and Box.test of the residuals; the design effect from its definition.
TEST(Dependence, OfMeansIsDiagnosedAsItsDefinitionsSay) {
  const auto regular = statistics::diagnose(moment_series_of([](std::uint64_t i) {
    return std::vector{std::pair(40.0 + static_cast<double>(i * 7 % 11), std::uint64_t{50}),
                       std::pair(60.0 + static_cast<double>(i % 3), std::uint64_t{50})};
  }));
  ASSERT_TRUE(regular);
  EXPECT_EQ(regular->steps, 60U);
  EXPECT_EQ(regular->lags, 12U);
  EXPECT_NEAR(regular->lag1, -0.38632660892924114, 1e-12);
  EXPECT_NEAR(regular->ljung_box, 114.77469671518048, 1e-9);
  EXPECT_NEAR(regular->design_effect, 1.360900906481137, 1e-11);
  const auto incident = statistics::diagnose(moment_series_of([](std::uint64_t i) {
    return std::vector{std::pair(40.0 + static_cast<double>(i % 2), 50 + i),
                       std::pair(i >= 20 && i < 30 ? 160.0 : 60.0, std::uint64_t{50})};
  }));
  ASSERT_TRUE(incident);
  EXPECT_NEAR(incident->lag1, 0.87923075499893188, 1e-12);
  EXPECT_NEAR(incident->ljung_box, 158.34447122786219, 1e-9);
  EXPECT_NEAR(incident->design_effect, 98.883580292167721, 1e-9);
  const auto gaps = statistics::diagnose(moment_series_of([](std::uint64_t i) {
    if (i % 4 == 0) return std::vector<std::pair<double, std::uint64_t>>{};
    return std::vector{std::pair(0.5 + static_cast<double>(i * i % 5), std::uint64_t{10}), std::pair(0.25, i % 7)};
  }));
  ASSERT_TRUE(gaps);
  EXPECT_EQ(gaps->steps, 45U);
  EXPECT_EQ(gaps->lags, 9U);
  EXPECT_NEAR(gaps->lag1, -0.036273094264678715, 1e-12);
  EXPECT_NEAR(gaps->ljung_box, 110.98663291436496, 1e-9);
  EXPECT_NEAR(gaps->design_effect, 8.8214651406188214, 1e-11);
}

// A share is the mean of noughts and ones.
TEST(Dependence, OfAMeanOfNoughtsAndOnesIsThatOfTheShare) {
  const auto part = [](std::uint64_t i) { return 90 + i * 7 % 11; };
  const auto share = statistics::diagnose(series_of(60, [&](std::uint64_t i) { return SeriesStep{100, part(i)}; }));
  std::vector<plan::MomentSums> ones;
  for (std::uint64_t i = 0; i < 60; ++i) ones.push_back({100, 0, 0, plan::Int128(part(i)), plan::Int128(part(i))});
  const auto mean = statistics::diagnose(ones);
  ASSERT_TRUE(share && mean);
  EXPECT_NEAR(mean->lag1, share->lag1, 1e-12);
  EXPECT_NEAR(mean->ljung_box, share->ljung_box, 1e-9);
  EXPECT_NEAR(mean->design_effect, share->design_effect, 1e-12);
}

TEST(Dependence, OfMeansNothingIsDiagnosedFromNothing) {
  EXPECT_FALSE(statistics::diagnose(std::vector<plan::MomentSums>{}));
  EXPECT_FALSE(statistics::diagnose(
      moment_series_of([](std::uint64_t) { return std::vector{std::pair(50.0, std::uint64_t{100})}; })));
  // A spread that the rounding of its sums could be.
  EXPECT_FALSE(statistics::diagnose(moment_series_of([](std::uint64_t i) {
    return std::vector{std::pair(1e6, std::uint64_t{100}),
                       std::pair(1e6 + 1e-3 * static_cast<double>(i % 2), std::uint64_t{9})};
  })));
  std::vector<plan::MomentSums> unsquared = moment_series_of(
      [](std::uint64_t i) { return std::vector{std::pair(static_cast<double>(i), std::uint64_t{100})}; });
  EXPECT_TRUE(statistics::diagnose(unsquared));
  unsquared[7].squares.reset();
  EXPECT_FALSE(statistics::diagnose(unsquared));
}

// As before; the first and the last of the steps are left out.
TEST(Dependence, OfEventsIsDiagnosedAsItsDefinitionsSay) {
  const auto steady = statistics::diagnose_events(
      series_of(61, [](std::uint64_t i) { return SeriesStep{1000, i % 60 == 0 ? 900 : 20 + (i - 1) * 7 % 11}; }), 1);
  ASSERT_TRUE(steady);
  EXPECT_EQ(steady->steps, 59U);
  EXPECT_EQ(steady->lags, 11U);
  EXPECT_NEAR(steady->lag1, -0.40131578947368429, 1e-12);
  EXPECT_NEAR(steady->ljung_box, 120.62731757062282, 1e-9);
  EXPECT_NEAR(steady->design_effect, 0.14912280701754385, 1e-12);
  const auto burst =
      statistics::diagnose_events(series_of(61,
                                            [](std::uint64_t step) {
                                              const std::uint64_t i = step - std::min<std::uint64_t>(step, 1);
                                              return SeriesStep{i % 3 * 10, i >= 20 && i < 30 ? 40 + i % 5 : i % 4 / 2};
                                            }),
                                  2.5);
  ASSERT_TRUE(burst);
  EXPECT_NEAR(burst->lag1, 0.87728461901346977, 1e-12);
  EXPECT_NEAR(burst->ljung_box, 150.69316998060657, 1e-9);
  EXPECT_NEAR(burst->design_effect, 36.49084959589986, 1e-10);
  EXPECT_FALSE(statistics::diagnose_events(series_of(60, [](std::uint64_t) { return SeriesStep{1000, 0}; }), 1));
  EXPECT_FALSE(statistics::diagnose_events(series_of(21, [](std::uint64_t i) { return SeriesStep{1000, i}; }), 1));
  EXPECT_FALSE(statistics::diagnose_events({}, 1));
}

TEST(Dependence, NothingIsDiagnosedFromNothing) {
  EXPECT_FALSE(statistics::diagnose(std::vector<SeriesStep>{}));
  EXPECT_FALSE(statistics::diagnose(series_of(60, [](std::uint64_t) { return SeriesStep{100, 100}; })));
  EXPECT_FALSE(statistics::diagnose(series_of(60, [](std::uint64_t) { return SeriesStep{100, 0}; })));
  EXPECT_FALSE(statistics::diagnose(series_of(19, [](std::uint64_t i) { return SeriesStep{1, i % 2}; })));
  // The same share in every step: residuals of nought, and no number that is none.
  const auto even = statistics::diagnose(series_of(60, [](std::uint64_t) { return SeriesStep{100, 50}; }));
  ASSERT_TRUE(even);
  EXPECT_EQ(even->lag1, 0);
  EXPECT_EQ(even->p_value, 1);
  EXPECT_EQ(even->design_effect, 0);
}

// Rows that share one fate within a second: no step resembles the next, but the batches spread far too wide.
TEST(Dependence, IsSeenWithinAStep) {
  std::mt19937 random(3);
  const auto bursts = [&](std::uint64_t) {
    SeriesStep step;
    for (int burst = 0; burst < 4; ++burst) {
      step.rows += 20;
      step.part += random() % 10 != 0 ? 20 : 0;
    }
    return step;
  };
  int seen = 0, by_lags = 0;
  for (int round = 0; round < 100; ++round) {
    const auto found = statistics::diagnose(series_of(60, bursts));
    ASSERT_TRUE(found && found->told);
    seen += found->spread_p_value < 1e-3 && found->design_effect > 1.2 ? 1 : 0;
    by_lags += found->p_value < 1e-3 ? 1 : 0;
  }
  EXPECT_EQ(seen, 100);
  EXPECT_LT(by_lags, 10);
}

// 90,000 series of independent rows: the spread alarms about as often as it says, the more often the fewer rows are
// bad.
TEST(Dependence, TheSpreadOfIndependentRowsAlarmsSeldom) {
  std::mt19937 random(5);
  for (const double bad : {0.5, 0.01, 0.001}) {
    std::binomial_distribution<std::uint64_t> drawn(500, bad);
    int alarms = 0, asked = 0;
    for (int round = 0; round < 30'000; ++round) {
      const auto found =
          statistics::diagnose(series_of(60, [&](std::uint64_t) { return SeriesStep{500, 500 - drawn(random)}; }));
      if (!found) continue;
      ++asked;
      alarms += found->spread_p_value < 1e-3 ? 1 : 0;
    }
    EXPECT_LE(alarms, 0.0025 * asked) << bad;
  }
}

TEST(Dependence, CannotBeToldFromAFewSteps) {
  const auto crowded = [](std::uint64_t i) { return i == 0 ? SeriesStep{5000, 4900} : SeriesStep{2, i % 2}; };
  const auto found = statistics::diagnose(series_of(60, crowded));
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->told);
  CaseBuilder made;
  const auto series = series_of(60, crowded);
  std::uint64_t good = 0, rows = 0;
  for (const SeriesStep& step : series) {
    good += step.part;
    rows += step.rows;
  }
  plan::Leaf leaf = made.proportion({good}, {0}, {rows});
  std::get<plan::Proportion>(leaf.what).series = made.series(series);
  made.objective("available", {CaseBuilder::direct(std::move(leaf), Comparison::at_least, "0.9")});
  made.usual_rules();
  const Verdicts verdicts = made.judged();
  EXPECT_EQ(verdicts.objectives[0].verdict, Verdict::pass);
  EXPECT_EQ(headline(verdicts.objectives[0]).guarantee, Guarantee::assumed);
  EXPECT_NE(verdicts.objectives[0].because.find("if its rows are independent of each other (whether its rows depend on "
                                                "each other cannot be told: nearly all lie in few steps of 1m)"),
            std::string::npos)
      << verdicts.objectives[0].because;
  EXPECT_FALSE(verdicts.objectives[0].dependence[0][0]->told);
  EXPECT_FALSE(verdicts.decision.bound.stated);
  EXPECT_NE(verdicts.decision.bound.because.find("cannot be told"), std::string::npos)
      << verdicts.decision.bound.because;
}

// Few rows, of which several come at a time, are no less in doubt than many: of nine bursts of 20 rows that fail or not
// as a whole, with 80 % required, half of the releases at the edge were certified with an exact bound.
TEST(Dependence, CannotBeToldOfAFewRowsThatComeInBursts) {
  const auto bursts = [](std::uint64_t i) { return i % 7 == 0 ? SeriesStep{20, 20} : SeriesStep{0, 0}; };
  const auto found = statistics::diagnose(series_of(60, bursts));
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->told);
  const auto failing = [](std::uint64_t i) { return SeriesStep{i % 7 == 0 ? 20U : 0U, i % 21 == 0 ? 20U : 0U}; };
  EXPECT_FALSE(statistics::diagnose(series_of(60, failing))->told);
  // One after the other they are told as ever: they are few.
  EXPECT_FALSE(
      statistics::diagnose(series_of(60, [](std::uint64_t i) { return SeriesStep{i % 4 == 0 ? 1U : 0U, 0}; })));
  EXPECT_FALSE(statistics::diagnose(std::vector<SeriesStep>(60)));
}

// As many bursts as there are batches, and none that failed yet.
TEST(Dependence, CannotBeToldOfBurstsThatAreAlike) {
  const auto bursts = [](std::uint64_t good) {
    return [good](std::uint64_t i) { return i % 5 < 2 ? SeriesStep{20, i == 0 ? good : 20} : SeriesStep{0, 0}; };
  };
  const auto alike = statistics::diagnose(series_of(60, bursts(20)));
  ASSERT_TRUE(alike);
  EXPECT_FALSE(alike->told);
  EXPECT_TRUE(statistics::diagnose(series_of(60, bursts(0)))->told);
}

// Verdicts stay what they are; what is said of their error does not.
TEST(Dependence, ThatCannotBeToldIsSaidOfPassAndFail) {
  const auto judged = [](std::uint64_t good, const std::string& because) {
    CaseBuilder made;
    plan::Leaf leaf = made.proportion({good}, {0}, {180});
    std::vector<SeriesStep> steps(60);
    for (std::uint64_t i = 0; i < 9; ++i) steps[i * 7] = {20, i == 0 ? 20 - (180 - good) % 20 : 20};
    for (std::uint64_t i = 0; i < (180 - good) / 20; ++i) steps[(8 - i) * 7] = {20, 0};
    std::get<plan::Proportion>(leaf.what).series = made.series(steps);
    made.objective("available", {CaseBuilder::direct(std::move(leaf), Comparison::at_least, "0.8")});
    made.plan.objectives[0].independent_because = because;
    made.usual_rules();
    return made.judged();
  };
  for (const auto& [good, verdict] : {std::pair(180U, Verdict::pass), {100U, Verdict::fail}}) {
    const Verdicts doubted = judged(good, "");
    EXPECT_EQ(doubted.objectives[0].verdict, verdict);
    EXPECT_EQ(headline(doubted.objectives[0]).guarantee, Guarantee::assumed);
    EXPECT_NE(doubted.objectives[0].because.find("cannot be told"), std::string::npos) << doubted.objectives[0].because;
    EXPECT_FALSE(doubted.decision.bound.stated);
    EXPECT_FALSE(doubted.decision.denial.stated);
    const Verdicts answered = judged(good, "each row is another client's");
    EXPECT_EQ(answered.objectives[0].verdict, verdict);
    EXPECT_NE(answered.objectives[0].because.find("if its rows are independent of each other, as it assumes"),
              std::string::npos)
        << answered.objectives[0].because;
    EXPECT_TRUE(answered.decision.bound.stated);
    EXPECT_EQ(answered.decision.bound.guarantee, Guarantee::assumed);
  }
}

// Rows that are all alike say no more of it than others: an exact bound would be kept just where all went well.
TEST(Dependence, CannotBeToldFromAFewStepsOfRowsThatAreAlike) {
  const auto bursts = [](std::uint64_t i) { return i % 30 == 0 ? SeriesStep{1000, 1000} : SeriesStep{0, 0}; };
  const auto found = statistics::diagnose(series_of(60, bursts));
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->told);
  const auto evenly = [](std::uint64_t) { return SeriesStep{100, 100}; };
  EXPECT_FALSE(statistics::diagnose(series_of(60, evenly)));
}

// 60,000 rows, the bad ones 50 a minute for `minutes` minutes in a row.
CaseBuilder with_incident(std::uint64_t minutes, const std::string& threshold) {
  const auto series = series_of(
      60, [&](std::uint64_t i) { return SeriesStep{1000, i >= 20 && i < 20 + minutes ? 950U : 1000U - i % 2}; });
  std::uint64_t good = 0;
  for (const SeriesStep& step : series) good += step.part;
  CaseBuilder made;
  plan::Leaf leaf = made.proportion({good}, {0}, {60'000});
  std::get<plan::Proportion>(leaf.what).series = made.series(series);
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
  EXPECT_NE(verdict.because.find("depend on those before them"), std::string::npos) << verdict.because;
  // A look with a history shows the bounds of as many fewer rows, one without shows none.
  EXPECT_LT(exact(headline(verdict).lower), exact("0.989"));
  EXPECT_GT(exact(headline(verdict).upper), exact("0.9912"));
  EXPECT_FALSE(headline(verdict).widened_by.empty());
  CaseBuilder alone = with_incident(10, "0.989");
  alone.facts.history.reset();
  EXPECT_TRUE(headline(alone.judged_first()).lower.empty());
  EXPECT_TRUE(headline(alone.judged_first()).widened_by.empty());
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

TEST(Dependence, AssumedIndependenceIsAssumedAndItsContradictionSaid) {
  CaseBuilder made = with_incident(10, "0.989");
  made.plan.objectives[0].independent_because = "each request has a host of its own";
  const Verdicts verdicts = made.judged();
  EXPECT_EQ(verdicts.objectives[0].verdict, Verdict::pass);
  ASSERT_TRUE(verdicts.decision.bound.stated);
  EXPECT_EQ(verdicts.decision.bound.guarantee, Guarantee::assumed);
  EXPECT_NE(verdicts.decision.bound.because.find("which their steps of time contradict"), std::string::npos)
      << verdicts.decision.bound.because;
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

// 60,000 values of 40 and 60 ms, for ten minutes 100 ms more: a mean of 66.67 ms.
CaseBuilder mean_with_incident(Comparison op, const std::string& threshold) {
  CaseBuilder made;
  const plan::Rational low(0), high(1'000'000'000);
  plan::MomentSeriesFact series{60'000'000'000, {{}}, 0, 60 * std::int64_t{60'000'000'000} - 1};
  plan::Int128 sum = 0, squares = 0;
  for (std::uint64_t i = 0; i < 60; ++i) {
    plan::Int128 in_step = 0, of_step = 0;
    for (const plan::Int128 usual : {40'000'000, 60'000'000}) {
      const plan::Int128 value = usual + (i >= 20 && i < 30 ? 100'000'000 : 0);
      in_step += 500 * value;
      of_step += 500 * value * value;
    }
    series.groups.front().push_back({1'000, 0, 0, in_step, of_step});
    sum += in_step;
    squares += of_step;
  }
  plan::Leaf leaf;
  const plan::FactRef rows = made.count({60'000});
  leaf.outside = made.count({0});
  const auto add = [&](auto what, plan::Fact fact) {
    made.plan.scans[0].accumulators.push_back({what, {}});
    made.stream().facts.push_back(std::move(fact));
    return plan::FactRef{0, static_cast<plan::Id>(made.stream().facts.size() - 1)};
  };
  const plan::FactRef moments =
      add(plan::SumMoments{0, 0, low, high}, plan::MomentsFact{{{60'000, 0, 0, sum, squares}}});
  leaf.what =
      plan::Mean{low, high, rows, moments, plan::Unit::duration, add(plan::MomentSeries{0, 0, low, high, 0}, series)};
  leaf.text = "mean(requests.duration, low: 0s, high: 1s)";
  made.objective("fast", {CaseBuilder::direct(std::move(leaf), op, threshold)});
  made.usual_rules();
  return made;
}

TEST(Dependence, OfAMeanIsTakenBackWhereFewerRowsDoNotShowIt) {
  for (const auto& [op, threshold] : {std::pair(Comparison::at_most, "69000000"), {Comparison::at_least, "69000000"}}) {
    const ObjectiveVerdict verdict = mean_with_incident(op, threshold).judged_first();
    EXPECT_EQ(verdict.verdict, Verdict::inconclusive);
    EXPECT_EQ(verdict.reason, Reason::dependent);
    ASSERT_TRUE(verdict.dependence[0][0]);
    EXPECT_TRUE(verdict.dependence[0][0]->significant);
    EXPECT_GT(verdict.dependence[0][0]->lag1, 0.8);
    EXPECT_EQ(verdict.because.find("blocks of"), std::string::npos) << verdict.because;  // a mean has no test for them
    CaseBuilder answered = mean_with_incident(op, threshold);
    answered.plan.objectives[0].independent_because = "values are drawn at random";
    EXPECT_EQ(answered.judged_first().verdict, op == Comparison::at_most ? Verdict::pass : Verdict::fail);
  }
}

TEST(Dependence, OfAMeanWhatFewerRowsShowAsWellStands) {
  const ObjectiveVerdict pass = mean_with_incident(Comparison::at_most, "900000000").judged_first();
  EXPECT_EQ(pass.verdict, Verdict::pass);
  EXPECT_EQ(headline(pass).guarantee, Guarantee::asymptotic);
  EXPECT_EQ(mean_with_incident(Comparison::at_least, "900000000").judged_first().verdict, Verdict::fail);
  EXPECT_FALSE(mean_with_incident(Comparison::at_most, "900000000").judged().decision.bound.stated);
}

// An hour with about a hundred events a minute, for ten minutes so many more; judged by buckets of a minute.
CaseBuilder rate_with_burst(std::uint64_t more, Comparison op, const std::string& threshold, bool by_buckets = true) {
  constexpr std::int64_t kMinuteNs = 60'000'000'000;
  CaseBuilder made;
  std::vector<SeriesStep> steps;
  plan::ClusterSums sums;
  for (std::uint64_t i = 0; i < 60; ++i) {
    const std::uint64_t events = 90 + i * 7 % 21 + (i >= 20 && i < 30 ? more : 0);
    steps.push_back({1'000, events});
    sums.clusters += 1;
    sums.rows += events;
    sums.largest = std::max(sums.largest, events);
    sums.rows_rows += plan::Int128(events) * events;
  }
  sums.part = sums.rows;
  sums.with_part = sums.clusters;
  sums.rows_part = sums.part_part = sums.rows_rows;
  plan::Rate rate{kMinuteNs, made.count({60'000}), made.count({sums.rows}), {}, kMinuteNs};
  if (by_buckets) {
    made.plan.scans[0].accumulators.push_back({plan::SumClusters{0, 0, {}, kMinuteNs}, {}});
    made.stream().facts.push_back(plan::ClustersFact{{sums}});
    rate.buckets = plan::FactRef{0, static_cast<plan::Id>(made.stream().facts.size() - 1)};
  }
  rate.series = made.series(steps);
  made.stream().covers_from_ns = *made.facts.as_of_ns - 60 * kMinuteNs;
  made.stream().covers_to_ns = made.facts.as_of_ns;
  plan::Leaf leaf;
  leaf.outside = made.count({0});
  leaf.what = rate;
  leaf.text = "rate(errors, per: 1m)";
  plan::Requirement requirement = CaseBuilder::direct(leaf, op, threshold);
  requirement.unit = plan::Unit::number;
  plan::Objective& objective = made.objective("rare", {requirement});
  if (!by_buckets) objective.poisson_because = "events are independent of each other";
  made.usual_rules();
  return made;
}

TEST(Dependence, OfARateIsThatOfItsBucketsOnEachOther) {
  // 133 a minute, whose independent buckets would show less than 155.
  const ObjectiveVerdict narrow = rate_with_burst(200, Comparison::at_most, "155").judged_first();
  EXPECT_EQ(narrow.verdict, Verdict::inconclusive);
  EXPECT_EQ(narrow.reason, Reason::dependent);
  ASSERT_TRUE(narrow.dependence[0][0]);
  EXPECT_GT(narrow.dependence[0][0]->design_effect, 1.2);
  EXPECT_LT(narrow.dependence[0][0]->design_effect, 4);  // of batches of three buckets that are alike: about three
  EXPECT_NE(narrow.because.find("longer `buckets`"), std::string::npos) << narrow.because;
  EXPECT_EQ(rate_with_burst(200, Comparison::at_most, "300").judged_first().verdict, Verdict::pass);
  EXPECT_EQ(rate_with_burst(200, Comparison::at_least, "300").judged_first().verdict, Verdict::fail);
  EXPECT_EQ(rate_with_burst(0, Comparison::at_most, "105").judged_first().verdict, Verdict::pass);
}

TEST(Dependence, OfAPoissonProcessThatIsAssumedWithAReasonIsShownOnly) {
  CaseBuilder made = rate_with_burst(200, Comparison::at_most, "155", false);
  const ObjectiveVerdict verdict = made.judged_first();
  EXPECT_EQ(verdict.verdict, Verdict::pass);
  EXPECT_EQ(headline(verdict).guarantee, Guarantee::assumed);
  EXPECT_TRUE(verdict.dependence[0][0]->significant);
}

// Two samples of 6,000 values whose distributions differ by a tenth; the first's rise with time, or do not.
CaseBuilder distributions(bool rising, Comparison op, const std::string& margin) {
  CaseBuilder made;
  const auto add = [&](auto what, plan::Fact fact) {
    made.plan.scans[0].accumulators.push_back({what, {}});
    made.stream().facts.push_back(std::move(fact));
    return plan::FactRef{0, static_cast<plan::Id>(made.stream().facts.size() - 1)};
  };
  plan::Contrast contrast;
  contrast.kind = plan::ContrastKind::drift;
  contrast.population = made.count({6'000});
  contrast.other_population = made.count({6'000});
  plan::ValueSummary all;
  all.known = 6'000;
  for (plan::FactRef* values : {&contrast.values, &contrast.other_values}) {
    plan::CollectValues collect{.mask = 0, .value = 0, .population = 0};
    collect.contrasted = true;
    *values = add(collect, plan::ValuesFact{{all}});
  }
  const plan::Int128 pairs = 36'000'000;
  contrast.contrast = add(plan::ContrastValues{0, contrast.values.accumulator, contrast.other_values.accumulator},
                          plan::ContrastFact{{{6'000, 6'000, pairs / 10, 0, pairs}}});
  const auto mixed = [](std::int64_t i, std::int64_t k) { return k * 60 + (i * 7 + k * 13) % 60; };
  const auto rises = [](std::int64_t i, std::int64_t k) { return i * 100 + k; };
  contrast.series = rising ? made.rank_series(rises) : made.rank_series(mixed);
  contrast.other_series = made.rank_series(mixed);
  plan::Leaf leaf;
  leaf.outside = made.count({0});
  leaf.what = contrast;
  leaf.text = "drift(canary.duration, baseline.duration)";
  made.objective("alike", {CaseBuilder::direct(std::move(leaf), op, margin)});
  made.usual_rules();
  return made;
}

TEST(Dependence, OfAComparisonOfDistributionsIsThatOfTheRanksOfEitherSide) {
  const ObjectiveVerdict steady = distributions(false, Comparison::at_most, "0.15").judged_first();
  EXPECT_EQ(steady.verdict, Verdict::pass) << steady.because;
  ASSERT_TRUE(steady.dependence[0][0]);
  EXPECT_FALSE(steady.dependence[0][0]->significant);
  const ObjectiveVerdict rising = distributions(true, Comparison::at_most, "0.15").judged_first();
  EXPECT_EQ(rising.verdict, Verdict::inconclusive);
  EXPECT_EQ(rising.reason, Reason::dependent);
  EXPECT_GT(rising.dependence[0][0]->lag1, 0.9);
  EXPECT_EQ(distributions(true, Comparison::at_least, "0.15").judged_first().reason, Reason::dependent);
  EXPECT_EQ(distributions(false, Comparison::at_least, "0.16").judged_first().verdict, Verdict::fail);
}

TEST(Dependence, IsShownAndNotActedOnWhereThePolicyAnswersForIt) {
  CaseBuilder made = with_incident(10, "0.989");
  made.plan.objectives[0].independent_because = "requests are drawn at random";
  const ObjectiveVerdict verdict = made.judged_first();
  EXPECT_EQ(verdict.verdict, Verdict::pass);
  EXPECT_EQ(headline(verdict).guarantee, Guarantee::assumed);
  EXPECT_TRUE(verdict.dependence[0][0]->significant);
  EXPECT_NE(verdict.because.find("as it assumes (their steps of time contradict it: over steps of 1m"),
            std::string::npos)
      << verdict.because;
}

TEST(Dependence, OfRowsThatDoNotFollowEachOtherNothingIsTakenBack) {
  const ObjectiveVerdict verdict = with_incident(0, "0.999").judged_first();
  EXPECT_EQ(verdict.verdict, Verdict::pass);
  EXPECT_EQ(headline(verdict).guarantee, Guarantee::exact);
}

}  // namespace
}  // namespace proofmark::judgement
