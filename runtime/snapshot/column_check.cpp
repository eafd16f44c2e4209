// Chunks in any order, by as many threads as are worth it; then column by column what was found, in the order of rows.
#include "runtime/snapshot/column_check.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>

#include "runtime/json/utf8.h"
#include "runtime/snapshot/arrow_layout.h"
#include "runtime/snapshot/chunk_check.h"
#include "runtime/snapshot/problem_codes.h"

namespace proofmark::snapshot {
namespace {

namespace fs = std::filesystem;

// A column whose chunks are looked at, each by whichever thread comes to it.
struct ColumnCheck {
  std::size_t place;
  std::vector<std::optional<ChunkProblem>> chunks;  // beside the batches
  std::vector<ChunkTimes> times;                    // of the time column, beside the batches
  std::vector<Zone> zones;                          // of the time column: of all blocks
};

struct Batch {
  std::size_t index = 0;
  std::uint64_t first_row = 0, rows = 0;
};

struct ChunkTask {
  ColumnCheck* check;
  std::size_t place;  // in the list of batches
  Batch batch;
};

std::vector<Batch> batches_of(const OpenStream& stream) {
  std::vector<Batch> batches;
  std::uint64_t first_row = 0;
  for (const std::uint64_t rows : stream.contents.batch_rows) {
    batches.push_back({batches.size(), first_row, rows});
    first_row += rows;
  }
  return batches;
}

// What is not looked at is taken to be as the zone map says.
ColumnCheck check_of(const OpenStream& stream, std::size_t place, const std::vector<Batch>& batches) {
  ColumnCheck check{place, std::vector<std::optional<ChunkProblem>>(batches.size()), {}, {}};
  if (stream.record.time_column != stream.record.columns[place].name) return check;
  check.times.resize(batches.size());
  check.zones = stream.zones;
  for (const Batch& batch : batches)
    for (std::uint64_t row = 0; row < batch.rows; row += kBlockRows)
      check.zones[(batch.first_row + row) / kBlockRows] = {};
  return check;
}

void run(const OpenStream& stream, const ChunkTask& task) {
  const std::size_t column_place = task.check->place, chunk = task.batch.index;
  const ArrowColumn& column = stream.contents.columns[column_place];
  task.check->chunks[task.place] = check_chunk(column, chunk, stream.record.columns[column_place].chunks[chunk]);
  if (!task.check->times.empty())
    task.check->times[task.place] =
        read_times(column.column.chunks[chunk], task.check->zones.data() + task.batch.first_row / kBlockRows);
}

void run_all(const OpenStream& stream, const std::vector<ChunkTask>& tasks, std::size_t threads) {
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next.fetch_add(1); i < tasks.size(); i = next.fetch_add(1)) run(stream, tasks[i]);
  };
  std::vector<std::future<void>> others;
  for (std::size_t t = 1; t < std::min(threads, tasks.size()); ++t)
    others.push_back(std::async(std::launch::async, work));
  work();
  for (auto& other : others) other.get();
}

std::optional<Diagnostic> outcome(const fs::path& directory, const OpenStream& stream,
                                  const std::vector<Batch>& batches, const ColumnCheck& check) {
  const ColumnRecord& record = stream.record.columns[check.place];
  const ArrowColumn& column = stream.contents.columns[check.place];
  const auto problem = [&](const ChunkProblem& found, const std::string& where) {
    return file_problem(found.code, (directory / arrow_file_of(stream.record.name)).string(),
                        "column " + json::in_backticks(record.name) + where + " " + found.what, std::string(kRestore));
  };
  if (record.dictionary && xxh3(column.dictionary.begin, column.dictionary.size) != record.dictionary->xxh3)
    return problem({code::kChunkDigest, "is altered: its digest is not the one that the manifest records"},
                   ", dictionary,");
  for (std::size_t i = 0; i < check.chunks.size(); ++i)
    if (check.chunks[i]) return problem(*check.chunks[i], ", chunk " + std::to_string(batches[i].index) + ",");
  if (!check.times.empty())
    if (const auto found = check_times(check.times, check.zones, stream.zones)) return problem(*found, "");
  return std::nullopt;
}

// A thread is not worth its start for less.
constexpr std::uint64_t kBytesWorthAThread = std::uint64_t{4} << 20;

std::size_t thread_count(unsigned wanted, std::uint64_t bytes) {
  if (wanted == 0) wanted = std::max(1U, std::thread::hardware_concurrency());
  return static_cast<std::size_t>(std::min<std::uint64_t>(wanted, bytes / kBytesWorthAThread + 1));
}

Diagnostics check(const fs::path& directory, const OpenStream& stream, const std::vector<std::size_t>& places,
                  const std::vector<Batch>& batches, unsigned threads) {
  std::vector<ColumnCheck> checks;
  for (const std::size_t place : places) checks.push_back(check_of(stream, place, batches));
  std::vector<ChunkTask> tasks;
  std::uint64_t bytes = 0;
  for (ColumnCheck& column : checks)
    for (std::size_t i = 0; i < batches.size(); ++i) {
      tasks.push_back({&column, i, batches[i]});
      bytes += stream.contents.columns[column.place].chunks[batches[i].index].size;
    }
  run_all(stream, tasks, thread_count(threads, bytes));
  Diagnostics problems;
  for (const ColumnCheck& column : checks)
    if (auto problem = outcome(directory, stream, batches, column)) problems.push_back(std::move(*problem));
  return problems;
}

}  // namespace

Diagnostics check_columns(const fs::path& directory, const OpenStream& stream, const std::vector<std::size_t>& places,
                          unsigned threads) {
  return check(directory, stream, places, batches_of(stream), threads);
}

Diagnostics check_batches(const fs::path& directory, const OpenStream& stream, const std::vector<std::size_t>& places,
                          const std::vector<std::size_t>& batches, unsigned threads) {
  const std::vector<Batch> all = batches_of(stream);
  std::vector<Batch> some;
  for (const std::size_t batch : batches) some.push_back(all[batch]);
  return check(directory, stream, places, some, threads);
}

}  // namespace proofmark::snapshot
