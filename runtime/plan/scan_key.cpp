#include "runtime/plan/scan_key.h"

#include "runtime/plan/match.h"

namespace proofmark::plan {

Key& operator<<(Key& key, const Field& field) {
  return key.kind('f') << field.source << field.type << field.scale << field.optional << field.declared;
}

Key& operator<<(Key& key, const RowValue& value) {
  key.kind('v') << value.node.index() << value.real;
  match(
      value.node, [&](const FieldValue& node) { key << node.field; },
      [&](const ConstantValue& node) { key << node.value; },
      [&](const ComputedValue& node) { key << node.operation << node.left << node.right; });
  return key;
}

Key& operator<<(Key& key, const Atom& atom) {
  key.kind('a') << atom.test.index() << atom.negated;
  match(
      atom.test, [&](const CompareBound& test) { key << test.value << test.op << test.bound; },
      [&](const CompareValues& test) { key << test.left << test.right << test.op; },
      [&](const OneOf& test) { key << test.field << test.values; },
      [&](const Matches& test) { key << test.field << test.pattern; }, [&](const IsTrue& test) { key << test.field; },
      [&](const IsKnown& test) { key << test.field; });
  return key;
}

Key& operator<<(Key& key, const Window& window) {
  return key.kind('w') << window.kind << window.length_ns << window.anchor_ns;
}

Key& operator<<(Key& key, const Mask& mask) {
  key.kind('m') << mask.index();
  match(
      mask, [&](const InWindow& node) { key << node.window; }, [&](const AtomHolds& node) { key << node.atom; },
      [&](const auto& node) { key << node.left << node.right; });
  return key;
}

Key& operator<<(Key& key, const Grouping& grouping) {
  return key.kind('g') << grouping.field << grouping.universe;
}

Key& operator<<(Key& key, const Accumulator& accumulator) {
  key.kind('c') << accumulator.what.index() << accumulator.grouping;
  match(
      accumulator.what, [&](const CountRows& what) { key << what.mask; },
      [&](const CollectValues& what) { key << what.mask << what.value << what.population; },
      [&](const ContrastValues& what) {
        key << what.mask << what.first << what.second << what.first_told << what.second_told;
      },
      [&](const CountDistinct& what) { key << what.mask << what.field; },
      [&](const SumClusters& what) { key << what.mask << what.part << what.field << what.block_ns; },
      [&](const SumMoments& what) { key << what.mask << what.value << what.low << what.high; },
      [&](const CountSeries& what) { key << what.mask << what.part << what.window; },
      [&](const MomentSeries& what) { key << what.mask << what.value << what.low << what.high << what.window; },
      [&](const RankSeries& what) { key << what.mask << what.value << what.window; });
  return key;
}

}  // namespace proofmark::plan
