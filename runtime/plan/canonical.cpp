// Plan to JSON, first half: the header and the scans. The judgement is in canonical_judgement.cpp.
#include "runtime/plan/canonical.h"

#include "runtime/json/digest.h"
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
Value exact(std::int64_t number) {
  return Value(std::to_string(number));
}
Value exact(std::uint64_t number) {
  return Value(std::to_string(number));
}
Value optional_id(const std::optional<Id>& id) {
  return id ? Value(*id) : Value();
}

template <typename Items, typename Write>
Value list(const Items& items, Write write) {
  Array array;
  array.reserve(items.size());
  for (const auto& item : items) array.push_back(write(item));
  return Value(std::move(array));
}

Value strings(const std::vector<std::string>& items) {
  return list(items, [](const std::string& item) { return Value(item); });
}

Value field_to_json(const Field& field) {
  return Object{
      {"name", field.name},          {"source", field.source},     {"type", text(field_type_name(field.type))},
      {"scale", exact(field.scale)}, {"optional", field.optional}, {"declared", strings(field.declared)}};
}

Value row_value_to_json(const RowValue& value) {
  Object object = match(
      value.node, [](const FieldValue& node) { return Object{{"kind", "field"}, {"field", node.field}}; },
      [](const ConstantValue& node) { return Object{{"kind", "constant"}, {"value", exact(node.value)}}; },
      [](const ComputedValue& node) {
        return Object{{"kind", text(spelling(node.operation))}, {"left", node.left}, {"right", node.right}};
      });
  object.set("real", value.real);
  return object;
}

Value atom_to_json(const Atom& atom) {
  Object object = match(
      atom.test,
      [](const CompareBound& test) {
        return Object{{"kind", "compare_bound"},
                      {"value", test.value},
                      {"op", text(spelling(test.op))},
                      {"bound", exact(test.bound)}};
      },
      [](const CompareValues& test) {
        return Object{
            {"kind", "compare_values"}, {"left", test.left}, {"op", text(spelling(test.op))}, {"right", test.right}};
      },
      [](const OneOf& test) {
        return Object{{"kind", "one_of"}, {"field", test.field}, {"values", strings(test.values)}};
      },
      [](const Matches& test) { return Object{{"kind", "matches"}, {"field", test.field}, {"pattern", test.pattern}}; },
      [](const IsTrue& test) { return Object{{"kind", "is_true"}, {"field", test.field}}; },
      [](const IsKnown& test) { return Object{{"kind", "is_known"}, {"field", test.field}}; });
  object.set("negated", atom.negated);
  return object;
}

Value window_to_json(const Window& window) {
  return Object{
      {"kind", text(spelling(window.kind))}, {"length", exact(window.length_ns)}, {"anchor", exact(window.anchor_ns)}};
}

Object pair_of_masks(const char* kind, Id left, Id right) {
  return Object{{"kind", kind}, {"left", left}, {"right", right}};
}

Value mask_to_json(const Mask& mask) {
  return match(
      mask, [](const InWindow& node) { return Object{{"kind", "in_window"}, {"window", node.window}}; },
      [](const AtomHolds& node) { return Object{{"kind", "atom"}, {"atom", node.atom}}; },
      [](const Both& node) { return pair_of_masks("both", node.left, node.right); },
      [](const Either& node) { return pair_of_masks("either", node.left, node.right); },
      [](const Except& node) { return pair_of_masks("except", node.left, node.right); });
}

Value rank_to_json(const RankRule& rule) {
  return Object{
      {"kind", text(spelling(rule.kind))}, {"p", exact(rule.p)}, {"alpha", exact(rule.alpha)}, {"strict", rule.strict}};
}

Value accumulator_to_json(const Accumulator& accumulator) {
  Object object = match(
      accumulator.what, [](const CountRows& what) { return Object{{"kind", "count_rows"}, {"mask", what.mask}}; },
      [](const CollectValues& what) {
        return Object{{"kind", "collect_values"},  {"mask", what.mask},
                      {"value", what.value},       {"population", what.population},
                      {"sum", what.sum},           {"extremes", what.extremes},
                      {"distinct", what.distinct}, {"ranks", list(what.ranks, rank_to_json)}};
      },
      [](const CountDistinct& what) {
        return Object{{"kind", "count_distinct"}, {"mask", what.mask}, {"field", what.field}};
      },
      [](const SumClusters& what) {
        return Object{{"kind", "sum_clusters"},
                      {"mask", what.mask},
                      {"part", what.part},
                      {"field", optional_id(what.field)},
                      {"block", exact(what.block_ns)}};
      },
      [](const SumMoments& what) {
        return Object{{"kind", "sum_moments"},
                      {"mask", what.mask},
                      {"value", what.value},
                      {"low", exact(what.low)},
                      {"high", exact(what.high)}};
      },
      [](const ContrastValues& what) {
        Object sides{{"kind", "contrast_values"}, {"mask", what.mask}, {"first", what.first}, {"second", what.second}};
        if (what.first_told != Told::exactly) sides.set("firstTold", text(spelling(what.first_told)));
        if (what.second_told != Told::exactly) sides.set("secondTold", text(spelling(what.second_told)));
        return sides;
      },
      [](const CountSeries& what) {
        return Object{{"kind", "count_series"}, {"mask", what.mask}, {"part", what.part}, {"window", what.window}};
      },
      [](const MomentSeries& what) {
        return Object{{"kind", "moment_series"}, {"mask", what.mask},        {"value", what.value},
                      {"low", exact(what.low)},  {"high", exact(what.high)}, {"window", what.window}};
      },
      [](const RankSeries& what) {
        return Object{{"kind", "rank_series"}, {"mask", what.mask}, {"value", what.value}, {"window", what.window}};
      });
  if (const auto* values = std::get_if<CollectValues>(&accumulator.what); values != nullptr && values->contrasted)
    object.set("contrasted", true);
  object.set("grouping", optional_id(accumulator.grouping));
  return object;
}

}  // namespace

Value scan_to_json(const Scan& scan) {
  Object object{{"stream", scan.stream},
                {"timeField", optional_id(scan.time_field)},
                {"fields", list(scan.fields, field_to_json)},
                {"values", list(scan.values, row_value_to_json)},
                {"atoms", list(scan.atoms, atom_to_json)},
                {"windows", list(scan.windows, window_to_json)},
                {"masks", list(scan.masks, mask_to_json)},
                {"groupings", list(scan.groupings,
                                   [](const Grouping& grouping) {
                                     return Value(Object{{"field", grouping.field}, {"universe", grouping.universe}});
                                   })},
                {"accumulators", list(scan.accumulators, accumulator_to_json)}};
  if (scan.weight) object.set("weight", *scan.weight);
  return object;
}

Value to_json(const Plan& plan) {
  const auto parameter = [](const Parameter& one) {
    return Value(Object{{"name", one.name}, {"type", one.type}, {"value", one.value}});
  };
  const auto entry = [](const SubjectEntry& one) {
    return Value(Object{{"key", one.key}, {"value", one.value}, {"digest", one.digest}});
  };
  const auto promise = [](const StreamPromise& one) {
    Object object{
        {"stream", one.stream}, {"sampling", text(spelling(one.sampling))}, {"headRate", exact(one.head_rate)}};
    if (!one.weighted_by.empty()) object.set("weightedBy", one.weighted_by);
    if (!one.kept_by.empty()) object.set("keptBy", one.kept_by);
    if (!one.checks.empty())
      object.set("checks", list(one.checks, [](const std::string& check) { return Value(check); }));
    return Value(std::move(object));
  };
  Object object{{"format", kPlanFormat},
                {"edition", plan.edition},
                {"policy", plan.policy},
                {"title", plan.title},
                {"owner", plan.owner},
                {"runbook", plan.runbook},
                {"revision", exact(plan.revision)},
                {"parameters", list(plan.parameters, parameter)},
                {"subject", list(plan.subject, entry)},
                {"streams", list(plan.streams, promise)},
                {"scans", list(plan.scans, scan_to_json)},
                {"objectives", list(plan.objectives, objective_to_json)},
                {"rules", list(plan.rules, rule_to_json)}};
  if (!plan.models.empty()) object.set("models", list(plan.models, model_to_json));
  return object;
}

std::string canonical(const Plan& plan) {
  return json::canonical(to_json(plan));
}
std::string digest(const Plan& plan) {
  return json::sha256(canonical(plan));
}

}  // namespace proofmark::plan
