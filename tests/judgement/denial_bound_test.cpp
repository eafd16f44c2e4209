// The denial's bound: how often the rules would deny a build that meets every objective.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <random>

#include "runtime/judgement/bound.h"
#include "runtime/judgement/decision.h"
#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;
using plan::Decision;
using plan::Id;
using plan::ObjectivesAre;
using plan::Otherwise;
using plan::Rational;
using plan::Standing;
using Conditions = std::vector<plan::Condition>;

// At the first look that a history attests: what may be held may be asked about again.
CaseBuilder with_confidences(const std::vector<std::string>& confidences) {
  CaseBuilder one;
  one.facts.history.emplace();
  for (std::size_t i = 0; i < confidences.size(); ++i)
    one.objective("o" + std::to_string(i),
                  {one.direct(one.proportion({100'000}, {0}, {100'000}), Comparison::at_least, "0.999")},
                  confidences[i]);
  return one;
}

// The bound of one rule that denies and holds otherwise.
Bound denied_when(CaseBuilder one, Conditions conditions) {
  one.rule(Decision::deny, std::move(conditions), "deny when …");
  one.rule(Decision::hold, {Otherwise{}}, "hold otherwise");
  return one.judged().decision.denial;
}

Conditions any_fails(std::vector<Id> objectives) {
  return {ObjectivesAre{false, std::move(objectives), Standing::fail}};
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(DenialBound, AnyFailureAddsUp) {
  CaseBuilder one = with_confidences({"0.95", "0.99", "0.999"});
  one.usual_rules();
  const Bound bound = one.judged().decision.denial;
  EXPECT_TRUE(bound.stated);
  EXPECT_EQ(bound.alpha, exact("0.061"));
  EXPECT_EQ(bound.guarantee, Guarantee::exact);
  EXPECT_EQ(bound.because, "of 1,000 builds that meet every objective, at most 61 would be denied");
  ASSERT_EQ(bound.ledger.size(), 3U);
  EXPECT_EQ(bound.ledger[1].objective, "o1");
  EXPECT_EQ(bound.ledger[1].alpha, exact("0.01"));
  EXPECT_EQ(bound.ledger[1].weight, Rational(1));
  EXPECT_EQ(bound.ledger[1].because, "any failure of them is enough: they add up");
  EXPECT_EQ(denied_when(with_confidences({"0.95"}), any_fails({0})).ledger[0].because,
            "it must fail: its alpha counts");
}

TEST(DenialBound, FailuresThatMustMeetTakeTheSmallest) {
  const CaseBuilder one = with_confidences({"0.95", "0.99", "0.9"});
  const Bound both = denied_when(one, {ObjectivesAre{true, {0, 1, 2}, Standing::fail}});
  EXPECT_EQ(both.alpha, exact("0.01"));
  ASSERT_EQ(both.ledger.size(), 1U);
  EXPECT_EQ(both.ledger[0].objective, "o1");
  Conditions joined = any_fails({0, 2});
  joined.push_back(ObjectivesAre{true, {1}, Standing::fail});
  joined.push_back(plan::ConditionAll{{0, 1}});
  EXPECT_EQ(denied_when(one, joined).alpha, exact("0.01"));
  joined.back() = plan::ConditionAny{{0, 1}};
  EXPECT_EQ(denied_when(one, joined).alpha, exact("0.16"));
}

TEST(DenialBound, SeveralOfManyAreNoLikelierThanTheirShare) {
  const CaseBuilder alike = with_confidences({"0.95", "0.95", "0.95"});
  const Bound two = denied_when(alike, {ObjectivesAre{false, {0, 1, 2}, Standing::fail, 2}});
  EXPECT_EQ(two.alpha, exact("0.075"));  // 3 x 0.05 / 2
  EXPECT_EQ(two.ledger[0].weight, exact("0.5"));
  EXPECT_EQ(two.ledger[0].because, "2 of 3 must fail: 1/2 of its alpha counts");
  const Bound uneven =
      denied_when(with_confidences({"0.99", "0.6", "0.99"}), {ObjectivesAre{false, {0, 1, 2}, Standing::fail, 2}});
  EXPECT_EQ(uneven.alpha, exact("0.02"));  // one of the two others has to fail; 0.42 / 2 would be more
  EXPECT_EQ(uneven.ledger.size(), 2U);
}

TEST(DenialBound, AnObjectiveThatSeveralRulesAskAboutFailsButOnce) {
  CaseBuilder one = with_confidences({"0.95", "0.99"});
  one.rule(Decision::revoke, any_fails({0}), "revoke when `o0` fails");
  one.rule(Decision::deny, any_fails({0, 1}), "deny when any objective fails");
  one.rule(Decision::hold, {Otherwise{}}, "hold otherwise");
  const Bound bound = one.judged().decision.denial;
  EXPECT_EQ(bound.alpha, exact("0.06"));
  EXPECT_EQ(bound.because, "of 100 builds that meet every objective, at most 6 would be denied or revoked");
  CaseBuilder revoked = with_confidences({"0.95"});
  revoked.rule(Decision::revoke, any_fails({0}), "revoke when `o0` fails");
  revoked.rule(Decision::hold, {Otherwise{}}, "hold otherwise");
  EXPECT_EQ(revoked.judged().decision.denial.because,
            "of 100 builds that meet every objective, at most 5 would be revoked");
}

// Where both must fail, the one counts that another rule counts anyway: also where the other alone would cost less.
TEST(DenialBound, RulesShareACoverWhereTheyCan) {
  for (const std::string other : {"0.95", "0.99"}) {
    CaseBuilder one = with_confidences({other, "0.95"});
    one.rule(Decision::revoke,
             {ObjectivesAre{true, {0}, Standing::fail}, ObjectivesAre{true, {1}, Standing::fail},
              plan::ConditionAll{{0, 1}}},
             "revoke when `o0` fails and `o1` fails");
    one.rule(Decision::deny, any_fails({1}), "deny when `o1` fails");
    one.rule(Decision::hold, {Otherwise{}}, "hold otherwise");
    const Bound bound = one.judged().decision.denial;
    EXPECT_EQ(bound.alpha, exact("0.05"));
    ASSERT_EQ(bound.ledger.size(), 1U);
    EXPECT_EQ(bound.ledger[0].objective, "o1");
    one.plan.rules[0].conditions = {ObjectivesAre{true, {0, 1}, Standing::fail}};
    EXPECT_EQ(one.judged().decision.denial.alpha, exact("0.05"));
  }
  // However many there are: each of ten pairs, and one of each pair by itself.
  CaseBuilder many = with_confidences(std::vector<std::string>(20, "0.999"));
  for (Id i = 0; i < 20; i += 2)
    many.rule(Decision::revoke, {ObjectivesAre{true, {i, i + 1}, Standing::fail}}, "revoke when both fail");
  for (Id i = 1; i < 20; i += 2) many.rule(Decision::deny, any_fails({i}), "deny when the second fails");
  many.rule(Decision::hold, {Otherwise{}}, "hold otherwise");
  EXPECT_EQ(many.judged().decision.denial.alpha, exact("0.01"));
  // Within one rule, too: (o0 fails and o1 fails) or o1 fails.
  EXPECT_EQ(denied_when(with_confidences({"0.99", "0.95"}),
                        {ObjectivesAre{true, {0, 1}, Standing::fail}, ObjectivesAre{true, {1}, Standing::fail},
                         plan::ConditionAny{{0, 1}}})
                .alpha,
            exact("0.05"));
}

TEST(DenialBound, EarlierRulesTakeTheirCasesAway) {
  CaseBuilder one = with_confidences({"0.95", "0.99"});
  one.rule(Decision::hold, any_fails({0}), "hold when `o0` fails");
  one.rule(Decision::deny, any_fails({0, 1}), "deny when any objective fails");
  one.rule(Decision::hold, {Otherwise{}}, "hold otherwise");
  EXPECT_EQ(one.judged().decision.denial.alpha, exact("0.01"));
  CaseBuilder last = with_confidences({"0.95", "0.99"});
  last.rule(Decision::certify, {ObjectivesAre{true, {0, 1}, Standing::pass}}, "certify when all objectives pass");
  last.rule(Decision::hold, {ObjectivesAre{false, {0, 1}, Standing::undecided}}, "hold when any is undecided");
  last.rule(Decision::deny, {Otherwise{}}, "deny otherwise");
  EXPECT_EQ(last.judged().decision.denial.alpha, exact("0.06"));
}

TEST(DenialBound, NoneIsStatedWhereMoreThanAFailureDenies) {
  const CaseBuilder one = with_confidences({"0.95", "0.99"});
  const auto why = [&](Conditions conditions) {
    const Bound bound = denied_when(one, std::move(conditions));
    EXPECT_FALSE(bound.stated);
    EXPECT_TRUE(bound.ledger.empty());
    return bound.because;
  };
  EXPECT_EQ(why({ObjectivesAre{false, {1}, Standing::undecided}}),
            "none stated: a build may be denied because `o1` is inconclusive or has no data");
  EXPECT_EQ(why({ObjectivesAre{true, {0, 1}, Standing::pass}, plan::ConditionNot{0}}),
            "none stated: a build may be denied because `o0` is inconclusive or has no data");
  EXPECT_EQ(why({Otherwise{}}), "none stated: a build may be denied whatever its verdicts are");
  EXPECT_EQ(why({ObjectivesAre{true, {0}, Standing::pass}}), "none stated: a build may be denied because `o0` passes");
  CaseBuilder otherwise = one;
  otherwise.rule(Decision::deny, any_fails({0, 1}), "deny when any objective fails");
  otherwise.rule(Decision::certify, {ObjectivesAre{true, {0, 1}, Standing::pass}}, "certify when all objectives pass");
  otherwise.rule(Decision::deny, {Otherwise{}}, "deny otherwise");
  EXPECT_EQ(otherwise.judged().decision.denial.because,
            "none stated: a build may be denied because `o0` is inconclusive or has no data");
  CaseBuilder never = one;
  never.rule(Decision::certify, {ObjectivesAre{true, {0, 1}, Standing::pass}}, "certify when all objectives pass");
  never.rule(Decision::hold, {Otherwise{}}, "hold otherwise");
  EXPECT_EQ(never.judged().decision.denial.because, "none stated: no rule denies");
  EXPECT_EQ(denied_when(with_confidences({"0.6", "0.6", "0.6"}), any_fails({0, 1, 2})).because,
            "none stated: the error levels of its rules add up to 1 or more");
}

TEST(DenialBound, FailuresThatNoTestBoundsStateNone) {
  const auto why = [](auto change) {
    CaseBuilder one = with_confidences({"0.95", "0.99"});
    change(one.plan.objectives[0]);
    const Bound bound = denied_when(one, any_fails({0, 1}));
    EXPECT_FALSE(bound.stated);
    EXPECT_TRUE(denied_when(one, any_fails({1})).stated);
    EXPECT_EQ(denied_when(one, {ObjectivesAre{true, {0, 1}, Standing::fail}}).alpha, exact("0.01"));
    return bound.because;
  };
  EXPECT_EQ(why([](plan::Objective& o) { o.on_no_data = plan::NoDataVerdict::fail; }),
            "none stated: `o0` fails when nothing was measured");
  CaseBuilder unattested = with_confidences({"0.95", "0.99"});
  unattested.facts.history.reset();
  EXPECT_TRUE(contains(denied_when(unattested, any_fails({0, 1})).because, "asked again"));
  EXPECT_TRUE(contains(why([](plan::Objective& o) { o.method = plan::Method::mid_p; }), "in the limit"));
  CaseBuilder one = with_confidences({"0.95"});
  one.plan.objectives[0].on_no_data = plan::NoDataVerdict::pass;  // no failure
  EXPECT_TRUE(denied_when(one, any_fails({0})).stated);
  one.plan.streams[0].sampling = plan::StreamPromise::Sampling::tail;
  EXPECT_TRUE(contains(denied_when(one, any_fails({0})).because, "not known to be fair"));
}

TEST(DenialBound, ItIsLabelledByWhatAFailureTrusts) {
  const auto guarantee = [](plan::UnknownAs unknown_as) {
    CaseBuilder one = with_confidences({"0.95", "0.95"});
    one.plan.objectives[1].unknown_as = unknown_as;
    return denied_when(one, any_fails({0, 1})).guarantee;
  };
  EXPECT_EQ(guarantee(plan::UnknownAs::worst), Guarantee::exact);
  EXPECT_EQ(guarantee(plan::UnknownAs::good), Guarantee::exact);
  EXPECT_EQ(guarantee(plan::UnknownAs::bad), Guarantee::assumed);
  EXPECT_EQ(guarantee(plan::UnknownAs::excluded), Guarantee::assumed);
}

TEST(DenialBound, WithoutAHistoryEachIsTakenToBeAskedAboutOnce) {
  CaseBuilder one = with_confidences({"0.95", "0.99"});
  one.facts.history.reset();
  one.rule(Decision::deny, any_fails({0, 1}), "deny when …");
  one.rule(Decision::certify, {Otherwise{}}, "certify otherwise");
  const Bound bound = one.judged().decision.denial;
  EXPECT_EQ(bound.guarantee, Guarantee::assumed);
  EXPECT_EQ(bound.because,
            "of 100 builds that meet every objective, at most 6 would be denied, if each is asked about once");
}

TEST(DenialBound, RecordedFactsCostNoAlpha) {
  CaseBuilder one;
  one.facts.history.emplace();
  one.objective("errors",
                {one.direct(one.row_count(0, 0, 100, "count(requests, status == 500)"), Comparison::at_most, "0")});
  const Bound bound = denied_when(one, any_fails({0}));
  EXPECT_TRUE(bound.stated);
  EXPECT_TRUE(bound.alpha.is_zero());
  EXPECT_TRUE(contains(bound.because, "no build that meets every objective would be denied"));
}

// ---------------------------------------------------------------- against every verdict there may be

constexpr std::size_t kObjectives = 3;
constexpr std::array<Verdict, 4> kVerdicts{Verdict::pass, Verdict::fail, Verdict::inconclusive, Verdict::no_data};

plan::Condition drawn_count() {
  std::vector<Id> objectives;
  const int size = *rc::gen::inRange(1, 5);
  for (int i = 0; i < size; ++i) objectives.push_back(*rc::gen::inRange<Id>(0, kObjectives));
  const auto standing = *rc::gen::weightedElement<Standing>({{6, Standing::fail},
                                                             {1, Standing::pass},
                                                             {1, Standing::inconclusive},
                                                             {1, Standing::no_data},
                                                             {1, Standing::undecided}});
  const auto least = *rc::gen::inRange<std::uint32_t>(0, static_cast<std::uint32_t>(size) + 1);
  return ObjectivesAre{*rc::gen::arbitrary<bool>(), std::move(objectives), standing, least};
}

Conditions drawn_conditions() {
  Conditions conditions;
  const int leaves = *rc::gen::inRange(1, 4);
  for (int i = 0; i < leaves; ++i) {
    conditions.push_back(drawn_count());
    if (*rc::gen::inRange(0, 4) == 0) conditions.push_back(plan::ConditionNot{static_cast<Id>(conditions.size() - 1)});
    if (i == 0) continue;
    const std::vector<Id> operands{*rc::gen::inRange<Id>(0, static_cast<Id>(conditions.size() - 1)),
                                   static_cast<Id>(conditions.size() - 1)};
    if (*rc::gen::arbitrary<bool>())
      conditions.push_back(plan::ConditionAll{operands});
    else
      conditions.push_back(plan::ConditionAny{operands});
  }
  return conditions;
}

bool stops(const plan::Plan& plan, const std::vector<Verdict>& verdicts) {
  const Decision decision = plan.rules[rule_that_applies(plan, verdicts)].decision;
  return decision == Decision::deny || decision == Decision::revoke;
}

Rational weight_of_failures(const Bound& bound, const std::vector<Verdict>& verdicts) {
  Rational sum;
  for (const LedgerLine& line : bound.ledger)
    if (verdicts[static_cast<std::size_t>(line.objective[1] - '0')] == Verdict::fail) sum = *add(sum, *line.weight);
  return sum;
}

void check_every_verdict(const plan::Plan& plan, const Bound& bound) {
  std::vector<Verdict> verdicts(kObjectives);
  for (std::size_t code = 0; code < 64; ++code) {
    for (std::size_t i = 0; i < kObjectives; ++i) verdicts[i] = kVerdicts[(code >> (2 * i)) & 3];
    if (stops(plan, verdicts)) RC_ASSERT(weight_of_failures(bound, verdicts) >= Rational(1));
  }
}

TEST(DenialBound, WhateverIsDeniedIsCoveredByFailures) {
  std::size_t stated = 0;
  EXPECT_TRUE(rc::check("where a bound is stated, the failures of every denied build weigh 1 or more", [&] {
    CaseBuilder one;
    for (std::size_t i = 0; i < kObjectives; ++i)
      one.objective("o" + std::to_string(i),
                    {one.direct(one.proportion({10}, {0}, {10}), Comparison::at_least, "0.999")},
                    *rc::gen::element<std::string>("0.8", "0.9", "0.95", "0.99"));
    const int rules = *rc::gen::inRange(1, 4);
    const auto decision = [] { return *rc::gen::element(Decision::deny, Decision::revoke, Decision::hold); };
    for (int i = 0; i < rules; ++i) one.rule(decision(), drawn_conditions(), "…");
    one.rule(*rc::gen::element(Decision::deny, Decision::hold), {Otherwise{}}, "otherwise");
    const plan::History attested;
    const Bound bound = denial_bound(one.plan, &attested);
    if (bound.because == "none stated: no rule denies") check_every_verdict(one.plan, bound);
    if (!bound.stated) return;
    ++stated;
    check_every_verdict(one.plan, bound);
    Rational sum;
    for (const LedgerLine& line : bound.ledger) sum = *add(sum, *multiply(*line.weight, line.alpha));
    RC_ASSERT(sum == bound.alpha);
  }));
  EXPECT_GT(stated, 0U);
}

// ---------------------------------------------------------------- by simulation

struct Share {
  Comparison op;
  std::uint64_t good;
};

// How many of the builds are denied, whose objectives all hold, with nothing to spare: 400 rows each, of which 9 in 10
// are good in truth.
template <typename Draw>
double denied_share(int builds, const Draw& draw, Bound& bound) {
  int denied = 0;
  for (int i = 0; i < builds; ++i) {
    CaseBuilder one;
    for (const Share& share : draw())
      one.objective("o" + std::to_string(one.plan.objectives.size()),
                    {one.direct(one.proportion({share.good}, {0}, {400}), share.op, "0.9")});
    one.usual_rules();
    const DecisionVerdict decision = one.judged().decision;
    denied += decision.decision == Decision::deny ? 1 : 0;
    bound = decision.denial;
  }
  return static_cast<double>(denied) / builds;
}

std::uint64_t good_rows(std::mt19937_64& random) {
  std::uint64_t good = 0;
  for (int row = 0; row < 400; ++row) good += random() % 10 < 9 ? 1 : 0;
  return good;
}

TEST(DenialBound, IndependentObjectivesAreDeniedNoMoreOftenThanStated) {
  std::mt19937_64 random(20'26);
  Bound bound;
  const double share = denied_share(
      1'500,
      [&] {
        std::vector<Share> all;
        for (int i = 0; i < 10; ++i) all.push_back({Comparison::at_least, good_rows(random)});
        return all;
      },
      bound);
  EXPECT_EQ(bound.alpha, exact("0.5"));
  EXPECT_LE(share, 0.4013);  // 1 - 0.95^10; a lattice stays below its level
  EXPECT_GT(share, 0.2);
}

// Two sides of one claim over the same rows never fail together: what the sum allows is nearly used up.
TEST(DenialBound, TheSumIsNearlyReachedWhereFailuresExcludeEachOther) {
  std::mt19937_64 random(20'26);
  Bound bound;
  const double share = denied_share(
      3'000,
      [&] {
        const std::uint64_t good = good_rows(random);
        return std::vector<Share>{{Comparison::at_least, good}, {Comparison::at_most, good}};
      },
      bound);
  EXPECT_EQ(bound.alpha, exact("0.1"));
  EXPECT_LE(share, 0.1);
  EXPECT_GT(share, 0.06);
}

}  // namespace
}  // namespace proofmark::judgement
