// Filling, merging and finishing the accumulators.
#include "runtime/engine/collect.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <span>

#include "runtime/engine/bit_loops.h"
#include "runtime/engine/collect_weighted.h"
#include "runtime/engine/column_values.h"
#include "runtime/engine/grouped_ranks.h"
#include "runtime/engine/kernels.h"
#include "runtime/engine/order_key.h"
#include "runtime/engine/rows_by_group.h"
#include "runtime/engine/weights.h"
#include "runtime/plan/match.h"
#include "runtime/plan/windowed_masks.h"

namespace proofmark::engine {
namespace {

using plan::Id;

constexpr std::size_t kDistinctTruths = 2;

// Calls visit(row, group) for the selected rows that belong to a group.
template <typename Visit>
void for_each_grouped(const Collector& collector, const std::optional<Id>& grouping, const Words& mask,
                      const Block& block, const BlockState& state, Visit visit) {
  if (!grouping) return for_each_row(mask, block.words(), [&](std::uint32_t row) { visit(row, 0U); });
  const std::uint32_t none = collector.groupings[*grouping].none();
  const std::uint32_t* groups = state.groups[*grouping].data();
  for_each_row(mask, block.words(), [&](std::uint32_t row) {
    if (groups[row] != none) visit(row, groups[row]);
  });
}

bool keeps_keys(const plan::CollectValues& what) {
  return what.distinct || !what.ranks.empty() || what.contrasted;
}

// The rows of the mask that are known, as a rule all of them; `both` is where they are put otherwise.
const Words& selected(const Words& mask, const Words& known, Words& both) {
  for (std::size_t w = 0; w < kBlockWords; ++w) both[w] = mask[w] & known[w];
  return both;
}
const Words& selected(const Words& mask, const ValueBlock& value, Words& both) {
  return value.everywhere ? mask : selected(mask, value.known, both);
}

// Adds values, given as order keys, to one group.
void add_values(const plan::CollectValues& what, std::span<const std::int64_t> keys, CollectedValues& out) {
  out.known += keys.size();
  if (what.extremes)
    for (const std::int64_t key : keys) {
      out.least = std::min(out.least, key);
      out.greatest = std::max(out.greatest, key);
    }
  if (keeps_keys(what)) out.keys.insert(out.keys.end(), keys.begin(), keys.end());
}

void add_sum(std::span<const std::int64_t> values, CollectedValues& out) {
  for (const std::int64_t value : values) out.sum += value;
}

bool only_extremes(const plan::CollectValues& what) {
  return !what.sum && !keeps_keys(what);
}

// The stream's own time column ascends, nulls last.
bool is_sorted(const BoundScan& bound, Id value) {
  const plan::RowValue& row_value = bound.scan->values[value];
  const auto* field = std::get_if<plan::FieldValue>(&row_value.node);
  const snapshot::Stream& stream = *bound.stream;
  return field != nullptr && !row_value.real && stream.time_column &&
         bound.fields[field->field] == &stream.columns[*stream.time_column];
}

struct CollectInto {
  const Collector& collector;
  const plan::Accumulator& accumulator;
  const Block& block;
  const BlockState& state;
  Id id;                                // the accumulator's
  const std::vector<KeyRange>* ranges;  // of a group

  template <typename Visit>
  void rows(const Words& mask, Visit visit) const {
    for_each_grouped(collector, accumulator.grouping, mask, block, state, visit);
  }

  GroupsOfRows groups() const { return collector.groups_of_rows(accumulator, state); }

  void operator()(const plan::CountRows& what, State& out) const {
    auto& counts = std::get<CountState>(out).counts;
    const Words& mask = state.masks[what.mask];
    if (!accumulator.grouping) {
      counts[0] += count_rows(mask, block.words());
      return;
    }
    const std::uint32_t* groups = state.groups[*accumulator.grouping].data();
    for_each_row(mask, block.words(), [&](std::uint32_t row) { ++counts[groups[row]]; });
  }

  void operator()(const plan::CollectValues& what, State& out) const {
    auto& groups = std::get<ValuesState>(out).groups;
    const ValueBlock& value = state.values[what.value];
    Words both(Words::Unwritten::yet);
    const Words& mask = selected(state.masks[what.mask], value, both);
    if (only_extremes(what) && is_sorted(collector.bound, what.value)) {
      if (!accumulator.grouping) return sorted_extremes(mask, value.integers, groups[0]);
      if (const BoundGrouping& grouping = collector.groupings[*accumulator.grouping]; has_few_groups(grouping))
        return rows_by_group(grouping, block, mask, [&](std::uint32_t group, const Words& rows_of) {
          sorted_extremes(rows_of, value.integers, groups[group]);
        });
    }
    if (ranges != nullptr && !what.sum && !what.extremes)
      return value.integers != nullptr ? keep(what, mask, value.integers, groups)
                                       : keep(what, mask, value.reals, groups);
    if (value.integers != nullptr) {
      with_keys(mask, value.integers, [&](std::span<const std::int64_t> keys, std::uint32_t group) {
        add_values(what, keys, groups[group]);
        if (what.sum) add_sum(keys, groups[group]);
      });
    } else {
      if (accumulator.grouping || what.extremes || keeps_keys(what)) {
        with_keys(mask, value.reals, [&](std::span<const std::int64_t> keys, std::uint32_t group) {
          add_values(what, keys, groups[group]);
        });
      } else {
        groups[0].known += count_rows(mask, block.words());
      }
      if (what.sum) sum_reals(mask, value.reals, std::get<ValuesState>(out));
    }
  }

  // Ranks alone are asked for: values outside of their group's range are counted and let go. The block has been
  // compared with a bound below the ranges, and most rows are not even looked at.
  template <typename Value>
  void keep(const plan::CollectValues& what, const Words& mask, const Value* values,
            std::vector<CollectedValues>& groups) const {
    const Words& candidates =
        collector.kept->takes_all(id) ? mask : state.candidates[what.value][collector.kept->bound_of(what.value, id)];
    if (accumulator.grouping)
      return keep_by_groups({collector.groupings[*accumulator.grouping], *ranges, collector.kept->whole[id],
                             collector.kept->least_low[id], block, mask, candidates},
                            values, groups);
    // Few rows are expected. Words without any are left out beforehand, for a loop that asks each word anew is guessed
    // wrong at most of those that have one; and whether a candidate is kept is a toss-up, at which no branch guesses.
    const KeyRange range = ranges->front();
    std::array<std::uint64_t, kBlockWords> some;
    std::array<std::uint32_t, kBlockWords> first_row;
    const Met met =
        bit_loops().meet(mask.word.data(), candidates.word.data(), block.words(), some.data(), first_row.data());
    std::array<std::int64_t, kBlockRows> keys;
    std::size_t count = 0, above = 0;
    for (std::size_t i = 0; i < met.words; ++i) {
      std::uint64_t rest = some[i];
      do {
        const std::int64_t key = order_key(values[first_row[i] + static_cast<std::uint32_t>(std::countr_zero(rest))]);
        keys[count] = key;
        const std::size_t beyond = key > range.high ? 1 : 0, short_of = key < range.low ? 1 : 0;
        count += 1 - (beyond | short_of);
        above += beyond;
        rest &= rest - 1;
      } while (rest != 0);
    }
    groups[0].known += met.rows_of_a;
    groups[0].below += met.rows_of_a - count - above;
    groups[0].keys.insert(groups[0].keys.end(), keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(count));
  }

  // The first and the last time of every population are asked for: no need to look at those between.
  void sorted_extremes(const Words& mask, const std::int64_t* values, CollectedValues& out) const {
    std::size_t first = 0, last = block.words();
    while (first < last && mask[first] == 0) ++first;
    if (first == last) return;
    while (mask[last - 1] == 0) --last;
    out.known += count_rows(mask, block.words());
    out.least =
        std::min(out.least, values[first * kWordBits + static_cast<std::size_t>(std::countr_zero(mask[first]))]);
    out.greatest = std::max(out.greatest,
                            values[last * kWordBits - 1 - static_cast<std::size_t>(std::countl_zero(mask[last - 1]))]);
  }

  // Calls take(order keys, group): with all of the block's at once where there is one group, else row by row.
  template <typename Value, typename Take>
  void with_keys(const Words& mask, const Value* values, Take take) const {
    if (accumulator.grouping)
      return rows(mask, [&](std::uint32_t row, std::uint32_t group) {
        const std::int64_t key = order_key(values[row]);
        take(std::span(&key, 1), group);
      });
    std::array<std::int64_t, kBlockRows> keys;
    std::size_t count = 0;
    for_each_row(mask, block.words(), [&](std::uint32_t row) { keys[count++] = order_key(values[row]); });
    if (count > 0) take(std::span(keys.data(), count), 0U);
  }

  void sum_reals(const Words& mask, const double* values, ValuesState& out) const {
    if (!accumulator.grouping) {
      Lanes lanes{};
      if (add_to_lanes(values, mask, block.words(), lanes.data()))
        out.groups[0].block_sums.push_back({block.index, sum_of_lanes(lanes)});
      return;
    }
    rows(mask, [&](std::uint32_t row, std::uint32_t group) { out.lanes.add(group, row, values[row]); });
    out.lanes.close(
        [&](std::uint32_t group, double sum) { out.groups[group].block_sums.push_back({block.index, sum}); });
  }

  void operator()(const plan::CountDistinct& what, State& out) const {
    const snapshot::Column* column = collector.bound.fields[what.field];
    if (column == nullptr) return;
    Words valid;
    valid_rows(*column, block, valid);
    Words both(Words::Unwritten::yet);
    const Words& mask = selected(state.masks[what.mask], valid, both);
    if (auto* texts = std::get_if<DistinctTexts>(&out)) {
      const snapshot::Chunk& chunk = column->chunks[block.batch];
      return rows(mask, [&](std::uint32_t row, std::uint32_t group) {
        texts->insert(group, text_at(chunk, block.offset + row));
      });
    }
    auto& codes = std::get<DistinctCodes>(out);
    if (column->physical == snapshot::Physical::bit) {
      Words truths;
      true_rows(*column, block, truths);
      return rows(mask, [&](std::uint32_t row, std::uint32_t group) {
        codes.insert(group, static_cast<std::uint32_t>(truths[row / kWordBits] >> (row % kWordBits) & 1U));
      });
    }
    rows(mask, [&](std::uint32_t row, std::uint32_t group) {
      codes.insert(group, value_at<std::uint32_t>(*column, block.batch, block.offset + row));
    });
  }

  void operator()(const plan::SumClusters& what, State& out) const {
    const Words& part = state.masks[what.part];
    const auto in_part = [&](std::uint32_t row) { return (part[row / kWordBits] >> (row % kWordBits) & 1U) != 0; };
    const snapshot::Column* column = what.field ? collector.bound.fields[*what.field] : collector.bound.time;
    Words valid;
    valid.fill(false);
    if (column != nullptr) valid_rows(*column, block, valid);
    const auto is_known = [&](std::uint32_t row) { return (valid[row / kWordBits] >> (row % kWordBits) & 1U) != 0; };
    if (auto* named = std::get_if<NamedClusters>(&out)) {
      const snapshot::Chunk& chunk = column->chunks[block.batch];
      return rows(state.masks[what.mask], [&](std::uint32_t row, std::uint32_t group) {
        if (is_known(row))
          named->add(group, text_at(chunk, block.offset + row), in_part(row));
        else
          named->add_nameless(group, in_part(row));
      });
    }
    auto& numbered = std::get<NumberedClusters>(out);
    rows(state.masks[what.mask], [&](std::uint32_t row, std::uint32_t group) {
      const std::uint64_t cluster =
          is_known(row) ? cluster_of(collector.bound, what, *column, block, row) : NumberedClusters::kNoCluster;
      numbered.add(group, cluster, in_part(row));
    });
  }

  void operator()(const plan::SumMoments& what, State& out) const {
    const ValueBlock& value = state.values[what.value];
    Words both(Words::Unwritten::yet);
    const Words& mask = selected(state.masks[what.mask], value, both);
    if (auto* integers = std::get_if<IntegerMoments>(&out))
      return rows(mask, [&](std::uint32_t row, std::uint32_t group) { integers->add(group, value.integers[row]); });
    auto& reals = std::get<RealMoments>(out);
    rows(mask, [&](std::uint32_t row, std::uint32_t group) { reals.add(group, row, value.reals[row]); });
    reals.close(block.index);
  }
  void operator()(const plan::ContrastValues&, State&) const {}  // made of two collections when all is collected

  void operator()(const plan::CountSeries& what, State& out) const {
    std::get<Series>(out).add(collector.bound, block, state.masks[what.mask], state.masks[what.part], groups());
  }
  void operator()(const plan::MomentSeries& what, State& out) const {
    const ValueBlock& value = state.values[what.value];
    Words both(Words::Unwritten::yet);
    const Words& mask = selected(state.masks[what.mask], value, both);
    std::get<MomentsOverTime>(out).add(collector.bound, block, mask, value, groups());
  }
  void operator()(const plan::RankSeries& what, State& out) const {
    const ValueBlock& value = state.values[what.value];
    Words both(Words::Unwritten::yet);
    const Words& mask = selected(state.masks[what.mask], value, both);
    std::get<RanksOverTime>(out).add(collector.bound, block, mask, value, groups());
  }
};

State empty_state(const Collector& collector, const plan::Accumulator& accumulator) {
  const std::size_t groups = collector.groups_of(accumulator);
  return plan::match(
      accumulator.what,
      [&](const plan::CountRows&) -> State { return CountState{std::vector<std::uint64_t>(groups + 1)}; },
      [&](const plan::CollectValues&) -> State {
        return ValuesState{std::vector<CollectedValues>(groups), BlockLanes(groups)};
      },
      [&](const plan::CountDistinct& what) -> State {
        const snapshot::Column* column = collector.bound.fields[what.field];
        if (column != nullptr && column->physical == snapshot::Physical::utf8) return DistinctTexts(groups);
        return DistinctCodes(groups, column == nullptr ? 0 : std::max(column->dictionary.size(), kDistinctTruths));
      },
      [&](const plan::SumClusters& what) -> State {
        const snapshot::Column* column = what.field ? collector.bound.fields[*what.field] : nullptr;
        if (column != nullptr && column->physical == snapshot::Physical::utf8) return NamedClusters(groups);
        return NumberedClusters(groups);
      },
      [&](const plan::SumMoments& what) -> State {
        if (collector.bound.scan->values[what.value].real) return RealMoments(groups, what.low, what.high);
        return IntegerMoments(groups, what.low, what.high);
      },
      [&](const plan::ContrastValues&) -> State { return ContrastState{}; },
      [&](const plan::CountSeries& what) -> State { return Series(collector.bound.grids[what.window], groups); },
      [&](const plan::MomentSeries& what) -> State {
        return MomentsOverTime(collector.bound.grids[what.window], groups, what,
                               collector.bound.scan->values[what.value].real);
      },
      [&](const plan::RankSeries& what) -> State {
        return RanksOverTime(collector.bound.grids[what.window], groups, collector.bound.scan->values[what.value].real);
      });
}

void append_values(ValuesState& into, ValuesState&& next) {
  for (std::size_t g = 0; g < into.groups.size(); ++g) {
    CollectedValues& a = into.groups[g];
    CollectedValues& b = next.groups[g];
    a.known += b.known;
    a.below += b.below;
    a.sum += b.sum;
    a.least = std::min(a.least, b.least);
    a.greatest = std::max(a.greatest, b.greatest);
    a.block_sums.insert(a.block_sums.end(), b.block_sums.begin(), b.block_sums.end());
    a.keys.insert(a.keys.end(), b.keys.begin(), b.keys.end());
    a.weights.insert(a.weights.end(), b.weights.begin(), b.weights.end());
  }
}

void add_counts(std::vector<std::uint64_t>& into, const std::vector<std::uint64_t>& next) {
  for (std::size_t i = 0; i < into.size(); ++i) into[i] += next[i];
}

}  // namespace

std::optional<Id> Collector::grouping_of(const plan::Accumulator& accumulator) const {
  const auto& grouping = accumulator.grouping;
  if (!grouping || !plan::window_of_series(accumulator)) return grouping;
  return plan::has_own_series(groupings[*grouping].keys.size()) ? grouping : std::nullopt;
}

std::size_t Collector::groups_of(const plan::Accumulator& accumulator) const {
  const std::optional<Id> grouping = grouping_of(accumulator);
  return grouping ? groupings[*grouping].keys.size() : 1;
}

GroupsOfRows Collector::groups_of_rows(const plan::Accumulator& accumulator, const BlockState& state) const {
  const std::optional<Id> grouping = grouping_of(accumulator);
  return grouping ? GroupsOfRows{state.groups[*grouping].data(), groupings[*grouping].none()} : GroupsOfRows{};
}

const snapshot::Column* summed_column(const BoundScan& bound, Id accumulator) {
  if (bound.weighted()) return nullptr;
  const plan::Accumulator& node = bound.scan->accumulators[accumulator];
  const auto* values = std::get_if<plan::CollectValues>(&node.what);
  if (values == nullptr || node.grouping || !values->sum || values->extremes || keeps_keys(*values)) return nullptr;
  const plan::RowValue& value = bound.scan->values[values->value];
  const auto* field = std::get_if<plan::FieldValue>(&value.node);
  const snapshot::Column* column = field == nullptr ? nullptr : bound.fields[field->field];
  return value.real && column != nullptr && column->physical == snapshot::Physical::f64 ? column : nullptr;
}

std::size_t add_whole_blocks(const BoundScan& bound, Id accumulator, std::span<const Block> blocks,
                             const BlockState& state, Partial& out) {
  const snapshot::Column& column = *summed_column(bound, accumulator);
  const auto& what = std::get<plan::CollectValues>(bound.scan->accumulators[accumulator].what);
  const auto& mask = state.masks[what.mask].word;
  const Block& first = blocks.front();
  if (first.rows != kBlockRows || column.chunks[first.batch].validity != nullptr) return 0;
  if (!std::all_of(mask.begin(), mask.end(), [](std::uint64_t word) { return word == ~std::uint64_t{0}; })) return 0;
  constexpr std::size_t kMostAtOnce = 16;  // whose lanes stay in the nearest cache
  std::array<Lanes, kMostAtOnce> lanes;
  CollectedValues& values = std::get<ValuesState>(out.states[accumulator]).groups[0];
  for (std::size_t done = 0; done < blocks.size(); done += kMostAtOnce) {
    const auto some = blocks.subspan(done, std::min(kMostAtOnce, blocks.size() - done));
    sum_blocks(values_of<double>(column, some.front()), some.size(), lanes.front().data());
    for (std::size_t i = 0; i < some.size(); ++i) {
      // When a value is NaN, its lane is.
      if (std::any_of(lanes[i].begin(), lanes[i].end(), [](double lane) { return std::isnan(lane); })) return done + i;
      values.known += kBlockRows;
      values.block_sums.push_back({some[i].index, sum_of_lanes(lanes[i])});
    }
  }
  return blocks.size();
}

bool looks_up_groups(const Collector& collector, Id accumulator) {
  const plan::Accumulator& node = collector.bound.scan->accumulators[accumulator];
  if (!node.grouping) return false;
  const auto* values = std::get_if<plan::CollectValues>(&node.what);
  return values == nullptr || collector.bound.weighted() || !only_extremes(*values) ||
         !is_sorted(collector.bound, values->value) || !has_few_groups(collector.groupings[*node.grouping]);
}

std::size_t kept_values(const Partial& partial) {
  std::size_t kept = 0;
  for (const State& state : partial.states)
    if (const auto* values = std::get_if<ValuesState>(&state))
      for (const CollectedValues& group : values->groups) kept += group.keys.size();
  return kept;
}

Partial empty_partial(const Collector& collector) {
  Partial partial;
  partial.undeclared.resize(collector.groupings.size());
  for (const plan::Accumulator& accumulator : collector.bound.scan->accumulators)
    partial.states.push_back(empty_state(collector, accumulator));
  return partial;
}

std::uint64_t cluster_of(const BoundScan& bound, const plan::SumClusters& what, const snapshot::Column& column,
                         const Block& block, std::uint32_t row) {
  if (what.field) return value_at<std::uint32_t>(column, block.batch, block.offset + row);
  const auto time = value_at<std::int64_t>(column, block.batch, block.offset + row);
  const auto age = static_cast<std::uint64_t>(*bound.as_of_ns) - static_cast<std::uint64_t>(time);
  return age / static_cast<std::uint64_t>(what.block_ns);
}

void collect(const Collector& collector, Id accumulator, const Block& block, const BlockState& state, Partial& out) {
  const plan::Accumulator& node = collector.bound.scan->accumulators[accumulator];
  if (collector.bound.weighted() && !std::holds_alternative<plan::CountDistinct>(node.what))
    return collect_weighted(collector, accumulator, block, state, out.states[accumulator]);
  const CollectInto into{collector, node, block, state, accumulator, collector.ranges_of(accumulator)};
  std::visit([&](const auto& what) { into(what, out.states[accumulator]); }, node.what);
}

static void count_event_times(const BoundScan& bound, const Block& block, const BlockState& state, Partial& out) {
  Words all;
  existing_rows(block, all);
  const std::uint64_t events = events_of(bound, block, all);
  out.untimed += events - events_of(bound, block, state.timed);
  out.future += events - events_of(bound, block, state.present);
}

void count_times(const BoundScan& bound, const Block& block, const BlockState& state, Partial& out) {
  if (!bound.scan->time_field || state.present_filled == BlockState::Filled::all) return;
  if (bound.weighted()) return count_event_times(bound, block, state, out);
  out.untimed += block.rows - count_rows(state.timed, block.words());
  out.future += block.rows - count_rows(state.present, block.words());
}

void count_undeclared(const Collector& collector, Id grouping, const Block& block, const BlockState& state,
                      Partial& out) {
  const std::uint32_t none = collector.groupings[grouping].none();
  const std::uint32_t* groups = state.groups[grouping].data();
  const std::uint64_t* weights = collector.bound.weighted() ? weights_of(collector.bound, block) : nullptr;
  for_each_row(state.masks[collector.bound.scan->groupings[grouping].universe], block.words(), [&](std::uint32_t row) {
    if (groups[row] == none) out.undeclared[grouping] += weights == nullptr ? 1 : weights[row];
  });
}

void append(Partial& into, Partial&& next) {
  into.future += next.future;
  into.untimed += next.untimed;
  add_counts(into.undeclared, next.undeclared);
  for (std::size_t i = 0; i < into.states.size(); ++i) append_state(into.states[i], std::move(next.states[i]));
}

void append_state(State& into, State&& next) {
  plan::match(
      into, [&](CountState& state) { add_counts(state.counts, std::get<CountState>(next).counts); },
      [&](ValuesState& state) { append_values(state, std::get<ValuesState>(std::move(next))); },
      [&](DistinctCodes& state) { state.unite(std::get<DistinctCodes>(next)); },
      [&](DistinctTexts& state) { state.unite(std::get<DistinctTexts>(std::move(next))); },
      [&](NumberedClusters& state) { state.unite(std::get<NumberedClusters>(next)); },
      [&](NamedClusters& state) { state.unite(std::get<NamedClusters>(next)); },
      [&](IntegerMoments& state) { state.append(std::get<IntegerMoments>(next)); },
      [&](RealMoments& state) { state.append(std::get<RealMoments>(std::move(next))); }, [](ContrastState&) {},
      [&](Series& state) { state.append(std::get<Series>(next)); },
      [&](MomentsOverTime& state) { state.append(std::get<MomentsOverTime>(std::move(next))); },
      [&](RanksOverTime& state) { state.append(std::get<RanksOverTime>(std::move(next))); });
}

}  // namespace proofmark::engine
