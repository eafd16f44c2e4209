// Plan to JSON, second half: objectives and rules, which only the judge reads.
#include "runtime/plan/canonical.h"
#include "runtime/plan/match.h"
#include "runtime/plan/spelling.h"

namespace proofmark::plan {
namespace {

using json::Array;
using json::Object;
using json::Value;

Value text(std::string_view word) {
  return Value(word);
}
Value exact(const Rational& number) {
  return Value(number.to_string());
}

template <typename Items, typename Write>
Value list(const Items& items, Write write) {
  Array array;
  array.reserve(items.size());
  for (const auto& item : items) array.push_back(write(item));
  return Value(std::move(array));
}

Value ids(const std::vector<Id>& items) {
  return list(items, [](Id id) { return Value(id); });
}

Value fact(const FactRef& ref) {
  return Object{{"scan", ref.scan}, {"accumulator", ref.accumulator}};
}
Value optional_fact(const std::optional<FactRef>& ref) {
  return ref ? fact(*ref) : Value();
}

Object with_clusters(Object object, const std::optional<ClusterFacts>& clusters) {
  if (clusters)
    object.set("clusters", Object{{"certain", fact(clusters->certain)}, {"possible", fact(clusters->possible)}});
  return object;
}

Object with_series(Object object, const std::optional<FactRef>& series) {
  if (series) object.set("series", fact(*series));
  return object;
}

Object with_weights(Object object, const std::optional<Weights>& weights) {
  if (weights)
    object.set("weights", Object{{"all", fact(weights->all)},
                                 {"good", fact(weights->good)},
                                 {"bad", fact(weights->bad)},
                                 {"unknown", fact(weights->unknown)},
                                 {"unfit", fact(weights->unfit)}});
  return object;
}

Object proportion_to_json(const Proportion& what) {
  Object object{{"kind", "proportion"},
                {"population", fact(what.population)},
                {"good", fact(what.good)},
                {"unknown", fact(what.unknown)}};
  if (what.bucketed) object.set("bucketed", true);
  return with_weights(with_series(with_clusters(std::move(object), what.clusters), what.series), what.weights);
}

Object quantile_to_json(const Quantile& what) {
  Object object{{"kind", "quantile"},
                {"p", exact(what.p)},
                {"population", fact(what.population)},
                {"values", fact(what.values)},
                {"unit", text(unit_name(what.unit))},
                {"below", optional_fact(what.below)}};
  if (what.buckets)
    object.set("buckets", Object{{"upperValues", fact(what.buckets->upper_values)},
                                 {"unknown", optional_fact(what.buckets->unknown)}});
  return with_weights(with_series(with_clusters(std::move(object), what.clusters), what.series), what.weights);
}

Object two_shares_to_json(const TwoShares& what) {
  Object object{{"kind", text(spelling(what.kind))},
                {"first", proportion_to_json(what.first)},
                {"second", proportion_to_json(what.second)}};
  if (what.strata)
    object.set("strata", Object{{"first", proportion_to_json(what.strata->first)},
                                {"second", proportion_to_json(what.strata->second)}});
  return object;
}

Object measure_to_json(const Leaf& leaf) {
  return match(
      leaf.what, [](const Proportion& what) { return proportion_to_json(what); },
      [](const TwoShares& what) { return two_shares_to_json(what); },
      [](const Quantile& what) { return quantile_to_json(what); },
      [](const Contrast& what) {
        Object object{{"kind", text(spelling(what.kind))},
                      {"population", fact(what.population)},
                      {"values", fact(what.values)},
                      {"otherPopulation", fact(what.other_population)},
                      {"otherValues", fact(what.other_values)},
                      {"contrast", fact(what.contrast)}};
        if (what.other_series) object.set("otherSeries", fact(*what.other_series));
        if (what.buckets)
          object.set("buckets", Object{{"upperValues", optional_fact(what.buckets->upper_values)},
                                       {"otherUpperValues", optional_fact(what.buckets->other_upper_values)},
                                       {"least", fact(what.buckets->least)}});
        return with_series(std::move(object), what.series);
      },
      [](const Census& what) {
        Object object{{"kind", text(spelling(what.kind))},
                      {"population", fact(what.population)},
                      {"fact", fact(what.fact)},
                      {"unknown", optional_fact(what.unknown)},
                      {"unit", text(unit_name(what.unit))}};
        if (what.bucketed) object.set("bucketed", true);
        return object;
      },
      [](const Mean& what) {
        return with_series(Object{{"kind", "mean"},
                                  {"low", exact(what.low)},
                                  {"high", exact(what.high)},
                                  {"population", fact(what.population)},
                                  {"moments", fact(what.moments)},
                                  {"unit", text(unit_name(what.unit))}},
                           what.series);
      },
      [](const Rate& what) {
        return with_series(Object{{"kind", "rate"},
                                  {"per", std::to_string(what.per_ns)},
                                  {"population", fact(what.population)},
                                  {"events", fact(what.events)},
                                  {"buckets", optional_fact(what.buckets)},
                                  {"bucket", std::to_string(what.bucket_ns)}},
                           what.series);
      });
}

Value leaf_to_json(const Leaf& leaf) {
  Object object = measure_to_json(leaf);
  object.set("text", leaf.text);
  object.set("window", leaf.window ? Value(*leaf.window) : Value());
  object.set("reach", leaf.reach ? fact(leaf.reach->values) : Value());
  object.set("outside", fact(leaf.outside));
  if (!leaf.presence.empty())
    object.set("presence", list(leaf.presence, [](const Presence& one) {
                 return Value(Object{{"field", one.field}, {"rows", fact(one.rows)}});
               }));
  return object;
}

Value term_to_json(const Term& term) {
  return match(
      term, [](const LeafTerm& node) { return Object{{"kind", "leaf"}, {"leaf", node.leaf}}; },
      [](const ConstantTerm& node) { return Object{{"kind", "constant"}, {"value", exact(node.value)}}; },
      [](const CalculatedTerm& node) {
        return Object{{"kind", text(spelling(node.operation))}, {"operands", ids(node.operands)}};
      });
}

Value split_to_json(const Split& split) {
  return Object{{"text", split.text}, {"arms", list(split.arms, fact)}, {"shares", list(split.shares, exact)}};
}

Value requirement_to_json(const Requirement& requirement) {
  const bool direct = requirement.direct_op.has_value();
  Object object{{"leaves", list(requirement.leaves, leaf_to_json)},
                {"terms", list(requirement.terms, term_to_json)},
                {"op", text(spelling(requirement.op))},
                {"threshold", exact(requirement.threshold)},
                {"unit", text(unit_name(requirement.unit))},
                {"inPpm", requirement.in_ppm},
                {"directOp", direct ? text(spelling(*requirement.direct_op)) : Value()},
                {"directThreshold", direct ? exact(requirement.direct_threshold) : Value()},
                {"splits", requirement.splits},
                {"text", requirement.text}};
  if (requirement.split) object.set("split", split_to_json(*requirement.split));
  if (requirement.model) object.set("model", model_claim_to_json(*requirement.model));
  return object;
}

Value clustering_to_json(const Clustering& clustering) {
  return Object{{"field", clustering.field},
                {"block", std::to_string(clustering.block_ns)},
                {"designEffect", exact(clustering.design_effect)}};
}

Value condition_to_json(const Condition& condition) {
  return match(
      condition,
      [](const ObjectivesAre& node) {
        Object object{{"kind", node.least > 0 ? "at_least_are"
                               : node.all     ? "all_are"
                                              : "any_is"},
                      {"objectives", ids(node.objectives)},
                      {"standing", text(spelling(node.standing))}};
        if (node.least > 0) object.set("least", node.least);
        return object;
      },
      [](const ConditionAll& node) { return Object{{"kind", "and"}, {"operands", ids(node.operands)}}; },
      [](const ConditionAny& node) { return Object{{"kind", "or"}, {"operands", ids(node.operands)}}; },
      [](const ConditionNot& node) { return Object{{"kind", "not"}, {"operand", node.operand}}; },
      [](const Otherwise&) { return Object{{"kind", "otherwise"}}; });
}

}  // namespace

Value objective_to_json(const Objective& objective) {
  const Object window{{"kind", text(spelling(objective.window.kind))},
                      {"length", std::to_string(objective.window.length_ns)},
                      {"anchor", std::to_string(objective.window.anchor_ns)}};
  const Object looks{{"kind", text(spelling(objective.looks.kind))},
                     {"maximum", std::to_string(objective.looks.maximum)},
                     {"every", std::to_string(objective.looks.every_ns)}};
  Object object{{"name", objective.name},
                {"title", objective.title},
                {"requirements", list(objective.requirements, requirement_to_json)},
                {"confidence", exact(objective.confidence)},
                {"minimumRows", std::to_string(objective.minimum_rows)},
                {"minimumRowsEach", objective.minimum_rows_each},
                {"grouping", objective.grouping ? Value(*objective.grouping) : Value()},
                {"groupField", objective.group_field ? Value(*objective.group_field) : Value()},
                {"window", window},
                {"coversAtLeast", std::to_string(objective.covers_at_least_ns)},
                {"onNoData", text(spelling(objective.on_no_data))},
                {"unknownAs", text(spelling(objective.unknown_as))},
                {"unknownBecause", objective.unknown_because},
                {"looks", looks}};
  if (objective.clustering) object.set("clustering", clustering_to_json(*objective.clustering));
  if (objective.method != Method::standard) object.set("method", text(spelling(objective.method)));
  if (objective.family_least > 0) object.set("familyLeast", objective.family_least);
  if (!objective.split_because.empty()) object.set("splitBecause", objective.split_because);
  if (objective.strata_field) object.set("strataField", *objective.strata_field);
  if (!objective.poisson_because.empty()) object.set("poissonBecause", objective.poisson_because);
  if (!objective.independent_because.empty()) object.set("independentBecause", objective.independent_because);
  return object;
}

Value rule_to_json(const Rule& rule) {
  return Object{{"decision", text(spelling(rule.decision))},
                {"validFor", std::to_string(rule.valid_for_ns)},
                {"conditions", list(rule.conditions, condition_to_json)},
                {"text", rule.text}};
}

}  // namespace proofmark::plan
