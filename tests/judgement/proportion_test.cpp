// Direct proportions: the hard cases of exact testing, unknown and skipped rows, ties.
#include <gtest/gtest.h>

#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;
using plan::Rational;

Judged judged(std::uint64_t good, std::uint64_t unknown, std::uint64_t n, const std::string& threshold,
              const std::string& confidence = "0.95", Comparison op = Comparison::at_least) {
  return headline(one_proportion(good, unknown, n, op, threshold, confidence).judged_first());
}

TEST(Proportion, AFailAtTheEdgeShowsItsBoundBelowTheThreshold) {
  const Judged edge = judged(215'817, 0, 216'058, "0.999");
  EXPECT_EQ(edge.verdict, Verdict::fail);
  EXPECT_GE(exact(edge.upper), exact("0.99899999996529"));
  EXPECT_LT(exact(edge.upper), exact("0.999"));
  EXPECT_EQ(edge.margin.substr(0, 1), "-");
  EXPECT_EQ(judged(215'818, 0, 216'059, "0.999").verdict, Verdict::inconclusive);
}

TEST(Proportion, ATieAtAlphaPassesButDoesNotFail) {
  EXPECT_EQ(judged(5, 0, 5, "0.5", "0.96875").verdict, Verdict::pass);
  EXPECT_EQ(judged(0, 0, 5, "0.5", "0.96875").verdict, Verdict::inconclusive);
}

TEST(Proportion, UnknownRowsCountAgainstBothVerdicts) {
  const Judged held = judged(9'995 - 0, 12, 10'010, "0.999");
  EXPECT_EQ(held.verdict, Verdict::inconclusive);
  EXPECT_EQ(held.reason, Reason::unknown_rows);
  EXPECT_EQ(held.unknown, 12u);
  EXPECT_NEAR(held.p_pass, 0.951, 5e-4);
  EXPECT_EQ(judged(9'995, 0, 9'998, "0.999").verdict, Verdict::pass);
}

TEST(Proportion, SkippedRowsAreUnknownToEveryObjective) {
  CaseBuilder skipped = one_proportion(9'995, 0, 9'998, Comparison::at_least, "0.999");
  skipped.stream().skipped = 12;
  const Judged held = headline(skipped.judged_first());
  EXPECT_EQ(held.verdict, Verdict::inconclusive);
  EXPECT_EQ(held.reason, Reason::unknown_rows);
  EXPECT_EQ(held.n, 10'010u);
}

// They may not have happened: none of the reasons that place unknown rows places them.
TEST(Proportion, LateEventsCountAgainstEveryVerdictWhateverIsSaidOfUnknownRows) {
  for (const plan::UnknownAs unknown_as :
       {plan::UnknownAs::worst, plan::UnknownAs::good, plan::UnknownAs::bad, plan::UnknownAs::excluded}) {
    CaseBuilder late = one_proportion(9'995, 0, 9'998, Comparison::at_least, "0.999");
    late.plan.objectives[0].unknown_as = unknown_as;
    EXPECT_EQ(headline(late.judged_first()).verdict, Verdict::pass);
    late.stream().late = 12;
    const Judged held = headline(late.judged_first());
    EXPECT_EQ(held.verdict, Verdict::inconclusive);
    EXPECT_EQ(held.reason, Reason::unknown_rows);
    EXPECT_EQ(held.n, 10'010u);
    EXPECT_EQ(held.unknown, 12u);
    CaseBuilder failing = one_proportion(9'900, 0, 10'000, Comparison::at_least, "0.999");
    failing.plan.objectives[0].unknown_as = unknown_as;
    EXPECT_EQ(headline(failing.judged_first()).verdict, Verdict::fail);
    failing.stream().late = 1'000'000;
    EXPECT_EQ(headline(failing.judged_first()).verdict, Verdict::inconclusive);
  }
}

TEST(Proportion, LateEventsAloneAreNoData) {
  CaseBuilder late = one_proportion(0, 0, 0, Comparison::at_least, "0.999");
  late.stream().late = 12;
  EXPECT_EQ(headline(late.judged_first()).verdict, Verdict::no_data);
}

TEST(Proportion, UnknownCountsAsThePolicySays) {
  const auto with = [](plan::UnknownAs unknown_as, std::uint64_t population) {
    CaseBuilder one = one_proportion(9'995, 12, population, Comparison::at_least, "0.999");
    one.plan.objectives[0].unknown_as = unknown_as;
    return headline(one.judged_first());
  };
  EXPECT_EQ(with(plan::UnknownAs::good, 10'010).verdict, Verdict::pass);
  EXPECT_EQ(with(plan::UnknownAs::good, 10'010).guarantee, Guarantee::assumed);
  EXPECT_EQ(with(plan::UnknownAs::bad, 10'010).verdict, Verdict::inconclusive);
  EXPECT_EQ(with(plan::UnknownAs::bad, 10'010).guarantee, Guarantee::exact);
  const Judged excluded = with(plan::UnknownAs::excluded, 9'998);
  EXPECT_EQ(excluded.verdict, Verdict::pass);
  EXPECT_EQ(excluded.n, 9'998u);
  EXPECT_EQ(excluded.guarantee, Guarantee::assumed);
}

TEST(Proportion, WhatIsTakenForGoodAloneIsNoPass) {
  const auto with = [](std::uint64_t known_good, Comparison op, const std::string& threshold) {
    const bool at_least = op == Comparison::at_least;
    CaseBuilder one = one_proportion(at_least ? known_good : 0, 500, 500 + known_good, op, threshold);
    one.plan.objectives[0].unknown_as = plan::UnknownAs::good;
    return headline(one.judged_first());
  };
  for (const auto& [op, threshold] : {std::pair{Comparison::at_least, "0.99"}, {Comparison::at_most, "0.01"}}) {
    const Judged none = with(0, op, threshold);
    EXPECT_EQ(none.verdict, Verdict::inconclusive);
    EXPECT_EQ(none.reason, Reason::unknown_rows);
    EXPECT_EQ(none.note, "none of its rows is known");
    EXPECT_EQ(none.estimate + none.lower + none.upper, "");
    EXPECT_FALSE(none.samples_needed);
    EXPECT_EQ(with(1, op, threshold).verdict, Verdict::pass);
  }
}

TEST(Proportion, BadUnknownRowsMayProveAFail) {
  CaseBuilder one = one_proportion(900, 90, 1'000, Comparison::at_least, "0.95");
  EXPECT_EQ(one.judged_first().verdict, Verdict::inconclusive);
  one.plan.objectives[0].unknown_as = plan::UnknownAs::bad;
  EXPECT_EQ(one.judged_first().verdict, Verdict::fail);
}

TEST(Proportion, AnAtMostClaimTakesUnknownRowsAsMeetingTheCondition) {
  EXPECT_EQ(judged(0, 0, 2'995, "0.001", "0.95", Comparison::at_most).verdict, Verdict::pass);
  const Judged held = judged(0, 1, 2'995, "0.001", "0.95", Comparison::at_most);
  EXPECT_EQ(held.verdict, Verdict::inconclusive);
  EXPECT_EQ(held.reason, Reason::unknown_rows);
  CaseBuilder good = one_proportion(0, 1, 2'995, Comparison::at_most, "0.001");
  good.plan.objectives[0].unknown_as = plan::UnknownAs::good;
  EXPECT_EQ(good.judged_first().verdict, Verdict::pass);
}

TEST(Proportion, TheEstimateIsOfTheRowsThatAreKnownWhicheverWayTheClaimGoes) {
  const auto estimate = [](std::uint64_t good, std::uint64_t unknown, Comparison op) {
    return headline(one_proportion(good, unknown, 1'000, op, "0.5").judged_first()).estimate;
  };
  EXPECT_EQ(estimate(450, 100, Comparison::at_least), "0.5");
  EXPECT_EQ(estimate(450, 100, Comparison::at_most), "0.5");
  EXPECT_EQ(estimate(0, 1'000, Comparison::at_least), "");
  const ObjectiveVerdict none = one_proportion(0, 1'000, 1'000, Comparison::at_least, "0.5").judged_first();
  EXPECT_EQ(none.verdict, Verdict::inconclusive);
  EXPECT_EQ(none.reason, Reason::unknown_rows);
}

TEST(Proportion, TooFewRowsSayHowManyMore) {
  const Judged few = judged(2'000, 0, 2'000, "0.999");
  EXPECT_EQ(few.verdict, Verdict::inconclusive);
  EXPECT_EQ(few.reason, Reason::too_few);
  EXPECT_EQ(few.samples_needed, 995u);
  EXPECT_EQ(judged(2'994, 0, 2'994, "0.999").samples_needed, 1u);
}

TEST(Proportion, AnObservedShareThatMissesTheClaimNeedsNoCount) {
  const Judged close = judged(9'985, 0, 10'000, "0.999");
  EXPECT_EQ(close.verdict, Verdict::inconclusive);
  EXPECT_EQ(close.reason, Reason::threshold_too_close);
  EXPECT_FALSE(close.samples_needed);
}

TEST(Proportion, HeadSampledRowsAreNeverScaledUp) {
  CaseBuilder sampled = one_proportion(9'995, 0, 10'000, Comparison::at_least, "0.999");
  sampled.plan.streams[0].sampling = plan::StreamPromise::Sampling::head;
  const Judged held = headline(sampled.judged_first());
  EXPECT_EQ(held.verdict, Verdict::inconclusive);
  EXPECT_EQ(held.lower.substr(0, 8), "0.998948");
  EXPECT_EQ(held.n, 10'000u);
}

TEST(Proportion, AHundredThousandMillionCleanRowsProveElevenNines) {
  const Judged clean = judged(100'000'000'000, 0, 100'000'000'000, "0.999999999955");
  EXPECT_EQ(clean.verdict, Verdict::pass);
  EXPECT_EQ(clean.lower.substr(0, 16), "0.99999999997004");
  EXPECT_EQ(clean.estimate, "1");
}

TEST(Proportion, NoRowsIsNoDataWhateverWasSkipped) {
  CaseBuilder empty = one_proportion(0, 0, 0, Comparison::at_least, "0.999");
  empty.stream().skipped = 3;
  const ObjectiveVerdict verdict = empty.judged_first();
  EXPECT_EQ(verdict.verdict, Verdict::no_data);
  EXPECT_EQ(verdict.reason, Reason::no_rows);
  EXPECT_EQ(headline(verdict).n, 0u);
}

TEST(Proportion, NoDataMayBeAPassOrAFailByPolicy) {
  CaseBuilder empty = one_proportion(0, 0, 0, Comparison::at_least, "0.999");
  empty.plan.objectives[0].on_no_data = plan::NoDataVerdict::pass;
  EXPECT_EQ(empty.judged_first().verdict, Verdict::pass);
  EXPECT_FALSE(empty.judged_first().states_bound);
  empty.plan.objectives[0].on_no_data = plan::NoDataVerdict::fail;
  EXPECT_EQ(empty.judged_first().verdict, Verdict::fail);
}

TEST(Proportion, EstimatesRoundHalfEvenToTenDigits) {
  EXPECT_EQ(judged(2, 0, 3, "0.1").estimate, "0.6666666667");
  EXPECT_EQ(judged(1, 0, 3, "0.1").estimate, "0.3333333333");
  EXPECT_EQ(judged(7, 0, 7, "0.1").estimate, "1");
  EXPECT_EQ(judged(1, 0, 1ull << 34, "0.1").estimate, "0.00000000005820766091");
}

}  // namespace
}  // namespace proofmark::judgement
