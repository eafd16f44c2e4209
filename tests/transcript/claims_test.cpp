// Claims by themselves: the facts of one, judged alone, give what they give among all others; what is said of a claim
// makes no other one, and what decides it does.
#include "runtime/transcript/claims.h"

#include <gtest/gtest.h>

#include "runtime/judgement/family.h"
#include "runtime/transcript/check_shape.h"
#include "tests/transcript/rich_case.h"

namespace proofmark::transcript {
namespace {

using judgement::CaseBuilder;
using judgement::exact;
using plan::Comparison;

std::string digest(const plan::Plan& plan, std::size_t objective = 0) {
  return PlanClaims(plan).of(objective).digest;
}

std::string numbers(const plan::Plan& plan, const plan::Facts& facts, std::size_t objective) {
  const judgement::FactView view(plan, facts);
  const judgement::ObjectiveVerdict verdict = judgement::judge_objective(view, plan.objectives[objective]);
  return json::canonical(objective_to_json(plan, plan.objectives[objective], verdict, &*facts.history));
}

// Facts that are laid out by hand are all of the same rows, as far as their plan says; here each is of rows of its own.
CaseBuilder of_own_rows(CaseBuilder one) {
  plan::Scan& scan = one.plan.scans[0];
  for (plan::Accumulator& accumulator : scan.accumulators) {
    const auto number = static_cast<std::int64_t>(scan.atoms.size());
    scan.atoms.emplace_back().test.emplace<plan::CompareBound>(
        plan::CompareBound{0, Comparison::less, plan::Rational(number)});
    scan.masks.emplace_back(plan::AtomHolds{static_cast<plan::Id>(number)});
    scan.masks.emplace_back(plan::Both{0, static_cast<plan::Id>(scan.masks.size() - 1)});
    std::visit([&](auto& what) { what.mask = static_cast<plan::Id>(scan.masks.size() - 1); }, accumulator.what);
  }
  return one;
}

TEST(Claims, AloneAreJudgedAsTheyAreAmongOthers) {
  const CaseBuilder one = of_own_rows(rich_case());
  const PlanClaims claims(one.plan);
  for (std::size_t i = 0; i < one.plan.objectives.size(); ++i) {
    const Claim claim = claims.of(i);
    const plan::Plan own = claims.alone(i, claim.facts);
    std::optional<plan::Facts> facts = facts_of(claim.facts, one.facts);
    ASSERT_TRUE(facts);
    facts->history.emplace();
    EXPECT_TRUE(check_shape(own, *facts, "decision.json")) << one.plan.objectives[i].name;
    EXPECT_EQ(numbers(own, *facts, 0), numbers(one.plan, one.facts, i));
    EXPECT_EQ(digest(own), claim.digest);
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(claims.of(j).digest, claim.digest);
  }
}

TEST(Claims, AreNotWhatIsSaidOfThem) {
  const CaseBuilder one = judgement::one_proportion(90, 0, 100, Comparison::at_least, "0.8");
  const std::string whole = digest(one.plan);
  const auto after = [&](auto change) {
    CaseBuilder other = one;
    change(other.plan);
    return digest(other.plan);
  };
  EXPECT_EQ(whole, after([](plan::Plan& plan) { plan.title = plan.owner = plan.runbook = "another"; }));
  EXPECT_EQ(whole, after([](plan::Plan& plan) { plan.objectives[0].name = plan.objectives[0].title = "other"; }));
  EXPECT_EQ(whole, after([](plan::Plan& plan) { plan.objectives[0].requirements[0].text = "other"; }));
  EXPECT_EQ(whole, after([](plan::Plan& plan) { plan.objectives[0].requirements[0].leaves[0].text = "other"; }));
  EXPECT_EQ(whole, after([](plan::Plan& plan) { plan.objectives[0].requirements[0].origin.line += 7; }));
  EXPECT_EQ(whole, after([](plan::Plan& plan) { plan.scans[0].fields[0].name = "other"; }));
  EXPECT_EQ(whole, after([](plan::Plan& plan) { plan.rules.erase(plan.rules.begin()); }));
  EXPECT_EQ(whole, after([](plan::Plan& plan) { plan.parameters.clear(); }));
  EXPECT_NE(whole, after([](plan::Plan& plan) { plan.objectives[0].confidence = exact("0.9"); }));
  EXPECT_NE(whole, after([](plan::Plan& plan) { plan.objectives[0].requirements[0].direct_threshold = exact("0.7"); }));
  EXPECT_NE(whole, after([](plan::Plan& plan) { plan.objectives[0].looks.maximum = 3; }));
  EXPECT_NE(whole, after([](plan::Plan& plan) { plan.objectives[0].window.kind = plan::WindowKind::since; }));
  EXPECT_NE(whole, after([](plan::Plan& plan) { plan.objectives[0].unknown_as = plan::UnknownAs::good; }));
  EXPECT_NE(whole, after([](plan::Plan& plan) { plan.objectives[0].independent_because = "a reason"; }));
  EXPECT_NE(whole, after([](plan::Plan& plan) { plan.scans[0].stream = "others"; }));
  const auto reason = [&](const std::string& because) {
    return after([&](plan::Plan& plan) { plan.objectives[0].independent_because = because; });
  };
  EXPECT_EQ(reason("one"), reason("another"));
}

// What another objective puts into the scan before moves every place, and no claim.
TEST(Claims, DoNotDependOnTheirPlaces) {
  const auto claimed = [](bool first, bool turned) {
    CaseBuilder one;
    if (first) one.objective("before", {one.direct(one.proportion({1}, {0}, {2}), Comparison::at_least, "0.2")});
    plan::Scan& scan = one.plan.scans[0];
    if (first) scan.atoms.push_back({plan::IsKnown{0}, true});
    const auto atom = static_cast<plan::Id>(scan.atoms.size());
    scan.atoms.push_back({plan::IsKnown{0}, false});
    scan.masks.emplace_back(plan::AtomHolds{atom});
    const auto holds = static_cast<plan::Id>(scan.masks.size() - 1);
    scan.masks.emplace_back(turned ? plan::Both{holds, 0} : plan::Both{0, holds});
    plan::Leaf leaf = one.proportion({9}, {0}, {10});
    const plan::FactRef good = std::get<plan::Proportion>(leaf.what).good;
    scan.accumulators[good.accumulator].what = plan::CountRows{static_cast<plan::Id>(scan.masks.size() - 1)};
    one.objective("claimed", {one.direct(leaf, Comparison::at_least, "0.8")});
    return digest(one.plan, first ? 1 : 0);
  };
  EXPECT_EQ(claimed(false, false), claimed(true, false));
  EXPECT_EQ(claimed(false, false), claimed(false, true));  // `a and b` is `b and a`
}

// Two names for one column are two fields, values and counts of the plan, and one measurement of the claim.
TEST(Claims, HaveEachFactOnce) {
  const auto asked = [](bool by_two_names) {
    CaseBuilder one;
    plan::Scan& scan = one.plan.scans[0];
    scan.fields.push_back(scan.fields[0]);
    scan.fields.back().name = "took";
    scan.values.push_back({plan::FieldValue{1}, false});
    plan::Leaf first = one.census(plan::CensusKind::maximum, {{1, 2, 3}}, {3}, "max(requests.duration)");
    first.outside = std::get<plan::Census>(first.what).population;
    one.stream().facts[0] = one.stream().facts[first.outside.accumulator];
    plan::Leaf second = first;
    plan::FactRef& maximum = std::get<plan::Census>(second.what).fact;
    if (by_two_names) {
      plan::Accumulator of_took = scan.accumulators[maximum.accumulator];
      std::get<plan::CollectValues>(of_took.what).value = 1;
      scan.accumulators.push_back(of_took);
      one.stream().facts.push_back(one.stream().facts[maximum.accumulator]);
      maximum.accumulator = static_cast<plan::Id>(scan.accumulators.size() - 1);
    }
    one.objective("both", {one.direct(first, Comparison::at_most, "9"), one.direct(second, Comparison::at_most, "8")});
    return one;
  };
  const CaseBuilder two = asked(true), one = asked(false);
  const Claim of_two = PlanClaims(two.plan).of(0), of_one = PlanClaims(one.plan).of(0);
  EXPECT_EQ(of_two.digest, of_one.digest);
  ASSERT_EQ(of_two.facts.scans.size(), 1U);
  EXPECT_EQ(of_two.facts.scans[0].accumulators.size(), of_one.facts.scans[0].accumulators.size());
  // What the one plan measured, the other judges alone.
  std::optional<plan::Facts> facts = facts_of(of_two.facts, two.facts);
  ASSERT_TRUE(facts);
  facts->history.emplace();
  const plan::Plan own = PlanClaims(one.plan).alone(0, of_one.facts);
  EXPECT_TRUE(check_shape(own, *facts, "decision.json"));
  EXPECT_EQ(digest(PlanClaims(two.plan).alone(0, of_two.facts)), of_two.digest);
}

TEST(Claims, SayHowTheyDiffer) {
  const CaseBuilder one = judgement::one_proportion(90, 0, 100, Comparison::at_least, "0.8");
  const auto how = [&](auto change) {
    CaseBuilder then = one;
    change(then.plan.objectives[0]);
    return how_it_differs(PlanClaims(one.plan).of(0), claim_to_json(PlanClaims(then.plan).of(0)));
  };
  EXPECT_EQ(how([](plan::Objective& then) { then.requirements[0].threshold = exact("0.9"); }),
            "its threshold was `>= 90 %`");
  EXPECT_EQ(how([](plan::Objective& then) { then.requirements[0].text = "more"; }), "it required `more`");
  EXPECT_EQ(how([](plan::Objective& then) { then.looks = {plan::LooksKind::at_most, 4, 900'000'000'000}; }),
            "its looks were `at most 4, every 15m`");
  EXPECT_EQ(how([](plan::Objective& then) {
              then.confidence = exact("0.9");
              then.window = {plan::WindowKind::since, 0, 0};
            }),
            "its confidence was `90 %` and its window was `since 1970-01-01T00:00:00Z`");
  EXPECT_EQ(how([](plan::Objective& then) {
              then.minimum_rows = 7;
              then.method = plan::Method::mid_p;
            }),
            "its further clauses were `at least 7 rows and method mid_p`");
  EXPECT_EQ(how([](plan::Objective& then) { then.requirements[0].splits = 2; }),
            "it measured other rows or values by the same words");
}

TEST(Claims, OfAnAlteredTranscriptAreNotFollowed) {
  const CaseBuilder one = rich_case();
  EXPECT_FALSE(facts_of({{{7, {}, {0}}}}, one.facts));
  EXPECT_FALSE(facts_of({{{0, {}, {4'000'000'000}}}}, one.facts));
  EXPECT_FALSE(facts_of({{{0, {9}, {0}}}}, one.facts));
  const auto read = [](json::Value facts) {
    return claim_facts_from_json(json::Object{{"facts", std::move(facts)}}).has_value();
  };
  const auto entry = [](json::Value scan, json::Value groupings, json::Value facts) {
    json::Array array;
    array.emplace_back(
        json::Object{{"scan", std::move(scan)}, {"groupings", std::move(groupings)}, {"facts", std::move(facts)}});
    return json::Value(std::move(array));
  };
  const json::Value none = json::Array{};
  json::Array negative, text;
  negative.emplace_back(-1);
  text.emplace_back("0");
  EXPECT_TRUE(read(entry(0, none, none)));
  EXPECT_FALSE(read(entry(-1, none, none)));
  EXPECT_FALSE(read(entry(std::int64_t{1} << 40, none, none)));
  EXPECT_FALSE(read(entry(0, negative, none)));
  EXPECT_FALSE(read(entry(0, none, text)));
  EXPECT_FALSE(read(entry(0, none, "all")));
  EXPECT_FALSE(read("all"));
  EXPECT_FALSE(claim_facts_from_json(json::Object{}));
}

}  // namespace
}  // namespace proofmark::transcript
