// Groups of `for each`: which there are, and which one a row belongs to.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/engine/bind.h"
#include "runtime/plan/facts.h"

namespace proofmark::engine {

inline constexpr std::size_t kMostGroups = 65536;

// Groups are numbered in the order of their keys. Rows of no group (outside the declared values, or of a value that
// never occurs in the universe) have the number one past the last.
struct BoundGrouping {
  const snapshot::Column* column = nullptr;                 // null: every row is null
  std::vector<plan::GroupKey> keys;                         // by bytes, null first
  std::vector<std::uint32_t> group_of_code;                 // code_space(column) entries
  std::vector<std::optional<std::uint32_t>> code_of_group;  // nothing: that of nulls, or one that no row has
  std::uint32_t null_group = 0;

  std::uint32_t none() const { return static_cast<std::uint32_t>(keys.size()); }
};

// Declared values are taken as they are; otherwise the universe is scanned for what occurs. More than kMostGroups is
// an error (PM0607).
Result<std::vector<BoundGrouping>> find_groups(const BoundScan& bound, unsigned threads);

// out[row] = group, for the block's rows.
void group_rows(const BoundGrouping& grouping, const Block& block, std::uint32_t* out);

}  // namespace proofmark::engine
