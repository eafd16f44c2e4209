// A block's rows divided among few groups, by words: 64 rows of one code are found by one comparison, so that nobody
// has to look up the group of each row.
#pragma once

#include "runtime/engine/groups.h"
#include "runtime/engine/kernels.h"

namespace proofmark::engine {

inline bool has_few_groups(const BoundGrouping& grouping) {
  constexpr std::size_t kFewGroups = 32;
  return grouping.keys.size() <= kFewGroups;
}

inline Words both(const Words& a, const Words& b) {
  Words made(Words::Unwritten::yet);
  for (std::size_t w = 0; w < kBlockWords; ++w) made[w] = a[w] & b[w];
  return made;
}

// visit(group, its rows of the mask), group by group, whether it has rows or not; rows of no group are left out.
template <typename Visit>
void rows_by_group(const BoundGrouping& grouping, const Block& block, const Words& mask, Visit visit) {
  const bool nulls_are_one = grouping.null_group != grouping.none();
  if (grouping.column == nullptr) {
    if (nulls_are_one) visit(grouping.null_group, mask);
    return;
  }
  Words valid(Words::Unwritten::yet), has_code(Words::Unwritten::yet);
  valid_rows(*grouping.column, block, valid);
  const Words known = both(mask, valid);
  if (nulls_are_one) {
    for (std::size_t w = 0; w < kBlockWords; ++w) valid[w] = ~valid[w];
    visit(grouping.null_group, both(mask, valid));
  }
  for (std::uint32_t group = 0; group < grouping.code_of_group.size(); ++group) {
    const auto& code = grouping.code_of_group[group];
    if (!code) continue;
    rows_in_range(*grouping.column, block, {*code, *code, false}, has_code);
    visit(group, both(known, has_code));
  }
}

}  // namespace proofmark::engine
