// Masks of a block: presence, windows, atoms, then the logic between them.
#include "runtime/engine/interpret.h"

#include <re2/re2.h>

#include <algorithm>
#include <utility>

#include "runtime/engine/column_values.h"
#include "runtime/engine/kernels.h"
#include "runtime/engine/rows_where.h"
#include "runtime/engine/weights.h"
#include "runtime/plan/match.h"

namespace proofmark::engine {
namespace {

using plan::Id;
using snapshot::Column;

constexpr std::size_t kFewCodes = 4;  // so many compares of all rows cost less than a look-up of each

template <typename Combine>
void combine(const Words& a, const Words& b, Words& out, Combine bits) {
  for (std::size_t w = 0; w < kBlockWords; ++w) out[w] = bits(a[w], b[w]);
}

void keep(Words& mask, const Words& only) {
  combine(mask, only, mask, [](auto a, auto b) { return a & b; });
}

// Rows whose time lies in the range, and those without a time if it says so; bits past the block's end unspecified.
void rows_in_time(const BoundScan& bound, const Block& block, const TimeRange& range, const Words& timed, Words& out) {
  if (bound.time == nullptr) return out.fill(range.untimed);
  switch (reach(bound, block, range)) {
    case Reach::all:
      out = timed;
      break;
    case Reach::none:
      out.fill(false);
      break;
    case Reach::some:
      rows_in_range(*bound.time, block, {range.first, range.last, false}, out);
      keep(out, timed);
      break;
  }
  if (range.untimed) combine(out, timed, out, [](auto in, auto has_time) { return in | ~has_time; });
}

// Rows for which the atom's question has an answer, and those for which the answer is yes.
struct Answer {
  Words known, yes;
};

void field_known(const Column& column, const Block& block, Words& out) {
  valid_rows(column, block, out);
  if (column.physical != snapshot::Physical::f64) return;
  Words numbers;
  rows_not_nan(values_of<double>(column, block), block.rows, numbers);
  keep(out, numbers);
}

template <typename Test>
void rows_with_text(const Column& column, const Block& block, Words& out, Test test) {
  const snapshot::Chunk& chunk = column.chunks[block.batch];
  rows_where(block.rows, out, [&](std::uint32_t i) {
    return is_valid(chunk, block.offset + i) && test(text_at(chunk, block.offset + i));
  });
}

struct AtomTest {
  const BoundScan& bound;
  const Block& block;
  const std::vector<ValueBlock>& values;
  Answer& out;

  void operator()(const NeverKnown&) const {
    out.known.fill(false);
    out.yes.fill(false);
  }
  void operator()(const FieldInRange& test) const {
    valid_rows(*bound.fields[test.field], block, out.known);
    rows_in_range(*bound.fields[test.field], block, test.range, out.yes);
  }
  void operator()(const InRange& test) const {
    out.known = values[test.value].known;
    rows_in_range(values[test.value].integers, block.rows, test.range, out.yes);
  }
  void operator()(const AgainstReal& test) const {
    out.known = values[test.value].known;
    rows_against(values[test.value].reals, block.rows, test.op, test.bound, out.yes);
  }
  void operator()(const AgainstValue& test) const {
    const ValueBlock &left = values[test.left], &right = values[test.right];
    combine(left.known, right.known, out.known, [](auto a, auto b) { return a & b; });
    if (left.integers != nullptr && right.integers != nullptr)
      return rows_against(left.integers, right.integers, block.rows, test.op, out.yes);
    std::vector<double> left_memory, right_memory;
    rows_against(as_doubles(left, block, left_memory), as_doubles(right, block, right_memory), block.rows, test.op,
                 out.yes);
  }
  void operator()(const HasCode& test) const {
    valid_rows(*bound.fields[test.field], block, out.known);
    if (test.codes.size() <= kFewCodes) return rows_with_one_of(*bound.fields[test.field], block, test.codes, out.yes);
    rows_with_code(*bound.fields[test.field], block, test.member, out.yes);
  }
  void operator()(const TextIsOneOf& test) const {
    valid_rows(*bound.fields[test.field], block, out.known);
    rows_with_text(*bound.fields[test.field], block, out.yes, [&](std::string_view text) {
      return std::binary_search(test.values->begin(), test.values->end(), text);
    });
  }
  void operator()(const TextMatches& test) const {
    valid_rows(*bound.fields[test.field], block, out.known);
    rows_with_text(*bound.fields[test.field], block, out.yes, [&](std::string_view text) {
      return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *test.pattern);
    });
  }
  void operator()(const BooleanIsTrue& test) const {
    valid_rows(*bound.fields[test.field], block, out.known);
    true_rows(*bound.fields[test.field], block, out.yes);
  }
  void operator()(const ValueIsKnown& test) const {
    out.known.fill(true);
    out.yes.fill(false);
    if (bound.fields[test.field] != nullptr) field_known(*bound.fields[test.field], block, out.yes);
  }
};

void find_mask(const BoundScan& bound, Id id, BlockState& state) {
  Words& out = state.masks[id];
  plan::match(
      bound.scan->masks[id], [&](const plan::InWindow& node) { out = state.windows[node.window]; },
      [&](const plan::AtomHolds& node) { out = state.atoms[node.atom]; },
      [&](const plan::Both& node) {
        combine(state.masks[node.left], state.masks[node.right], out, [](auto a, auto b) { return a & b; });
      },
      [&](const plan::Either& node) {
        combine(state.masks[node.left], state.masks[node.right], out, [](auto a, auto b) { return a | b; });
      },
      [&](const plan::Except& node) {
        combine(state.masks[node.left], state.masks[node.right], out, [](auto a, auto b) { return a & ~b; });
      });
}

}  // namespace

// Adds the id at its place; false when it is there already.
static bool insert(std::vector<Id>& ids, Id id) {
  const auto place = std::lower_bound(ids.begin(), ids.end(), id);
  if (place != ids.end() && *place == id) return false;
  ids.insert(place, id);
  return true;
}

void Needs::window(Id id) {
  insert(windows, id);
}

void Needs::value(const plan::Scan& scan, Id id) {
  if (!insert(values, id)) return;
  if (const auto* node = std::get_if<plan::ComputedValue>(&scan.values[id].node)) {
    value(scan, node->left);
    if (node->operation != plan::Arithmetic::negate) value(scan, node->right);
  }
}

void Needs::atom(const BoundScan& bound, Id id) {
  insert(atoms, id);
  const auto& test = bound.atoms[id].test;
  if (const auto* range = std::get_if<InRange>(&test)) value(*bound.scan, range->value);
  if (const auto* real = std::get_if<AgainstReal>(&test)) value(*bound.scan, real->value);
  if (const auto* pair = std::get_if<AgainstValue>(&test)) {
    value(*bound.scan, pair->left);
    value(*bound.scan, pair->right);
  }
}

void Needs::mask(const BoundScan& bound, Id id) {
  if (!insert(masks, id)) return;
  const auto both = [&](Id left, Id right) {
    mask(bound, left);
    mask(bound, right);
  };
  plan::match(
      bound.scan->masks[id], [&](const plan::InWindow& node) { window(node.window); },
      [&](const plan::AtomHolds& node) { atom(bound, node.atom); },
      [&](const plan::Both& node) { both(node.left, node.right); },
      [&](const plan::Either& node) { both(node.left, node.right); },
      [&](const plan::Except& node) { both(node.left, node.right); });
}

BlockState::BlockState(const plan::Scan& scan)
    : windows(scan.windows.size()),
      atoms(scan.atoms.size()),
      masks(scan.masks.size()),
      window_filled(scan.windows.size(), Filled::somehow),
      values(scan.values.size()),
      candidates(scan.values.size()),
      groups(scan.groupings.size(), std::vector<std::uint32_t>(kBlockRows)) {}

Reach reach(const BoundScan& bound, const Block& block, const TimeRange& range) {
  if (!bound.zoned) return Reach::some;
  const snapshot::Zone& zone = bound.stream->zones[block.index];
  if (!zone.minimum || !zone.maximum) return Reach::none;
  if (range.first <= *zone.minimum && *zone.maximum <= range.last) return Reach::all;
  return *zone.maximum < range.first || range.last < *zone.minimum ? Reach::none : Reach::some;
}

// Whether every one of 4096 rows takes part and, where rows have times, has one.
static bool all_present(const BoundScan& bound, const Block& block) {
  if (block.rows != kBlockRows || bound.weighted()) return false;
  if (!bound.scan->time_field) return true;
  return bound.time != nullptr && bound.time->chunks[block.batch].validity == nullptr &&
         reach(bound, block, {INT64_MIN, *bound.as_of_ns, true}) == Reach::all;
}

void find_present(const BoundScan& bound, const Block& block, BlockState& state) {
  using Filled = BlockState::Filled;
  if (all_present(bound, block)) {
    if (state.present_filled == Filled::all) return;
    state.present.fill(true);
    state.timed.fill(bound.scan->time_field.has_value());
    state.present_filled = Filled::all;
    return;
  }
  state.present_filled = Filled::somehow;
  existing_rows(block, state.present);
  if (bound.weighted()) leave_out_weightless(bound, block, state.present);
  state.timed.fill(false);
  if (!bound.scan->time_field) return;
  if (bound.time != nullptr) valid_rows(*bound.time, block, state.timed);
  keep(state.timed, state.present);
  Words in_time;
  rows_in_time(bound, block, {INT64_MIN, *bound.as_of_ns, true}, state.timed, in_time);
  keep(state.present, in_time);
}

// Where all rows are present, the zone map may settle the window as a whole.
static BlockState::Filled settled(const BoundScan& bound, Id id, const Block& block, const BlockState& state) {
  using Filled = BlockState::Filled;
  if (state.present_filled != Filled::all) return Filled::somehow;
  const TimeRange& range = bound.windows[id];
  if (bound.time == nullptr) return range.untimed ? Filled::all : Filled::none;
  switch (reach(bound, block, range)) {
    case Reach::all:
      return Filled::all;
    case Reach::none:
      return Filled::none;
    case Reach::some:
      break;
  }
  return Filled::somehow;
}

void find_window(const BoundScan& bound, Id id, const Block& block, BlockState& state) {
  using Filled = BlockState::Filled;
  const Filled before = std::exchange(state.window_filled[id], settled(bound, id, block, state));
  const Filled filled = state.window_filled[id];
  if (filled != Filled::somehow) {
    if (filled != before) state.windows[id].fill(filled == Filled::all);
    return;
  }
  rows_in_time(bound, block, bound.windows[id], state.timed, state.windows[id]);
  keep(state.windows[id], state.present);
}

void find_atom(const BoundScan& bound, Id id, const Block& block, BlockState& state) {
  Answer answer;
  std::visit(AtomTest{bound, block, state.values, answer}, bound.atoms[id].test);
  if (bound.atoms[id].negated) combine(answer.yes, answer.yes, answer.yes, [](auto yes, auto) { return ~yes; });
  combine(answer.known, answer.yes, state.atoms[id], [](auto known, auto yes) { return known & yes; });
  keep(state.atoms[id], state.present);
}

void interpret(const BoundScan& bound, const Needs& needs, const Block& block, BlockState& state) {
  find_present(bound, block, state);
  interpret_within_present(bound, needs, block, state);
}

void interpret_within_present(const BoundScan& bound, const Needs& needs, const Block& block, BlockState& state) {
  for (const Id id : needs.windows) find_window(bound, id, block, state);
  for (const Id id : needs.values) evaluate_value(bound, id, block, state.values);
  for (const Id id : needs.atoms) find_atom(bound, id, block, state);
  for (const Id id : needs.masks) find_mask(bound, id, state);
}

}  // namespace proofmark::engine
