// A column's values from one piece of a file. Rows are written in place and count only once the whole row was good,
// so a bad row leaves nothing behind.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/snapshot/cell.h"
#include "runtime/snapshot/string_pool.h"

namespace proofmark::snapshot {

class ColumnPart {
 public:
  explicit ColumnPart(const ColumnPlan& plan) : plan_(&plan) {}

  // Puts the value of row `row`, which is the number of good rows so far; a row may be put again after it was bad.
  CellProblem put(std::uint32_t row, const Cell& cell);
  // At least for row `row`; how many rows there is room for now. A row that nothing was put into has a value.
  std::size_t make_room(std::uint32_t row) {
    if (row >= valid.size()) grow();
    return valid.size();
  }
  void forget(std::uint32_t row) {  // what was put into it, which was bad
    if (row < valid.size()) valid[row] = 1;
  }
  void keep(std::uint32_t rows);  // at the end: how many rows were good

  const ColumnPlan& plan() const { return *plan_; }
  bool has_nulls() const { return has_nulls_; }
  std::vector<std::uint8_t> valid;
  std::vector<std::int64_t> integers;
  std::vector<double> reals;
  std::vector<std::uint8_t> booleans;
  std::vector<std::uint32_t> codes;  // into `pool`: label, label_or_text; meaningless in null rows
  StringPool pool;
  std::vector<std::uint64_t> text_ends;  // text: row r is text_bytes[text_ends[r - 1], text_ends[r])
  std::string text_bytes;

 private:
  CellProblem put_value(std::uint32_t row, const Cell& cell);
  CellProblem put_whole(std::uint32_t row, const Cell& cell);
  CellProblem put_time(std::uint32_t row, const Cell& cell);
  CellProblem put_real(std::uint32_t row, const Cell& cell);
  CellProblem put_boolean(std::uint32_t row, const Cell& cell);
  CellProblem put_string(std::uint32_t row, const Cell& cell);
  void put_text(std::uint32_t row, std::string_view text);
  void put_null(std::uint32_t row);
  void grow();
  void resize(std::size_t rows);

  const ColumnPlan* plan_;
  bool has_nulls_ = false;
};

}  // namespace proofmark::snapshot
