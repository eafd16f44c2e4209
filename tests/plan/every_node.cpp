#include "tests/plan/every_node.h"

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

// One of each value, atom, window, mask and accumulator.
Scan every_scan() {
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
                       {SumMoments{3, 0, exact("0"), exact("30")}, {}},
                       {MomentSeries{3, 0, exact("0"), exact("30"), 1}, {}},
                       {RankSeries{3, 0, 1}, {}},
                       {ContrastValues{2, 1, 1, Told::upto, Told::above}, 0}};
  return scan;
}

// One of each quantity a requirement can speak of.
std::vector<Leaf> every_leaf() {
  Leaf share{Proportion{{0, 0}, {0, 0}, {0, 0}}, "fraction(a, b)", 1, Reach{{0, 1}}, {0, 0}, {{"region", {0, 0}}}};
  Leaf tail{Quantile{exact("0.99"), {0, 0}, {0, 1}, Unit::duration, FactRef{0, 0}}, "p99(a.b)", {}, {}, {0, 0}};
  Leaf number{
      Census{CensusKind::distinct, {0, 0}, {0, 2}, FactRef{0, 0}, Unit::number}, "distinct(a.b)", {}, {}, {0, 0}};
  Leaf mean{Mean{exact("0"), exact("30"), {0, 0}, {0, 3}, Unit::duration, FactRef{0, 4}}, "mean(a.b)", {}, {}, {0, 0}};
  Leaf rate{Rate{3600, {0, 0}, {0, 0}, FactRef{0, 1}, 60, FactRef{0, 2}}, "rate(a)", {}, {}, {0, 0}};
  const Proportion arm{{0, 0}, {0, 0}, {0, 0}};
  Leaf shares{
      TwoShares{TwoSharesKind::odds_ratio, arm, arm, TwoShares::Strata{arm, arm}}, "odds_ratio(a, b)", {}, {}, {0, 0}};
  Leaf apart{Contrast{ContrastKind::drift,
                      {0, 0},
                      {0, 1},
                      {0, 0},
                      {0, 1},
                      {0, 6},
                      FactRef{0, 5},
                      FactRef{0, 5},
                      ContrastBuckets{FactRef{0, 1}, FactRef{0, 1}, {0, 6}}},
             "drift(a.b, c.b)",
             {},
             {},
             {0, 0}};
  return {share, tail, number, mean, rate, shares, apart};
}

}  // namespace

Plan every_node() {
  Plan plan = named();
  plan.scans = {every_scan()};
  Requirement difference;
  difference.leaves = every_leaf();
  difference.terms = {LeafTerm{0}, ConstantTerm{exact("3/2")}, CalculatedTerm{Calculation::maximum, {0, 1}}};
  difference.threshold = exact("1/3"), difference.unit = Unit::ratio, difference.splits = 2,
  difference.text = "max(a, 3/2) >= 1/3";
  Requirement direct = difference;
  direct.direct_op = Comparison::at_most, direct.direct_threshold = exact("0.01"), direct.in_ppm = true;
  Objective objective;
  objective.name = "o", objective.title = "Objective", objective.requirements = {difference, direct};
  objective.confidence = exact("0.95"), objective.minimum_rows = 10, objective.minimum_rows_each = true,
  objective.grouping = 0;
  objective.group_field = "region", objective.window = plan.scans[0].windows[1], objective.covers_at_least_ns = 60;
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

}  // namespace proofmark::plan
