// Means in a declared range: recorded bounds, unknown values, values outside of the range, sums too large.
#include <gtest/gtest.h>

#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;
using plan::Rational;

struct Values {
  std::int64_t value;
  std::uint64_t times;
};

// Values of [0, high] nanoseconds, and `unknown` rows beside them.
struct MeanCase {
  std::int64_t high = 1'000'000'000;
  std::vector<Values> values;
  std::uint64_t unknown = 0;
  std::uint64_t late = 0;
  Comparison op = Comparison::at_most;
  std::string threshold = "121000000";
  plan::UnknownAs unknown_as = plan::UnknownAs::worst;
  std::string confidence = "0.95";
  plan::Method method = plan::Method::standard;
};

plan::MomentSums moments_of(const MeanCase& one) {
  plan::MomentSums sums;
  plan::Int128 sum = 0, squares = 0;
  for (const auto& [value, times] : one.values) {
    sums.known += times;
    sums.below += value < 0 ? times : 0;
    sums.above += value > one.high ? times : 0;
    if (value < 0 || value > one.high) continue;
    sum += plan::Int128(value) * times;
    squares += plan::Int128(value) * value * times;
  }
  sums.sum = sum;
  sums.squares = squares;
  return sums;
}

Judged judged_mean(const MeanCase& one, const plan::MomentSums& sums) {
  CaseBuilder builder;
  const bool excluded = one.unknown_as == plan::UnknownAs::excluded;
  const plan::FactRef rows = builder.count({sums.known + (excluded ? 0 : one.unknown)});
  plan::Leaf leaf;
  leaf.outside = builder.count({0});
  builder.stream().late = one.late;
  builder.plan.scans[0].accumulators.push_back({plan::SumMoments{0, 0, Rational(0), Rational(one.high)}, {}});
  builder.stream().facts.push_back(plan::MomentsFact{{sums}});
  const auto moments = static_cast<plan::Id>(builder.stream().facts.size() - 1);
  leaf.what = plan::Mean{Rational(0), Rational(one.high), rows, {0, moments}, plan::Unit::duration};
  leaf.text = "mean(requests.duration, low: 0s, high: 1s)";
  plan::Objective& objective =
      builder.objective("fast", {CaseBuilder::direct(leaf, one.op, one.threshold)}, one.confidence);
  objective.unknown_as = one.unknown_as;
  objective.method = one.method;
  builder.usual_rules();
  return headline(builder.judged_first());
}

Judged judged_mean(const MeanCase& one) {
  return judged_mean(one, moments_of(one));
}

const std::vector<Values> kHalves{{100'000'000, 50'000}, {140'000'000, 50'000}};

// 119742136.663039574… and 120257863.336960425…, computed with 50 digits.
TEST(Mean, BoundsAreEmpiricalBernsteins) {
  const Judged judged = judged_mean({.values = kHalves});
  EXPECT_EQ(judged.verdict, Verdict::pass);
  EXPECT_EQ(judged.estimate, "120000000");
  EXPECT_EQ(judged.lower, "119742136.6");
  EXPECT_EQ(judged.upper, "120257863.4");
  EXPECT_EQ(judged.margin, "742136.6");
  EXPECT_EQ(judged.method, "empirical_bernstein");
  EXPECT_EQ(judged.guarantee, Guarantee::finite_sample);
  EXPECT_EQ(judged.n, 100'000u);
}

// 93631993.5769… and 146368006.4230…; a range thirty times as wide is paid for.
TEST(Mean, AWideRangeCostsRows) {
  const MeanCase wide{.high = 30'000'000'000, .values = {{100'000'000, 5'000}, {140'000'000, 5'000}}};
  const Judged judged = judged_mean(wide);
  EXPECT_EQ(judged.verdict, Verdict::inconclusive);
  EXPECT_EQ(judged.reason, Reason::too_few);
  EXPECT_EQ(judged.lower, "93631993.57");
  EXPECT_EQ(judged.upper, "146368006.5");
  ASSERT_TRUE(judged.samples_needed.has_value());
  const std::uint64_t half = (10'000 + *judged.samples_needed) / 2;
  MeanCase more = wide;
  more.values = {{100'000'000, half + 1}, {140'000'000, half + 1}};
  EXPECT_EQ(judged_mean(more).verdict, Verdict::pass);
  more.values = {{100'000'000, half - 2}, {140'000'000, half - 2}};
  EXPECT_EQ(judged_mean(more).verdict, Verdict::inconclusive);
}

TEST(Mean, FourComparisonsOnEitherSide) {
  const auto verdict = [](Comparison op, const char* threshold) {
    return judged_mean({.values = kHalves, .op = op, .threshold = threshold}).verdict;
  };
  for (const Comparison op : {Comparison::at_most, Comparison::less}) {
    EXPECT_EQ(verdict(op, "119000000"), Verdict::fail);
    EXPECT_EQ(verdict(op, "120100000"), Verdict::inconclusive);
    EXPECT_EQ(verdict(op, "120300000"), Verdict::pass);
  }
  for (const Comparison op : {Comparison::at_least, Comparison::greater}) {
    EXPECT_EQ(verdict(op, "119000000"), Verdict::pass);
    EXPECT_EQ(verdict(op, "120100000"), Verdict::inconclusive);
    EXPECT_EQ(verdict(op, "120300000"), Verdict::fail);
  }
  // A bound that is the threshold, as printed, shows `at most` and not `less`.
  EXPECT_EQ(verdict(Comparison::at_most, "120257863.4"), Verdict::pass);
  EXPECT_EQ(verdict(Comparison::less, "120257863.4"), Verdict::inconclusive);
  EXPECT_EQ(verdict(Comparison::at_most, "119742136.6"), Verdict::inconclusive);
  EXPECT_EQ(verdict(Comparison::less, "119742136.6"), Verdict::fail);
}

TEST(Mean, UnknownValuesStandAtTheWorseEnd) {
  const Judged worst = judged_mean({.values = kHalves, .unknown = 100});
  EXPECT_EQ(worst.lower, "119619455.3");  // a hundred at 0: 119619455.38…
  EXPECT_EQ(worst.upper, "121259074.4");  // a hundred at 1 s: 121259074.351…
  EXPECT_EQ(worst.verdict, Verdict::inconclusive);
  EXPECT_EQ(worst.reason, Reason::unknown_rows);
  EXPECT_EQ(worst.unknown, 100u);
  EXPECT_EQ(worst.n, 100'100u);
  const Judged bad = judged_mean({.values = kHalves, .unknown = 100, .unknown_as = plan::UnknownAs::bad});
  EXPECT_EQ(bad.lower, "120499167.4");
  EXPECT_EQ(bad.upper, "121259074.4");
  const Judged good = judged_mean({.values = kHalves, .unknown = 100, .unknown_as = plan::UnknownAs::good});
  EXPECT_EQ(good.verdict, Verdict::pass);
  EXPECT_EQ(good.upper, "120140784.4");
  EXPECT_EQ(good.guarantee, Guarantee::assumed);
  const Judged excluded = judged_mean({.values = kHalves, .unknown = 100, .unknown_as = plan::UnknownAs::excluded});
  EXPECT_EQ(excluded.upper, "120257863.4");
  EXPECT_EQ(excluded.n, 100'000u);
}

// As a hundred unknown values do, and no reason that places these places them.
TEST(Mean, LateEventsStandAtTheWorseEndWhateverIsSaidOfUnknownValues) {
  for (const plan::UnknownAs unknown_as :
       {plan::UnknownAs::worst, plan::UnknownAs::good, plan::UnknownAs::bad, plan::UnknownAs::excluded}) {
    const Judged late = judged_mean({.values = kHalves, .late = 100, .unknown_as = unknown_as});
    EXPECT_EQ(late.lower, "119619455.3");
    EXPECT_EQ(late.upper, "121259074.4");
    EXPECT_EQ(late.reason, Reason::unknown_rows);
    EXPECT_EQ(late.n, 100'100u);
  }
}

TEST(Mean, NothingIsDecidedBesideAValueOutsideTheRange) {
  for (const char* threshold : {"119000000", "500000000"}) {
    const Judged judged =
        judged_mean({.values = {{-1, 1}, {100'000'000, 50'000}, {140'000'000, 50'000}, {1'000'000'001, 2}},
                     .threshold = threshold});
    EXPECT_EQ(judged.verdict, Verdict::inconclusive);
    EXPECT_EQ(judged.reason, Reason::out_of_range);
    EXPECT_EQ(judged.note, "3 of 100,003 values lie outside of the declared range from 0s to 1s (1 below, 2 above)");
    EXPECT_EQ(judged.upper, "");
  }
}

TEST(Mean, OneRowOrUnknownOnesAloneShowNothing) {
  const Judged one = judged_mean({.values = {{100'000'000, 1}}});
  EXPECT_EQ(one.verdict, Verdict::inconclusive);
  EXPECT_EQ(one.lower, "0");
  EXPECT_EQ(one.upper, "1000000000");
  const Judged none = judged_mean({.values = {}, .unknown = 5'000});
  EXPECT_EQ(none.verdict, Verdict::inconclusive);
  EXPECT_EQ(none.reason, Reason::unknown_rows);
  EXPECT_EQ(none.estimate, "");  // nothing was measured
}

// All values equal: the bound is what the range alone leaves open, never the value itself.
TEST(Mean, NoSpreadIsNoCertainty) {
  const Judged judged = judged_mean({.values = {{100'000'000, 1'000}}});
  EXPECT_GT(*Rational::parse(judged.upper), Rational(108'000'000));
  EXPECT_LT(*Rational::parse(judged.upper), Rational(109'000'000));
}

// Squares that 128 bits do not hold are taken as large as the range allows: a wider bound, on the safe side.
TEST(Mean, WithoutSquaresTheVarianceIsTheLargest) {
  const MeanCase wide{.high = INT64_MAX, .values = {{INT64_MAX / 2, 100'000}}, .threshold = "4900000000000000000"};
  plan::MomentSums sums = moments_of({.high = INT64_MAX, .values = {}});
  sums.known = 100'000;
  sums.sum = plan::Int128(INT64_MAX / 2) * 100'000;
  sums.squares.reset();
  const Judged judged = judged_mean(wide, sums);
  EXPECT_EQ(judged.verdict, Verdict::pass);
  // 2^63 (1/2 + sqrt(2 ln 40 / 4n) + 7 ln 40 / 3(n - 1)) = 4.652e18
  EXPECT_GT(*Rational::parse(judged.upper), *Rational::parse("4651000000000000000"));
  EXPECT_LT(*Rational::parse(judged.upper), *Rational::parse("4653000000000000000"));
}

// 40 of 10, 40 of 20, 20 of 60: R gives t bounds of 20.904918884 and 27.095081116; Hoeffding's width is
// 100 sqrt(ln 20 / 200) = 12.238734153.
TEST(Mean, AnotherMethodMayBeChosen) {
  MeanCase one{.high = 100, .values = {{10, 40}, {20, 40}, {60, 20}}, .threshold = "28"};
  one.method = plan::Method::student_t;
  const Judged student = judged_mean(one);
  EXPECT_EQ(student.verdict, Verdict::pass);
  EXPECT_EQ(student.lower.substr(0, 9), "20.904918");
  EXPECT_EQ(student.upper.substr(0, 9), "27.095081");
  EXPECT_EQ(student.guarantee, Guarantee::asymptotic);
  EXPECT_EQ(student.method, "student_t");
  one.method = plan::Method::hoeffding;
  const Judged hoeffding = judged_mean(one);
  EXPECT_EQ(hoeffding.verdict, Verdict::inconclusive);
  EXPECT_EQ(hoeffding.lower.substr(0, 9), "11.761265");
  EXPECT_EQ(hoeffding.upper.substr(0, 9), "36.238734");
  EXPECT_EQ(hoeffding.guarantee, Guarantee::finite_sample);
}

TEST(Mean, EqualValuesShowStudentsTNothing) {
  for (const std::uint64_t times : {1, 2, 100'000}) {
    MeanCase one{.values = {{100'000'000, times}}};
    one.method = plan::Method::student_t;
    const Judged judged = judged_mean(one);
    EXPECT_EQ(judged.verdict, Verdict::inconclusive) << times;
    EXPECT_EQ(judged.reason, Reason::bound_does_not_exist) << times;
  }
}

}  // namespace
}  // namespace proofmark::judgement
