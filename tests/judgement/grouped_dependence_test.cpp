// Dependence within groups: each group's verdict is asked again by its own steps of time, and by no other's.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "runtime/judgement/dispersion.h"
#include "runtime/statistics/series_diagnosis.h"
#include "runtime/transcript/check_shape.h"
#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;
using plan::SeriesStep;
using Steps = std::vector<SeriesStep>;

// An hour of minutes in which every `apart`-th one fails as a whole, or no more than a row or two of any.
Steps bursts(std::uint64_t rows, std::uint64_t apart) {
  Steps steps;
  for (std::uint64_t i = 0; i < 60; ++i) steps.push_back({rows, i % apart == apart / 2 ? 0 : rows});
  return steps;
}
Steps steady(std::uint64_t rows) {
  Steps steps;
  for (std::uint64_t i = 0; i < 60; ++i) steps.push_back({rows, rows - rows / 100 - i % 2});
  return steps;
}

SeriesStep sum_of(const Steps& steps) {
  SeriesStep all;
  for (const SeriesStep& step : steps) {
    all.rows += step.rows;
    all.part += step.part;
  }
  return all;
}

plan::Leaf share_of(CaseBuilder& made, const std::vector<Steps>& groups) {
  std::vector<std::uint64_t> good, rows;
  for (const Steps& steps : groups) {
    good.push_back(sum_of(steps).part);
    rows.push_back(sum_of(steps).rows);
  }
  plan::Leaf leaf = made.proportion(good, std::vector<std::uint64_t>(groups.size()), rows);
  std::get<plan::Proportion>(leaf.what).series = made.series_by_group(groups);
  return leaf;
}

// A share of each region's rows, which are counted over time region by region.
CaseBuilder by_region(const std::vector<std::pair<std::string, Steps>>& regions, const std::string& threshold) {
  CaseBuilder made;
  std::vector<plan::GroupKey> keys;
  std::vector<Steps> groups;
  for (const auto& [region, steps] : regions) {
    keys.emplace_back(region);
    groups.push_back(steps);
  }
  made.group_by("region", keys);
  plan::Objective& objective =
      made.objective("available", {CaseBuilder::direct(share_of(made, groups), Comparison::at_least, threshold)});
  objective.group_field = "region";
  objective.grouping = 0;
  made.usual_rules();
  return made;
}

// One row in twenty fails, whichever; ten minutes have so many `more` of them.
Steps at_random(std::uint64_t rows, std::uint64_t more = 0) {
  std::mt19937_64 random(7);
  Steps steps;
  for (std::uint64_t i = 0; i < 60; ++i) {
    std::uint64_t bad = i >= 20 && i < 30 ? more : 0;
    for (std::uint64_t row = 0; row < rows; ++row) bad += random() % 20 == 0 ? 1 : 0;
    steps.push_back({rows, rows - bad});
  }
  return steps;
}

// 1 row in 41: three minutes of an hour fail, 95 % of its rows do not.
std::vector<std::pair<std::string, Steps>> small_among_large() {
  return {{"eu", bursts(10, 20)}, {"us", at_random(400)}};
}

TEST(GroupedDependence, OfASmallGroupTakesItsVerdictBack) {
  const Verdicts verdicts = by_region(small_among_large(), "0.93").judged();
  const ObjectiveVerdict& verdict = verdicts.objectives[0];
  ASSERT_EQ(verdict.groups.size(), 2U);
  const GroupVerdict &eu = verdict.groups[0], &us = verdict.groups[1];
  EXPECT_EQ(eu.verdict, Verdict::inconclusive);
  EXPECT_EQ(eu.requirements[0].reason, Reason::dependent);
  ASSERT_TRUE(eu.dependence[0][0]);
  EXPECT_TRUE(eu.dependence[0][0]->significant);
  EXPECT_EQ(us.verdict, Verdict::pass);
  EXPECT_EQ(us.requirements[0].guarantee, Guarantee::exact);
  ASSERT_TRUE(us.dependence[0][0]);
  EXPECT_FALSE(us.dependence[0][0]->significant);
  EXPECT_FALSE(verdict.dependence[0][0]);  // of all rows together nothing is asked
  EXPECT_EQ(verdict.verdict, Verdict::inconclusive);
  EXPECT_EQ(verdict.reason, Reason::dependent);
  EXPECT_NE(verdict.because.find("region \"eu\""), std::string::npos) << verdict.because;
  EXPECT_FALSE(verdicts.decision.bound.stated);
  EXPECT_NE(verdicts.decision.bound.because.find("the rows of region \"eu\" that `available` takes for independent"),
            std::string::npos)
      << verdicts.decision.bound.because;
}

// Together they look independent: what was asked before there were series by group.
TEST(GroupedDependence, IsLostAmongAllRowsTogether) {
  const auto regions = small_among_large();
  Steps together;
  for (std::size_t i = 0; i < 60; ++i)
    together.push_back(
        {regions[0].second[i].rows + regions[1].second[i].rows, regions[0].second[i].part + regions[1].second[i].part});
  CaseBuilder made = by_region(regions, "0.93");
  std::get<plan::Proportion>(made.plan.objectives[0].requirements[0].leaves[0].what).series = made.series(together);
  const Verdicts verdicts = made.judged();
  EXPECT_EQ(verdicts.objectives[0].verdict, Verdict::pass);
  ASSERT_TRUE(verdicts.objectives[0].dependence[0][0]);
  EXPECT_TRUE(verdicts.objectives[0].dependence[0][0]->together);
  EXPECT_FALSE(verdicts.decision.bound.stated);  // and so no bound is
  EXPECT_NE(verdicts.decision.bound.because.find("cannot be told of each group"), std::string::npos)
      << verdicts.decision.bound.because;
}

TEST(GroupedDependence, IsThatOfTheGroupClaimedAlone) {
  for (const std::string threshold : {"0.6", "0.93", "0.95", "0.99", "0.9999"}) {
    CaseBuilder alone;
    const Steps steps = small_among_large().front().second;
    plan::Leaf leaf = alone.proportion({sum_of(steps).part}, {0}, {sum_of(steps).rows});
    std::get<plan::Proportion>(leaf.what).series = alone.series(steps);
    alone.objective("available", {CaseBuilder::direct(std::move(leaf), Comparison::at_least, threshold)});
    alone.usual_rules();
    const ObjectiveVerdict one = alone.judged_first(), each = by_region(small_among_large(), threshold).judged_first();
    const Judged &wanted = headline(one), &found = each.groups[0].requirements[0];
    EXPECT_EQ(found.verdict, wanted.verdict) << threshold;
    EXPECT_EQ(found.reason, wanted.reason) << threshold;
    EXPECT_EQ(found.guarantee, wanted.guarantee) << threshold;
    EXPECT_EQ(each.groups[0].dependence[0][0]->design_effect, one.dependence[0][0]->design_effect);
  }
}

TEST(GroupedDependence, AnswersForItselfWhereThePolicyDoes) {
  CaseBuilder made = by_region(small_among_large(), "0.93");
  made.plan.objectives[0].independent_because = "each request has a host of its own";
  const Verdicts verdicts = made.judged();
  EXPECT_EQ(verdicts.objectives[0].verdict, Verdict::pass);
  ASSERT_TRUE(verdicts.decision.bound.stated);
  EXPECT_NE(verdicts.decision.bound.because.find("which their steps of time contradict"), std::string::npos)
      << verdicts.decision.bound.because;
}

TEST(GroupedDependence, ManyGroupsShareTheChanceOfAFalseAlarm) {
  std::uint64_t more = 0;  // the least that shows by itself
  while (std::min(statistics::diagnose(at_random(200, more))->p_value,
                  statistics::diagnose(at_random(200, more))->spread_p_value) >= 1e-3)
    ++more;
  const auto eu = [&](std::size_t others) {
    std::vector<std::pair<std::string, Steps>> regions{{"eu", at_random(200, more)}};
    for (std::size_t i = 0; i < others; ++i) regions.emplace_back("us" + std::to_string(100 + i), steady(400));
    return by_region(regions, "0.5").judged_first().groups[0].dependence[0][0];
  };
  const auto alone = eu(0), among_twenty = eu(19), among_many = eu(200);
  ASSERT_TRUE(alone && among_twenty && among_many);
  const double p = std::min(alone->p_value, alone->spread_p_value);
  ASSERT_LT(p, 1e-3);
  ASSERT_GT(p, 1e-3 / 201);
  EXPECT_EQ(among_many->p_value, alone->p_value);
  for (const auto* measured : {&*alone, &*among_twenty, &*among_many}) EXPECT_TRUE(measured->significant);
  EXPECT_TRUE(alone->significant_among_all);
  EXPECT_EQ(among_twenty->significant_among_all, p < 1e-3 / 20);
  EXPECT_FALSE(among_many->significant_among_all);
}

// At alpha = 5 % it fails among as many fewer rows too, but not at a third of it, as a failure among three groups has
// to.
TEST(GroupedDependence, AFailureOfDependentRowsIsDeclaredAtItsShareOfAlpha) {
  std::vector<std::pair<std::string, Steps>> regions{{"eu", bursts(20, 10)}};
  std::string found;
  for (int per_mille = 900; per_mille < 1000 && found.empty(); ++per_mille) {
    const std::string threshold = "0." + std::to_string(per_mille);
    if (by_region(regions, threshold).judged_first().verdict == Verdict::fail) found = threshold;
  }
  ASSERT_FALSE(found.empty());
  regions.emplace_back("us", Steps(60, SeriesStep{400, 400}));
  regions.emplace_back("za", Steps(60, SeriesStep{400, 400}));
  const ObjectiveVerdict verdict = by_region(regions, found).judged_first();
  EXPECT_EQ(verdict.groups[0].verdict, Verdict::fail);
  EXPECT_FALSE(verdict.groups[0].declared_fail);
  EXPECT_EQ(verdict.verdict, Verdict::inconclusive);
  EXPECT_EQ(verdict.reason, Reason::multiplicity);
}

TEST(GroupedDependence, StepsOfOtherRowsAreRefused) {
  CaseBuilder made = by_region(small_among_large(), "0.93");
  ASSERT_TRUE(transcript::check_shape(made.plan, made.facts, "facts"));
  auto& series = std::get<plan::SeriesFact>(made.stream().facts.back());
  const auto refused = [&] { return !transcript::check_shape(made.plan, made.facts, "facts"); };
  const plan::SeriesFact whole = series;
  std::swap(series.groups[0], series.groups[1]);  // the same rows, of other groups
  EXPECT_TRUE(refused());
  series = whole;
  series.groups[0][7].rows += 1;  // of a group a row more than it has
  EXPECT_TRUE(refused());
  series = whole;
  series.groups[0][7].rows -= 1;  // and as many as all rows together
  series.groups[0][7].part -= 1;
  series.groups[1][7].rows += 1;
  EXPECT_TRUE(refused());
  series = whole;
  series.groups[1].pop_back();
  EXPECT_TRUE(refused());
  series = whole;
  series.groups.pop_back();
  EXPECT_TRUE(refused());
  series = whole;
  EXPECT_FALSE(refused());
}

// Events of one group come by forties, and are few among those of the other.
TEST(GroupedDependence, EventsOfOneGroupContradictAPoissonProcess) {
  CaseBuilder made;
  made.group_by("region", {"eu", "us"});
  std::vector<Steps> groups(2);
  for (std::uint64_t i = 0; i < 60; ++i) {
    groups[0].push_back({100, i % 10 == 3 ? 40 : 0U});
    groups[1].push_back({2'000, 1'000 + i * 7 % 11});
  }
  plan::Rate rate{60'000'000'000,
                  made.count({6'000, 120'000}),
                  made.count({sum_of(groups[0]).part, sum_of(groups[1]).part}),
                  {},
                  60'000'000'000};
  rate.series = made.series_by_group(groups);
  made.stream().covers_from_ns = *made.facts.as_of_ns - 60 * std::int64_t{60'000'000'000};
  made.stream().covers_to_ns = made.facts.as_of_ns;
  plan::Leaf leaf;
  leaf.outside = made.count({0, 0});
  leaf.what = rate;
  leaf.text = "rate(errors, per: 1m)";
  plan::Requirement requirement = CaseBuilder::direct(leaf, Comparison::at_most, "2000");
  requirement.unit = plan::Unit::number;
  plan::Objective& objective = made.objective("rare", {requirement});
  objective.poisson_because = "events are independent of each other";
  objective.group_field = "region";
  objective.grouping = 0;
  made.usual_rules();
  const Verdicts verdicts = made.judged();
  const ObjectiveVerdict& verdict = verdicts.objectives[0];
  ASSERT_TRUE(verdict.groups[0].dispersion[0] && verdict.groups[1].dispersion[0]);
  EXPECT_TRUE(verdict.groups[0].dispersion[0]->contradicts);
  EXPECT_FALSE(verdict.groups[1].dispersion[0]->contradicts);
  EXPECT_FALSE(verdict.dispersion[0]);
  EXPECT_NE(verdicts.decision.bound.because.find("which their counts contradict"), std::string::npos)
      << verdicts.decision.bound.because;
  const Diagnostics warnings = assumption_warnings(made.plan, verdicts.objectives);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings[0].message.find("`rare` in region \"eu\""), std::string::npos) << warnings[0].message;
}

}  // namespace
}  // namespace proofmark::judgement
