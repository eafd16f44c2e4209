// Nodes are known by what they say, with the ids of the fused scan in it.
#include "runtime/plan/fuse.h"

#include <string>
#include <unordered_map>
#include <utility>

#include "runtime/plan/match.h"
#include "runtime/plan/scan_key.h"

namespace proofmark::plan {
namespace {

class Fuser {
 public:
  explicit Fuser(const std::string& stream) { fused_.scan.stream = stream; }

  void add(const Scan& scan) {
    Ids ids;
    for (const Field& field : scan.fields) ids.fields.push_back(once(fused_.scan.fields, field));
    if (scan.time_field) fused_.scan.time_field = ids.fields[*scan.time_field];
    if (scan.weight) fused_.scan.weight = ids.fields[*scan.weight];
    for (const RowValue& value : scan.values) ids.values.push_back(add_value(value, ids));
    for (const Atom& atom : scan.atoms) ids.atoms.push_back(add_atom(atom, ids));
    for (const Window& window : scan.windows) ids.windows.push_back(once(fused_.scan.windows, window));
    for (const Mask& mask : scan.masks) ids.masks.push_back(add_mask(mask, ids));
    FusedScan::Part part;
    for (const Grouping& grouping : scan.groupings) {
      const Grouping moved{ids.fields[grouping.field], ids.masks[grouping.universe]};
      part.groupings.push_back(once(fused_.scan.groupings, moved));
    }
    for (const Accumulator& accumulator : scan.accumulators) add_accumulator(accumulator, ids, part);
    fused_.parts.push_back(std::move(part));
  }

  FusedScan take() { return std::move(fused_); }

 private:
  // From the ids of the scan that is added to those of the fused one.
  struct Ids {
    std::vector<Id> fields, values, atoms, windows, masks;
  };

  // Most nodes of many policies are known already: a node is copied only where it is new.
  template <typename Node>
  Id once(std::vector<Node>& nodes, const Node& node) {
    Key key;
    key << node;
    const auto [found, fresh] = known_.try_emplace(key.take(), static_cast<Id>(nodes.size()));
    if (fresh) nodes.push_back(node);
    return found->second;
  }

  Id add_value(RowValue value, const Ids& ids) {
    match(
        value.node, [&](FieldValue& node) { node.field = ids.fields[node.field]; }, [](ConstantValue&) {},
        [&](ComputedValue& node) {
          node.left = ids.values[node.left];
          node.right = node.operation == Arithmetic::negate ? node.left : ids.values[node.right];
        });
    return once(fused_.scan.values, value);
  }

  Id add_atom(Atom atom, const Ids& ids) {
    match(
        atom.test, [&](CompareBound& test) { test.value = ids.values[test.value]; },
        [&](CompareValues& test) {
          test.left = ids.values[test.left];
          test.right = ids.values[test.right];
        },
        [&](auto& test) { test.field = ids.fields[test.field]; });
    return once(fused_.scan.atoms, atom);
  }

  Id add_mask(Mask mask, const Ids& ids) {
    match(
        mask, [&](InWindow& node) { node.window = ids.windows[node.window]; },
        [&](AtomHolds& node) { node.atom = ids.atoms[node.atom]; },
        [&](auto& node) {
          node.left = ids.masks[node.left];
          node.right = ids.masks[node.right];
        });
    return once(fused_.scan.masks, mask);
  }

  void add_accumulator(Accumulator accumulator, const Ids& ids, FusedScan::Part& part) {
    std::vector<RankRule> ranks;
    std::visit([&](auto& what) { what.mask = ids.masks[what.mask]; }, accumulator.what);
    match(
        accumulator.what, [](CountRows&) {},
        [&](CollectValues& what) {
          what.value = ids.values[what.value];
          what.population = part.accumulators[what.population];
          ranks.swap(what.ranks);
        },
        [&](ContrastValues& what) {
          what.first = part.accumulators[what.first];
          what.second = part.accumulators[what.second];
        },
        [&](CountDistinct& what) { what.field = ids.fields[what.field]; },
        [&](SumClusters& what) {
          if (what.field) what.field = ids.fields[*what.field];
          what.part = ids.masks[what.part];
        },
        [&](SumMoments& what) { what.value = ids.values[what.value]; },
        [&](CountSeries& what) {
          what.part = ids.masks[what.part];
          what.window = ids.windows[what.window];
        },
        [&](MomentSeries& what) {
          what.value = ids.values[what.value];
          what.window = ids.windows[what.window];
        },
        [&](RankSeries& what) {
          what.value = ids.values[what.value];
          what.window = ids.windows[what.window];
        });
    if (accumulator.grouping) accumulator.grouping = part.groupings[*accumulator.grouping];
    const Id id = once(fused_.scan.accumulators, accumulator);
    part.accumulators.push_back(id);
    part.ranks.push_back(widen(fused_.scan.accumulators[id], accumulator, ranks));
  }

  // Makes a collection keep what `asked` wants of it too; where its ranks are.
  static std::vector<Id> widen(Accumulator& kept, const Accumulator& asked, const std::vector<RankRule>& ranks) {
    auto* into = std::get_if<CollectValues>(&kept.what);
    if (into == nullptr) return {};
    const auto& more = std::get<CollectValues>(asked.what);
    into->sum = into->sum || more.sum;
    into->extremes = into->extremes || more.extremes;
    into->distinct = into->distinct || more.distinct;
    into->contrasted = into->contrasted || more.contrasted;
    std::vector<Id> places;
    for (const RankRule& rule : ranks) {
      Id place = 0;
      while (place < into->ranks.size() && !same(into->ranks[place], rule)) ++place;
      if (place == into->ranks.size()) into->ranks.push_back(rule);
      places.push_back(place);
    }
    return places;
  }

  static bool same(const RankRule& a, const RankRule& b) {
    return a.kind == b.kind && a.p == b.p && a.alpha == b.alpha && a.strict == b.strict;
  }

  FusedScan fused_;
  std::unordered_map<std::string, Id> known_;  // never walked through
};

// What was not asked for is left out; the ranks come in the order of the asker.
ValueSummary part_of(const ValueSummary& all, const CollectValues& asked, const std::vector<Id>& ranks) {
  ValueSummary summary;
  summary.known = all.known;
  if (asked.sum) summary.sum = all.sum;
  if (asked.extremes) {
    summary.minimum = all.minimum;
    summary.maximum = all.maximum;
  }
  if (asked.distinct) summary.distinct = all.distinct;
  for (const Id rank : ranks) summary.ranks.push_back(all.ranks[rank]);
  return summary;
}

}  // namespace

// Whether both have the field, and read it alike, or neither has.
static bool same_field(const Scan& a, const std::optional<Id>& of_a, const Scan& b, const std::optional<Id>& of_b) {
  if (!of_a || !of_b) return of_a.has_value() == of_b.has_value();
  Key key_a, key_b;
  key_a << a.fields[*of_a];
  key_b << b.fields[*of_b];
  return key_a.take() == key_b.take();
}

bool may_fuse(const Scan& a, const Scan& b) {
  return a.stream == b.stream && same_field(a, a.time_field, b, b.time_field) && same_field(a, a.weight, b, b.weight);
}

FusedScan fuse(std::span<const Scan* const> scans) {
  Fuser fuser(scans.front()->stream);
  for (const Scan* scan : scans) fuser.add(*scan);
  return fuser.take();
}

StreamFacts facts_of(const Scan& scan, const FusedScan::Part& part, const StreamFacts& facts) {
  StreamFacts own{facts.stream,
                  facts.rows,
                  facts.events,
                  facts.skipped,
                  facts.late,
                  facts.future,
                  facts.untimed,
                  facts.covers_from_ns,
                  facts.covers_to_ns,
                  {},
                  {},
                  {}};
  for (const Id grouping : part.groupings) {
    own.undeclared.push_back(facts.undeclared[grouping]);
    own.groups.push_back(facts.groups[grouping]);
  }
  for (Id id = 0; id < scan.accumulators.size(); ++id) {
    const Fact& fact = facts.facts[part.accumulators[id]];
    const auto* asked = std::get_if<CollectValues>(&scan.accumulators[id].what);
    if (asked == nullptr) {
      own.facts.push_back(fact);
      continue;
    }
    ValuesFact values;
    for (const ValueSummary& group : std::get<ValuesFact>(fact).groups)
      values.groups.push_back(part_of(group, *asked, part.ranks[id]));
    own.facts.emplace_back(std::move(values));
  }
  return own;
}

}  // namespace proofmark::plan
