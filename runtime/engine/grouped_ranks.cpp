// Few groups are counted by comparing codes, 64 rows at a time; many row by row.
#include "runtime/engine/grouped_ranks.h"

#include <algorithm>
#include <array>

#include "runtime/engine/column_values.h"
#include "runtime/engine/kernels.h"
#include "runtime/engine/order_key.h"
#include "runtime/engine/rows_by_group.h"

namespace proofmark::engine {
namespace {

std::uint32_t group_of(const RowsOfGroups& rows, std::uint32_t row) {
  const snapshot::Column* column = rows.grouping.column;
  if (column == nullptr) return rows.grouping.null_group;
  const std::uint64_t place = rows.block.offset + row;
  if (!is_valid(column->chunks[rows.block.batch], place)) return rows.grouping.null_group;
  return rows.grouping.group_of_code[value_at<std::uint32_t>(*column, rows.block.batch, place)];
}

// Counts rows as values of their groups that are below what is kept, until something else is found of them.
void count_all(const RowsOfGroups& rows, std::vector<CollectedValues>& out) {
  const auto count = [&](std::uint32_t group, std::uint64_t known) {
    out[group].known += known;
    out[group].below += known;
  };
  if (has_few_groups(rows.grouping))
    return rows_by_group(rows.grouping, rows.block, rows.mask, [&](std::uint32_t group, const Words& of_group) {
      count(group, count_rows(of_group, rows.block.words()));
    });
  for_each_row(rows.mask, rows.block.words(), [&](std::uint32_t row) {
    if (const std::uint32_t group = group_of(rows, row); group != rows.grouping.none()) count(group, 1);
  });
}

// Rows of groups of which all is kept are candidates whatever their value.
Words candidates_of(const RowsOfGroups& rows) {
  if (!rows.whole.any) return both(rows.mask, rows.candidates);
  const snapshot::Column* column = rows.grouping.column;
  if (column == nullptr) return rows.mask;
  Words found(Words::Unwritten::yet), valid(Words::Unwritten::yet);
  rows_with_code(*column, rows.block, rows.whole.member, found);
  valid_rows(*column, rows.block, valid);
  for (std::size_t w = 0; w < kBlockWords; ++w)
    found[w] = rows.mask[w] & (rows.candidates[w] | (found[w] & valid[w]) | (rows.whole.of_nulls ? ~valid[w] : 0));
  return found;
}

// What the bounds of others let through is sorted out first, without a branch: it may be most.
template <typename Value>
void keep(const RowsOfGroups& rows, const Value* values, std::vector<CollectedValues>& out) {
  count_all(rows, out);
  std::array<std::uint32_t, kBlockRows> places;
  std::array<std::int64_t, kBlockRows> keys;
  std::size_t count = 0;
  const std::int64_t least = rows.whole.any ? INT64_MIN : rows.least_low;
  for_each_row(candidates_of(rows), rows.block.words(), [&](std::uint32_t row) {
    places[count] = row;
    keys[count] = order_key(values[row]);
    count += keys[count] >= least ? 1 : 0;
  });
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t group = group_of(rows, places[i]);
    if (group == rows.grouping.none()) continue;
    const KeyRange range = rows.ranges[group];
    if (keys[i] < range.low) continue;
    --out[group].below;
    if (keys[i] <= range.high) out[group].keys.push_back(keys[i]);
  }
}

}  // namespace

WholeGroups whole_groups(const BoundGrouping& grouping, std::span<const KeyRange> ranges) {
  const auto is_whole = [&](std::uint32_t group) { return group != grouping.none() && ranges[group].low == INT64_MIN; };
  WholeGroups whole;
  for (const std::uint32_t group : grouping.group_of_code) whole.member.push_back(is_whole(group) ? 1 : 0);
  whole.of_nulls = is_whole(grouping.null_group);
  whole.any = whole.of_nulls || std::find(whole.member.begin(), whole.member.end(), 1) != whole.member.end();
  return whole;
}

void keep_by_groups(const RowsOfGroups& rows, const std::int64_t* values, std::vector<CollectedValues>& out) {
  keep(rows, values, out);
}
void keep_by_groups(const RowsOfGroups& rows, const double* values, std::vector<CollectedValues>& out) {
  keep(rows, values, out);
}

}  // namespace proofmark::engine
