// Finding the groups of every grouping, in one pass over the blocks where a pass is needed.
#include "runtime/engine/groups.h"

#include <algorithm>
#include <numeric>

#include "runtime/engine/block_driver.h"
#include "runtime/engine/interpret.h"
#include "runtime/engine/kernels.h"

namespace proofmark::engine {
namespace {

using plan::Id;
using snapshot::Column;

const plan::Field& field_of(const BoundScan& bound, Id grouping) {
  return bound.scan->fields[bound.scan->groupings[grouping].field];
}

// Rows numbered by their codes themselves, nulls and whatever has no entry by the number past them.
BoundGrouping by_code(const Column* column) {
  BoundGrouping grouping;
  grouping.column = column;
  if (column == nullptr) return grouping;
  grouping.null_group = static_cast<std::uint32_t>(column->dictionary.size());
  grouping.group_of_code.assign(code_space(*column), grouping.null_group);
  std::iota(grouping.group_of_code.begin(), grouping.group_of_code.begin() + grouping.null_group, 0U);
  return grouping;
}

bool may_be_null(const Column* column) {
  return column == nullptr || std::any_of(column->chunks.begin(), column->chunks.end(),
                                          [](const snapshot::Chunk& chunk) { return chunk.nulls > 0; });
}

// The codes that occur in one grouping's universe; the entry past the codes is null's. Most dictionaries are small and
// seen whole after a few blocks: then there is nothing more to look for.
class Seen {
 public:
  explicit Seen(const Column* column)
      : codes_of_(by_code(column)),
        seen_(codes_of_.null_group + 1),
        left_(codes_of_.null_group + (may_be_null(column) ? 1 : 0)) {}

  bool complete() const { return left_ == 0; }
  void look(const Words& universe, const Block& block, std::vector<std::uint32_t>& codes) {
    group_rows(codes_of_, block, codes.data());
    for_each_row(universe, block.words(), [&](std::uint32_t row) {
      left_ -= seen_[codes[row]] == 0 ? 1 : 0;
      seen_[codes[row]] = 1;
    });
  }
  void unite(const Seen& other) {
    for (std::size_t code = 0; code < seen_.size(); ++code) seen_[code] |= other.seen_[code];
  }
  std::vector<plan::GroupKey> keys() const {
    std::vector<plan::GroupKey> keys;
    if (seen_.back() != 0) keys.emplace_back();
    for (std::size_t code = 0; code + 1 < seen_.size(); ++code)
      if (seen_[code] != 0) keys.emplace_back(std::string(codes_of_.column->dictionary[code]));
    std::sort(keys.begin(), keys.end());  // nothing orders before any text, and texts by bytes
    return keys;
  }

 private:
  BoundGrouping codes_of_;
  std::vector<std::uint8_t> seen_;
  std::size_t left_;  // entries that may still turn up
};

std::vector<Seen> see_run(const BoundScan& bound, const std::vector<Id>& groupings, BlockRun run) {
  Needs needs;
  std::vector<Seen> seen;
  for (const Id id : groupings) {
    needs.mask(bound, bound.scan->groupings[id].universe);
    seen.emplace_back(bound.fields[bound.scan->groupings[id].field]);
  }
  const auto complete = [](const Seen& one) { return one.complete(); };
  BlockState state(*bound.scan);
  std::vector<std::uint32_t> codes(kBlockRows);
  for (std::size_t b = run.begin; b < run.end && !std::all_of(seen.begin(), seen.end(), complete); ++b) {
    const Block& block = bound.blocks[b];
    interpret(bound, needs, block, state);
    for (std::size_t i = 0; i < groupings.size(); ++i)
      if (!seen[i].complete()) seen[i].look(state.masks[bound.scan->groupings[groupings[i]].universe], block, codes);
  }
  return seen;
}

// What occurs in the universes of `groupings`, in their order.
std::vector<Seen> see_all(const BoundScan& bound, const std::vector<Id>& groupings, unsigned threads) {
  auto partials =
      over_blocks(bound.blocks.size(), threads, [&](BlockRun run) { return see_run(bound, groupings, run); });
  std::vector<Seen> all = std::move(partials.front());
  for (std::size_t p = 1; p < partials.size(); ++p)
    for (std::size_t i = 0; i < all.size(); ++i) all[i].unite(partials[p][i]);
  return all;
}

// Numbers the codes by the keys, which are in order; codes without a key belong to no group.
void number_codes(BoundGrouping& grouping) {
  grouping.null_group = grouping.none();
  if (!grouping.keys.empty() && !grouping.keys.front()) grouping.null_group = 0;
  grouping.code_of_group.resize(grouping.keys.size());
  if (grouping.column == nullptr) return;
  grouping.group_of_code.assign(code_space(*grouping.column), grouping.none());
  for (std::uint32_t code = 0; code < grouping.column->dictionary.size(); ++code) {
    const plan::GroupKey key(std::string(grouping.column->dictionary[code]));
    const auto found = std::lower_bound(grouping.keys.begin(), grouping.keys.end(), key);
    if (found == grouping.keys.end() || *found != key) continue;
    const auto group = static_cast<std::uint32_t>(found - grouping.keys.begin());
    grouping.group_of_code[code] = group;
    grouping.code_of_group[group] = code;
  }
}

Diagnostic too_many(const BoundScan& bound, const plan::Field& field, std::size_t groups) {
  return plain_problem(
      "PM0607",
      "`for each " + field.name + "` over stream `" + bound.stream->name + "` would make " + std::to_string(groups) +
          " groups; at most " + std::to_string(kMostGroups) + " are judged",
      "group by a field with fewer values, or declare the values that matter: `" + field.name + " : label in { … }`");
}

}  // namespace

Result<std::vector<BoundGrouping>> find_groups(const BoundScan& bound, unsigned threads) {
  const auto& groupings = bound.scan->groupings;
  std::vector<BoundGrouping> result(groupings.size());
  std::vector<Id> undeclared;
  for (Id id = 0; id < groupings.size(); ++id) {
    const plan::Field& field = field_of(bound, id);
    result[id].column = bound.fields[groupings[id].field];
    result[id].keys.assign(field.declared.begin(), field.declared.end());
    if (field.declared.empty()) undeclared.push_back(id);
  }
  if (!undeclared.empty()) {
    const std::vector<Seen> seen = see_all(bound, undeclared, threads);
    for (std::size_t i = 0; i < undeclared.size(); ++i) result[undeclared[i]].keys = seen[i].keys();
  }
  for (Id id = 0; id < groupings.size(); ++id) {
    if (result[id].keys.size() > kMostGroups) return too_many(bound, field_of(bound, id), result[id].keys.size());
    number_codes(result[id]);
  }
  return result;
}

void group_rows(const BoundGrouping& grouping, const Block& block, std::uint32_t* out) {
  if (grouping.column == nullptr) return std::fill(out, out + block.rows, grouping.null_group);
  look_up_codes(*grouping.column, block, grouping.group_of_code, out);
  Words valid;
  valid_rows(*grouping.column, block, valid);
  for (std::size_t w = 0; w < block.words(); ++w)
    for (std::uint64_t nulls = ~valid[w]; nulls != 0; nulls &= nulls - 1) {
      const std::size_t row = w * kWordBits + static_cast<std::size_t>(std::countr_zero(nulls));
      if (row < block.rows) out[row] = grouping.null_group;
    }
}

}  // namespace proofmark::engine
