// The canonical form holds everything that means something, and nothing that does not.
#include "runtime/plan/canonical.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace proofmark::plan {
namespace {

Rational exact(const char* text) {
  return *Rational::parse(text);
}

// A plan that says what it is of, and measures nothing.
Plan named() {
  Plan plan;
  plan.edition = "2026", plan.policy = "checkout", plan.title = "Checkout", plan.owner = "sre",
  plan.runbook = "https://r";
  plan.revision = 3;
  plan.parameters = {{"release", "release", "2.4.0"}};
  plan.subject = {{"release", "2.4.0", "sha256:00"}};
  plan.streams = {{"requests", StreamPromise::Sampling::head, exact("1/100")}};
  return plan;
}

// One node of every kind.
Plan every_node() {
  Plan plan = named();
  Scan scan;
  scan.stream = "requests";
  scan.time_field = 0;
  scan.fields = {{"time", "msec", FieldType::timestamp, exact("1000000000"), false, {}},
                 {"region", "region", FieldType::label, 1, true, {"eu", "us"}}};
  scan.values = {{FieldValue{0}, false},
                 {ConstantValue{exact("1/2")}, true},
                 {ComputedValue{Arithmetic::divide, 0, 1}, true},
                 {ComputedValue{Arithmetic::negate, 2, 0}, true}};
  scan.atoms = {{CompareBound{0, Comparison::less, 500}, false},
                {CompareValues{0, 2, Comparison::at_least}, true},
                {OneOf{1, {"eu", "us"}}, false},
                {Matches{1, "^e"}, false},
                {IsTrue{1}, false},
                {IsKnown{0}, false}};
  scan.windows = {{WindowKind::whole, 0, 0}, {WindowKind::last, 3'600, 0}, {WindowKind::since, 0, 1'700}};
  scan.masks = {InWindow{1}, AtomHolds{0}, Both{0, 1}, Either{1, 2}, Except{3, 2}};
  scan.groupings = {{1, 0}};
  scan.accumulators = {{CountRows{2}, 0},
                       {CollectValues{2,
                                      0,
                                      0,
                                      true,
                                      true,
                                      true,
                                      {{RankKind::nearest, exact("0.99"), {}, false},
                                       {RankKind::upper, exact("0.99"), exact("0.05"), true}}},
                        0},
                       {CountDistinct{3, 1}, {}},
                       {SumMoments{3, 0, exact("0"), exact("30")}, {}}};
  plan.scans = {scan};
  Leaf share{Proportion{{0, 0}, {0, 0}, {0, 0}}, "fraction(a, b)", 1, Reach{{0, 1}}, {0, 0}};
  Leaf tail{Quantile{exact("0.99"), {0, 0}, {0, 1}, Unit::duration, FactRef{0, 0}}, "p99(a.b)", {}, {}, {0, 0}};
  Leaf number{
      Census{CensusKind::distinct, {0, 0}, {0, 2}, FactRef{0, 0}, Unit::number}, "distinct(a.b)", {}, {}, {0, 0}};
  Leaf mean{Mean{exact("0"), exact("30"), {0, 0}, {0, 3}, Unit::duration}, "mean(a.b)", {}, {}, {0, 0}};
  Leaf rate{Rate{3600, {0, 0}, {0, 0}, FactRef{0, 1}, 60}, "rate(a)", {}, {}, {0, 0}};
  const Proportion arm{{0, 0}, {0, 0}, {0, 0}};
  Leaf shares{
      TwoShares{TwoSharesKind::odds_ratio, arm, arm, TwoShares::Strata{arm, arm}}, "odds_ratio(a, b)", {}, {}, {0, 0}};
  Requirement difference;
  difference.leaves = {share, tail, number, mean, rate, shares};
  difference.terms = {LeafTerm{0}, ConstantTerm{exact("3/2")}, CalculatedTerm{Calculation::maximum, {0, 1}}};
  difference.threshold = exact("1/3"), difference.unit = Unit::ratio, difference.splits = 2,
  difference.text = "max(a, 3/2) >= 1/3";
  Requirement direct = difference;
  direct.direct_op = Comparison::at_most, direct.direct_threshold = exact("0.01"), direct.in_ppm = true;
  Objective objective;
  objective.name = "o", objective.title = "Objective", objective.requirements = {difference, direct};
  objective.confidence = exact("0.95"), objective.minimum_rows = 10, objective.minimum_rows_each = true,
  objective.grouping = 0;
  objective.group_field = "region", objective.window = scan.windows[1], objective.covers_at_least_ns = 60;
  objective.on_no_data = NoDataVerdict::fail, objective.unknown_as = UnknownAs::bad, objective.unknown_because = "so";
  objective.looks = {LooksKind::at_most, 4, 900};
  plan.objectives = {objective};
  plan.rules = {
      {Decision::certify,
       86'400,
       {ObjectivesAre{true, {0}, Standing::pass}, ConditionNot{0}, ConditionAll{{0, 1}}, ConditionAny{{1, 2}}},
       "certify",
       {"p.pmk", 1, 2}},
      {Decision::deny, 0, {Otherwise{}}, "deny otherwise", {"p.pmk", 3, 4}}};
  return plan;
}

TEST(CanonicalPlan, IsTheSameEveryTime) {
  EXPECT_EQ(canonical(every_node()), canonical(every_node()));
  EXPECT_EQ(digest(every_node()).substr(0, 7), "sha256:");
  EXPECT_EQ(digest(every_node()).size(), 71u);
}

TEST(CanonicalPlan, PlacesInThePolicyAreNotPartOfIt) {
  Plan moved = every_node();
  moved.rules[0].origin = {"other.pmk", 10, 20};
  moved.objectives[0].origin = {"other.pmk", 11, 1};
  moved.objectives[0].requirements[0].origin = {"other.pmk", 12, 1};
  EXPECT_EQ(digest(moved), digest(every_node()));
}

TEST(CanonicalPlan, EverythingElseIsPartOfIt) {
  using Change = std::function<void(Plan&)>;
  const auto scan = [](auto change) { return Change([=](Plan& plan) { change(plan.scans[0]); }); };
  const auto objective = [](auto change) { return Change([=](Plan& plan) { change(plan.objectives[0]); }); };
  const auto requirement = [](auto change) {
    return Change([=](Plan& plan) { change(plan.objectives[0].requirements[1]); });
  };
  const std::vector<Change> changes{
      [](Plan& p) { p.edition = "2027"; },
      [](Plan& p) { p.policy = "x"; },
      [](Plan& p) { p.title = "x"; },
      [](Plan& p) { p.owner = "x"; },
      [](Plan& p) { p.runbook = "x"; },
      [](Plan& p) { p.revision = 4; },
      [](Plan& p) { p.parameters[0].value = "x"; },
      [](Plan& p) { p.parameters[0].type = "x"; },
      [](Plan& p) { p.parameters[0].name = "x"; },
      [](Plan& p) { p.subject[0].key = "x"; },
      [](Plan& p) { p.subject[0].value = "x"; },
      [](Plan& p) { p.subject[0].digest = ""; },
      [](Plan& p) { p.streams[0].sampling = StreamPromise::Sampling::tail; },
      [](Plan& p) { p.streams[0].head_rate = 1; },
      scan([](Scan& s) { s.stream = "x"; }),
      scan([](Scan& s) { s.time_field.reset(); }),
      scan([](Scan& s) { s.fields[0].name = "x"; }),
      scan([](Scan& s) { s.fields[0].source = "x"; }),
      scan([](Scan& s) { s.fields[0].type = FieldType::integer; }),
      scan([](Scan& s) { s.fields[0].scale = 1; }),
      scan([](Scan& s) { s.fields[0].optional = true; }),
      scan([](Scan& s) { s.fields[1].declared = {"eu"}; }),
      scan([](Scan& s) { s.values[0].real = true; }),
      scan([](Scan& s) { std::get<FieldValue>(s.values[0].node).field = 1; }),
      scan([](Scan& s) { std::get<ConstantValue>(s.values[1].node).value = 1; }),
      scan([](Scan& s) { std::get<ComputedValue>(s.values[2].node).operation = Arithmetic::multiply; }),
      scan([](Scan& s) { std::get<ComputedValue>(s.values[2].node).left = 1; }),
      scan([](Scan& s) { std::get<ComputedValue>(s.values[2].node).right = 0; }),
      scan([](Scan& s) { std::get<CompareBound>(s.atoms[0].test).op = Comparison::at_most; }),
      scan([](Scan& s) { std::get<CompareBound>(s.atoms[0].test).bound = 499; }),
      scan([](Scan& s) { std::get<CompareBound>(s.atoms[0].test).value = 1; }),
      scan([](Scan& s) { s.atoms[0].negated = true; }),
      scan([](Scan& s) { std::get<CompareValues>(s.atoms[1].test).left = 1; }),
      scan([](Scan& s) { std::get<CompareValues>(s.atoms[1].test).right = 1; }),
      scan([](Scan& s) { std::get<CompareValues>(s.atoms[1].test).op = Comparison::equal; }),
      scan([](Scan& s) { std::get<OneOf>(s.atoms[2].test).field = 0; }),
      scan([](Scan& s) { std::get<OneOf>(s.atoms[2].test).values = {"eu"}; }),
      scan([](Scan& s) { std::get<Matches>(s.atoms[3].test).pattern = "^u"; }),
      scan([](Scan& s) { std::get<Matches>(s.atoms[3].test).field = 0; }),
      scan([](Scan& s) { s.atoms[4].test = IsKnown{1}; }),
      scan([](Scan& s) { std::get<IsTrue>(s.atoms[4].test).field = 0; }),
      scan([](Scan& s) { std::get<IsKnown>(s.atoms[5].test).field = 1; }),
      scan([](Scan& s) { s.windows[1].length_ns = 1; }),
      scan([](Scan& s) { s.windows[2].anchor_ns = 1; }),
      scan([](Scan& s) { s.windows[0].kind = WindowKind::since; }),
      scan([](Scan& s) { s.masks[0] = InWindow{0}; }),
      scan([](Scan& s) { s.masks[1] = AtomHolds{1}; }),
      scan([](Scan& s) { s.masks[2] = Either{0, 1}; }),
      scan([](Scan& s) { s.masks[2] = Both{1, 0}; }),
      scan([](Scan& s) { s.masks[4] = Except{2, 3}; }),
      scan([](Scan& s) { s.groupings[0].field = 0; }),
      scan([](Scan& s) { s.groupings[0].universe = 1; }),
      scan([](Scan& s) { s.accumulators[0].grouping.reset(); }),
      scan([](Scan& s) { std::get<CountRows>(s.accumulators[0].what).mask = 1; }),
      scan([](Scan& s) { std::get<CollectValues>(s.accumulators[1].what).mask = 1; }),
      scan([](Scan& s) { std::get<CollectValues>(s.accumulators[1].what).value = 1; }),
      scan([](Scan& s) { std::get<CollectValues>(s.accumulators[1].what).population = 1; }),
      scan([](Scan& s) { std::get<CollectValues>(s.accumulators[1].what).sum = false; }),
      scan([](Scan& s) { std::get<CollectValues>(s.accumulators[1].what).extremes = false; }),
      scan([](Scan& s) { std::get<CollectValues>(s.accumulators[1].what).distinct = false; }),
      scan([](Scan& s) { std::get<CollectValues>(s.accumulators[1].what).ranks.pop_back(); }),
      scan([](Scan& s) { std::get<CollectValues>(s.accumulators[1].what).ranks[1].kind = RankKind::lower; }),
      scan([](Scan& s) { std::get<CollectValues>(s.accumulators[1].what).ranks[1].p = exact("0.9"); }),
      scan([](Scan& s) { std::get<CollectValues>(s.accumulators[1].what).ranks[1].alpha = exact("0.01"); }),
      scan([](Scan& s) { std::get<CollectValues>(s.accumulators[1].what).ranks[1].strict = false; }),
      scan([](Scan& s) { std::get<CountDistinct>(s.accumulators[2].what).mask = 1; }),
      scan([](Scan& s) { std::get<CountDistinct>(s.accumulators[2].what).field = 0; }),
      scan([](Scan& s) { std::get<SumMoments>(s.accumulators[3].what).mask = 1; }),
      scan([](Scan& s) { std::get<SumMoments>(s.accumulators[3].what).value = 1; }),
      scan([](Scan& s) { std::get<SumMoments>(s.accumulators[3].what).low = 1; }),
      scan([](Scan& s) { std::get<SumMoments>(s.accumulators[3].what).high = 31; }),
      objective([](Objective& o) { o.name = "x"; }),
      objective([](Objective& o) { o.title = "x"; }),
      objective([](Objective& o) { o.requirements.pop_back(); }),
      objective([](Objective& o) { o.confidence = exact("0.99"); }),
      objective([](Objective& o) { o.minimum_rows = 11; }),
      objective([](Objective& o) { o.minimum_rows_each = false; }),
      objective([](Objective& o) { o.grouping.reset(); }),
      objective([](Objective& o) { o.group_field.reset(); }),
      objective([](Objective& o) { o.window.length_ns = 1; }),
      objective([](Objective& o) { o.covers_at_least_ns = 61; }),
      objective([](Objective& o) { o.on_no_data = NoDataVerdict::pass; }),
      objective([](Objective& o) { o.unknown_as = UnknownAs::good; }),
      objective([](Objective& o) { o.unknown_because = "x"; }),
      objective([](Objective& o) { o.looks.kind = LooksKind::once; }),
      objective([](Objective& o) { o.looks.maximum = 5; }),
      objective([](Objective& o) { o.looks.every_ns = 901; }),
      requirement([](Requirement& r) { r.op = Comparison::less; }),
      requirement([](Requirement& r) { r.threshold = 1; }),
      requirement([](Requirement& r) { r.unit = Unit::number; }),
      requirement([](Requirement& r) { r.in_ppm = false; }),
      requirement([](Requirement& r) { r.direct_op = Comparison::less; }),
      requirement([](Requirement& r) { r.direct_op.reset(); }),
      requirement([](Requirement& r) { r.direct_threshold = exact("0.02"); }),
      requirement([](Requirement& r) { r.splits = 3; }),
      requirement([](Requirement& r) { r.text = "x"; }),
      requirement([](Requirement& r) { r.terms.pop_back(); }),
      requirement([](Requirement& r) { std::get<ConstantTerm>(r.terms[1]).value = 1; }),
      requirement([](Requirement& r) { std::get<CalculatedTerm>(r.terms[2]).operation = Calculation::minimum; }),
      requirement([](Requirement& r) { std::get<CalculatedTerm>(r.terms[2]).operands = {1, 0}; }),
      requirement([](Requirement& r) { r.leaves[0].text = "x"; }),
      requirement([](Requirement& r) { r.leaves[0].window = 2; }),
      requirement([](Requirement& r) { r.leaves[0].reach.reset(); }),
      requirement([](Requirement& r) { r.leaves[0].outside.accumulator = 1; }),
      requirement([](Requirement& r) { std::get<Proportion>(r.leaves[0].what).good.accumulator = 1; }),
      requirement([](Requirement& r) { std::get<Proportion>(r.leaves[0].what).unknown.accumulator = 1; }),
      requirement([](Requirement& r) { std::get<Proportion>(r.leaves[0].what).population.accumulator = 1; }),
      requirement([](Requirement& r) { std::get<Quantile>(r.leaves[1].what).p = exact("0.9"); }),
      requirement([](Requirement& r) { std::get<Quantile>(r.leaves[1].what).unit = Unit::number; }),
      requirement([](Requirement& r) { std::get<Quantile>(r.leaves[1].what).below.reset(); }),
      requirement([](Requirement& r) { std::get<Census>(r.leaves[2].what).kind = CensusKind::count; }),
      requirement([](Requirement& r) { std::get<Census>(r.leaves[2].what).fact.accumulator = 0; }),
      requirement([](Requirement& r) { std::get<Census>(r.leaves[2].what).unknown.reset(); }),
      requirement([](Requirement& r) { std::get<Rate>(r.leaves[4].what).per_ns = 60; }),
      requirement([](Requirement& r) { std::get<Rate>(r.leaves[4].what).population.accumulator = 1; }),
      requirement([](Requirement& r) { std::get<Rate>(r.leaves[4].what).events.accumulator = 1; }),
      requirement([](Requirement& r) { std::get<Rate>(r.leaves[4].what).buckets.reset(); }),
      requirement([](Requirement& r) { std::get<Rate>(r.leaves[4].what).bucket_ns = 61; }),
      requirement([](Requirement& r) { std::get<TwoShares>(r.leaves[5].what).kind = TwoSharesKind::difference; }),
      requirement([](Requirement& r) { std::get<TwoShares>(r.leaves[5].what).first.good.accumulator = 1; }),
      requirement([](Requirement& r) { std::get<TwoShares>(r.leaves[5].what).second.population.accumulator = 1; }),
      requirement([](Requirement& r) { std::get<TwoShares>(r.leaves[5].what).strata.reset(); }),
      requirement([](Requirement& r) { std::get<TwoShares>(r.leaves[5].what).strata->first.unknown.accumulator = 1; }),
      objective([](Objective& o) { o.method = Method::mid_p; }),
      objective([](Objective& o) { o.family_least = 1; }),
      objective([](Objective& o) { o.split_because = "so"; }),
      requirement([](Requirement& r) { r.split = Split{"a : b = 1 : 1", {{0, 0}, {0, 0}}, {1, 1}}; }),
      [](Plan& p) { std::get<ObjectivesAre>(p.rules[0].conditions[0]).least = 1; },
      objective([](Objective& o) { o.strata_field = "region"; }),
      requirement([](Requirement& r) { std::get<Mean>(r.leaves[3].what).low = 1; }),
      requirement([](Requirement& r) { std::get<Mean>(r.leaves[3].what).high = 1; }),
      requirement([](Requirement& r) { std::get<Mean>(r.leaves[3].what).moments.accumulator = 0; }),
      requirement([](Requirement& r) { std::get<Mean>(r.leaves[3].what).population.accumulator = 1; }),
      requirement([](Requirement& r) { std::get<Mean>(r.leaves[3].what).unit = Unit::number; }),
      scan([](Scan& s) { s.weight = 0; }),
      scan([](Scan& s) { s.weight = 1; }),
      requirement([](Requirement& r) { std::get<Proportion>(r.leaves[0].what).bucketed = true; }),
      requirement([](Requirement& r) { std::get<Census>(r.leaves[2].what).bucketed = true; }),
      requirement([](Requirement& r) { std::get<Quantile>(r.leaves[1].what).buckets = Buckets{{0, 1}, {}}; }),
      requirement([](Requirement& r) { std::get<Quantile>(r.leaves[1].what).buckets = Buckets{{0, 0}, {}}; }),
      requirement([](Requirement& r) { std::get<Quantile>(r.leaves[1].what).buckets = Buckets{{0, 1}, FactRef{}}; }),
      scan([](Scan& s) {
        std::get<CollectValues>(s.accumulators[1].what).ranks[1].kind = RankKind::nearest_from_below;
      }),
      scan([](Scan& s) {
        std::get<CollectValues>(s.accumulators[1].what).ranks[1].kind = RankKind::nearest_from_above;
      }),
      [](Plan& p) { p.rules[0].decision = Decision::hold; },
      [](Plan& p) { p.rules[0].valid_for_ns = 1; },
      [](Plan& p) { p.rules[0].text = "x"; },
      [](Plan& p) { p.rules[0].conditions.pop_back(); },
      [](Plan& p) { p.rules.pop_back(); },
      [](Plan& p) { std::get<ObjectivesAre>(p.rules[0].conditions[0]).all = false; },
      [](Plan& p) { std::get<ObjectivesAre>(p.rules[0].conditions[0]).objectives = {}; },
      [](Plan& p) { std::get<ObjectivesAre>(p.rules[0].conditions[0]).standing = Standing::fail; },
      [](Plan& p) { p.rules[0].conditions[2] = ConditionAny{{0, 1}}; },
      [](Plan& p) { std::get<ConditionNot>(p.rules[0].conditions[1]).operand = 1; },
      [](Plan& p) { p.rules[0].conditions[3] = Otherwise{}; }};
  std::set<std::string> digests{digest(every_node())};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Plan changed = every_node();
    changes[i](changed);
    EXPECT_TRUE(digests.insert(digest(changed)).second) << "change " << i << " does not show";
  }
}

TEST(PrintedPlan, NamesEveryNode) {
  EXPECT_EQ(print(every_node()), R"(plan of policy checkout, edition 2026, revision 3
  parameter release : release = 2.4.0
  subject release = 2.4.0 @ sha256:00
  stream requests, sampling head 1/100
scan s0 over requests, time in f0
  field f0 = time : timestamp from "msec" scaled by 1000000000
  field f1 = region : label from "region" optional in { "eu", "us" }
  value v0 = f0
  value v1 = 1/2 (real)
  value v2 = divide v0, v1 (real)
  value v3 = negate v2 (real)
  atom a0 = v0 < 500
  atom a1 = known not: v0 >= v2
  atom a2 = f1 in { "eu", "us" }
  atom a3 = f1 matches "^e"
  atom a4 = f1 is true
  atom a5 = f0 is known
  window w0 = whole
  window w1 = last 3600 ns
  window w2 = since 1700 ns
  mask m0 = in w1
  mask m1 = a0
  mask m2 = m0 and m1
  mask m3 = m1 or m2
  mask m4 = m3 except m2
  grouping g0 = f1 over m0
  fact c0 = count rows of m2 by g0
  fact c1 = collect v0 of m2 among c0: sum, extremes, distinct, nearest rank of 99/100, upper rank of 99/100 at alpha 1/20 strict by g0
  fact c2 = count distinct f1 of m3
  fact c3 = sum moments of v0 of m3, from 0 to 30
objective o "Objective"
  confidence 19/20, window last 3600 ns
  for each region
  at least 10 rows each
  over at least 60 ns
  no data is fail, unknown counts as bad, looks at_most 4
  require max(a, 3/2) >= 1/3
    leaf 0 = proportion s0.c0 of s0.c0, unknown s0.c0, window w1, reach s0.c1, outside s0.c0: fraction(a, b)
    leaf 1 = quantile 99/100 of s0.c1 among s0.c0, decided by s0.c0 (duration), outside s0.c0: p99(a.b)
    leaf 2 = census distinct s0.c2 among s0.c0, unknown s0.c0 (number), outside s0.c0: distinct(a.b)
    leaf 3 = mean of s0.c3 among s0.c0, from 0 to 30 (duration), outside s0.c0: mean(a.b)
    leaf 4 = rate of s0.c0 per 3600 ns among s0.c0, by buckets of 60 ns in s0.c1, outside s0.c0: rate(a)
    leaf 5 = odds_ratio of s0.c0 of s0.c0, unknown s0.c0 and s0.c0 of s0.c0, unknown s0.c0, by strata s0.c0 of s0.c0, unknown s0.c0 and s0.c0 of s0.c0, unknown s0.c0, outside s0.c0: odds_ratio(a, b)
    term t0 = leaf 0
    term t1 = 3/2
    term t2 = maximum t0, t1
    decided by intervals: >= 1/3, alpha in 2 parts
  require max(a, 3/2) >= 1/3
    leaf 0 = proportion s0.c0 of s0.c0, unknown s0.c0, window w1, reach s0.c1, outside s0.c0: fraction(a, b)
    leaf 1 = quantile 99/100 of s0.c1 among s0.c0, decided by s0.c0 (duration), outside s0.c0: p99(a.b)
    leaf 2 = census distinct s0.c2 among s0.c0, unknown s0.c0 (number), outside s0.c0: distinct(a.b)
    leaf 3 = mean of s0.c3 among s0.c0, from 0 to 30 (duration), outside s0.c0: mean(a.b)
    leaf 4 = rate of s0.c0 per 3600 ns among s0.c0, by buckets of 60 ns in s0.c1, outside s0.c0: rate(a)
    leaf 5 = odds_ratio of s0.c0 of s0.c0, unknown s0.c0 and s0.c0 of s0.c0, unknown s0.c0, by strata s0.c0 of s0.c0, unknown s0.c0 and s0.c0 of s0.c0, unknown s0.c0, outside s0.c0: odds_ratio(a, b)
    term t0 = leaf 0
    term t1 = 3/2
    term t2 = maximum t0, t1
    decided directly: leaf <= 1/100
rule certify
  condition k0 = all of o0 pass
  condition k1 = not k0
  condition k2 = all of k0, k1
  condition k3 = any of k1, k2
  valid for 86400 ns
rule deny otherwise
  condition k0 = otherwise
)");
}

}  // namespace
}  // namespace proofmark::plan
