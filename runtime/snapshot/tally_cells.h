// Cells of counters and histograms as they are spelled, and columns row by row: what tally.cpp is made of.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/snapshot/column_data.h"
#include "runtime/snapshot/create.h"

namespace proofmark::snapshot {

inline constexpr std::string_view kCountHelp =
    "a count is a whole number; what `rate()` or `increase()` made of one is extrapolated and no count of anything: "
    "take "
    "the recorded totals, and read them with `cumulative`";
inline constexpr std::string_view kSeriesHelp =
    "declare every label that tells the series apart (such as the instance), and the time of each sample";

inline constexpr std::string_view kTurnsHelp =
    "add the label that tells them apart (such as the instance) to the schema; a counter that does start anew all the "
    "time needs one that tells its starts apart";

std::string_view text_of_row(const TextData& data, std::uint32_t row);
bool is_array(std::string_view cell);

// Their problems have a message alone.
Result<std::uint64_t> read_count(std::string_view cell);
Result<std::vector<std::uint64_t>> read_counts(std::string_view cell);
// Edges as 64-bit keys in the order of their values: base units, or the bits of doubles in their order. Nothing: +Inf.
Result<std::optional<std::int64_t>> read_edge(std::string_view cell, const ColumnSpec& how);
Result<std::vector<std::int64_t>> read_edges(std::string_view cell, const ColumnSpec& how);  // ascending

// Makes `key` differ where the column's values of two rows do.
void append_identity(std::string& key, const ColumnData& column, std::uint32_t row);

// As a message names it: `eu`, 200, nothing.
std::string value_text(const ColumnData& column, std::uint32_t row);

// The column's values of these rows. Labels that no row has any more leave the dictionary.
ColumnData taken(const ColumnData& column, const std::vector<std::uint32_t>& rows);

// `E.above` and `E.upto`.
class EdgeColumns {
 public:
  explicit EdgeColumns(const ColumnSpec& how);
  void add(std::optional<std::int64_t> above, std::optional<std::int64_t> upto);
  std::vector<ColumnData> take();

 private:
  struct Column {
    IntegerData keys;
    std::vector<std::uint8_t> valid;
  };
  static void add(Column& column, std::optional<std::int64_t> key);
  ColumnData made(Column& column, std::string_view suffix) const;

  const ColumnSpec& how_;
  Column above_, upto_;
};

}  // namespace proofmark::snapshot
