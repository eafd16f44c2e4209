// Making a snapshot from telemetry files: CSV and NDJSON, plain, .gz or .zst.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/plan/number.h"
#include "runtime/plan/sum_check.h"
#include "runtime/plan/unit.h"
#include "runtime/snapshot/measures.h"
#include "runtime/snapshot/output_file.h"

namespace proofmark::snapshot {

// What a policy (or a caller) says of a source column. Numbers are read as decimals and multiplied by `scale`
// exactly: "0.011" in s becomes 11000000 ns; a value that is not a whole number of base units is a bad row
// (for a time: "below 1 ns").
struct ColumnSpec {
  std::string source;  // the column's name in the file, and in the snapshot
  plan::FieldType type = plan::FieldType::text;
  plan::Rational scale = 1;  // base units in one source unit: s -> 1000000000 for duration and timestamp
  bool text_time = false;    // timestamp written as RFC 3339 text, not as a number
  bool optional = false;     // may be absent from the file
  std::string unit = {};     // the word for `scale` (source_unit.h), recorded; empty: not said
  bool arrays = false;       // text: JSON arrays are kept as they are spelled
  bool counts = false;       // integer: how many events a row stands for
};

// The file holds samples of counters, or histograms, which become rows that stand for events (tally.h). Both columns
// are among the stream's, as texts with `arrays`.
struct Tally {
  std::string count;                     // source column: counts, or totals …
  bool cumulative = false;               // … that only grow
  std::optional<ColumnSpec> edges = {};  // how the edges of buckets are read
  bool from_zero = false;                // … and began where a series begins later than others
};

struct StreamSource {
  std::string name;                 // stream
  std::filesystem::path file;       // format from the suffix: .csv .ndjson .jsonl .json .log, then optionally .gz .zst
  std::vector<ColumnSpec> columns;  // empty: every column is kept and its type inferred
  std::optional<std::string>
      time_column;  // source column that orders rows; inferred files: the first timestamp-typed one
  std::optional<Tally> tally = {};
  std::vector<plan::SumCheck> checks = {};  // what adds up in every row, by `columns` that hold whole numbers
};

struct CreateOptions {
  std::filesystem::path out;          // must not exist, or be an empty directory
  std::vector<StreamSource> streams;  // names distinct
  std::optional<std::int64_t> as_of;  // nothing: "latest", the greatest time of any stream
  std::uint64_t skip_bad_rows = 0;    // so many rows in all may be unreadable
  Measures* measures = nullptr;       // filled while it is made; null: nobody asked
  Lasting lasting = Lasting::yes;
};

struct CreatedStream {
  std::string name;
  std::uint64_t rows = 0, skipped = 0;
};

struct Created {
  std::string id;
  std::optional<std::int64_t> as_of;
  std::vector<CreatedStream> streams;
  Diagnostics warnings;  // skipped rows, each located (at most 20, then a count)
};

// Writes into a temporary sibling and renames: a failed creation leaves nothing behind.
Result<Created> create(const CreateOptions& options);

}  // namespace proofmark::snapshot
