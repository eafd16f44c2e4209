// Groups of rows first, then the accumulators that read them.
#include "runtime/engine/pass.h"

#include <algorithm>

#include "runtime/engine/kernels.h"
#include "runtime/engine/order_key.h"
#include "runtime/engine/order_statistics.h"
#include "runtime/engine/values.h"

namespace proofmark::engine {

using plan::Id;

Rest rest_of(const Collector& collector, const std::vector<bool>& counted,
             const std::vector<bool>& undeclared_counted) {
  const BoundScan& bound = collector.bound;
  const plan::Scan& scan = *bound.scan;
  const auto settled = [](const std::vector<bool>& list, Id id) { return !list.empty() && list[id]; };
  Rest rest;
  std::vector<bool> looked_up(scan.groupings.size()), looked_up_for_all(scan.groupings.size());
  for (Id id = 0; id < scan.groupings.size(); ++id) {
    const bool declared = !scan.fields[scan.groupings[id].field].declared.empty();
    looked_up[id] = declared && !settled(undeclared_counted, id);
    if (looked_up[id]) rest.undeclared.push_back(id);
  }
  for (Id id = 0; id < scan.accumulators.size(); ++id) {
    if (settled(counted, id) || std::holds_alternative<plan::ContrastValues>(scan.accumulators[id].what)) continue;
    if (summed_column(bound, id) != nullptr) {
      rest.sums.push_back(id);
      continue;
    }
    rest.accumulators.push_back(id);
    const bool ranks_alone = asks_for_ranks_alone(scan.accumulators[id]);
    if (ranks_alone) {
      const Id value = std::get<plan::CollectValues>(scan.accumulators[id].what).value;
      if (std::find(rest.values.begin(), rest.values.end(), value) == rest.values.end()) rest.values.push_back(value);
    }
    if (looks_up_groups(collector, id))
      (ranks_alone ? looked_up_for_all : looked_up)[*scan.accumulators[id].grouping] = true;
  }
  for (Id id = 0; id < scan.groupings.size(); ++id) {
    if (looked_up[id]) rest.groupings.push_back(id);
    if (looked_up_for_all[id] && !looked_up[id]) rest.groupings_of_all.push_back(id);
  }
  return rest;
}

namespace {

// candidates[value]: a superset is enough, so that the two zeros may be taken for one.
void find_candidates(std::int64_t bound, const Block& block, const ValueBlock& value, Words& out) {
  if (value.integers != nullptr) return rows_in_range(value.integers, block.rows, {bound, INT64_MAX, false}, out);
  rows_against(value.reals, block.rows, plan::Comparison::at_least, std::get<double>(number_of(bound, true)), out);
}

}  // namespace

void collect_rest(const Collector& collector, const Rest& rest, const Block& block, BlockState& state, Partial& out,
                  const LinesAhead* ahead) {
  if (collector.kept != nullptr)
    for (const Id id : rest.values) {
      const Kept::Bounds& bounds = collector.kept->bounds[id];
      find_candidates(bounds[0], block, state.values[id], state.candidates[id][0]);
      if (collector.kept->has_second(id)) find_candidates(bounds[1], block, state.values[id], state.candidates[id][1]);
    }
  for (const Id id : rest.groupings) group_rows(collector.groupings[id], block, state.groups[id].data());
  if (collector.kept == nullptr)
    for (const Id id : rest.groupings_of_all) group_rows(collector.groupings[id], block, state.groups[id].data());
  for (const Id id : rest.undeclared) count_undeclared(collector, id, block, state, out);
  for (std::size_t i = 0; i < rest.accumulators.size(); ++i) {
    collect(collector, rest.accumulators[i], block, state, out);
    if (ahead != nullptr) ahead->ask(i);
  }
  collect_sums(collector, rest, {&block, 1}, state, out);
}

void collect_sums(const Collector& collector, const Rest& rest, std::span<const Block> blocks, BlockState& state,
                  Partial& out) {
  for (const Id id : rest.sums)
    for (std::size_t done = 0; done < blocks.size(); ++done) {
      done += add_whole_blocks(collector.bound, id, blocks.subspan(done), state, out);
      if (done == blocks.size()) break;
      const auto& what = std::get<plan::CollectValues>(collector.bound.scan->accumulators[id].what);
      evaluate_value(collector.bound, what.value, blocks[done], state.values);
      collect(collector, id, blocks[done], state, out);
    }
}

}  // namespace proofmark::engine
