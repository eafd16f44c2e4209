// Decisions and the certificate's bound.
#include <gtest/gtest.h>

#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;
using plan::Decision;
using plan::ObjectivesAre;
using plan::Standing;

// Objectives with the confidences given, all passing.
CaseBuilder passing(const std::vector<std::string>& confidences) {
  CaseBuilder one;
  for (std::size_t i = 0; i < confidences.size(); ++i)
    one.objective("o" + std::to_string(i),
                  {one.direct(one.proportion({100'000}, {0}, {100'000}), Comparison::at_least, "0.999")},
                  confidences[i]);
  return one;
}

Bound bound_with(CaseBuilder& one, std::vector<plan::Condition> conditions) {
  one.plan.rules.clear();
  one.rule(Decision::certify, std::move(conditions), "certify when …");
  one.rule(Decision::deny, {plan::Otherwise{}}, "deny otherwise");
  return one.judged().decision.bound;
}

TEST(Bound, AllTakesTheLargestAlpha) {
  CaseBuilder one = passing({"0.95", "0.99", "0.999"});
  one.facts.history.emplace();
  const Bound bound = bound_with(one, {ObjectivesAre{true, {0, 1, 2}, Standing::pass}});
  EXPECT_TRUE(bound.stated);
  EXPECT_EQ(bound.alpha, exact("0.05"));
  EXPECT_EQ(bound.guarantee, Guarantee::exact);
  EXPECT_EQ(bound.because, "of 100 builds that violate it, at most 5 would be certified");
  EXPECT_EQ(bound_with(one, {ObjectivesAre{true, {1, 2}, Standing::pass}}).because,
            "of 100 builds that violate it, at most 1 would be certified");
  EXPECT_EQ(bound_with(one, {ObjectivesAre{true, {2}, Standing::pass}}).because,
            "of 1,000 builds that violate it, at most 1 would be certified");
}

TEST(Bound, AnyAddsUp) {
  CaseBuilder one = passing({"0.95", "0.99"});
  EXPECT_EQ(bound_with(one, {ObjectivesAre{false, {0, 1}, Standing::pass}}).alpha, exact("0.06"));
  EXPECT_EQ(bound_with(one, {ObjectivesAre{true, {0}, Standing::pass}, ObjectivesAre{true, {1}, Standing::pass},
                             plan::ConditionAny{{0, 1}}})
                .alpha,
            exact("0.06"));
  EXPECT_EQ(bound_with(one, {ObjectivesAre{true, {0}, Standing::pass}, ObjectivesAre{true, {1}, Standing::pass},
                             plan::ConditionAll{{0, 1}}})
                .alpha,
            exact("0.05"));
}

TEST(Bound, SeveralCertifyRulesAddUp) {
  CaseBuilder one = passing({"0.95", "0.99"});
  one.rule(Decision::certify, {ObjectivesAre{true, {0}, Standing::pass}}, "certify when `o0` passes");
  one.rule(Decision::certify, {ObjectivesAre{true, {1}, Standing::pass}}, "certify when `o1` passes");
  one.rule(Decision::deny, {plan::Otherwise{}}, "deny otherwise");
  EXPECT_EQ(one.judged().decision.bound.alpha, exact("0.06"));
}

TEST(Bound, NoneIsStatedWhereNoneHolds) {
  CaseBuilder one = passing({"0.95", "0.99"});
  const auto unstated = [&](std::vector<plan::Condition> conditions) {
    return !bound_with(one, std::move(conditions)).stated;
  };
  EXPECT_TRUE(unstated({ObjectivesAre{false, {0}, Standing::fail}, plan::ConditionNot{0}}));
  EXPECT_TRUE(unstated({ObjectivesAre{false, {0, 1}, Standing::undecided}}));
  EXPECT_TRUE(unstated({ObjectivesAre{true, {0}, Standing::pass}, ObjectivesAre{true, {1}, Standing::no_data},
                        plan::ConditionAll{{0, 1}}}));
  EXPECT_TRUE(unstated({plan::Otherwise{}}));
  one.plan.objectives[1].on_no_data = plan::NoDataVerdict::pass;
  EXPECT_TRUE(unstated({ObjectivesAre{true, {0, 1}, Standing::pass}}));
  EXPECT_FALSE(unstated({ObjectivesAre{true, {0}, Standing::pass}}));
  one.plan.objectives[0].looks = {plan::LooksKind::at_most, 2, 0};
  EXPECT_TRUE(unstated({ObjectivesAre{true, {0}, Standing::pass}}));
  EXPECT_NE(
      bound_with(one, {ObjectivesAre{true, {0}, Standing::pass}}).because.find("none stated: `o0` may be asked again"),
      std::string::npos);
}

TEST(Bound, LevelsThatAddUpToOneSayNothing) {
  CaseBuilder one = passing({"0.51", "0.51", "0.95"});
  EXPECT_TRUE(bound_with(one, {ObjectivesAre{false, {0, 1}, Standing::pass}}).stated);
  EXPECT_FALSE(bound_with(one, {ObjectivesAre{false, {0, 1, 2}, Standing::pass}}).stated);
}

// At the edge, one of twenty releases is certified at each hour that somebody asks.
TEST(Bound, WithoutAHistoryEachIsTakenToBeAskedAboutOnce) {
  CaseBuilder one = passing({"0.95", "0.99"});
  const Bound bound = bound_with(one, {ObjectivesAre{true, {0, 1}, Standing::pass}});
  EXPECT_TRUE(bound.stated);
  EXPECT_EQ(bound.alpha, exact("0.05"));
  EXPECT_EQ(bound.guarantee, Guarantee::assumed);
  EXPECT_EQ(bound.because, "of 100 builds that violate it, at most 5 would be certified, if each is asked about once");
  one.facts.history.emplace();
  EXPECT_EQ(bound_with(one, {ObjectivesAre{true, {0, 1}, Standing::pass}}).guarantee, Guarantee::exact);
}

TEST(Bound, ItIsLabelledByItsWeakestAtom) {
  CaseBuilder one = passing({"0.95", "0.95"});
  one.facts.history.emplace();
  one.plan.objectives[1].unknown_as = plan::UnknownAs::excluded;
  EXPECT_EQ(bound_with(one, {ObjectivesAre{true, {0, 1}, Standing::pass}}).guarantee, Guarantee::assumed);
  one.plan.objectives[1].unknown_as = plan::UnknownAs::bad;
  EXPECT_EQ(bound_with(one, {ObjectivesAre{true, {0, 1}, Standing::pass}}).guarantee, Guarantee::exact);
}

TEST(Bound, RecordedFactsCostNoAlpha) {
  CaseBuilder one;
  one.objective("errors",
                {one.direct(one.row_count(0, 0, 100, "count(requests, status == 500)"), Comparison::at_most, "0")});
  const Bound bound = bound_with(one, {ObjectivesAre{true, {0}, Standing::pass}});
  EXPECT_TRUE(bound.stated);
  EXPECT_TRUE(bound.alpha.is_zero());
  EXPECT_EQ(bound.guarantee, Guarantee::exact);
}

TEST(Bound, ItDoesNotDependOnTheData) {
  CaseBuilder good = passing({"0.95"}), bad = passing({"0.95"});
  std::get<plan::CountFact>(bad.stream().facts[2]).counts[0] = 10;
  good.usual_rules(), bad.usual_rules();
  EXPECT_EQ(good.judged().decision.bound.alpha, bad.judged().decision.bound.alpha);
  EXPECT_NE(good.judged().decision.decision, bad.judged().decision.decision);
}

// ---------------------------------------------------------------- decisions

CaseBuilder mixed() {
  CaseBuilder one;
  one.objective("good", {one.direct(one.proportion({100'000}, {0}, {100'000}), Comparison::at_least, "0.999")});
  one.objective("bad", {one.direct(one.proportion({900}, {0}, {1'000}), Comparison::at_least, "0.999")});
  one.objective("few", {one.direct(one.proportion({10}, {0}, {10}), Comparison::at_least, "0.999")});
  one.objective("none", {one.direct(one.proportion({0}, {0}, {0}), Comparison::at_least, "0.999")});
  return one;
}

Decision decided(CaseBuilder one, std::vector<plan::Condition> conditions) {
  one.rule(Decision::hold, std::move(conditions), "hold when …");
  one.rule(Decision::deny, {plan::Otherwise{}}, "deny otherwise");
  return one.judged().decision.decision;
}

TEST(Decision, StandingsAreReadAsTheySound) {
  const CaseBuilder one = mixed();
  EXPECT_EQ(decided(one, {ObjectivesAre{false, {0, 1}, Standing::fail}}), Decision::hold);
  EXPECT_EQ(decided(one, {ObjectivesAre{true, {0, 1}, Standing::fail}}), Decision::deny);
  EXPECT_EQ(decided(one, {ObjectivesAre{true, {2, 3}, Standing::undecided}}), Decision::hold);
  EXPECT_EQ(decided(one, {ObjectivesAre{true, {2, 3}, Standing::inconclusive}}), Decision::deny);
  EXPECT_EQ(decided(one, {ObjectivesAre{false, {2, 3}, Standing::no_data}}), Decision::hold);
  EXPECT_EQ(decided(one, {ObjectivesAre{true, {}, Standing::pass}}), Decision::deny);
  EXPECT_EQ(decided(one, {ObjectivesAre{true, {0}, Standing::pass}, plan::ConditionNot{0}}), Decision::deny);
  EXPECT_EQ(decided(one, {ObjectivesAre{true, {0}, Standing::pass}, ObjectivesAre{false, {1}, Standing::fail},
                          plan::ConditionAll{{0, 1}}}),
            Decision::hold);
  EXPECT_EQ(decided(one, {ObjectivesAre{true, {0}, Standing::fail}, ObjectivesAre{false, {1}, Standing::pass},
                          plan::ConditionAny{{0, 1}}}),
            Decision::deny);
}

TEST(Decision, TheFirstRuleThatHoldsDecidesAndSaysWhy) {
  CaseBuilder one = mixed();
  one.usual_rules();
  const DecisionVerdict decision = one.judged().decision;
  EXPECT_EQ(decision.decision, Decision::deny);
  EXPECT_EQ(decision.rule, 0u);
  EXPECT_EQ(decision.because,
            "`bad` failed: fraction(requests, status < 500) is at most 91.53 % with 95 % confidence, under the 99.9 % "
            "required; rule at checkout.pmk:20");
}

TEST(Decision, WaitingNamesWhatIsMissing) {
  CaseBuilder one;
  one.objective("few", {one.direct(one.proportion({10}, {0}, {10}), Comparison::at_least, "0.999")});
  one.usual_rules();
  const DecisionVerdict decision = one.judged().decision;
  EXPECT_EQ(decision.decision, Decision::hold);
  EXPECT_NE(decision.because.find("2,985 more rows"), std::string::npos) << decision.because;
}

TEST(Decision, QuantilesAreWordedInTheirUnit) {
  CaseBuilder one;
  std::vector<std::int64_t> values;
  for (std::int64_t i = 1; i <= 1'000; ++i) values.push_back(i * 130'000);
  one.objective("fast",
                {one.direct(one.quantile({values}, {1'000}, "0.99", Comparison::at_most, 100'000'000, exact("0.01"),
                                         "p99(canary.duration)"),
                            Comparison::at_most, "100000000")},
                "0.99");
  one.usual_rules();
  EXPECT_EQ(one.judged().decision.because,
            "`fast` failed: p99(canary.duration) is at least 127.6ms with 99 % confidence, over the 100ms allowed; "
            "rule at checkout.pmk:20");
}

}  // namespace
}  // namespace proofmark::judgement
