// Nodes are known by what they say, with the ids of the fused scan in it.
#include "runtime/plan/fuse.h"

#include <cstring>
#include <string>
#include <unordered_map>
#include <utility>

#include "runtime/plan/match.h"

namespace proofmark::plan {
namespace {

// Bytes that two nodes share just when they say the same. Strings are led by their length and numbers are of one width,
// so that nothing runs over.
class Key {
 public:
  explicit Key(char kind) : bytes_(1, kind) {}
  Key& operator<<(std::string_view text) {
    *this << static_cast<std::int64_t>(text.size());
    bytes_ += text;
    return *this;
  }
  Key& operator<<(const char* word) { return *this << std::string_view(word); }
  Key& operator<<(std::int64_t number) {
    char bytes[sizeof number];
    std::memcpy(bytes, &number, sizeof number);
    bytes_.append(bytes, sizeof bytes);
    return *this;
  }
  Key& operator<<(Id number) { return *this << static_cast<std::int64_t>(number); }
  Key& operator<<(bool truth) { return *this << static_cast<std::int64_t>(truth); }
  Key& operator<<(const Rational& number) { return *this << number.to_string(); }
  Key& operator<<(const std::vector<std::string>& list) {
    *this << static_cast<std::int64_t>(list.size());
    for (const std::string& one : list) *this << one;
    return *this;
  }
  Key& operator<<(const std::optional<Id>& id) {
    return *this << (id ? static_cast<std::int64_t>(*id) : std::int64_t{-1});
  }
  template <typename Enum>
    requires std::is_enum_v<Enum>
  Key& operator<<(Enum value) {
    return *this << static_cast<std::int64_t>(value);
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

Key key_of(const Field& field) {
  return Key('f') << field.source << field.type << field.scale << field.optional << field.declared;
}

class Fuser {
 public:
  explicit Fuser(const std::string& stream) { fused_.scan.stream = stream; }

  void add(const Scan& scan) {
    Ids ids;
    for (const Field& field : scan.fields) ids.fields.push_back(once(fused_.scan.fields, key_of(field), field));
    if (scan.time_field) fused_.scan.time_field = ids.fields[*scan.time_field];
    if (scan.weight) fused_.scan.weight = ids.fields[*scan.weight];
    for (const RowValue& value : scan.values) ids.values.push_back(add_value(value, ids));
    for (const Atom& atom : scan.atoms) ids.atoms.push_back(add_atom(atom, ids));
    for (const Window& window : scan.windows)
      ids.windows.push_back(
          once(fused_.scan.windows, Key('w') << window.kind << window.length_ns << window.anchor_ns, window));
    for (const Mask& mask : scan.masks) ids.masks.push_back(add_mask(mask, ids));
    FusedScan::Part part;
    for (const Grouping& grouping : scan.groupings) {
      const Grouping moved{ids.fields[grouping.field], ids.masks[grouping.universe]};
      part.groupings.push_back(once(fused_.scan.groupings, Key('g') << moved.field << moved.universe, moved));
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
  Id once(std::vector<Node>& nodes, Key key, const Node& node) {
    const auto [found, fresh] = known_.try_emplace(key.take(), static_cast<Id>(nodes.size()));
    if (fresh) nodes.push_back(node);
    return found->second;
  }

  Id add_value(RowValue value, const Ids& ids) {
    Key key('v');
    match(
        value.node, [&](FieldValue& node) { key << "field" << (node.field = ids.fields[node.field]); },
        [&](ConstantValue& node) { key << "constant" << node.value; },
        [&](ComputedValue& node) {
          node.left = ids.values[node.left];
          node.right = node.operation == Arithmetic::negate ? node.left : ids.values[node.right];
          key << node.operation << node.left << node.right;
        });
    key << value.real;
    return once(fused_.scan.values, std::move(key), value);
  }

  Id add_atom(Atom atom, const Ids& ids) {
    Key key('a');
    match(
        atom.test,
        [&](CompareBound& test) { key << "bound" << (test.value = ids.values[test.value]) << test.op << test.bound; },
        [&](CompareValues& test) {
          key << "values" << (test.left = ids.values[test.left]) << (test.right = ids.values[test.right]) << test.op;
        },
        [&](OneOf& test) { key << "one of" << (test.field = ids.fields[test.field]) << test.values; },
        [&](Matches& test) { key << "matches" << (test.field = ids.fields[test.field]) << test.pattern; },
        [&](IsTrue& test) { key << "true" << (test.field = ids.fields[test.field]); },
        [&](IsKnown& test) { key << "known" << (test.field = ids.fields[test.field]); });
    key << atom.negated;
    return once(fused_.scan.atoms, std::move(key), atom);
  }

  Id add_mask(Mask mask, const Ids& ids) {
    Key key('m');
    const auto pair = [&](const char* kind, auto& node) {
      key << kind << (node.left = ids.masks[node.left]) << (node.right = ids.masks[node.right]);
    };
    match(
        mask, [&](InWindow& node) { key << "window" << (node.window = ids.windows[node.window]); },
        [&](AtomHolds& node) { key << "atom" << (node.atom = ids.atoms[node.atom]); },
        [&](Both& node) { pair("both", node); }, [&](Either& node) { pair("either", node); },
        [&](Except& node) { pair("except", node); });
    return once(fused_.scan.masks, std::move(key), mask);
  }

  void add_accumulator(Accumulator accumulator, const Ids& ids, FusedScan::Part& part) {
    Key key('c');
    std::vector<RankRule> ranks;
    match(
        accumulator.what, [&](CountRows& what) { key << "count" << (what.mask = ids.masks[what.mask]); },
        [&](CollectValues& what) {
          // What is kept of the values is no part of the key: one collection serves all who read the same rows.
          key << "collect" << (what.mask = ids.masks[what.mask]) << (what.value = ids.values[what.value])
              << (what.population = part.accumulators[what.population]);
          ranks.swap(what.ranks);
        },
        [&](ContrastValues& what) {
          key << "contrast" << (what.mask = ids.masks[what.mask]) << (what.first = part.accumulators[what.first])
              << (what.second = part.accumulators[what.second]);
        },
        [&](CountDistinct& what) {
          key << "distinct" << (what.mask = ids.masks[what.mask]) << (what.field = ids.fields[what.field]);
        },
        [&](SumClusters& what) {
          if (what.field) what.field = ids.fields[*what.field];
          key << "clusters" << (what.mask = ids.masks[what.mask]) << (what.part = ids.masks[what.part]) << what.field
              << what.block_ns;
        },
        [&](SumMoments& what) {
          key << "moments" << (what.mask = ids.masks[what.mask]) << (what.value = ids.values[what.value]) << what.low
              << what.high;
        },
        [&](CountSeries& what) {
          key << "series" << (what.mask = ids.masks[what.mask]) << (what.part = ids.masks[what.part])
              << (what.window = ids.windows[what.window]);
        });
    if (accumulator.grouping) accumulator.grouping = part.groupings[*accumulator.grouping];
    key << accumulator.grouping;
    const Id id = once(fused_.scan.accumulators, std::move(key), accumulator);
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
  return key_of(a.fields[*of_a]).take() == key_of(b.fields[*of_b]).take();
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
