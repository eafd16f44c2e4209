// Counts against a Poisson process that is assumed of them: the index against R, and what is said where it is too wide.
#include <gtest/gtest.h>

#include "runtime/judgement/dispersion.h"
#include "runtime/statistics/dispersion.h"
#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using Counts = std::vector<std::uint64_t>;

// R 4.2.2: chisq.test(x), and of the third the cells of 2, 2, 3, 2 and 3 counts with p = c(2, 2, 3, 2, 3) / 12.
TEST(Dispersion, IsPearsonsStatisticAgainstEqualTimes) {
  const auto wide = statistics::index_of_dispersion(Counts{3, 9, 4, 12, 0, 7, 6, 5, 11, 2, 8, 30});
  ASSERT_TRUE(wide);
  EXPECT_EQ(wide->cells, 12U);
  EXPECT_NEAR(wide->ratio, 7.4779756326148084, 1e-13);
  EXPECT_NEAR(wide->p_value / 5.3915585482315861e-13, 1, 1e-10);
  const auto usual = statistics::index_of_dispersion(Counts{7, 9, 6, 12, 20, 5, 11, 8, 10, 12});
  ASSERT_TRUE(usual);
  EXPECT_NEAR(usual->ratio, 1.822222222222222, 1e-14);
  EXPECT_NEAR(usual->p_value, 0.058984030544419544, 1e-13);
  const auto few = statistics::index_of_dispersion(Counts{1, 0, 6, 2, 0, 0, 9, 1, 0, 2, 3, 1});
  ASSERT_TRUE(few);
  EXPECT_EQ(few->cells, 5U);
  EXPECT_EQ(few->events, 25U);
  EXPECT_NEAR(few->ratio, 2.39, 1e-14);
  EXPECT_NEAR(few->p_value, 0.048528874032100704, 1e-13);
}

TEST(Dispersion, OfTooFewEventsOrTimesIsNotTold) {
  EXPECT_FALSE(statistics::index_of_dispersion({}));
  EXPECT_FALSE(statistics::index_of_dispersion(Counts{1'000}));
  EXPECT_FALSE(statistics::index_of_dispersion(Counts(58, 0)));
  EXPECT_FALSE(statistics::index_of_dispersion(Counts{9, 0, 0}));
  EXPECT_TRUE(statistics::index_of_dispersion(Counts{10, 0, 0}));
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
  EXPECT_EQ(measured->cells, 58U);  // without the first and the last
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

// A sample more in a step than in the next is no burst.
TEST(Dispersion, OfEventsThatAreCountedAlreadyIsNotTold) {
  const CaseBuilder made = assumed_rate(40, true);
  EXPECT_FALSE(made.judged().objectives[0].dispersion[0]);
}

}  // namespace
}  // namespace proofmark::judgement
