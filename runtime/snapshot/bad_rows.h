// Rows that could not be read: the first few with place and reason, all of them counted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/plan/number.h"
#include "runtime/plan/sum_check.h"
#include "runtime/snapshot/cell.h"

namespace proofmark::snapshot {

inline constexpr std::size_t kShownBadRows = 20;

struct BadRow {
  std::uint64_t line = 0;    // from 1; within a piece of a file until the piece finds its place
  std::uint32_t column = 0;  // code points, from 1
  std::string_view code;
  std::string message, help;
};

class BadRows {
 public:
  // Whether one more would be shown: only then is it worth saying what is wrong.
  bool wants_detail() const { return shown_.size() < kShownBadRows; }
  void add(BadRow row) { ++count_, shown_.push_back(std::move(row)); }
  void add_unshown() { ++count_; }
  void append(BadRows other, std::uint64_t lines_before);

  std::uint64_t count() const { return count_; }
  // The shown ones, as errors or (skipped rows) as warnings of `file`, and a last one with the count.
  Diagnostics diagnostics(const std::string& file, Severity severity) const;

 private:
  std::vector<BadRow> shown_;
  std::uint64_t count_ = 0;
};

// Code, message and help for a cell that does not suit its column.
BadRow describe(const ColumnPlan& plan, const Cell& cell, CellProblem problem);

// A row of which a check does not hold: what it has on either side, and the first number among them that is below 0.
struct Sums {
  plan::Int128 left = 0, right = 0;
  std::int64_t negative = 0;  // 0: none is
};
BadRow describe(const plan::SumCheck& check, const Sums& sums);

// The line and column of `at`, where `begin` is the start of a line with number `line`.
void set_place(BadRow& row, std::uint64_t line, const char* begin, const char* at);

}  // namespace proofmark::snapshot
