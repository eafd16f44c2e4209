// One telemetry file as a table: cut, parsed, typed, joined and sorted.
#pragma once

#include <cstddef>
#include <string>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/snapshot/bad_rows.h"
#include "runtime/snapshot/column_data.h"
#include "runtime/snapshot/create.h"
#include "runtime/snapshot/manifest.h"
#include "runtime/snapshot/measures.h"

namespace proofmark::snapshot {

struct IngestTuning {  // none of it shows in a snapshot
  std::size_t chunk_bytes = 1 << 20;
  unsigned threads = 0;          // 0: as many as the machine has
  Measures* measures = nullptr;  // null: nobody asked
};

struct Ingested {
  std::string file;  // as the caller named it
  Table table;
  SourceFile source;
  std::optional<std::size_t> time_column;  // place in table.columns; the table's order sorts by it
  std::uint64_t out_of_order_rows = 0, negative_values = 0;
  std::optional<Tallied> tallied;
  bool counts = false;  // a row stands for as many events as it says
  BadRows bad;
  Diagnostics warnings;
};

// How often a stream's file is read: without declared columns for their types first.
inline std::uint64_t readings_of(const StreamSource& stream) {
  return stream.columns.empty() ? 2 : 1;
}

// Rows of a time column, in the order of their file, that are earlier than one before them or than `latest_before`.
std::uint64_t out_of_order_rows(const ColumnData& times, std::optional<std::int64_t> latest_before);

// Bad rows are left out and listed; whether they are allowed is the caller's to decide.
Result<Ingested> ingest(const StreamSource& stream, const IngestTuning& tuning);

}  // namespace proofmark::snapshot
