// Groups of rows first, then the accumulators that read them.
#include "runtime/engine/pass.h"

namespace proofmark::engine {

using plan::Id;

Rest rest_of(const plan::Scan& scan, const std::vector<bool>& counted, const std::vector<bool>& undeclared_counted) {
  const auto settled = [](const std::vector<bool>& list, Id id) { return !list.empty() && list[id]; };
  Rest rest;
  std::vector<bool> looked_up(scan.groupings.size());
  for (Id id = 0; id < scan.groupings.size(); ++id) {
    const bool declared = !scan.fields[scan.groupings[id].field].declared.empty();
    looked_up[id] = declared && !settled(undeclared_counted, id);
    if (looked_up[id]) rest.undeclared.push_back(id);
  }
  for (Id id = 0; id < scan.accumulators.size(); ++id) {
    if (settled(counted, id) || std::holds_alternative<plan::ContrastValues>(scan.accumulators[id].what)) continue;
    rest.accumulators.push_back(id);
    if (scan.accumulators[id].grouping) looked_up[*scan.accumulators[id].grouping] = true;
  }
  for (Id id = 0; id < scan.groupings.size(); ++id)
    if (looked_up[id]) rest.groupings.push_back(id);
  return rest;
}

void collect_rest(const Collector& collector, const Rest& rest, const Block& block, BlockState& state, Partial& out) {
  for (const Id id : rest.groupings) group_rows(collector.groupings[id], block, state.groups[id].data());
  for (const Id id : rest.undeclared) count_undeclared(collector, id, block, state, out);
  for (const Id id : rest.accumulators) collect(collector, id, block, state, out);
}

}  // namespace proofmark::engine
