// Ranks of each group of `for each`: of a block's rows only those are looked at whose value may be a wanted rank; the
// others are counted by group.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/engine/collect.h"

namespace proofmark::engine {

// Groups of which a sample says too little, so that all their values are kept.
WholeGroups whole_groups(const BoundGrouping& grouping, std::span<const KeyRange> ranges);

// Adds the rows of `mask`, all of whose values are known, to `out`, a list by group. `candidates` has every row whose
// value is not below the least of the ranges that have a lower end.
struct RowsOfGroups {
  const BoundGrouping& grouping;
  const std::vector<KeyRange>& ranges;
  const WholeGroups& whole;
  std::int64_t least_low;  // of the ranges that have one
  const Block& block;
  const Words &mask, &candidates;
};
void keep_by_groups(const RowsOfGroups& rows, const std::int64_t* values, std::vector<CollectedValues>& out);
void keep_by_groups(const RowsOfGroups& rows, const double* values, std::vector<CollectedValues>& out);

}  // namespace proofmark::engine
