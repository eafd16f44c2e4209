// Rates over four weeks: recorded bounds of the Poisson test, buckets of a day, events that nobody knows of, and time
// of which nobody knows whether it was recorded.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;

constexpr std::int64_t kDayNs = 86'400'000'000'000;

struct RateCase {
  std::vector<std::uint64_t> days;  // events of the days that have some
  bool poisson = true;
  std::uint64_t unknown = 0;
  std::uint64_t late = 0;
  Comparison op = Comparison::at_most;
  std::string threshold = "2";
  plan::UnknownAs unknown_as = plan::UnknownAs::worst;
  std::int64_t covered_days = 28;
  bool windowed = true;  // over just these days
  std::int64_t silent_days = 0;
  bool rows_go_on = true;  // after as_of
};

Judged judged_rate(const RateCase& one) {
  CaseBuilder builder;
  const plan::Leaf leaf =
      builder.rate({one.days, kDayNs, one.covered_days, one.poisson, one.unknown}, "rate(errors, per: 1d)");
  builder.stream().late = one.late;
  plan::Requirement requirement = CaseBuilder::direct(leaf, one.op, one.threshold);
  requirement.unit = plan::Unit::number;
  const std::int64_t as_of = *builder.facts.as_of_ns, silent_ns = one.silent_days * kDayNs;
  builder.stream().covers_to_ns = as_of - silent_ns + (silent_ns == 0 && one.rows_go_on ? 1 : 0);
  plan::Objective& rare = builder.objective("rare", {requirement});
  rare.unknown_as = one.unknown_as;
  if (one.windowed) rare.window = {plan::WindowKind::since, 0, as_of - one.covered_days * kDayNs};
  builder.usual_rules();
  return headline(builder.judged_first());
}

// Garwood: 16.96222… / 28 above ten events, 5.42540… / 28 below, and -ln(0.05) / 28 above none.
TEST(Rate, PoissonBoundsAreGarwoods) {
  const Judged ten = judged_rate({.days = {10}});
  EXPECT_EQ(ten.verdict, Verdict::pass);
  EXPECT_EQ(ten.guarantee, Guarantee::assumed);
  EXPECT_EQ(ten.lower.substr(0, 8), "0.193764");
  EXPECT_EQ(ten.upper.substr(0, 8), "0.605793");
  EXPECT_EQ(ten.estimate.substr(0, 8), "0.357142");
  const Judged none = judged_rate({.days = {}});
  EXPECT_EQ(none.verdict, Verdict::pass);
  EXPECT_EQ(none.lower, "0");
  EXPECT_EQ(none.upper.substr(0, 8), "0.106990");
}

TEST(Rate, BothSidesAreDecided) {
  EXPECT_EQ(judged_rate({.days = {10}, .threshold = "0.61"}).verdict, Verdict::pass);
  EXPECT_EQ(judged_rate({.days = {10}, .threshold = "0.6"}).verdict, Verdict::inconclusive);
  EXPECT_EQ(judged_rate({.days = {10}, .threshold = "0.19"}).verdict, Verdict::fail);
  EXPECT_EQ(judged_rate({.days = {10}, .op = Comparison::at_least, .threshold = "0.19"}).verdict, Verdict::pass);
  EXPECT_EQ(judged_rate({.days = {10}, .op = Comparison::at_least, .threshold = "0.61"}).verdict, Verdict::fail);
}

TEST(Rate, UnknownEventsCountAgainstEveryVerdict) {
  const Judged worst = judged_rate({.days = {10}, .unknown = 60});
  EXPECT_EQ(worst.verdict, Verdict::inconclusive);
  EXPECT_EQ(worst.unknown, 60u);
  EXPECT_EQ(judged_rate({.days = {10}, .unknown = 60, .unknown_as = plan::UnknownAs::good}).verdict, Verdict::pass);
  EXPECT_EQ(judged_rate({.days = {40, 40}, .unknown_as = plan::UnknownAs::bad}).verdict, Verdict::fail);
}

TEST(Rate, LateEventsCountAgainstEveryVerdictWhateverIsSaidOfUnknownOnes) {
  for (const plan::UnknownAs unknown_as :
       {plan::UnknownAs::worst, plan::UnknownAs::good, plan::UnknownAs::bad, plan::UnknownAs::excluded}) {
    const Judged late = judged_rate({.days = {10}, .late = 60, .unknown_as = unknown_as});
    EXPECT_EQ(late.verdict, Verdict::inconclusive);
    EXPECT_EQ(late.unknown, 60u);
  }
}

TEST(Rate, NoTimeCoveredIsNoDenominator) {
  EXPECT_EQ(judged_rate({.days = {10}, .covered_days = 0}).reason, Reason::denominator);
}

// One event on each of 14 of 28 days: the variance is taken as a Poisson count's, 0.5 a day, as the measured one is
// less. 0.5 + 1.703288 sqrt(14 · 28/27) / 28 = 0.731785.
TEST(Rate, BucketsVaryNoLessThanPoissonCounts) {
  const Judged judged = judged_rate({.days = std::vector<std::uint64_t>(14, 1), .poisson = false});
  EXPECT_EQ(judged.verdict, Verdict::pass);
  EXPECT_EQ(judged.guarantee, Guarantee::asymptotic);
  EXPECT_EQ(judged.estimate, "0.5");
  EXPECT_EQ(judged.upper.substr(0, 6), "0.7317");
}

// Five events on each of ten days: 50 / 28 = 1.785714 a day, and a variance of (250 - 50 · 50/28) · 28/27 = 166.6667;
// 1.785714 + 1.703288 sqrt(166.6667) / 28 = 2.571047.
TEST(Rate, BurstsWidenTheBounds) {
  const std::vector<std::uint64_t> bursts(10, 5);
  const Judged judged = judged_rate({.days = bursts, .poisson = false, .threshold = "2.5"});
  EXPECT_EQ(judged.verdict, Verdict::inconclusive);
  EXPECT_EQ(judged.upper.substr(0, 6), "2.5710");
  EXPECT_EQ(judged_rate({.days = bursts, .poisson = true, .threshold = "2.5"}).verdict, Verdict::pass);
}

TEST(Rate, FewBucketsShowNoSpread) {
  for (const std::size_t days : {0, 1, 9}) {
    const Judged judged = judged_rate({.days = std::vector<std::uint64_t>(days, 1), .poisson = false});
    EXPECT_EQ(judged.verdict, Verdict::inconclusive) << days;
    EXPECT_EQ(judged.reason, Reason::dependent) << days;
  }
}

// R: qchisq(0.05, 2 * 10) / 2 = 5.425406, qchisq(0.95, 2 * 11) / 2 = 16.962219: of 28 days below, and of 14 above.
TEST(Rate, ASilentEndIsReckonedWithBothWays) {
  const RateCase stopped{.days = {10}, .silent_days = 14};
  const Judged judged = judged_rate(stopped);
  EXPECT_EQ(judged.lower.substr(0, 8), "0.193764");
  EXPECT_EQ(judged.upper.substr(0, 8), "1.211587");
  EXPECT_EQ(judged.estimate.substr(0, 8), "0.357142");
  EXPECT_EQ(judged.verdict, Verdict::pass);
  const auto with = [&](Comparison op, const std::string& threshold) {
    RateCase other = stopped;
    other.op = op;
    other.threshold = threshold;
    return judged_rate(other);
  };
  const Judged withheld = with(Comparison::at_most, "1");
  EXPECT_EQ(withheld.verdict, Verdict::inconclusive);
  EXPECT_EQ(withheld.reason, Reason::coverage);
  EXPECT_EQ(withheld.note,
            "its rows end 14d before the snapshot does, and nobody knows whether there was nothing or nothing "
            "recorded");
  EXPECT_EQ(with(Comparison::at_least, "0.7").reason, Reason::coverage);  // 10 in 14 days, or in 28
  EXPECT_EQ(with(Comparison::at_least, "0.3").reason, Reason::too_few);
  EXPECT_EQ(with(Comparison::at_least, "1.3").verdict, Verdict::fail);
  EXPECT_EQ(with(Comparison::at_most, "0.19").verdict, Verdict::fail);
}

// 40 events on each of 14 days, then nothing for 14: 20 a day over all, 40 a day while there were any.
TEST(Rate, BucketsOfASilentEndAreEmptyOrNone) {
  const RateCase stopped{.days = std::vector<std::uint64_t>(14, 40), .poisson = false, .silent_days = 14};
  const Judged judged = judged_rate(stopped);
  EXPECT_EQ(judged.estimate, "20");
  // 20 - 1.703288 sqrt((14 * 1600 - 560 * 20) * 28/27) / 28, and 40 + 1.770933 sqrt(560 * 14/13) / 14.
  EXPECT_EQ(judged.lower.substr(0, 6), "13.444");
  EXPECT_EQ(judged.upper.substr(0, 6), "43.106");
  RateCase asked = stopped;
  asked.op = Comparison::at_least;
  asked.threshold = "30";
  EXPECT_EQ(judged_rate(asked).reason, Reason::coverage);
}

// Without a window the first row sets where exposure begins, and without rows later than as_of the last one sets where
// it ends: qchisq(0.05, 2 * 9) / 2 = 4.695228, and of 8 events 3.980822.
TEST(Rate, EventsThatSetTheEndsOfExposureCountForNothingInALowerBound) {
  const Judged at_first = judged_rate({.days = {10}, .windowed = false});
  EXPECT_EQ(at_first.lower.substr(0, 8), "0.167686");
  EXPECT_EQ(at_first.upper.substr(0, 8), "0.605793");
  EXPECT_EQ(at_first.estimate.substr(0, 8), "0.357142");
  const Judged at_both = judged_rate({.days = {10}, .windowed = false, .rows_go_on = false});
  EXPECT_EQ(at_both.lower.substr(0, 8), "0.142172");
  EXPECT_EQ(judged_rate({.days = {1}, .windowed = false, .rows_go_on = false}).lower, "0");
}

TEST(Rate, OneRowHasNoUpperBound) {
  const Judged alone = judged_rate({.days = {1}, .windowed = false, .silent_days = 28});
  EXPECT_EQ(alone.verdict, Verdict::inconclusive);
  EXPECT_EQ(alone.reason, Reason::coverage);  // 1 in 28 days would do
  EXPECT_EQ(alone.lower, "0");
  EXPECT_EQ(alone.upper, "");
}

// A row at the start of 60 days, and nothing more until the last `busy` ones with so many each.
Judged with_stray_row(std::size_t busy, std::uint64_t in_each, bool poisson, bool windowed = false) {
  CaseBuilder builder;
  std::vector<plan::SeriesStep> steps(60);
  steps[0] = {1, 0};
  for (std::size_t i = 60 - busy; i < 60; ++i) steps[i] = {in_each, in_each};
  plan::Leaf leaf =
      builder.rate({std::vector<std::uint64_t>(busy, in_each), kDayNs, 60, poisson}, "rate(errors, per: 1d)");
  auto& rate = std::get<plan::Rate>(leaf.what);
  rate.series = builder.series(steps);
  auto& rows = std::get<plan::CountFact>(builder.stream().facts[rate.population.accumulator]);
  rows.counts = {1 + busy * in_each};
  plan::Requirement requirement = CaseBuilder::direct(leaf, Comparison::at_most, "100");
  requirement.unit = plan::Unit::number;
  plan::Objective& rare = builder.objective("rare", {requirement});
  if (windowed) rare.window = {plan::WindowKind::since, 0, *builder.facts.as_of_ns - 60 * kDayNs};
  builder.usual_rules();
  return headline(builder.judged_first());
}

TEST(Rate, AGapThatRowsCannotHaveLeftTakesTheUpperBoundAway) {
  for (const bool poisson : {false, true}) {
    const Judged stray = with_stray_row(12, 50, poisson);
    EXPECT_EQ(stray.verdict, Verdict::inconclusive);
    EXPECT_EQ(stray.reason, Reason::coverage);
    EXPECT_EQ(stray.upper, "");
    EXPECT_NE(stray.note.find("from its first row to its last one there is none"), std::string::npos);
    EXPECT_EQ(with_stray_row(12, 50, poisson, true).verdict, Verdict::pass);  // the time is declared
    EXPECT_EQ(with_stray_row(31, 50, poisson).verdict, Verdict::pass);        // less than a half
  }
  // 13 rows have 12 gaps: 12 (13/60)^11 < 1/1000, as one is 47/60. Of five rows 4 (5/60)^3 is 0.2 %.
  EXPECT_EQ(with_stray_row(12, 1, true).reason, Reason::coverage);
  EXPECT_EQ(with_stray_row(4, 1, true).verdict, Verdict::pass);
}

// A Poisson process over a day that is required to be what it is, as its own events show it.
struct Process {
  double mean = 4;
  bool windowed = true, as_of_given = true;
  Comparison op = Comparison::at_most;
};

std::pair<double, double> shares_of_verdicts(const Process& process, int days) {
  std::mt19937_64 random(20'260'101);
  int passed = 0, failed = 0;
  for (int day = 0; day < days; ++day) {
    std::vector<double> times;
    const auto next = [&] {
      return -std::log1p(-std::ldexp(static_cast<double>(random() >> 11U), -53)) / process.mean;
    };
    for (double at = next(); at < 1; at += next()) times.push_back(at);
    if (times.empty()) continue;  // no data
    CaseBuilder builder;
    plan::Requirement requirement = CaseBuilder::direct(
        builder.rate({{times.size()}, kDayNs, 1}, "rate(alerts, per: 1d)"), process.op, std::to_string(process.mean));
    requirement.unit = plan::Unit::number;
    const std::int64_t start = *builder.facts.as_of_ns - kDayNs;
    const auto ns = [&](double at) { return start + static_cast<std::int64_t>(at * kDayNs); };
    builder.stream().covers_from_ns = ns(times.front());
    builder.stream().covers_to_ns = ns(times.back());
    if (!process.as_of_given) builder.facts.as_of_ns = ns(times.back());
    plan::Objective& objective = builder.objective("rare", {requirement});
    if (process.windowed) objective.window = {plan::WindowKind::since, 0, start};
    builder.usual_rules();
    const Judged judged = headline(builder.judged_first());
    passed += judged.verdict == Verdict::pass ? 1 : 0;
    failed += judged.verdict == Verdict::fail ? 1 : 0;
  }
  return {static_cast<double>(passed) / days, static_cast<double>(failed) / days};
}

// At the exact threshold a pass has nothing to show and nor has a failure.
TEST(Rate, APoissonProcessAtTheThresholdIsSeldomDecided) {
  constexpr int kDays = 2'000;
  const double limit = 0.05 + 3 * std::sqrt(0.05 * 0.95 / kDays);
  for (const double mean : {4.0, 5.0, 12.0})
    for (const bool windowed : {false, true})
      for (const bool given : {false, true})
        for (const Comparison op : {Comparison::at_most, Comparison::at_least}) {
          const auto [passed, failed] = shares_of_verdicts({mean, windowed, given, op}, kDays);
          EXPECT_LE(passed, limit) << mean << windowed << given << (op == Comparison::at_most);
          EXPECT_LE(failed, limit) << mean << windowed << given << (op == Comparison::at_most);
        }
}

}  // namespace
}  // namespace proofmark::judgement
