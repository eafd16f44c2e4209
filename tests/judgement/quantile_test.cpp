// Direct quantile claims: all four operators against a test that knows nothing of ranks, ties, unknown values, and the
// bounds that do not exist.
#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/statistics/binomial.h"
#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;
using statistics::Against;

std::vector<std::int64_t> ramp(std::int64_t count, std::int64_t step_ns = 1'000'000) {
  std::vector<std::int64_t> values;
  for (std::int64_t i = 1; i <= count; ++i) values.push_back(i * step_ns);
  return values;
}

CaseBuilder claim(const std::vector<std::int64_t>& values, std::uint64_t population, const std::string& p,
                  Comparison op, std::int64_t threshold_ns, const std::string& confidence = "0.95",
                  std::uint64_t skipped = 0) {
  CaseBuilder one;
  one.stream().skipped = skipped;
  const plan::Rational alpha = *subtract(plan::Rational(1), exact(confidence));
  one.objective(
      "fast",
      {one.direct(one.quantile({values}, {population}, p, op, threshold_ns, alpha), op, std::to_string(threshold_ns))},
      confidence);
  one.usual_rules();
  return one;
}

Judged judged(const std::vector<std::int64_t>& values, const std::string& p, Comparison op, std::int64_t threshold_ns,
              const std::string& confidence = "0.95") {
  return headline(claim(values, values.size(), p, op, threshold_ns, confidence).judged_first());
}

// The claim as the definition of a quantile has it, tested by exact tails of the rows on its side.
Verdict by_definition(const std::vector<std::int64_t>& values, const std::string& p_text, Comparison op, std::int64_t t,
                      const std::string& confidence) {
  const plan::Rational p = exact(p_text), alpha = *subtract(plan::Rational(1), exact(confidence));
  const bool upper = op == Comparison::less || op == Comparison::at_most;  // F(t) >= p, or F(t-) >= p
  const bool inclusive = op == Comparison::at_most || op == Comparison::greater;
  const auto k = static_cast<std::uint64_t>(
      std::count_if(values.begin(), values.end(), [&](std::int64_t v) { return inclusive ? v <= t : v < t; }));
  const Against many = statistics::compare_upper_tail(k, values.size(), p, alpha);
  const Against few = statistics::compare_lower_tail(k, values.size(), p, alpha);
  const Against for_pass = upper ? many : few, for_fail = upper ? few : many;
  if (for_pass != Against::above) return Verdict::pass;
  return for_fail == Against::below ? Verdict::fail : Verdict::inconclusive;
}

TEST(Quantile, AllFourOperatorsFollowTheDefinition) {
  const std::vector<std::int64_t> smooth = ramp(60), tied = [] {
    std::vector<std::int64_t> values = ramp(60);
    for (std::int64_t& value : values) value = value / 10'000'000 * 10'000'000;
    return values;
  }();
  int verdicts[4] = {0, 0, 0, 0};
  for (const auto& values : {smooth, tied})
    for (const Comparison op : {Comparison::less, Comparison::at_most, Comparison::greater, Comparison::at_least})
      for (const char* p : {"0.5", "0.9"})
        for (std::int64_t t = 0; t <= 61'000'000; t += 500'000) {
          const Verdict verdict = judged(values, p, op, t, "0.9").verdict;
          ++verdicts[static_cast<int>(verdict)];
          ASSERT_EQ(verdict, by_definition(values, p, op, t, "0.9")) << p << " at " << t;
        }
  EXPECT_GT(verdicts[static_cast<int>(Verdict::pass)], 100);
  EXPECT_GT(verdicts[static_cast<int>(Verdict::fail)], 100);
  EXPECT_GT(verdicts[static_cast<int>(Verdict::inconclusive)], 100);
}

TEST(Quantile, APassAtMostPrintsAnUpperBoundWithinIt) {
  const Judged pass = judged(ramp(1'000), "0.99", Comparison::at_most, 997'000'000);
  EXPECT_EQ(pass.verdict, Verdict::pass);
  EXPECT_LE(exact(pass.upper), exact("997000000"));
  EXPECT_EQ(pass.estimate, "990000000");
  EXPECT_EQ(pass.good, 997u);
  const Judged fail = judged(ramp(1'000), "0.99", Comparison::at_most, 900'000'000);
  EXPECT_EQ(fail.verdict, Verdict::fail);
  EXPECT_GT(exact(fail.lower), exact("900000000"));
}

TEST(Quantile, TheLowerRankFollowsTheRuleOfTies) {
  // P(X <= 0) = (1/2)^5 = alpha exactly: a pass may rest on it, a fail may not.
  const std::vector<std::int64_t> five = ramp(5);
  EXPECT_EQ(judged(five, "0.5", Comparison::at_least, 1'000'000, "0.96875").verdict, Verdict::pass);
  const Judged tie = judged(five, "0.5", Comparison::less, 1'000'000, "0.96875");
  EXPECT_EQ(tie.verdict, Verdict::inconclusive);
  EXPECT_EQ(tie.lower, "");
}

TEST(Quantile, WithoutEnoughRowsNoUpperBoundExists) {
  const Judged few = judged(ramp(298), "0.99", Comparison::at_most, 1'000'000'000);
  EXPECT_EQ(few.verdict, Verdict::inconclusive);
  EXPECT_EQ(few.reason, Reason::bound_does_not_exist);
  EXPECT_EQ(few.upper, "");
  EXPECT_EQ(few.samples_needed, 1u);
  EXPECT_EQ(judged(ramp(299), "0.99", Comparison::at_most, 1'000'000'000).verdict, Verdict::pass);
  EXPECT_EQ(judged(ramp(458), "0.99", Comparison::at_most, 1'000'000'000, "0.99").reason, Reason::bound_does_not_exist);
  EXPECT_EQ(judged(ramp(459), "0.99", Comparison::at_most, 1'000'000'000, "0.99").verdict, Verdict::pass);
}

TEST(Quantile, AMissingUpperRankNeverKeepsAFailAway) {
  const Judged fail = judged(ramp(100), "0.99", Comparison::at_most, 50'000'000);
  EXPECT_EQ(fail.verdict, Verdict::fail);
  EXPECT_EQ(fail.upper, "");
}

TEST(Quantile, UnknownValuesCountAgainstAPassAndForAFail) {
  const std::vector<std::int64_t> values = ramp(299);
  EXPECT_EQ(headline(claim(values, 299, "0.99", Comparison::at_most, 1'000'000'000).judged_first()).verdict,
            Verdict::pass);
  const Judged held = headline(claim(values, 300, "0.99", Comparison::at_most, 1'000'000'000).judged_first());
  EXPECT_EQ(held.verdict, Verdict::inconclusive);
  EXPECT_EQ(held.reason, Reason::unknown_rows);
  EXPECT_EQ(held.unknown, 1u);
  const Judged skipped =
      headline(claim(values, 299, "0.99", Comparison::at_most, 1'000'000'000, "0.95", 1).judged_first());
  EXPECT_EQ(skipped.reason, Reason::unknown_rows);
  EXPECT_EQ(skipped.n, 300u);
  // 100 values far above: a fail, which 250 unknown rows could undo.
  EXPECT_EQ(headline(claim(ramp(100), 100, "0.5", Comparison::at_most, 1'000'000).judged_first()).verdict,
            Verdict::fail);
  EXPECT_EQ(headline(claim(ramp(100), 350, "0.5", Comparison::at_most, 1'000'000).judged_first()).verdict,
            Verdict::inconclusive);
}

TEST(Quantile, NothingKnownOfAPopulationIsUndecidedNotAbsent) {
  const Judged blind = headline(claim({}, 400, "0.99", Comparison::at_most, 1'000'000'000).judged_first());
  EXPECT_EQ(blind.verdict, Verdict::inconclusive);
  EXPECT_EQ(blind.reason, Reason::unknown_rows);
  EXPECT_EQ(blind.estimate, "");
}

TEST(Quantile, RelaxedUnknownRowsKeepBoundsOnTheSideThatWasDecided) {
  for (const Comparison op : {Comparison::less, Comparison::at_most, Comparison::greater, Comparison::at_least})
    for (const plan::UnknownAs as : {plan::UnknownAs::good, plan::UnknownAs::bad})
      for (std::int64_t t = 0; t <= 400'000'000; t += 10'000'000) {
        CaseBuilder one = claim(ramp(299), 330, "0.9", op, t);
        one.plan.objectives[0].unknown_as = as;
        const Judged result = headline(one.judged_first());
        const bool upper_passes = op == Comparison::less || op == Comparison::at_most;
        const std::string& passing = upper_passes ? result.upper : result.lower;
        if (result.verdict != Verdict::pass) continue;
        const plan::Rational bound = exact(passing), threshold(t);
        EXPECT_TRUE(op == Comparison::less      ? bound < threshold
                    : op == Comparison::at_most ? bound <= threshold
                    : op == Comparison::greater ? bound > threshold
                                                : bound >= threshold);
      }
  CaseBuilder relaxed = claim(ramp(299), 300, "0.99", Comparison::at_most, 1'000'000'000);
  relaxed.plan.objectives[0].unknown_as = plan::UnknownAs::good;
  const Judged pass = headline(relaxed.judged_first());
  EXPECT_EQ(pass.verdict, Verdict::pass);
  EXPECT_EQ(pass.upper, "1000000000");
  EXPECT_EQ(pass.guarantee, Guarantee::assumed);
}

TEST(Quantile, AllEqualValuesGiveTheirOwnValueAsBounds) {
  const Judged equal = judged(std::vector<std::int64_t>(500, 7'000'000), "0.99", Comparison::at_most, 7'000'000);
  EXPECT_EQ(equal.verdict, Verdict::pass);
  EXPECT_EQ(equal.lower, "7000000");
  EXPECT_EQ(equal.upper, "7000000");
  EXPECT_EQ(equal.margin, "0");
}

TEST(Quantile, LooksShareAlpha) {
  CaseBuilder one;
  const plan::Rational share = exact("1/80");  // 5 % over four looks
  one.objective("fast", {one.direct(one.quantile({ramp(299)}, {299}, "0.99", Comparison::at_most, 1'000'000'000, share),
                                    Comparison::at_most, "1000000000")});
  one.plan.objectives[0].looks = {plan::LooksKind::at_most, 4, 0};
  EXPECT_EQ(one.judged_first().reason, Reason::bound_does_not_exist);
  EXPECT_EQ(one.judged_first().alpha, share);
}

}  // namespace
}  // namespace proofmark::judgement
