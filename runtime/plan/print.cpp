// A plan as people read it: one node a line. Names are a letter and an index: f field, v value, a atom, w window,
// m mask, g grouping, c what is collected; scan s1's third accumulator is s1.c2. Not a format that anything parses.
#include "runtime/plan/canonical.h"
#include "runtime/plan/match.h"
#include "runtime/plan/spelling.h"

namespace proofmark::plan {
namespace {

std::string name(char letter, Id id) {
  return letter + std::to_string(id);
}
std::string nanoseconds(std::int64_t ns) {
  return std::to_string(ns) + " ns";
}
std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

std::string joined(const std::vector<std::string>& items, std::string_view separator) {
  std::string line;
  for (const std::string& item : items) {
    if (!line.empty()) line += separator;
    line += item;
  }
  return line;
}

std::string quoted_list(const std::vector<std::string>& items) {
  std::vector<std::string> words;
  for (const std::string& item : items) words.push_back(quoted(item));
  return "{ " + joined(words, ", ") + " }";
}

// Lines of `items`, each "  <kind> <name> = <description>".
template <typename Items, typename Describe>
std::string listing(const char* kind, char letter, const Items& items, Describe describe) {
  std::string lines;
  for (Id id = 0; id < items.size(); ++id)
    lines += std::string("  ") + kind + " " + name(letter, id) + " = " + describe(items[id]) + "\n";
  return lines;
}

std::string describe_field(const Field& field) {
  std::string line = field.name + " : " + std::string(field_type_name(field.type)) + " from " + quoted(field.source);
  if (field.scale != Rational(1)) line += " scaled by " + field.scale.to_string();
  if (field.optional) line += " optional";
  if (!field.declared.empty()) line += " in " + quoted_list(field.declared);
  return line;
}

std::string describe_value(const RowValue& value) {
  const std::string text = match(
      value.node, [](const FieldValue& node) { return name('f', node.field); },
      [](const ConstantValue& node) { return node.value.to_string(); },
      [](const ComputedValue& node) {
        if (node.operation == Arithmetic::negate) return "negate " + name('v', node.left);
        return std::string(spelling(node.operation)) + " " + name('v', node.left) + ", " + name('v', node.right);
      });
  return text + (value.real ? " (real)" : "");
}

std::string describe_atom(const Atom& atom) {
  const std::string text = match(
      atom.test,
      [](const CompareBound& test) {
        return name('v', test.value) + " " + std::string(spelling(test.op)) + " " + test.bound.to_string();
      },
      [](const CompareValues& test) {
        return name('v', test.left) + " " + std::string(spelling(test.op)) + " " + name('v', test.right);
      },
      [](const OneOf& test) { return name('f', test.field) + " in " + quoted_list(test.values); },
      [](const Matches& test) { return name('f', test.field) + " matches " + quoted(test.pattern); },
      [](const IsTrue& test) { return name('f', test.field) + " is true"; },
      [](const IsKnown& test) { return name('f', test.field) + " is known"; });
  return atom.negated ? "known not: " + text : text;
}

std::string describe_window(const Window& window) {
  switch (window.kind) {
    case WindowKind::whole:
      return "whole";
    case WindowKind::last:
      return "last " + nanoseconds(window.length_ns);
    case WindowKind::since:
      return "since " + nanoseconds(window.anchor_ns);
  }
  return {};
}

std::string describe_mask(const Mask& mask) {
  return match(
      mask, [](const InWindow& node) { return "in " + name('w', node.window); },
      [](const AtomHolds& node) { return name('a', node.atom); },
      [](const Both& node) { return name('m', node.left) + " and " + name('m', node.right); },
      [](const Either& node) { return name('m', node.left) + " or " + name('m', node.right); },
      [](const Except& node) { return name('m', node.left) + " except " + name('m', node.right); });
}

std::string describe_rank(const RankRule& rule) {
  std::string line = std::string(spelling(rule.kind)) + " rank of " + rule.p.to_string();
  if (rule.kind == RankKind::lower || rule.kind == RankKind::upper) line += " at alpha " + rule.alpha.to_string();
  return line + (rule.strict ? " strict" : "");
}

std::string described_side(Id collection, Told told) {
  const std::string side = name('c', collection);
  return told == Told::exactly ? side : side + (told == Told::above ? " as lower edges" : " as upper edges");
}

std::string describe_accumulator(const Accumulator& accumulator) {
  const std::string text = match(
      accumulator.what, [](const CountRows& what) { return "count rows of " + name('m', what.mask); },
      [](const CollectValues& what) {
        std::vector<std::string> wanted;
        if (what.sum) wanted.push_back("sum");
        if (what.extremes) wanted.push_back("extremes");
        if (what.distinct) wanted.push_back("distinct");
        if (what.contrasted) wanted.push_back("for a contrast");
        for (const RankRule& rule : what.ranks) wanted.push_back(describe_rank(rule));
        return "collect " + name('v', what.value) + " of " + name('m', what.mask) + " among " +
               name('c', what.population) + ": " + joined(wanted, ", ");
      },
      [](const CountDistinct& what) {
        return "count distinct " + name('f', what.field) + " of " + name('m', what.mask);
      },
      [](const SumClusters& what) {
        return "sum clusters of " + name('m', what.mask) + ", part " + name('m', what.part) + ", by " +
               (what.field ? name('f', *what.field) : "blocks of " + nanoseconds(what.block_ns));
      },
      [](const SumMoments& what) {
        return "sum moments of " + name('v', what.value) + " of " + name('m', what.mask) + ", from " +
               what.low.to_string() + " to " + what.high.to_string();
      },
      [](const ContrastValues& what) {
        return "contrast " + described_side(what.first, what.first_told) + " with " +
               described_side(what.second, what.second_told);
      },
      [](const CountSeries& what) {
        return "count a series of " + name('m', what.mask) + ", part " + name('m', what.part) + ", over " +
               name('w', what.window);
      },
      [](const MomentSeries& what) {
        return "sum a series of moments of " + name('v', what.value) + " of " + name('m', what.mask) + ", from " +
               what.low.to_string() + " to " + what.high.to_string() + ", over " + name('w', what.window);
      },
      [](const RankSeries& what) {
        return "sum a series of ranks of " + name('v', what.value) + " of " + name('m', what.mask) + ", over " +
               name('w', what.window);
      });
  return accumulator.grouping ? text + " by " + name('g', *accumulator.grouping) : text;
}

std::string print_scan(const Scan& scan, Id index) {
  std::string text = "scan s" + std::to_string(index) + " over " + scan.stream;
  if (scan.time_field) text += ", time in " + name('f', *scan.time_field);
  if (scan.weight) text += ", events in " + name('f', *scan.weight);
  text += "\n";
  text += listing("field", 'f', scan.fields, describe_field);
  text += listing("value", 'v', scan.values, describe_value);
  text += listing("atom", 'a', scan.atoms, describe_atom);
  text += listing("window", 'w', scan.windows, describe_window);
  text += listing("mask", 'm', scan.masks, describe_mask);
  text += listing("grouping", 'g', scan.groupings, [](const Grouping& grouping) {
    return name('f', grouping.field) + " over " + name('m', grouping.universe);
  });
  return text + listing("fact", 'c', scan.accumulators, describe_accumulator);
}

std::string fact_name(const FactRef& ref) {
  return "s" + std::to_string(ref.scan) + "." + name('c', ref.accumulator);
}

std::string describe_weights(const std::optional<Weights>& weights) {
  if (!weights) return "";
  return ", weights " + fact_name(weights->good) + " and " + fact_name(weights->bad) + " of " +
         fact_name(weights->all) + ", unknown " + fact_name(weights->unknown) + ", unfit " + fact_name(weights->unfit);
}

std::string describe_arm(const Proportion& what) {
  return fact_name(what.good) + " of " + fact_name(what.population) + ", unknown " + fact_name(what.unknown) +
         describe_weights(what.weights);
}

std::string describe_buckets(const ContrastBuckets& buckets) {
  const auto upper = [](const char* whose, const std::optional<FactRef>& ref) {
    return ref ? std::string(", ") + whose + " upper edges " + fact_name(*ref) : std::string();
  };
  return upper("the first's", buckets.upper_values) + upper("the second's", buckets.other_upper_values) + ", least " +
         fact_name(buckets.least);
}

std::string describe_leaf(const Leaf& leaf) {
  std::string text = match(
      leaf.what, [](const Proportion& what) { return "proportion " + describe_arm(what); },
      [](const TwoShares& what) {
        return std::string(spelling(what.kind)) + " of " + describe_arm(what.first) + " and " +
               describe_arm(what.second) +
               (what.strata
                    ? ", by strata " + describe_arm(what.strata->first) + " and " + describe_arm(what.strata->second)
                    : "");
      },
      [](const Quantile& what) {
        const std::string below = what.below ? ", decided by " + fact_name(*what.below) : "";
        return "quantile " + what.p.to_string() + " of " + fact_name(what.values) + " among " +
               fact_name(what.population) + below +
               (what.buckets ? ", upper edges " + fact_name(what.buckets->upper_values) +
                                   (what.buckets->unknown ? ", unknown " + fact_name(*what.buckets->unknown) : "")
                             : "") +
               describe_weights(what.weights) + " (" + std::string(unit_name(what.unit)) + ")";
      },
      [](const Contrast& what) {
        return std::string(spelling(what.kind)) + " " + fact_name(what.contrast) + " of " + fact_name(what.values) +
               " among " + fact_name(what.population) + " and " + fact_name(what.other_values) + " among " +
               fact_name(what.other_population) + (what.buckets ? describe_buckets(*what.buckets) : "");
      },
      [](const Census& what) {
        const std::string unknown = what.unknown ? ", unknown " + fact_name(*what.unknown) : "";
        return "census " + std::string(spelling(what.kind)) + " " + fact_name(what.fact) + " among " +
               fact_name(what.population) + unknown + " (" + std::string(unit_name(what.unit)) + ")";
      },
      [](const Mean& what) {
        return "mean of " + fact_name(what.moments) + " among " + fact_name(what.population) + ", from " +
               what.low.to_string() + " to " + what.high.to_string() + " (" + std::string(unit_name(what.unit)) + ")";
      },
      [](const Rate& what) {
        return "rate of " + fact_name(what.events) + " per " + nanoseconds(what.per_ns) + " among " +
               fact_name(what.population) +
               (what.buckets ? ", by buckets of " + nanoseconds(what.bucket_ns) + " in " + fact_name(*what.buckets)
                             : ", a Poisson process");
      });
  if (leaf.window) text += ", window " + name('w', *leaf.window);
  if (leaf.reach) text += ", reach " + fact_name(leaf.reach->values);
  for (const Presence& one : leaf.presence) text += ", every " + one.field + " in " + fact_name(one.rows);
  return text + ", outside " + fact_name(leaf.outside) + ": " + leaf.text;
}

std::string describe_term(const Term& term) {
  return match(
      term, [](const LeafTerm& node) { return "leaf " + std::to_string(node.leaf); },
      [](const ConstantTerm& node) { return node.value.to_string(); },
      [](const CalculatedTerm& node) {
        std::vector<std::string> operands;
        for (const Id id : node.operands) operands.push_back(name('t', id));
        return std::string(spelling(node.operation)) + " " + joined(operands, ", ");
      });
}

std::string print_requirement(const Requirement& requirement) {
  std::string text = "  require " + requirement.text + "\n";
  for (Id id = 0; id < requirement.leaves.size(); ++id)
    text += "    leaf " + std::to_string(id) + " = " + describe_leaf(requirement.leaves[id]) + "\n";
  if (requirement.model)
    return text + "    " + print(*requirement.model) +
           "\n    decided by counting trials: " + std::string(spelling(requirement.op)) + " " +
           requirement.threshold.to_string() + "\n";
  for (Id id = 0; id < requirement.terms.size(); ++id)
    text += "    term " + name('t', id) + " = " + describe_term(requirement.terms[id]) + "\n";
  if (requirement.split) text += "    if split as " + requirement.split->text + "\n";
  if (requirement.direct_op)
    return text + "    decided directly: leaf " + std::string(spelling(*requirement.direct_op)) + " " +
           requirement.direct_threshold.to_string() + "\n";
  return text + "    decided by intervals: " + std::string(spelling(requirement.op)) + " " +
         requirement.threshold.to_string() + ", alpha in " + std::to_string(requirement.splits) + " parts\n";
}

std::string print_objective(const Objective& objective) {
  std::string text = "objective " + objective.name + (objective.title.empty() ? "" : " " + quoted(objective.title)) +
                     "\n  confidence " + objective.confidence.to_string() + ", window " +
                     describe_window(objective.window) + "\n";
  if (objective.group_field) text += "  for each " + *objective.group_field + "\n";
  if (objective.minimum_rows > 0)
    text += "  at least " + std::to_string(objective.minimum_rows) + " rows" +
            (objective.minimum_rows_each ? " each" : "") + "\n";
  if (objective.covers_at_least_ns > 0) text += "  over at least " + nanoseconds(objective.covers_at_least_ns) + "\n";
  text += "  no data is " + std::string(spelling(objective.on_no_data)) + ", unknown counts as " +
          std::string(spelling(objective.unknown_as)) + ", looks " + std::string(spelling(objective.looks.kind)) +
          (objective.looks.kind == LooksKind::at_most ? " " + std::to_string(objective.looks.maximum) : "") + "\n";
  if (objective.method != Method::standard) text += "  method " + std::string(spelling(objective.method)) + "\n";
  if (objective.family_least > 0)
    text += "  at least " + std::to_string(objective.family_least) + " of the requirements\n";
  if (objective.strata_field) text += "  stratified by " + *objective.strata_field + "\n";
  for (const Requirement& requirement : objective.requirements) text += print_requirement(requirement);
  return text;
}

std::string describe_condition(const Condition& condition) {
  const auto names = [](char letter, const std::vector<Id>& ids) {
    std::vector<std::string> words;
    for (const Id id : ids) words.push_back(name(letter, id));
    return joined(words, ", ");
  };
  return match(
      condition,
      [&](const ObjectivesAre& node) {
        const std::string least = "at least " + std::to_string(node.least) + " of ";
        return (node.least > 0 ? least
                : node.all     ? "all of "
                               : "any of ") +
               names('o', node.objectives) + " " + std::string(spelling(node.standing));
      },
      [&](const ConditionAll& node) { return "all of " + names('k', node.operands); },
      [&](const ConditionAny& node) { return "any of " + names('k', node.operands); },
      [](const ConditionNot& node) { return "not " + name('k', node.operand); },
      [](const Otherwise&) { return std::string("otherwise"); });
}

}  // namespace

std::string print(const Plan& plan) {
  std::string text = "plan of policy " + plan.policy + ", edition " + plan.edition +
                     (plan.revision == 0 ? "" : ", revision " + std::to_string(plan.revision)) + "\n";
  for (const Parameter& one : plan.parameters)
    text += "  parameter " + one.name + " : " + one.type + " = " + one.value + "\n";
  for (const SubjectEntry& entry : plan.subject)
    text += "  subject " + entry.key + " = " + entry.value + (entry.digest.empty() ? "" : " @ " + entry.digest) + "\n";
  for (const StreamPromise& promise : plan.streams) {
    text += "  stream " + promise.stream + ", sampling " + std::string(spelling(promise.sampling)) +
            (promise.sampling == StreamPromise::Sampling::head ? " " + promise.head_rate.to_string() : "") +
            (promise.weighted_by.empty() ? "" : " weighted by " + promise.weighted_by) +
            (promise.kept_by.empty() ? "" : " by " + promise.kept_by) + "\n";
    for (const std::string& check : promise.checks) text += "    check " + check + "\n";
  }
  for (Id id = 0; id < plan.scans.size(); ++id) text += print_scan(plan.scans[id], id);
  for (const Model& model : plan.models) text += print(model);
  for (const Objective& objective : plan.objectives) text += print_objective(objective);
  for (const Rule& rule : plan.rules) {
    text += "rule " + rule.text + "\n";
    text += listing("condition", 'k', rule.conditions, describe_condition);
    if (rule.valid_for_ns > 0) text += "  valid for " + nanoseconds(rule.valid_for_ns) + "\n";
  }
  return text;
}

}  // namespace proofmark::plan
