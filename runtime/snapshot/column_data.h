// A stream in memory, as ingest hands it to the Arrow writer: whole columns, in file order.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "runtime/plan/unit.h"

namespace proofmark::snapshot {

// A null row holds zero, an empty string or code 0, so that equal data have equal bytes.
struct LabelData {
  std::vector<std::uint32_t> codes;
  std::vector<std::string> dictionary;  // in byte order, each used by at least one row
};
struct TextData {
  std::vector<std::uint64_t> ends;  // row r is bytes[ends[r - 1], ends[r])
  std::string bytes;
};
struct BooleanData {
  std::vector<std::uint8_t> values;  // 0 or 1
};
using IntegerData = std::vector<std::int64_t>;  // integer, duration, bytes, timestamp
using RealData = std::vector<double>;

struct ColumnData {
  std::string name;
  plan::FieldType type = plan::FieldType::integer;
  std::variant<IntegerData, RealData, BooleanData, LabelData, TextData> values;
  std::string unit = {};            // the source unit that the values were read in; empty: not said
  std::vector<std::uint8_t> valid;  // a byte a row, 1: there is a value; empty: every row has one
};

struct Table {
  std::uint64_t rows = 0;
  std::vector<ColumnData> columns;
  std::vector<std::uint32_t> order;  // the rows in the order to write them; empty: as they are
};

}  // namespace proofmark::snapshot
