// Where the row parsers put what they find, and what they report back. A sink is either the typed columns of a piece
// (PartSink) or the notes from which types are inferred (InferSink); the parsers are compiled for both.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/plan/sum_check.h"
#include "runtime/snapshot/arrow_layout.h"
#include "runtime/snapshot/bad_rows.h"
#include "runtime/snapshot/cell.h"
#include "runtime/snapshot/column_part.h"

namespace proofmark::snapshot {

inline constexpr int kNoSlot = -1;

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
using SlotIndex = std::unordered_map<std::string, int, TextHash, std::equal_to<>>;

// The columns to read from a stream, fixed before its first row is read.
struct Layout {
  std::vector<ColumnPlan> columns;
  SlotIndex slots;              // JSON path or CSV header -> place in `columns`
  std::vector<int> cell_slots;  // CSV: for each cell of a record its slot or kNoSlot
  struct Check {
    plan::SumCheck said;
    std::vector<std::size_t> left, right;  // places in `columns`
  };
  std::vector<Check> checks;

  static Layout of(std::vector<ColumnPlan> columns, const std::vector<plan::SumCheck>& checks = {});
};

// The good rows of one piece.
struct ParsedPiece {
  std::uint32_t rows = 0;
  std::uint64_t lines = 0, bytes = 0;  // of its text
  std::vector<ColumnPart> columns;
  std::vector<bool> seen;  // a slot each: whether the piece named the column at all
  BadRows bad;
};

class PartSink {
 public:
  explicit PartSink(const Layout& layout);

  int slot_of(std::string_view path) const;
  CellProblem put(int slot, const Cell& cell) {
    return begin_slot(slot) ? piece_.columns[static_cast<std::size_t>(slot)].put(piece_.rows, cell)
                            : CellProblem::repeated;
  }

  // A row that names each slot once at most, as others before it did: begun, each value put, and put whole, which says
  // what slots those were. A value that does not suit its column is false, and the row then a bad one.
  void begin_alike() {
    if (piece_.rows >= room_) make_room();
  }
  // Whether whole numbers are put as such: then put_integer_alike of what has neither point nor exponent.
  bool takes_integers(int slot) const { return targets_[static_cast<std::size_t>(slot)].integers != nullptr; }
  bool put_integer_alike(int slot, bool negative, std::uint64_t magnitude, const Cell& cell) {
    const Target& target = targets_[static_cast<std::size_t>(slot)];
    return (target.integers != nullptr &&
            target.scale->scale_whole(negative, magnitude, target.integers[piece_.rows])) ||
           put(slot, cell) == CellProblem::none;
  }
  // Sixteen bytes of the text can be read.
  bool put_string_alike(int slot, const Cell& cell) {
    const Target& target = targets_[static_cast<std::size_t>(slot)];
    if (target.codes == nullptr || cell.text.size() > kMaximumText) return put(slot, cell) == CellProblem::none;
    target.codes[piece_.rows] = target.pool->code_of_padded(cell.text);
    return true;
  }
  void put_alike(const std::vector<int>& slots) {
    if (slots.size() == put_in_.size() && layout_->checks.empty()) {
      put_count_ = put_in_.size();
    } else {
      for (const int slot : slots) begin_slot(slot);
    }
  }
  // Of the row  // Of the row that was put: what does not add up in it. Nothing where a value is not known.
  std::optional<BadRow> misfit() const { return layout_->checks.empty() ? std::nullopt : first_misfit(); }
  void good_row() {  // columns that were not put are null
    if (put_count_ != put_in_.size()) put_nulls();
    ++piece_.rows;
    next_row();
  }
  void bad_row();
  const ColumnPlan& plan(int slot) const { return layout_->columns[static_cast<std::size_t>(slot)]; }
  ParsedPiece take();

 private:
  std::optional<BadRow> first_misfit() const;
  std::optional<Sums> sums_of(const Layout::Check& check) const;
  bool begin_slot(int slot) {  // false: the row has put it already
    std::uint32_t& put_in = put_in_[static_cast<std::size_t>(slot)];
    if (put_in == attempt_) return false;
    put_in = attempt_;
    ++put_count_;
    return true;
  }
  void next_row() {
    ++attempt_;
    put_count_ = 0;
  }
  void put_nulls();
  void make_room();

  // Where the values of a column go that are put alike; null: each must be looked at.
  struct Target {
    std::int64_t* integers = nullptr;
    const Scale* scale = nullptr;
    std::uint32_t* codes = nullptr;
    StringPool* pool = nullptr;
  };

  const Layout* layout_;
  ParsedPiece piece_;
  std::vector<std::uint32_t> put_in_;  // the number of the attempt that last put this slot
  std::uint32_t attempt_ = 1;          // rows tried, good and bad
  std::size_t put_count_ = 0;
  std::vector<Target> targets_;  // for `room_` rows
  std::uint32_t room_ = 0;
};

// A row that was read, which a check may refuse all the same.
template <typename Sink>
void take_row(Sink& sink, BadRows& bad, std::uint64_t line) {
  std::optional<BadRow> misfit = sink.misfit();
  if (!misfit) return sink.good_row();
  sink.bad_row();
  if (!bad.wants_detail()) return bad.add_unshown();
  misfit->line = line;
  bad.add(std::move(*misfit));
}

}  // namespace proofmark::snapshot
