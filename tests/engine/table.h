// Telemetry made in memory for the engine's tests: cells as a person would write them, laid out as a snapshot has them.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "runtime/snapshot/snapshot.h"

namespace proofmark::engine::testing {

struct Null {
  friend auto operator<=>(Null, Null) = default;
};
using Cell = std::variant<Null, std::int64_t, double, bool, std::string>;

inline Cell cell(std::int64_t value) {
  return value;
}

struct TableColumn {
  std::string name;
  plan::FieldType type = plan::FieldType::integer;
  std::vector<Cell> cells;
  std::optional<snapshot::Physical> physical;  // nothing: the narrowest that holds the cells
  bool always_validity = false;                // a validity bitmap even without nulls
  std::vector<std::string> spare_labels;       // dictionary entries that no row uses, before those that occur
  std::int64_t scale = 1;                      // what is stored is a cell divided by it
};

struct Table {
  std::string name = "requests";
  std::vector<TableColumn> columns;
  std::optional<std::string> time;  // rows must be sorted by it, nulls last
  bool zones = true;                // write the zone map of `time`
  std::uint64_t skipped = 0;
  std::uint64_t late = 0;                 // events of series that began late, of a table whose rows have weights
  std::vector<std::uint64_t> batch_rows;  // empty: one batch

  std::size_t rows() const { return columns.empty() ? 0 : columns.front().cells.size(); }
  const TableColumn& column(const std::string& name) const;
};

// A stream and the memory it points into.
class MadeStream {
 public:
  explicit MadeStream(const Table& table);
  const snapshot::Stream& stream() const { return stream_; }
  snapshot::Stream& stream() { return stream_; }

 private:
  struct alignas(64) Line {
    std::byte bytes[64];
  };
  std::byte* allocate(std::size_t bytes, std::byte fill);
  void add_column(const TableColumn& source);
  snapshot::Chunk make_chunk(const TableColumn& source, const snapshot::Column& column, std::size_t first,
                             std::size_t rows);
  void add_zones(const TableColumn& time);

  std::vector<std::unique_ptr<Line[]>> memory_;
  std::vector<std::unique_ptr<std::vector<std::string>>> dictionaries_;
  snapshot::Stream stream_;
};

}  // namespace proofmark::engine::testing
