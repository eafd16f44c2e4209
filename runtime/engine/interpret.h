// The interpreter: masks of one block, computed one operation after the other. The reference for every other engine.
#pragma once

#include <array>
#include <vector>

#include "runtime/engine/bind.h"
#include "runtime/engine/rows.h"
#include "runtime/engine/values.h"

namespace proofmark::engine {

// Which nodes of a scan a pass over the blocks must compute; closed over what they are made of. Ascending, so that what
// a node is made of comes before it.
struct Needs {
  std::vector<plan::Id> windows, values, atoms, masks;

  void window(plan::Id id);
  void value(const plan::Scan& scan, plan::Id id);
  void atom(const BoundScan& bound, plan::Id id);
  void mask(const BoundScan& bound, plan::Id id);
};

// What is known of one block. A thread fills one state again for every block.
struct BlockState {
  // What a mask holds where that is known without a look: of most blocks the zone map settles it, and it is that of
  // the block before.
  enum class Filled : std::uint8_t { somehow, all, none };

  Words present;                            // rows that take part: they exist and are not later than as_of
  Words timed;                              // rows that exist and have a time (all zero without a time field)
  Filled present_filled = Filled::somehow;  // all: all 4096 rows exist, take part and have a time if any has one
  std::vector<Words> windows, atoms, masks;
  std::vector<Filled> window_filled;
  std::vector<ValueBlock> values;
  std::vector<std::array<Words, 2>> candidates;    // a value: rows where it is not below either of Kept::bounds
  std::vector<std::vector<std::uint32_t>> groups;  // a grouping: the group of each row

  explicit BlockState(const plan::Scan& scan);
};

// present and timed.
void find_present(const BoundScan& bound, const Block& block, BlockState& state);
// windows[id], within `present`. The zone map settles most blocks without reading their times.
void find_window(const BoundScan& bound, plan::Id id, const Block& block, BlockState& state);
// atoms[id], within `present`; the values that it tests must be there.
void find_atom(const BoundScan& bound, plan::Id id, const Block& block, BlockState& state);

// Everything that `needs` names, `present` first.
void interpret(const BoundScan& bound, const Needs& needs, const Block& block, BlockState& state);
// The same where `present` is there already.
void interpret_within_present(const BoundScan& bound, const Needs& needs, const Block& block, BlockState& state);

// What the zone map, where there is one, says of the block's times.
enum class Reach : std::uint8_t { all, none, some };
Reach reach(const BoundScan& bound, const Block& block, const TimeRange& range);

}  // namespace proofmark::engine
