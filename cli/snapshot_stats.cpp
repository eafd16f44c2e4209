// What was measured while a snapshot was made or checked, in words.
#include "cli/snapshot_stats.h"

#include <fmt/format.h>

#include "cli/cost_text.h"
#include "runtime/json/utf8.h"
#include "runtime/snapshot/arrow_layout.h"

namespace proofmark::cli {
namespace {

using snapshot::Measures;
using snapshot::Stage;

std::string file_stats(const snapshot::FileMeasure& file) {
  return fmt::format(
      "stats: file {} of stream `{}`: {} rows, {} bytes: types {}, read {} (SHA-256 {}), columns {}, order {}, {}\n",
      json::in_backticks(file.file), file.stream, with_commas(file.rows), with_commas(file.bytes),
      ms_text(file.types_ns), ms_text(file.read_ns), ms_text(file.sha256_ns), ms_text(file.columns_ns),
      ms_text(file.order_ns),
      rate_text(file.rows, "rows", file.types_ns + file.read_ns + file.columns_ns + file.order_ns));
}

std::string stream_stats(const snapshot::StreamMeasure& stream) {
  const std::string join = stream.join_ns == 0 ? "" : fmt::format("join {}, ", ms_text(stream.join_ns));
  return fmt::format("stats: stream `{}`: {} rows, {} bytes: {}write {} (SHA-256 {}, XXH3 {}), {}\n", stream.stream,
                     with_commas(stream.rows), with_commas(stream.bytes), join, ms_text(stream.write_ns),
                     ms_text(stream.sha256_ns), snapshot::xxh3_tier(), rate_text(stream.rows, "rows", stream.write_ns));
}

Progress part(std::string_view what, std::string_view doing, const snapshot::Amount& amount) {
  return {what, doing, amount.done.load(), amount.whole.load()};
}

Progress reading(const Measures& measures, bool ordering) {
  Progress progress = part("bytes", "read", measures.source_bytes);
  if (const std::uint64_t rows = measures.rows_read.load(); rows > 0) progress.beside = with_commas(rows) + " rows";
  if (ordering) progress.only = "putting them in order";
  return progress;
}

// Where files are hashed and columns looked at side by side, hashing is what takes longer.
Progress checking(const Measures& measures) {
  const bool hashed = measures.hashed_bytes.done.load() >= measures.hashed_bytes.whole.load();
  return hashed ? part("bytes", "of columns checked", measures.checked_bytes)
                : part("bytes", "hashed", measures.hashed_bytes);
}

}  // namespace

std::string stats_text(const Measures& measures) {
  std::string text = fmt::format("stats: read {}, check {}, write {}, publish {}\n", ms_text(measures.read_ns),
                                 ms_text(measures.check_ns), ms_text(measures.write_ns), ms_text(measures.publish_ns));
  for (const snapshot::FileMeasure& file : measures.files) text += file_stats(file);
  for (const snapshot::StreamMeasure& stream : measures.streams) text += stream_stats(stream);
  return text;
}

Progress snapshot_progress(const Measures& measures) {
  switch (measures.stage.load()) {
    case Stage::reading:
      return reading(measures, false);
    case Stage::ordering:
      return reading(measures, true);
    case Stage::hashing:
      return part("bytes", "hashed", measures.hashed_bytes);
    case Stage::checking:
      return checking(measures);
    case Stage::writing:
    case Stage::publishing:
      return part("rows", "written", measures.written_rows);
  }
  return {};
}

}  // namespace proofmark::cli
