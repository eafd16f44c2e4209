// Accumulators: what a scan keeps of the rows that its masks select.
//
// A partial holds the accumulators' states after a run of blocks; states of neighbouring runs merge, in block order,
// without a trace of where the cut was: counts and integer sums add exactly, sets unite, values and block sums are
// appended. Every engine fills partials through this file, except that native code may have counted already.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "runtime/engine/clusters.h"
#include "runtime/engine/distinct.h"
#include "runtime/engine/groups.h"
#include "runtime/engine/interpret.h"
#include "runtime/engine/moments.h"
#include "runtime/engine/moments_over_time.h"
#include "runtime/engine/ranks_over_time.h"
#include "runtime/engine/real_sum.h"
#include "runtime/engine/series.h"
#include "runtime/plan/facts.h"

namespace proofmark::engine {

struct CountState {
  std::vector<std::uint64_t> counts;  // a group, and one more for rows of no group
};

struct CollectedValues {
  std::uint64_t known = 0;
  plan::Int128 sum = 0;                                  // of integers
  std::vector<BlockSum> block_sums;                      // of reals, ascending by block
  std::int64_t least = INT64_MAX, greatest = INT64_MIN;  // order keys
  std::vector<std::uint64_t> weights;                    // of `keys`, in a scan with a weight
  std::vector<std::int64_t> keys;  // order keys, only where ranks or distinct values are asked for: of the values that
                                   // are kept (Kept), which are all unless something else is said
  std::uint64_t below = 0;         // values under those that are kept
};
struct ValuesState {
  std::vector<CollectedValues> groups;
  BlockLanes lanes;  // empty between blocks
};

struct ContrastState {};  // nothing by itself

using State = std::variant<CountState, ValuesState, DistinctCodes, DistinctTexts, NumberedClusters, NamedClusters,
                           IntegerMoments, RealMoments, ContrastState, Series, MomentsOverTime, RanksOverTime>;

struct Partial {
  std::uint64_t future = 0, untimed = 0;
  std::vector<std::uint64_t> undeclared;  // a grouping
  std::vector<State> states;              // an accumulator
};

// Which values are kept of those whose ranks alone matter (order_statistics.h).
struct KeyRange {
  std::int64_t low = INT64_MIN, high = INT64_MAX;
};
// Of a grouping, the groups of which all values are kept: by code, code_space(column) entries, and the nulls'.
struct WholeGroups {
  bool any = false, of_nulls = false;
  std::vector<std::uint8_t> member;
};
struct Kept {
  // Rows that are worth a look are found for all accumulators of a value together, by two bounds: the range of a small
  // population, of which a sample says little, begins far below that of a large one, and most of the large one's rows
  // would be looked at for nothing. Ascending; no accumulator's least low is below the first, unless it has none and
  // takes all of its rows.
  using Bounds = std::array<std::int64_t, 2>;

  std::vector<std::vector<KeyRange>> ranges;  // an accumulator, a group; empty: all values are kept
  std::vector<Bounds> bounds;                 // a row value
  std::vector<std::int64_t> least_low;        // an accumulator: of its ranges; with groups, of those that have a low
  std::vector<WholeGroups> whole;             // an accumulator with groups

  bool has_second(plan::Id value) const { return bounds[value][1] > bounds[value][0]; }
  bool takes_all(plan::Id accumulator) const { return least_low[accumulator] == INT64_MIN; }
  // Otherwise, which of the value's bounds finds all that lies in its ranges.
  std::size_t bound_of(plan::Id value, plan::Id accumulator) const {
    return has_second(value) && least_low[accumulator] >= bounds[value][1] ? 1 : 0;
  }
};

// How an accumulator's rows are divided: without a grouping there is one group of all rows.
struct Collector {
  const BoundScan& bound;
  const std::vector<BoundGrouping>& groupings;
  const Kept* kept = nullptr;  // null: all values are

  const std::vector<KeyRange>* ranges_of(plan::Id accumulator) const {
    return kept == nullptr || kept->ranges[accumulator].empty() ? nullptr : &kept->ranges[accumulator];
  }
  // By which its results are divided: a series is not by more groups than have each its own.
  std::optional<plan::Id> grouping_of(const plan::Accumulator& accumulator) const;
  std::size_t groups_of(const plan::Accumulator& accumulator) const;
  // The groups of a block's rows, which `state` holds.
  GroupsOfRows groups_of_rows(const plan::Accumulator& accumulator, const BlockState& state) const;
};

// The stored doubles of which an accumulator wants nothing but the sum, over all rows of a mask; null: it wants more.
const snapshot::Column* summed_column(const BoundScan& bound, plan::Id accumulator);

// Whether `collect` reads the groups of the accumulator's rows from the state, where all values are kept.
bool looks_up_groups(const Collector& collector, plan::Id accumulator);

// How many values are kept to be ranked.
std::size_t kept_values(const Partial& partial);

// Adds neighbouring blocks of one batch, all with the masks of `state`, to the sum without a look at each value. How
// many it has added: it stops before one of which a row is not selected or has no number.
std::size_t add_whole_blocks(const BoundScan& bound, plan::Id accumulator, std::span<const Block> blocks,
                             const BlockState& state, Partial& out);

Partial empty_partial(const Collector& collector);

// Adds one block to one accumulator; `state` holds the masks, values and groups of rows that it reads.
void collect(const Collector& collector, plan::Id accumulator, const Block& block, const BlockState& state,
             Partial& out);
// Adds the block's future and untimed rows.
void count_times(const BoundScan& bound, const Block& block, const BlockState& state, Partial& out);
// The number of the cluster of a row whose cluster is known: a label's code, or whole blocks of time before as_of.
std::uint64_t cluster_of(const BoundScan& bound, const plan::SumClusters& what, const snapshot::Column& column,
                         const Block& block, std::uint32_t row);
// Adds the block's rows outside the declared values of a grouping.
void count_undeclared(const Collector& collector, plan::Id grouping, const Block& block, const BlockState& state,
                      Partial& out);

// `next` comes right after `into` in block order.
void append(Partial& into, Partial&& next);
void append_state(State& into, State&& next);

}  // namespace proofmark::engine
