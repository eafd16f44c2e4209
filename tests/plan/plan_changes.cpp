// The lists behind "everything is part of it": a line each, so that what is forgotten is seen.
#include "tests/plan/every_node.h"

namespace proofmark::plan {
namespace {

Rational exact(const char* text) {
  return *Rational::parse(text);
}

}  // namespace

const std::vector<Change>& changes_of_heads() {
  static const std::vector<Change> changes{[](Plan& p) { p.edition = "2027"; },
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
                                           [](Plan& p) { p.streams[0].weighted_by = "weight"; },
                                           [](Plan& p) { p.streams[0].kept_by = "trace_id"; },
                                           [](Plan& p) { p.streams[0].checks = {"ok + failed = total"}; }};
  return changes;
}

namespace {

// Of which rows are counted, and by what.
std::vector<std::function<void(Scan&)>> changes_of_rows() {
  return {[](Scan& s) { s.stream = "x"; },
          [](Scan& s) { s.time_field.reset(); },
          [](Scan& s) { s.fields[0].name = "x"; },
          [](Scan& s) { s.fields[0].source = "x"; },
          [](Scan& s) { s.fields[0].type = FieldType::integer; },
          [](Scan& s) { s.fields[0].scale = 1; },
          [](Scan& s) { s.fields[0].optional = true; },
          [](Scan& s) { s.fields[1].declared = {"eu"}; },
          [](Scan& s) { s.values[0].real = true; },
          [](Scan& s) { std::get<FieldValue>(s.values[0].node).field = 1; },
          [](Scan& s) { std::get<ConstantValue>(s.values[1].node).value = 1; },
          [](Scan& s) { std::get<ComputedValue>(s.values[2].node).operation = Arithmetic::multiply; },
          [](Scan& s) { std::get<ComputedValue>(s.values[2].node).left = 1; },
          [](Scan& s) { std::get<ComputedValue>(s.values[2].node).right = 0; },
          [](Scan& s) { std::get<CompareBound>(s.atoms[0].test).op = Comparison::at_most; },
          [](Scan& s) { std::get<CompareBound>(s.atoms[0].test).bound = 499; },
          [](Scan& s) { std::get<CompareBound>(s.atoms[0].test).value = 1; },
          [](Scan& s) { s.atoms[0].negated = true; },
          [](Scan& s) { std::get<CompareValues>(s.atoms[1].test).left = 1; },
          [](Scan& s) { std::get<CompareValues>(s.atoms[1].test).right = 1; },
          [](Scan& s) { std::get<CompareValues>(s.atoms[1].test).op = Comparison::equal; },
          [](Scan& s) { std::get<OneOf>(s.atoms[2].test).field = 0; },
          [](Scan& s) { std::get<OneOf>(s.atoms[2].test).values = {"eu"}; },
          [](Scan& s) { std::get<Matches>(s.atoms[3].test).pattern = "^u"; },
          [](Scan& s) { std::get<Matches>(s.atoms[3].test).field = 0; },
          [](Scan& s) { s.atoms[4].test = IsKnown{1}; },
          [](Scan& s) { std::get<IsTrue>(s.atoms[4].test).field = 0; },
          [](Scan& s) { std::get<IsKnown>(s.atoms[5].test).field = 1; },
          [](Scan& s) { s.windows[1].length_ns = 1; },
          [](Scan& s) { s.windows[2].anchor_ns = 1; },
          [](Scan& s) { s.windows[0].kind = WindowKind::since; },
          [](Scan& s) { s.masks[0] = InWindow{0}; },
          [](Scan& s) { s.masks[1] = AtomHolds{1}; },
          [](Scan& s) { s.masks[2] = Either{0, 1}; },
          [](Scan& s) { s.masks[2] = Both{1, 0}; },
          [](Scan& s) { s.masks[4] = Except{2, 3}; },
          [](Scan& s) { s.groupings[0].field = 0; },
          [](Scan& s) { s.groupings[0].universe = 1; },
          [](Scan& s) { s.weight = 0; },
          [](Scan& s) { s.weight = 1; }};
}

// Of what is counted of them.
std::vector<std::function<void(Scan&)>> changes_of_accumulators() {
  return {
      [](Scan& s) { s.accumulators[0].grouping.reset(); },
      [](Scan& s) { std::get<CountRows>(s.accumulators[0].what).mask = 1; },
      [](Scan& s) { std::get<CollectValues>(s.accumulators[1].what).mask = 1; },
      [](Scan& s) { std::get<CollectValues>(s.accumulators[1].what).value = 1; },
      [](Scan& s) { std::get<CollectValues>(s.accumulators[1].what).population = 1; },
      [](Scan& s) { std::get<CollectValues>(s.accumulators[1].what).sum = false; },
      [](Scan& s) { std::get<CollectValues>(s.accumulators[1].what).extremes = false; },
      [](Scan& s) { std::get<CollectValues>(s.accumulators[1].what).distinct = false; },
      [](Scan& s) { std::get<CollectValues>(s.accumulators[1].what).ranks.pop_back(); },
      [](Scan& s) { std::get<CollectValues>(s.accumulators[1].what).ranks[1].kind = RankKind::lower; },
      [](Scan& s) { std::get<CollectValues>(s.accumulators[1].what).ranks[1].p = exact("0.9"); },
      [](Scan& s) { std::get<CollectValues>(s.accumulators[1].what).ranks[1].alpha = exact("0.01"); },
      [](Scan& s) { std::get<CollectValues>(s.accumulators[1].what).ranks[1].strict = false; },
      [](Scan& s) { std::get<CountDistinct>(s.accumulators[2].what).mask = 1; },
      [](Scan& s) { std::get<CountDistinct>(s.accumulators[2].what).field = 0; },
      [](Scan& s) { std::get<SumMoments>(s.accumulators[3].what).mask = 1; },
      [](Scan& s) { std::get<SumMoments>(s.accumulators[3].what).value = 1; },
      [](Scan& s) { std::get<SumMoments>(s.accumulators[3].what).low = 1; },
      [](Scan& s) { std::get<SumMoments>(s.accumulators[3].what).high = 31; },
      [](Scan& s) { std::get<MomentSeries>(s.accumulators[4].what).mask = 1; },
      [](Scan& s) { std::get<MomentSeries>(s.accumulators[4].what).value = 1; },
      [](Scan& s) { std::get<MomentSeries>(s.accumulators[4].what).low = 1; },
      [](Scan& s) { std::get<MomentSeries>(s.accumulators[4].what).high = 31; },
      [](Scan& s) { std::get<MomentSeries>(s.accumulators[4].what).window = 0; },
      [](Scan& s) { std::get<RankSeries>(s.accumulators[5].what).mask = 1; },
      [](Scan& s) { std::get<RankSeries>(s.accumulators[5].what).value = 1; },
      [](Scan& s) { std::get<RankSeries>(s.accumulators[5].what).window = 0; },
      [](Scan& s) { std::get<ContrastValues>(s.accumulators[6].what).mask = 1; },
      [](Scan& s) { std::get<ContrastValues>(s.accumulators[6].what).first = 0; },
      [](Scan& s) { std::get<ContrastValues>(s.accumulators[6].what).second = 0; },
      [](Scan& s) { std::get<ContrastValues>(s.accumulators[6].what).first_told = Told::above; },
      [](Scan& s) { std::get<ContrastValues>(s.accumulators[6].what).second_told = Told::exactly; },
      [](Scan& s) { std::get<CollectValues>(s.accumulators[1].what).ranks[1].kind = RankKind::nearest_from_below; },
      [](Scan& s) { std::get<CollectValues>(s.accumulators[1].what).ranks[1].kind = RankKind::nearest_from_above; }};
}

}  // namespace

const std::vector<std::function<void(Scan&)>>& changes_of_scans() {
  static const std::vector<std::function<void(Scan&)>> changes = [] {
    std::vector<std::function<void(Scan&)>> all = changes_of_rows(), counted = changes_of_accumulators();
    all.insert(all.end(), counted.begin(), counted.end());
    return all;
  }();
  return changes;
}

const std::vector<std::function<void(Objective&)>>& changes_of_objectives() {
  static const std::vector<std::function<void(Objective&)>> changes{
      [](Objective& o) { o.name = "x"; },
      [](Objective& o) { o.title = "x"; },
      [](Objective& o) { o.requirements.pop_back(); },
      [](Objective& o) { o.confidence = exact("0.99"); },
      [](Objective& o) { o.minimum_rows = 11; },
      [](Objective& o) { o.minimum_rows_each = false; },
      [](Objective& o) { o.grouping.reset(); },
      [](Objective& o) { o.group_field.reset(); },
      [](Objective& o) { o.window.length_ns = 1; },
      [](Objective& o) { o.covers_at_least_ns = 61; },
      [](Objective& o) { o.on_no_data = NoDataVerdict::pass; },
      [](Objective& o) { o.unknown_as = UnknownAs::good; },
      [](Objective& o) { o.unknown_because = "x"; },
      [](Objective& o) { o.looks.kind = LooksKind::once; },
      [](Objective& o) { o.looks.maximum = 5; },
      [](Objective& o) { o.looks.every_ns = 901; },
      [](Objective& o) { o.method = Method::mid_p; },
      [](Objective& o) { o.family_least = 1; },
      [](Objective& o) { o.split_because = "so"; },
      [](Objective& o) { o.strata_field = "region"; }};
  return changes;
}

namespace {

std::vector<std::function<void(Requirement&)>> changes_of_terms_and_leaves() {
  return {[](Requirement& r) { r.op = Comparison::less; },
          [](Requirement& r) { r.threshold = 1; },
          [](Requirement& r) { r.unit = Unit::number; },
          [](Requirement& r) { r.in_ppm = false; },
          [](Requirement& r) { r.direct_op = Comparison::less; },
          [](Requirement& r) { r.direct_op.reset(); },
          [](Requirement& r) { r.direct_threshold = exact("0.02"); },
          [](Requirement& r) { r.splits = 3; },
          [](Requirement& r) { r.text = "x"; },
          [](Requirement& r) { r.terms.pop_back(); },
          [](Requirement& r) { std::get<ConstantTerm>(r.terms[1]).value = 1; },
          [](Requirement& r) { std::get<CalculatedTerm>(r.terms[2]).operation = Calculation::minimum; },
          [](Requirement& r) { std::get<CalculatedTerm>(r.terms[2]).operands = {1, 0}; },
          [](Requirement& r) { r.leaves[0].text = "x"; },
          [](Requirement& r) { r.leaves[0].window = 2; },
          [](Requirement& r) { r.leaves[0].reach.reset(); },
          [](Requirement& r) { r.leaves[0].outside.accumulator = 1; },
          [](Requirement& r) { r.leaves[0].presence.clear(); },
          [](Requirement& r) { r.leaves[0].presence[0].field = "x"; },
          [](Requirement& r) { r.leaves[0].presence[0].rows.accumulator = 1; },
          [](Requirement& r) { std::get<Proportion>(r.leaves[0].what).good.accumulator = 1; },
          [](Requirement& r) { std::get<Proportion>(r.leaves[0].what).unknown.accumulator = 1; },
          [](Requirement& r) { std::get<Proportion>(r.leaves[0].what).population.accumulator = 1; },
          [](Requirement& r) { std::get<Quantile>(r.leaves[1].what).p = exact("0.9"); },
          [](Requirement& r) { std::get<Quantile>(r.leaves[1].what).unit = Unit::number; },
          [](Requirement& r) { std::get<Quantile>(r.leaves[1].what).below.reset(); },
          [](Requirement& r) { std::get<Census>(r.leaves[2].what).kind = CensusKind::count; },
          [](Requirement& r) { std::get<Census>(r.leaves[2].what).fact.accumulator = 0; },
          [](Requirement& r) { std::get<Census>(r.leaves[2].what).unknown.reset(); },
          [](Requirement& r) { std::get<Rate>(r.leaves[4].what).per_ns = 60; },
          [](Requirement& r) { std::get<Rate>(r.leaves[4].what).population.accumulator = 1; },
          [](Requirement& r) { std::get<Rate>(r.leaves[4].what).events.accumulator = 1; },
          [](Requirement& r) { std::get<Rate>(r.leaves[4].what).buckets.reset(); },
          [](Requirement& r) { std::get<Rate>(r.leaves[4].what).bucket_ns = 61; },
          [](Requirement& r) { std::get<TwoShares>(r.leaves[5].what).kind = TwoSharesKind::difference; },
          [](Requirement& r) { std::get<TwoShares>(r.leaves[5].what).first.good.accumulator = 1; },
          [](Requirement& r) { std::get<TwoShares>(r.leaves[5].what).second.population.accumulator = 1; },
          [](Requirement& r) { std::get<TwoShares>(r.leaves[5].what).strata.reset(); },
          [](Requirement& r) { std::get<TwoShares>(r.leaves[5].what).strata->first.unknown.accumulator = 1; },
          [](Requirement& r) { r.split = Split{"a : b = 1 : 1", {{0, 0}, {0, 0}}, {1, 1}}; },
          [](Requirement& r) { std::get<Mean>(r.leaves[3].what).low = 1; },
          [](Requirement& r) { std::get<Mean>(r.leaves[3].what).high = 1; },
          [](Requirement& r) { std::get<Mean>(r.leaves[3].what).moments.accumulator = 0; },
          [](Requirement& r) { std::get<Mean>(r.leaves[3].what).population.accumulator = 1; },
          [](Requirement& r) { std::get<Mean>(r.leaves[3].what).unit = Unit::number; },
          [](Requirement& r) { std::get<Proportion>(r.leaves[0].what).bucketed = true; },
          [](Requirement& r) { std::get<Census>(r.leaves[2].what).bucketed = true; },
          [](Requirement& r) { std::get<Quantile>(r.leaves[1].what).buckets = Buckets{{0, 1}, {}}; },
          [](Requirement& r) { std::get<Quantile>(r.leaves[1].what).buckets = Buckets{{0, 0}, {}}; },
          [](Requirement& r) { std::get<Quantile>(r.leaves[1].what).buckets = Buckets{{0, 1}, FactRef{}}; },
          [](Requirement& r) { std::get<Quantile>(r.leaves[1].what).weights = Weights{}; },
          [](Requirement& r) { std::get<Proportion>(r.leaves[0].what).weights = Weights{}; },
          [](Requirement& r) { std::get<Proportion>(r.leaves[0].what).weights = Weights{{0, 1}, {}, {}, {}, {}}; },
          [](Requirement& r) { std::get<Proportion>(r.leaves[0].what).weights = Weights{{}, {0, 1}, {}, {}, {}}; },
          [](Requirement& r) { std::get<Proportion>(r.leaves[0].what).weights = Weights{{}, {}, {0, 1}, {}, {}}; },
          [](Requirement& r) { std::get<Proportion>(r.leaves[0].what).weights = Weights{{}, {}, {}, {0, 1}, {}}; },
          [](Requirement& r) { std::get<Proportion>(r.leaves[0].what).weights = Weights{{}, {}, {}, {}, {0, 1}}; }};
}

std::vector<std::function<void(Requirement&)>> changes_of_contrasts() {
  return {[](Requirement& r) { std::get<Contrast>(r.leaves[6].what).kind = ContrastKind::worse_by; },
          [](Requirement& r) { std::get<Contrast>(r.leaves[6].what).population.accumulator = 1; },
          [](Requirement& r) { std::get<Contrast>(r.leaves[6].what).values.accumulator = 0; },
          [](Requirement& r) { std::get<Contrast>(r.leaves[6].what).other_population.accumulator = 1; },
          [](Requirement& r) { std::get<Contrast>(r.leaves[6].what).other_values.accumulator = 0; },
          [](Requirement& r) { std::get<Contrast>(r.leaves[6].what).contrast.accumulator = 0; },
          [](Requirement& r) { std::get<Contrast>(r.leaves[6].what).series.reset(); },
          [](Requirement& r) { std::get<Contrast>(r.leaves[6].what).other_series.reset(); },
          [](Requirement& r) { std::get<Contrast>(r.leaves[6].what).buckets.reset(); },
          [](Requirement& r) { std::get<Contrast>(r.leaves[6].what).buckets->upper_values.reset(); },
          [](Requirement& r) { std::get<Contrast>(r.leaves[6].what).buckets->other_upper_values.reset(); },
          [](Requirement& r) { std::get<Contrast>(r.leaves[6].what).buckets->least.accumulator = 0; }};
}

}  // namespace

const std::vector<std::function<void(Requirement&)>>& changes_of_requirements() {
  static const std::vector<std::function<void(Requirement&)>> changes = [] {
    std::vector<std::function<void(Requirement&)>> all = changes_of_terms_and_leaves();
    const std::vector<std::function<void(Requirement&)>> contrasts = changes_of_contrasts();
    all.insert(all.end(), contrasts.begin(), contrasts.end());
    return all;
  }();
  return changes;
}

const std::vector<Change>& changes_of_rules() {
  static const std::vector<Change> changes{
      [](Plan& p) { std::get<ObjectivesAre>(p.rules[0].conditions[0]).least = 1; },
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
  return changes;
}

}  // namespace proofmark::plan
