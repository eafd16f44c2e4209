// What is left to do with a block once its masks are there; the same code for every engine.
#pragma once

#include <span>
#include <vector>

#include "runtime/engine/collect.h"
#include "runtime/engine/lines_ahead.h"

namespace proofmark::engine {

// By id, ascending; what a kernel has counted is not in it.
struct Rest {
  std::vector<plan::Id> accumulators;
  std::vector<plan::Id> sums;              // of stored doubles alone (summed_column): their values are not prepared
  std::vector<plan::Id> undeclared;        // groupings whose rows outside the declared values are to be counted
  std::vector<plan::Id> values;            // row values whose ranks are asked for, of all rows of a mask
  std::vector<plan::Id> groupings;         // groupings whose groups are to be looked up row by row, for the two above
  std::vector<plan::Id> groupings_of_all;  // the same, only where all values are kept: for ranks of groups
};

// Everything that the scan asks for, less the accumulators and groupings that are settled (empty: none is).
Rest rest_of(const Collector& collector, const std::vector<bool>& counted, const std::vector<bool>& undeclared_counted);

// Adds one block; `state` holds the masks and values that the rest reads. `ahead`, where there is one, is asked for
// meanwhile, a share an accumulator.
void collect_rest(const Collector& collector, const Rest& rest, const Block& block, BlockState& state, Partial& out,
                  const LinesAhead* ahead);
// Of it, the sums alone, for neighbouring blocks of one batch that all have the masks of `state`.
void collect_sums(const Collector& collector, const Rest& rest, std::span<const Block> blocks, BlockState& state,
                  Partial& out);

}  // namespace proofmark::engine
