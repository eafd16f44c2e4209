// Chunks in any order, by as many threads as are worth it; then column by column what was found, in the order of rows.
#include "runtime/snapshot/column_check.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <numeric>
#include <thread>

#include "runtime/json/utf8.h"
#include "runtime/snapshot/arrow_layout.h"
#include "runtime/snapshot/problem_codes.h"

namespace proofmark::snapshot {

namespace fs = std::filesystem;

ColumnsCheck::ColumnsCheck(const OpenStream& stream, const std::vector<std::size_t>& columns,
                           std::vector<std::size_t> batches)
    : stream_(stream) {
  std::uint64_t first_row = 0;
  auto wanted = batches.begin();
  for (std::size_t index = 0; index < stream.contents.batch_rows.size(); ++index) {
    if (wanted != batches.end() && *wanted == index) {
      batches_.push_back({index, first_row});
      ++wanted;
    }
    first_row += stream.contents.batch_rows[index];
  }
  for (const std::size_t place : columns) columns_.push_back(of_column(place));
}

// What is not looked at is taken to be as the zone map says.
ColumnsCheck::OfColumn ColumnsCheck::of_column(std::size_t place) const {
  OfColumn column{place, std::vector<std::optional<ChunkProblem>>(batches_.size()), {}, {}};
  if (stream_.record.time_column != stream_.record.columns[place].name) return column;
  column.times.resize(batches_.size());
  column.zones = stream_.zones;
  for (const Batch& batch : batches_)
    for (std::uint64_t row = 0; row < stream_.contents.batch_rows[batch.index]; row += kBlockRows)
      column.zones[(batch.first_row + row) / kBlockRows] = {};
  return column;
}

std::uint64_t ColumnsCheck::bytes() const {
  std::uint64_t bytes = 0;
  for (std::size_t column = 0; column < columns(); ++column)
    for (std::size_t batch = 0; batch < batches(); ++batch) bytes += this->bytes(column, batch);
  return bytes;
}

std::uint64_t ColumnsCheck::bytes(std::size_t column, std::size_t batch) const {
  return stream_.contents.columns[columns_[column].place].chunks[batches_[batch].index].size;
}

void ColumnsCheck::look_at(std::size_t column, std::size_t batch) {
  const ArrowColumn& whole = stream_.contents.columns[columns_[column].place];
  const std::size_t index = batches_[batch].index;
  look_at(column, batch, whole.column.chunks[index], whole.chunks[index]);
}

bool ColumnsCheck::look_at(std::size_t column, std::size_t batch, const Chunk& chunk, const ChunkBytes& bytes) {
  OfColumn& found = columns_[column];
  const Batch& at = batches_[batch];
  found.chunks[batch] = check_chunk(stream_.contents.columns[found.place].column, chunk, bytes,
                                    stream_.record.columns[found.place].chunks[at.index]);
  if (!found.times.empty()) found.times[batch] = read_times(chunk, found.zones.data() + at.first_row / kBlockRows);
  return !found.chunks[batch];
}

std::optional<Diagnostic> ColumnsCheck::outcome(const fs::path& directory, const OfColumn& column) const {
  const ColumnRecord& record = stream_.record.columns[column.place];
  const ArrowColumn& whole = stream_.contents.columns[column.place];
  const auto problem = [&](const ChunkProblem& found, const std::string& where) {
    return file_problem(found.code, (directory / arrow_file_of(stream_.record.name)).string(),
                        "column " + json::in_backticks(record.name) + where + " " + found.what, std::string(kRestore));
  };
  if (record.dictionary && xxh3(whole.dictionary.begin, whole.dictionary.size) != record.dictionary->xxh3)
    return problem({code::kChunkDigest, "is altered: its digest is not the one that the manifest records"},
                   ", dictionary,");
  for (std::size_t i = 0; i < column.chunks.size(); ++i)
    if (column.chunks[i]) return problem(*column.chunks[i], ", chunk " + std::to_string(batches_[i].index) + ",");
  if (!column.times.empty())
    if (const auto found = check_times(column.times, column.zones, stream_.zones)) return problem(*found, "");
  return std::nullopt;
}

Diagnostics ColumnsCheck::outcome(const fs::path& directory) const {
  Diagnostics problems;
  for (const OfColumn& column : columns_)
    if (auto problem = outcome(directory, column)) problems.push_back(std::move(*problem));
  return problems;
}

namespace {

// A thread is not worth its start for less.
constexpr std::uint64_t kBytesWorthAThread = std::uint64_t{4} << 20;

std::size_t thread_count(unsigned wanted, std::uint64_t bytes) {
  if (wanted == 0) wanted = std::max(1U, std::thread::hardware_concurrency());
  return static_cast<std::size_t>(std::min<std::uint64_t>(wanted, bytes / kBytesWorthAThread + 1));
}

void look_at_all(ColumnsCheck& check, unsigned threads, Measures* measures) {
  const std::size_t tasks = check.columns() * check.batches();
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next.fetch_add(1); i < tasks; i = next.fetch_add(1)) {
      const std::size_t column = i / check.batches(), batch = i % check.batches();
      check.look_at(column, batch);
      if (measures != nullptr) measures->checked_bytes.more(check.bytes(column, batch));
    }
  };
  std::vector<std::future<void>> others;
  for (std::size_t t = 1; t < std::min(thread_count(threads, check.bytes()), tasks); ++t)
    others.push_back(std::async(std::launch::async, work));
  work();
  for (auto& other : others) other.get();
}

}  // namespace

Diagnostics check_columns(const fs::path& directory, const OpenStream& stream, const std::vector<std::size_t>& places,
                          unsigned threads, Measures* measures) {
  std::vector<std::size_t> batches(stream.contents.batch_rows.size());
  std::iota(batches.begin(), batches.end(), std::size_t{0});
  return check_batches(directory, stream, places, batches, threads, measures);
}

Diagnostics check_batches(const fs::path& directory, const OpenStream& stream, const std::vector<std::size_t>& places,
                          const std::vector<std::size_t>& batches, unsigned threads, Measures* measures) {
  ColumnsCheck check(stream, places, batches);
  look_at_all(check, threads, measures);
  return check.outcome(directory);
}

std::uint64_t chunk_bytes(const OpenStream& stream) {
  std::uint64_t bytes = 0;
  for (const ArrowColumn& column : stream.contents.columns)
    for (const ChunkBytes& chunk : column.chunks) bytes += chunk.size;
  return bytes;
}

}  // namespace proofmark::snapshot
