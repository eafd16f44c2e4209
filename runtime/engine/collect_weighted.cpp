// Every accumulator adds the weight of a row where it would add one; keys are kept once, each with its weight.
#include "runtime/engine/collect_weighted.h"

#include <algorithm>

#include "runtime/engine/column_values.h"
#include "runtime/engine/order_key.h"
#include "runtime/engine/weights.h"

namespace proofmark::engine {
namespace {

bool is_in(const Words& mask, std::uint32_t row) {
  return (mask[row / kWordBits] >> (row % kWordBits) & 1U) != 0;
}

struct CollectEvents {
  const Collector& collector;
  const plan::Accumulator& accumulator;
  const Block& block;
  const BlockState& state;
  const std::uint64_t* weights;

  // Calls visit(row, group, weight) for the rows of the mask that belong to a group.
  template <typename Visit>
  void rows(const Words& mask, Visit visit) const {
    const std::uint32_t* groups = accumulator.grouping ? state.groups[*accumulator.grouping].data() : nullptr;
    const std::uint32_t none = groups != nullptr ? collector.groupings[*accumulator.grouping].none() : 1;
    for_each_row(mask, block.words(), [&](std::uint32_t row) {
      const std::uint32_t group = groups != nullptr ? groups[row] : 0;
      if (group != none) visit(row, group, weights[row]);
    });
  }

  Words known_rows(plan::Id mask, const ValueBlock& value) const {
    Words both;
    for (std::size_t w = 0; w < kBlockWords; ++w) both[w] = state.masks[mask][w] & value.known[w];
    return both;
  }

  GroupsOfRows groups() const { return collector.groups_of_rows(accumulator, state); }

  void operator()(const plan::CountRows& what, State& out) const {
    auto& counts = std::get<CountState>(out).counts;
    rows(state.masks[what.mask],
         [&](std::uint32_t, std::uint32_t group, std::uint64_t weight) { counts[group] += weight; });
  }

  void operator()(const plan::CollectValues& what, State& out) const {
    const ValueBlock& value = state.values[what.value];
    PROOFMARK_CHECK(!what.sum || value.integers != nullptr);
    auto& groups = std::get<ValuesState>(out).groups;
    const bool keeps_keys = what.distinct || what.contrasted || !what.ranks.empty();
    rows(known_rows(what.mask, value), [&](std::uint32_t row, std::uint32_t group, std::uint64_t weight) {
      const std::int64_t key = value.integers != nullptr ? value.integers[row] : order_key(value.reals[row]);
      CollectedValues& into = groups[group];
      into.known += weight;
      if (what.sum) into.sum += plan::Int128(key) * plan::Int128(weight);
      into.least = std::min(into.least, key);
      into.greatest = std::max(into.greatest, key);
      if (!keeps_keys) return;
      into.keys.push_back(key);
      into.weights.push_back(weight);
    });
  }

  void operator()(const plan::SumClusters& what, State& out) const {
    const Words& part = state.masks[what.part];
    const snapshot::Column* column = what.field ? collector.bound.fields[*what.field] : collector.bound.time;
    Words known;
    known.fill(false);
    if (column != nullptr) valid_rows(*column, block, known);
    rows(state.masks[what.mask], [&](std::uint32_t row, std::uint32_t group, std::uint64_t weight) {
      const ClusterRows events{weight, is_in(part, row) ? weight : 0};
      if (auto* named = std::get_if<NamedClusters>(&out)) {
        if (is_in(known, row))
          named->add_rows(group, text_at(column->chunks[block.batch], block.offset + row), events);
        else
          named->add_nameless_rows(group, events);
        return;
      }
      const std::uint64_t cluster =
          is_in(known, row) ? cluster_of(collector.bound, what, *column, block, row) : NumberedClusters::kNoCluster;
      std::get<NumberedClusters>(out).add_rows(group, cluster, events);
    });
  }

  void operator()(const plan::SumMoments& what, State& out) const {
    const ValueBlock& value = state.values[what.value];
    PROOFMARK_CHECK(value.integers != nullptr);
    auto& moments = std::get<IntegerMoments>(out);
    rows(known_rows(what.mask, value), [&](std::uint32_t row, std::uint32_t group, std::uint64_t weight) {
      moments.add(group, value.integers[row], weight);
    });
  }

  void operator()(const plan::CountSeries& what, State& out) const {
    const Words& part = state.masks[what.part];
    auto& series = std::get<Series>(out);
    for_each_grouped_row_in_step(collector.bound, collector.bound.grids[what.window], block, state.masks[what.mask],
                                 groups(), [&](std::uint32_t row, std::size_t step, std::uint32_t group) {
                                   const std::uint64_t weight = weights[row];
                                   series.add_to_step(step, group, weight, is_in(part, row) ? weight : 0);
                                 });
  }
  void operator()(const plan::MomentSeries& what, State& out) const {
    const ValueBlock& value = state.values[what.value];
    std::get<MomentsOverTime>(out).add_events(collector.bound, block, known_rows(what.mask, value), value, weights,
                                              groups());
  }
  void operator()(const plan::RankSeries& what, State& out) const {
    const ValueBlock& value = state.values[what.value];
    std::get<RanksOverTime>(out).add(collector.bound, block, known_rows(what.mask, value), value, groups(), weights);
  }

  void operator()(const plan::ContrastValues&, State&) const {}  // made of two collections when all is collected
  void operator()(const plan::CountDistinct&, State&) const {}   // how many events have a value is nothing to it
};

struct Weighed {
  std::int64_t key = 0;
  std::uint64_t weight = 0;
};

std::vector<Weighed> sorted(const CollectedValues& values) {
  std::vector<Weighed> all;
  for (std::size_t i = 0; i < values.keys.size(); ++i) all.push_back({values.keys[i], values.weights[i]});
  std::sort(all.begin(), all.end(), [](const Weighed& a, const Weighed& b) { return a.key < b.key; });
  return all;
}

}  // namespace

void collect_weighted(const Collector& collector, plan::Id accumulator, const Block& block, const BlockState& state,
                      State& out) {
  const plan::Accumulator& node = collector.bound.scan->accumulators[accumulator];
  const CollectEvents into{collector, node, block, state, weights_of(collector.bound, block)};
  std::visit([&](const auto& what) { into(what, out); }, node.what);
}

std::vector<std::int64_t> keys_at(const CollectedValues& values, const std::vector<std::uint64_t>& ranks) {
  const std::vector<Weighed> all = sorted(values);
  std::vector<std::int64_t> keys;
  for (const std::uint64_t rank : ranks) {
    std::uint64_t events = 0;
    const auto at = std::find_if(all.begin(), all.end(), [&](const Weighed& one) {
      events += one.weight;
      return events >= rank;
    });
    PROOFMARK_CHECK(rank > 0 && at != all.end());
    keys.push_back(at->key);
  }
  return keys;
}

}  // namespace proofmark::engine
