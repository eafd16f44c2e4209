// The times for which everything stays as it is for one block; then neighbours, as long as the zone map keeps to them.
#include "runtime/engine/alike.h"

namespace proofmark::engine {
namespace {

using plan::Id;
using Filled = BlockState::Filled;

bool is_settled(const KernelProgram& program, const BlockState& state) {
  if (state.present_filled != Filled::all) return false;
  return std::all_of(program.prepared.windows.begin(), program.prepared.windows.end(),
                     [&](Id window) { return state.window_filled[window] != Filled::somehow; });
}

// Times that take part, and lie in the same windows as those from `from` on.
void cut_to_windows(const BoundScan& bound, const KernelProgram& program, const BlockState& state, std::int64_t from,
                    TimeSpan& span) {
  span.cut(INT64_MIN, *bound.as_of_ns);
  for (const Id id : program.prepared.windows) {
    const TimeRange& window = bound.windows[id];
    if (state.window_filled[id] == Filled::all) {
      span.cut(window.first, window.last);
    } else if (from < window.first) {
      span.cut(INT64_MIN, window.first - 1);
    } else if (window.last < from) {
      span.cut(window.last + 1, INT64_MAX);
    }
  }
}

bool is_neighbour(const Block& block, const Block& next) {
  return next.batch == block.batch && next.offset == block.offset + kBlockRows && next.rows == kBlockRows;
}

}  // namespace

bool counts_alone(const KernelProgram& program, const Rest& rest) {
  return program.outputs.empty() && program.prepared.atoms.empty() && program.prepared.values.empty() &&
         rest.accumulators.empty() && rest.sums.empty() && rest.undeclared.empty();
}

bool sums_alone(const KernelProgram& program, const Rest& rest) {
  return program.columns.empty() && program.prepared.atoms.empty() && program.prepared.values.empty() &&
         rest.accumulators.empty() && rest.undeclared.empty() && rest.groupings.empty() &&
         rest.groupings_of_all.empty() && !rest.sums.empty();
}

std::size_t alike_from(const BoundScan& bound, const KernelProgram& program, const BlockState& state,
                       const TimeSpan& steps, std::size_t first, std::size_t end) {
  if (bound.blocks[first].rows != kBlockRows) return 0;
  const bool zoned = bound.scan->time_field && bound.zoned;
  if (!program.times_inside && !is_settled(program, state)) return 0;
  TimeSpan span = steps;
  if (zoned) cut_to_windows(bound, program, state, *bound.stream->zones[bound.blocks[first].index].minimum, span);
  std::size_t next = first + 1;
  for (; next < end && is_neighbour(bound.blocks[next - 1], bound.blocks[next]); ++next) {
    if (!zoned) continue;
    const snapshot::Zone& zone = bound.stream->zones[bound.blocks[next].index];
    if (!span.holds(*zone.minimum, *zone.maximum)) break;
  }
  return next - first;
}

}  // namespace proofmark::engine
