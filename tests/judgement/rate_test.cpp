// Rates over four weeks: recorded bounds of the Poisson test, buckets of a day, events that nobody knows of.
#include <gtest/gtest.h>

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
};

Judged judged_rate(const RateCase& one) {
  CaseBuilder builder;
  const plan::Leaf leaf =
      builder.rate({one.days, kDayNs, one.covered_days, one.poisson, one.unknown}, "rate(errors, per: 1d)");
  builder.stream().late = one.late;
  plan::Requirement requirement = CaseBuilder::direct(leaf, one.op, one.threshold);
  requirement.unit = plan::Unit::number;
  builder.objective("rare", {requirement}).unknown_as = one.unknown_as;
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

}  // namespace
}  // namespace proofmark::judgement
