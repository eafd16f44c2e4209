// Types from values, for files that no policy describes. Every value of a column is looked at before its type is
// chosen, so a type never depends on how far one looked.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/snapshot/row_sink.h"

namespace proofmark::snapshot {

inline constexpr std::size_t kMaximumColumns = 1024;

// What the values of a column were, in good rows only.
struct ColumnNotes {
  std::string name;
  std::uint8_t kinds = 0;  // bits of infer.cpp's Seen
};

class InferSink {
 public:
  InferSink() = default;
  explicit InferSink(const std::vector<std::string>& header);  // CSV: the columns are known

  int slot_of(std::string_view path);  // adds the column
  CellProblem put(int slot, const Cell& cell);
  static void begin_alike() {}
  static bool takes_integers(int /*slot*/) { return false; }
  bool put_integer_alike(int slot, bool /*negative*/, std::uint64_t /*magnitude*/, const Cell& cell) {
    return put(slot, cell) == CellProblem::none;
  }
  bool put_string_alike(int slot, const Cell& cell) { return put(slot, cell) == CellProblem::none; }
  static void put_alike(const std::vector<int>& /*slots*/) {}
  static std::optional<BadRow> misfit() { return std::nullopt; }  // nobody said what adds up
  void good_row();
  void bad_row();
  ColumnPlan plan(int slot) const;
  std::vector<ColumnNotes> take();  // columns of good rows, in order of first appearance in one

 private:
  struct Slot {
    ColumnNotes notes;
    bool present = false;      // in a good row
    std::uint64_t in_row = 0;  // the last one that had it, good or bad
  };

  std::vector<Slot> slots_;
  SlotIndex places_;
  std::vector<int> order_;  // of those that are present
  std::uint64_t row_number_ = 1;
  std::vector<std::pair<int, std::uint8_t>> row_;  // of the row being read
};

class Inference {
 public:
  void add(std::vector<ColumnNotes> piece);  // pieces in the order of the file
  bool too_many_columns() const { return notes_.size() > kMaximumColumns; }
  // Columns in order of first appearance. A column with arrays, or with objects beside other values, is left out with
  // a warning.
  std::vector<ColumnPlan> plans(const std::string& file, Diagnostics& warnings) const;
  std::vector<std::string> names() const;

 private:
  std::vector<ColumnNotes> notes_;
  SlotIndex slots_;
};

}  // namespace proofmark::snapshot
