// Groups of rows first, then the accumulators that read them.
#include "runtime/engine/pass.h"

namespace proofmark::engine {

using plan::Id;

Rest rest_of(const plan::Scan& scan, const std::vector<bool>& counted, const std::vector<bool>& undeclared_counted) {
  const auto settled = [](const std::vector<bool>& list, Id id) { return !list.empty() && list[id]; };
  Rest rest;
  rest.groupings.resize(scan.groupings.size());
  for (Id id = 0; id < scan.groupings.size(); ++id) {
    const bool declared = !scan.fields[scan.groupings[id].field].declared.empty();
    rest.undeclared.push_back(declared && !settled(undeclared_counted, id));
    rest.groupings[id] = rest.undeclared.back();
  }
  for (Id id = 0; id < scan.accumulators.size(); ++id) {
    rest.accumulators.push_back(!settled(counted, id));
    if (rest.accumulators.back() && scan.accumulators[id].grouping)
      rest.groupings[*scan.accumulators[id].grouping] = true;
  }
  return rest;
}

void collect_rest(const Collector& collector, const Rest& rest, const Block& block, BlockState& state, Partial& out) {
  for (Id id = 0; id < rest.groupings.size(); ++id) {
    if (rest.groupings[id]) group_rows(collector.groupings[id], block, state.groups[id].data());
    if (rest.undeclared[id]) count_undeclared(collector, id, block, state, out);
  }
  for (Id id = 0; id < rest.accumulators.size(); ++id)
    if (rest.accumulators[id]) collect(collector, id, block, state, out);
}

}  // namespace proofmark::engine
