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
    return begin_slot(slot) ? column(slot).put(piece_.rows, cell) : CellProblem::repeated;
  }
  // ColumnPart's.
  CellProblem put_integer(int slot, bool negative, std::uint64_t magnitude, std::string_view text) {
    return begin_slot(slot) ? column(slot).put_integer(piece_.rows, negative, magnitude, text) : CellProblem::repeated;
  }
  CellProblem put_text_of(int slot, std::string_view text) {
    return begin_slot(slot) ? column(slot).put_text_of(piece_.rows, text) : CellProblem::repeated;
  }
  // Of the row that was put: what does not add up in it. Nothing where a value is not known.
  std::optional<BadRow> misfit() const { return layout_->checks.empty() ? std::nullopt : first_misfit(); }
  void good_row() {  // columns that were not put are null
    if (put_count_ != put_in_.size()) put_nulls();
    ++piece_.rows;
    bad_row();
  }
  void bad_row() {
    ++attempt_;
    put_count_ = 0;
  }
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
  ColumnPart& column(int slot) { return piece_.columns[static_cast<std::size_t>(slot)]; }
  void put_nulls();

  const Layout* layout_;
  ParsedPiece piece_;
  std::vector<std::uint32_t> put_in_;  // the number of the attempt that last put this slot
  std::uint32_t attempt_ = 1;          // rows tried, good and bad
  std::size_t put_count_ = 0;
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
