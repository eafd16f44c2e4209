// At least k of m requirements: Holm's steps, their ledger, the certificate's bound over objectives.
#include <gtest/gtest.h>

#include <cmath>

#include "runtime/statistics/binomial.h"
#include "runtime/statistics/multiplicity.h"
#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;

// So many bad rows of 10,000 in each member, against 99 %.
CaseBuilder family(std::uint32_t least, const std::vector<std::uint64_t>& bad, std::uint64_t rows = 10'000) {
  CaseBuilder one;
  std::vector<plan::Requirement> members;
  for (const std::uint64_t each : bad)
    members.push_back(CaseBuilder::direct(one.proportion({rows - each}, {0}, {rows}), Comparison::at_least, "0.99"));
  one.objective("o", std::move(members)).family_least = least;
  one.usual_rules();
  return one;
}

ObjectiveVerdict judged(std::uint32_t least, const std::vector<std::uint64_t>& bad) {
  return family(least, bad).judged_first();
}

// pbinom(83, 10000, .01) = 0.0455, pbinom(80, …) = 0.0221, pbinom(77, …) = 0.00972: R.
TEST(SomeOf, AnyOfTakesAPartOfAlphaForEach) {
  EXPECT_EQ(judged(1, {83, 120, 120}).verdict, Verdict::inconclusive);  // it would pass alone
  const ObjectiveVerdict one = judged(1, {77, 120, 120});
  EXPECT_EQ(one.verdict, Verdict::pass);
  ASSERT_TRUE(one.family.has_value());
  EXPECT_EQ(one.family->passed, 1u);
  EXPECT_EQ(one.family->ledger[0].alpha, exact("1/60"));
  EXPECT_TRUE(one.family->ledger[0].shown);
  EXPECT_EQ(one.family->ledger[1].alpha, exact("1/40"));  // the next step
  EXPECT_EQ(one.family->ledger[1].step, 2u);
  EXPECT_FALSE(one.family->ledger[1].shown);
}

// Holm's adjusted p-values, computed by themselves, are at most alpha for just the members that are shown.
TEST(SomeOf, ItsStepsAreHolms) {
  const std::vector<std::vector<std::uint64_t>> cases{{77, 80, 83}, {83, 83, 83}, {80, 80, 80}, {70, 83, 83},
                                                      {70, 80, 83}, {70, 80, 84}, {77, 83, 80}, {95, 60, 81}};
  for (const auto& bad : cases) {
    std::vector<double> tails;
    for (const std::uint64_t each : bad) tails.push_back(statistics::lower_tail(each, 10'000, exact("0.01")));
    const std::vector<double> adjusted = statistics::holm(tails);
    const ObjectiveVerdict verdict = judged(1, bad);
    for (std::size_t i = 0; i < bad.size(); ++i)
      EXPECT_EQ(verdict.family->ledger[i].shown, adjusted[i] <= 0.05) << bad[0] << " " << bad[1] << " " << bad[2];
  }
}

TEST(SomeOf, TwoOfThree) {
  EXPECT_EQ(judged(2, {70, 80, 120}).verdict, Verdict::pass);
  EXPECT_EQ(judged(2, {70, 84, 120}).verdict, Verdict::inconclusive);
  EXPECT_EQ(judged(2, {70, 200, 200}).verdict, Verdict::fail);
  EXPECT_EQ(judged(2, {70, 200, 100}).verdict, Verdict::inconclusive);
}

// With all of them failing no correction is needed: pbinom(117, 10000, .01, lower.tail = FALSE) = 0.0420.
TEST(SomeOf, AnyOfFailsWhenEachFailsAtAlpha) {
  EXPECT_EQ(judged(1, {118, 118, 118}).verdict, Verdict::fail);
  EXPECT_EQ(judged(1, {118, 118, 110}).verdict, Verdict::inconclusive);
  const ObjectiveVerdict failed = judged(1, {118, 118, 118});
  for (const FamilyEntry& entry : failed.family->ledger) EXPECT_EQ(entry.alpha, exact("1/20"));
}

TEST(SomeOf, WhatIsAbsentIsNoneOfThoseThatHold) {
  CaseBuilder one;
  const auto member = [&](std::uint64_t good, std::uint64_t rows) {
    return CaseBuilder::direct(one.proportion({good}, {0}, {rows}), Comparison::at_least, "0.99");
  };
  one.objective("o", {member(0, 0), member(10'000, 10'000)}).family_least = 1;
  one.usual_rules();
  EXPECT_EQ(one.judged_first().verdict, Verdict::pass);
  CaseBuilder none = family(1, {0, 0}, 0);
  EXPECT_EQ(none.judged_first().verdict, Verdict::no_data);
  EXPECT_EQ(none.judged().decision.decision, plan::Decision::hold);
}

TEST(SomeOf, PrecedenceIsFailNoDataInconclusivePass) {
  CaseBuilder one;
  const auto member = [&](std::uint64_t good, std::uint64_t rows) {
    return CaseBuilder::direct(one.proportion({good}, {0}, {rows}), Comparison::at_least, "0.99");
  };
  one.objective("o", {member(0, 0), member(9'900, 10'000)}).family_least = 1;
  one.usual_rules();
  EXPECT_EQ(one.judged_first().verdict, Verdict::no_data);
}

TEST(SomeOf, TheWholeFamilyCostsItsAlphaOnce) {
  const Bound bound = family(1, {0, 0, 0}).judged().decision.bound;
  EXPECT_TRUE(bound.stated);
  EXPECT_EQ(bound.alpha, exact("0.05"));
}

// ---------------------------------------------------------------- objectives of `decide`

Bound bound_of(std::uint32_t least, const std::vector<std::string>& confidences) {
  CaseBuilder one;
  plan::ObjectivesAre are;
  for (const std::string& confidence : confidences) {
    are.objectives.push_back(static_cast<plan::Id>(one.plan.objectives.size()));
    one.objective("o" + confidence,
                  {CaseBuilder::direct(one.proportion({10'000}, {0}, {10'000}), Comparison::at_least, "0.9")},
                  confidence);
  }
  are.all = false;
  are.least = least;
  one.rule(plan::Decision::certify, {are}, "certify when at least");
  one.rule(plan::Decision::deny, {plan::Otherwise{}}, "deny otherwise");
  return one.judged().decision.bound;
}

TEST(AtLeast, TheLargestLevelsAddUp) {
  const std::vector<std::string> levels{"0.95", "0.99", "0.9"};
  EXPECT_EQ(bound_of(3, levels).alpha, exact("0.1"));
  EXPECT_EQ(bound_of(2, levels).alpha, exact("0.15"));
  EXPECT_EQ(bound_of(1, levels).alpha, exact("0.16"));
  ASSERT_EQ(bound_of(2, levels).ledger.size(), 3u);
  EXPECT_EQ(bound_of(2, levels).ledger[1].alpha, exact("0.01"));
  EXPECT_EQ(bound_of(2, levels).ledger[1].because, "at least 2 of 3 must pass: the largest 2 add up");
}

TEST(AtLeast, SoManyHaveToStandSo) {
  for (std::uint32_t passing = 0; passing <= 3; ++passing) {
    CaseBuilder one;
    for (std::uint32_t i = 0; i < 3; ++i) {
      const std::uint64_t good = i < passing ? 10'000 : 5'000;
      one.objective("o" + std::to_string(i),
                    {CaseBuilder::direct(one.proportion({good}, {0}, {10'000}), Comparison::at_least, "0.9")});
    }
    one.rule(plan::Decision::certify, {plan::ObjectivesAre{false, {0, 1, 2}, plan::Standing::pass, 2}}, "certify");
    one.rule(plan::Decision::deny, {plan::Otherwise{}}, "deny otherwise");
    EXPECT_EQ(one.judged().decision.decision, passing >= 2 ? plan::Decision::certify : plan::Decision::deny);
  }
}

}  // namespace
}  // namespace proofmark::judgement
