// Counts against a Poisson process that is assumed of them: the index against R, and what is said where it is too wide.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "runtime/judgement/dispersion.h"
#include "runtime/plan/time_steps.h"
#include "runtime/statistics/dispersion.h"
#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using Counts = std::vector<std::uint64_t>;

std::optional<statistics::Dispersion> of_equal_times(const Counts& counts) {
  std::vector<statistics::CountedTime> times;
  for (const std::uint64_t events : counts) times.push_back({events, 60});
  return statistics::index_of_dispersion(times);
}

// R 4.2.2: chisq.test(x), and of the third the cells of 3 counts each.
TEST(Dispersion, IsPearsonsStatisticAgainstEqualTimes) {
  const auto wide = of_equal_times({3, 9, 4, 12, 0, 7, 6, 5, 11, 2, 8, 30});
  ASSERT_TRUE(wide);
  EXPECT_EQ(wide->cells, 12U);
  EXPECT_NEAR(wide->ratio, 7.4779756326148084, 1e-13);
  EXPECT_NEAR(wide->p_value / 5.3915585482315861e-13, 1, 1e-10);
  const auto usual = of_equal_times({7, 9, 6, 12, 20, 5, 11, 8, 10, 12});
  ASSERT_TRUE(usual);
  EXPECT_NEAR(usual->ratio, 1.822222222222222, 1e-14);
  EXPECT_NEAR(usual->p_value, 0.058984030544419544, 1e-13);
  const auto few = of_equal_times({1, 0, 6, 2, 0, 0, 9, 1, 0, 2, 3, 1});
  ASSERT_TRUE(few);
  EXPECT_EQ(few->cells, 4U);
  EXPECT_EQ(few->events, 25U);
  EXPECT_NEAR(few->ratio, 1.7466666666666668, 1e-14);
  EXPECT_NEAR(few->p_value, 0.15504342510972088, 1e-13);
}

// The last seven, where 3.6 events are expected, belong to the thirty before: chisq.test(c(3, 9, 14, 11, 30, 20),
// p = c(12, 30, 30, 30, 30, 37) / 169).
TEST(Dispersion, ExpectsEventsInProportionToTime) {
  const std::vector<statistics::CountedTime> times{{3, 12}, {9, 30}, {14, 30}, {11, 30}, {30, 30}, {12, 30}, {8, 7}};
  const auto found = statistics::index_of_dispersion(times);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->cells, 6U);
  EXPECT_NEAR(found->ratio, 3.9007901004452732, 1e-13);
  EXPECT_NEAR(found->p_value, 0.0015478744806441942, 1e-14);
}

TEST(Dispersion, OfTooFewEventsOrTimesIsNotTold) {
  EXPECT_FALSE(of_equal_times({}));
  EXPECT_FALSE(of_equal_times({1'000}));
  EXPECT_FALSE(of_equal_times(Counts(58, 0)));
  EXPECT_FALSE(of_equal_times({9, 0}));
  EXPECT_TRUE(of_equal_times({10, 0}));
  EXPECT_FALSE(statistics::index_of_dispersion(std::vector<statistics::CountedTime>{{7, 0}, {9, 0}}));
}

// Events of 60 steps of a minute, in the window of 60 minutes that ends at as_of; `burst` in two of them.
CaseBuilder assumed_rate(std::uint64_t burst, bool of_events = false) {
  CaseBuilder made;
  std::vector<plan::SeriesStep> steps;
  std::uint64_t events = 0;
  for (std::uint64_t i = 0; i < 60; ++i) {
    const std::uint64_t happened = i == 7 || i == 31 ? burst : 4 + i % 3;
    steps.push_back({i == 0 ? 4'100U : 100U, happened});  // 10,000 rows, as CaseBuilder::rate counts
    events += happened;
  }
  plan::Leaf leaf = made.rate({{events}, 60'000'000'000, 60}, "rate(errors, per: 1m)");
  std::get<plan::Rate>(leaf.what).series = made.series(steps);
  if (of_events) {
    made.plan.scans[0].weight = 0;
    made.stream().events = made.stream().rows;
  }
  plan::Requirement requirement = CaseBuilder::direct(leaf, plan::Comparison::at_most, "8");
  requirement.unit = plan::Unit::number;
  made.objective("rare", {requirement}).poisson_because = "one event a cause";
  made.usual_rules();
  return made;
}

TEST(Dispersion, OfEvenEventsContradictsNothing) {
  const CaseBuilder made = assumed_rate(5);
  const Verdicts verdicts = made.judged();
  const auto& measured = verdicts.objectives[0].dispersion[0];
  ASSERT_TRUE(measured);
  EXPECT_EQ(measured->cells, 59U);  // of the last minute a ns is missing, and just not five are expected in it
  EXPECT_LT(measured->ratio, 0.2);
  EXPECT_FALSE(measured->contradicts);
  EXPECT_TRUE(assumption_warnings(made.plan, verdicts.objectives).empty());
  EXPECT_EQ(verdicts.decision.bound.because, "of 100 builds that violate it, at most 5 would be certified");
}

TEST(Dispersion, OfBurstsIsSaidAndChangesNoVerdict) {
  const CaseBuilder made = assumed_rate(40);
  const Verdicts verdicts = made.judged();
  const ObjectiveVerdict& rare = verdicts.objectives[0];
  ASSERT_TRUE(rare.dispersion[0]);
  EXPECT_TRUE(rare.dispersion[0]->contradicts);
  EXPECT_EQ(rare.verdict, Verdict::pass);
  EXPECT_EQ(headline(rare).guarantee, Guarantee::assumed);
  EXPECT_TRUE(verdicts.decision.bound.stated);
  EXPECT_EQ(verdicts.decision.bound.because,
            "of 100 builds that violate it, at most 5 would be certified, were events what `rare` assumes them to be, "
            "which their counts contradict");
  const Diagnostics warnings = assumption_warnings(made.plan, verdicts.objectives);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0].code, "PM0458");
  EXPECT_EQ(warnings[0].severity, Severity::warning);
  EXPECT_EQ(warnings[0].primary.place.line, 7U);
}

// What a rate's series says of events at these times.
std::optional<MeasuredDispersion> dispersion_of(const std::vector<std::int64_t>& times) {
  CaseBuilder made;
  const plan::TimeSteps grid = plan::time_steps(times.front(), times.back());
  std::vector<plan::SeriesStep> steps(grid.steps);
  for (const std::int64_t time : times) {
    steps[grid.step_of(time)].rows += 1;
    steps[grid.step_of(time)].part += 1;
  }
  plan::Leaf leaf = made.rate({{times.size()}, 86'400'000'000'000, 1}, "rate(errors, per: 1d)");
  std::get<plan::Rate>(leaf.what).series = made.series(steps);
  auto& series = std::get<plan::SeriesFact>(made.stream().facts.back());
  series.step_ns = grid.step_ns;
  series.first_ns = grid.first;
  series.last_ns = grid.last;
  const plan::Requirement requirement = CaseBuilder::direct(leaf, plan::Comparison::at_most, "8");
  return dispersion_together(FactView(made.plan, made.facts), made.objective("rare", {requirement})).front();
}

// So many events thrown into [begin, begin + length) of a day.
void throw_into(std::vector<std::int64_t>& times, std::mt19937_64& random, std::uint64_t events, double begin,
                double length) {
  constexpr double kDayNs = 86'400e9;
  for (std::uint64_t i = 0; i < events; ++i) {
    const double share = std::ldexp(static_cast<double>(random() >> 11U), -53);
    times.push_back(1'767'225'600'000'000'000 + static_cast<std::int64_t>((begin + length * share) * kDayNs));
  }
  std::sort(times.begin(), times.end());
}

TEST(Dispersion, ABurstAtAnEndIsOneToo) {
  constexpr double kTwentyMinutes = 20.0 / 1440;
  for (const double begin : {0.0, 0.3, 1 - kTwentyMinutes}) {
    std::mt19937_64 random(4);
    std::vector<std::int64_t> times;
    throw_into(times, random, 100, 0, 1);
    throw_into(times, random, 300, begin, kTwentyMinutes);
    const auto found = dispersion_of(times);
    ASSERT_TRUE(found) << begin;
    EXPECT_TRUE(found->contradicts) << begin;
    EXPECT_GT(found->ratio, 10) << begin;
  }
}

// Independent events contradict the assumption once in a thousand times, though an end of the series may be short.
TEST(Dispersion, OfIndependentEventsSeldomContradicts) {
  constexpr int kDays = 10'000;
  for (const std::uint64_t events : {20U, 60U, 400U}) {
    std::mt19937_64 random(events);
    int contradicted = 0;
    for (int day = 0; day < kDays; ++day) {
      std::vector<std::int64_t> times;
      throw_into(times, random, events, 0, 0.4 + 0.6 * std::ldexp(static_cast<double>(random() >> 11U), -53));
      const auto found = dispersion_of(times);
      contradicted += found && found->contradicts ? 1 : 0;
    }
    EXPECT_LE(contradicted, 20 + 3 * std::sqrt(20.0)) << events;  // 2 in 1,000, and three standard errors
  }
}

// A sample more in a step than in the next is no burst.
TEST(Dispersion, OfEventsThatAreCountedAlreadyIsNotTold) {
  const CaseBuilder made = assumed_rate(40, true);
  EXPECT_FALSE(made.judged().objectives[0].dispersion[0]);
}

}  // namespace
}  // namespace proofmark::judgement
