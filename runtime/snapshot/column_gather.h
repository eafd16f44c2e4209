// The pieces of a column joined in file order into one ColumnData.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/snapshot/column_data.h"
#include "runtime/snapshot/column_part.h"

namespace proofmark::snapshot {

class ColumnGatherer {
 public:
  explicit ColumnGatherer(const ColumnPlan& plan) : plan_(plan) {}
  void add(const ColumnPart& part, std::uint32_t rows);
  // Makes room for so many rows in all. Growing by doubling would copy every value once more, into pages that are
  // touched for the first time.
  void expect(std::uint64_t rows);
  std::uint64_t bytes_a_row() const;  // that one takes, by those so far
  // An inferred label_or_text is decided here. A problem: the labels of the column do not fit a dictionary.
  Result<ColumnData> finish(const std::string& file);

 private:
  void add_codes(const ColumnPart& part, std::uint32_t rows);
  void add_text(const ColumnPart& part, std::uint32_t rows);
  void turn_into_text();
  bool is_label() const;
  LabelData label();

  ColumnPlan plan_;
  std::uint64_t rows_ = 0;
  std::vector<std::uint8_t> valid_;  // empty while no row was null
  IntegerData integers_;
  RealData reals_;
  std::vector<std::uint8_t> booleans_;
  StringPool pool_;
  std::vector<std::uint32_t> codes_;
  TextData text_;
  bool as_text_ = false;  // label_or_text that has turned out to be text
};

}  // namespace proofmark::snapshot
