// The hard cases of deciding a proportion: verdicts a hair from alpha, exact ties, ends of the range, unknown
// rows, and printed bounds that must say what the verdict says.
#include "runtime/statistics/binomial.h"

#include <gtest/gtest.h>

namespace proofmark::statistics {
namespace {

Rational number(const char* text) {
  return *Rational::parse(text);
}

const Rational kFivePercent = number("0.05");

ProportionClaim at_least(const char* threshold) {
  return {true, number(threshold)};
}
ProportionClaim at_most(const char* threshold) {
  return {false, number(threshold)};
}

struct Reported {
  ProportionDecision decision;
  ReportedBounds bounds;
};

Reported report(const ProportionCounts& counts, const ProportionClaim& claim, const Rational& alpha) {
  const auto decision = decide_proportion(counts, claim, alpha);
  return {decision, report_bounds(counts, claim, alpha, decision.outcome)};
}

TEST(Decision, AFailJustBelowAlphaPrintsAnUpperBoundBelowTheThreshold) {
  const auto [decision, bounds] = report({215817, 0, 216058}, at_least("0.999"), kFivePercent);
  EXPECT_EQ(decision.outcome, Outcome::fail);
  EXPECT_NEAR(decision.p_fail, .04999995, 5e-9);
  EXPECT_EQ(bounds.upper, "0.998999999966");  // .99899999996529..., outward at ten digits of the failure share
}

TEST(Decision, OneGoodRowMoreIsInconclusive) {
  const auto [decision, bounds] = report({215818, 0, 216059}, at_least("0.999"), kFivePercent);
  EXPECT_EQ(decision.outcome, Outcome::inconclusive);
  EXPECT_GE(number(bounds.upper.c_str()), number("0.999"));
}

TEST(Decision, AHundredThousandMillionCleanRows) {
  const ProportionCounts counts = {100'000'000'000, 0, 100'000'000'000};
  const auto [decision, bounds] = report(counts, at_least("0.999999999955"), kFivePercent);
  EXPECT_EQ(decision.outcome, Outcome::pass);
  EXPECT_EQ(bounds.lower, "0.99999999997004267726");
  EXPECT_EQ(bounds.upper, "1");
  EXPECT_EQ(decide_proportion(counts, at_least("0.99999999998"), kFivePercent).outcome, Outcome::inconclusive);
}

TEST(Decision, TiesPassButNeverFail) {
  const Rational alpha = number("1/32");
  const auto [all, all_bounds] = report({5, 0, 5}, at_least("0.5"), alpha);
  EXPECT_EQ(all.outcome, Outcome::pass);
  EXPECT_EQ(all_bounds.lower, "0.5000000000");
  const auto [none, none_bounds] = report({0, 0, 5}, at_least("0.5"), alpha);
  EXPECT_EQ(none.outcome, Outcome::inconclusive);
  EXPECT_EQ(none_bounds.lower, "0");
  EXPECT_EQ(none_bounds.upper, "0.5000000000");
  EXPECT_EQ(decide_proportion({0, 0, 5}, at_most("0.5"), alpha).outcome, Outcome::pass);
  EXPECT_EQ(decide_proportion({5, 0, 5}, at_most("0.5"), alpha).outcome, Outcome::inconclusive);
}

TEST(Decision, ATieAtAThresholdWithoutDecimalsPrintsTheFraction) {
  const auto [decision, bounds] = report({3, 0, 3}, at_least("1/3"), number("1/27"));
  EXPECT_EQ(decision.outcome, Outcome::pass);
  EXPECT_EQ(bounds.lower, "1/3");
}

TEST(Decision, RowsUnknownToTheConditionCountAgainstBothVerdicts) {
  const auto claim = at_least("0.999");
  const auto with_nulls = decide_proportion({9995, 12, 10010}, claim, kFivePercent);
  EXPECT_EQ(with_nulls.outcome, Outcome::inconclusive);
  EXPECT_NEAR(with_nulls.p_pass, .951, 5e-4);
  const auto without = decide_proportion({9995, 0, 9998}, claim, kFivePercent);
  EXPECT_EQ(without.outcome, Outcome::pass);
  EXPECT_NEAR(without.p_pass, .0103, 5e-5);
  EXPECT_EQ(decide_proportion({5, 40, 1000}, at_most("0.04"), kFivePercent).outcome, Outcome::inconclusive);
  EXPECT_EQ(decide_proportion({5, 0, 960}, at_most("0.04"), kFivePercent).outcome, Outcome::pass);
}

TEST(Decision, KeptRowsAreNotScaledUp) {
  const auto [decision, bounds] = report({9995, 0, 10000}, at_least("0.999"), kFivePercent);
  EXPECT_EQ(decision.outcome, Outcome::inconclusive);
  EXPECT_NEAR(number(bounds.lower.c_str()).nearest_double(), .998949, 5e-7);
}

TEST(Decision, SmallSimulationSamplesDoNotPass) {
  const auto [decision, bounds] = report({0, 0, 500}, at_most("0.001"), number("0.01"));
  EXPECT_EQ(decision.outcome, Outcome::inconclusive);
  EXPECT_EQ(bounds.upper.substr(0, 7), "0.00916");  // .009168...
  EXPECT_EQ(bounds.lower, "0");
}

TEST(Decision, FailureBudgetsOfTheCommonTarget) {
  const auto claim = at_least("0.999");
  const auto passes = [&](std::uint64_t n, std::uint64_t failures) {
    return decide_proportion({n - failures, 0, n}, claim, kFivePercent).outcome == Outcome::pass;
  };
  for (const auto& [n, most] : {std::pair{2995, 0}, {10'000, 4}, {100'000, 83}, {1'000'000, 947}}) {
    EXPECT_TRUE(passes(static_cast<std::uint64_t>(n), static_cast<std::uint64_t>(most))) << n;
    EXPECT_FALSE(passes(static_cast<std::uint64_t>(n), static_cast<std::uint64_t>(most) + 1)) << n;
  }
  EXPECT_FALSE(passes(2994, 0));
}

TEST(Decision, TheEndsOfTheRangeAreSettledExactly) {
  EXPECT_EQ(decide_proportion({10, 0, 10}, at_least("1"), kFivePercent).outcome, Outcome::inconclusive);
  EXPECT_EQ(report({9, 0, 10}, at_least("1"), kFivePercent).decision.outcome, Outcome::fail);
  EXPECT_EQ(report({0, 0, 10}, at_least("0"), kFivePercent).decision.outcome, Outcome::inconclusive);
  EXPECT_EQ(report({1, 0, 10}, at_least("0"), kFivePercent).decision.outcome, Outcome::pass);
  EXPECT_EQ(report({0, 0, 10}, at_most("0"), kFivePercent).decision.outcome, Outcome::inconclusive);
  EXPECT_EQ(report({1, 0, 1'000'000}, at_most("0"), kFivePercent).decision.outcome, Outcome::fail);
  EXPECT_EQ(report({10, 0, 10}, at_most("1"), kFivePercent).decision.outcome, Outcome::inconclusive);
  EXPECT_EQ(report({9, 0, 10}, at_most("1"), kFivePercent).decision.outcome, Outcome::pass);
  const auto [empty, bounds] = report({0, 0, 0}, at_least("0.5"), kFivePercent);
  EXPECT_EQ(empty.outcome, Outcome::inconclusive);
  EXPECT_EQ(bounds.lower + " " + bounds.upper, "0 1");
}

// Bounds of 990 of 1000 at 95 %: .98309682487943749446... and .99456485985529322666...; thresholds a hair away.
TEST(Bounds, PrintAsManyDigitsAsTheVerdictNeeds) {
  const auto printed = [](std::uint64_t k, const ProportionClaim& claim, Outcome expected) {
    const auto [decision, bounds] = report({k, 0, 1000}, claim, kFivePercent);
    EXPECT_EQ(decision.outcome, expected) << claim.threshold.to_decimal();
    return bounds;
  };
  EXPECT_EQ(printed(990, at_least("0.9945648598552933"), Outcome::fail).upper, "0.99456485985529323");
  EXPECT_EQ(printed(990, at_least("0.99456485985529322667"), Outcome::fail).upper, "0.994564859855293226665");
  EXPECT_EQ(printed(990, at_least("0.99456485985529322666"), Outcome::inconclusive).upper, "0.994564859856");
  EXPECT_EQ(printed(990, at_least("0.98309682487943749446"), Outcome::pass).lower, "0.98309682487943749446");
  EXPECT_EQ(printed(990, at_least("0.98309682487943749447"), Outcome::inconclusive).lower, "0.98309682487");
  const auto no_decimal = at_least("98309682487943749446/100000000000000000001");
  EXPECT_EQ(printed(990, no_decimal, Outcome::pass).lower, "0.98309682487943749446");
  EXPECT_EQ(printed(10, at_most("0.0054351401447067"), Outcome::fail).lower, "0.00543514014470677");
  EXPECT_EQ(printed(10, at_most("0.01690317512056251"), Outcome::pass).upper, "0.01690317512056251");
}

TEST(Bounds, OfACleanRunHaveClosedForms) {
  const Interval clean = clopper_pearson(5, 0, 5, number("1/32"));
  EXPECT_LE(clean.lower, 0.5);
  EXPECT_NEAR(clean.lower, 0.5, 1e-12);
  EXPECT_EQ(clean.upper, 1);
  const Interval none = clopper_pearson(0, 0, 5, number("1/32"));
  EXPECT_EQ(none.lower, 0);
  EXPECT_GE(none.upper, 0.5);
  EXPECT_NEAR(none.upper, 0.5, 1e-12);
}

TEST(SuccessRun, SmallestSampleThatCanPass) {
  const auto needs = [](const char* threshold, const char* alpha) {
    return smallest_n_to_pass(at_least(threshold), number(alpha)).value();
  };
  EXPECT_EQ(needs("0.95", "0.05"), 59u);
  EXPECT_EQ(needs("0.99", "0.05"), 299u);
  EXPECT_EQ(needs("0.999", "0.05"), 2995u);
  EXPECT_EQ(needs("0.9999", "0.05"), 29956u);
  EXPECT_EQ(needs("0.99", "0.01"), 459u);
  EXPECT_EQ(needs("0.999", "0.01"), 4603u);
  EXPECT_EQ(needs("0.9999", "0.01"), 46050u);
  EXPECT_EQ(needs("0.9", "0.1"), 22u);
  EXPECT_EQ(needs("0.1", "0.1"), 1u);     // ties: doubles say 2
  EXPECT_EQ(needs("0.1", "0.0001"), 4u);  // and 5
  EXPECT_EQ(needs("0.5", "1/32"), 5u);
  EXPECT_EQ(smallest_n_to_pass(at_most("0.01"), number("0.05")), 299u);
}

TEST(SuccessRun, ReachesToTenToTheEighteenAndNoFurther) {
  EXPECT_EQ(smallest_n_to_pass(at_least("0.99999999999999999"), kFivePercent), 299573227355399098u);
  EXPECT_FALSE(smallest_n_to_pass(at_least("0.9999999999999999999"), kFivePercent).has_value());
}

TEST(FurtherRows, WouldPassAtTheObservedProportion) {
  EXPECT_EQ(further_rows_to_pass({2995, 0, 2995}, at_least("0.999"), kFivePercent), 0u);
  EXPECT_EQ(further_rows_to_pass({1000, 0, 1000}, at_least("0.999"), kFivePercent), 1995u);
  EXPECT_FALSE(further_rows_to_pass({998, 0, 1000}, at_least("0.999"), kFivePercent).has_value());
  EXPECT_FALSE(further_rows_to_pass({999, 0, 1000}, at_least("0.999"), kFivePercent).has_value());
  EXPECT_FALSE(further_rows_to_pass({0, 0, 0}, at_least("0.999"), kFivePercent).has_value());
  const auto further = further_rows_to_pass({9995, 0, 10000}, at_least("0.999"), kFivePercent);
  ASSERT_TRUE(further.has_value());
  const auto outcome = [&](std::uint64_t n) {
    return decide_proportion({n * 9995 / 10000, 0, n}, at_least("0.999"), kFivePercent).outcome;
  };
  EXPECT_EQ(outcome(10000 + *further), Outcome::pass);
  for (std::uint64_t fewer = 0; fewer < *further; ++fewer) EXPECT_NE(outcome(10000 + fewer), Outcome::pass) << fewer;
}

TEST(FurtherRows, EndAtTheLargestSample) {
  const auto all_but = [](std::uint64_t bad) { return ProportionCounts{kMaximumRows - bad, 0, kMaximumRows}; };
  EXPECT_FALSE(further_rows_to_pass(all_but(1), at_least("0.9999999999999"), kFivePercent).has_value());
  EXPECT_EQ(further_rows_to_pass(all_but(9'990'000), at_least("0.999999"), kFivePercent), 0u);
  EXPECT_FALSE(further_rows_to_pass(all_but(9'999'999), at_least("0.999999"), kFivePercent).has_value());
  const auto further = further_rows_to_pass({999'999, 0, 1'000'000}, at_least("0.999998"), kFivePercent);
  ASSERT_TRUE(further.has_value());
  EXPECT_GT(*further, 1'000'000u);
}

TEST(FurtherRows, MirrorForAtMostClaims) {
  EXPECT_EQ(further_rows_to_pass({5, 0, 10000}, at_most("0.001"), kFivePercent),
            further_rows_to_pass({9995, 0, 10000}, at_least("0.999"), kFivePercent));
  EXPECT_EQ(further_rows_to_pass({3, 2, 10000}, at_most("0.001"), kFivePercent),
            further_rows_to_pass({9995, 2, 10000}, at_least("0.999"), kFivePercent));
}

}  // namespace
}  // namespace proofmark::statistics
