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
  std::vector<std::optional<ChunkProblem>> chunks;
  std::vector<ChunkTimes> times;  // of the time column
  std::vector<Zone> zones;
};

struct ChunkTask {
  ColumnCheck* check;
  std::size_t chunk;
  std::uint64_t first_row;
};

ColumnCheck check_of(const OpenStream& stream, std::size_t place) {
  const ArrowColumn& column = stream.contents.columns[place];
  ColumnCheck check{place, std::vector<std::optional<ChunkProblem>>(column.chunks.size()), {}, {}};
  if (stream.record.time_column == stream.record.columns[place].name) {
    check.times.resize(column.chunks.size());
    check.zones.resize((stream.record.rows + kBlockRows - 1) / kBlockRows);
  }
  return check;
}

void run(const OpenStream& stream, const ChunkTask& task) {
  const std::size_t place = task.check->place;
  const ArrowColumn& column = stream.contents.columns[place];
  task.check->chunks[task.chunk] = check_chunk(column, task.chunk, stream.record.columns[place].chunks[task.chunk]);
  if (!task.check->times.empty())
    task.check->times[task.chunk] =
        read_times(column.column.chunks[task.chunk], task.check->zones.data() + task.first_row / kBlockRows);
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

std::optional<Diagnostic> outcome(const fs::path& directory, const OpenStream& stream, const ColumnCheck& check) {
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
    if (check.chunks[i]) return problem(*check.chunks[i], ", chunk " + std::to_string(i) + ",");
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

}  // namespace

Diagnostics check_columns(const fs::path& directory, const OpenStream& stream, const std::vector<std::size_t>& places,
                          unsigned threads) {
  std::vector<ColumnCheck> checks;
  for (const std::size_t place : places) checks.push_back(check_of(stream, place));
  std::vector<ChunkTask> tasks;
  std::uint64_t bytes = 0;
  for (ColumnCheck& check : checks) {
    std::uint64_t first_row = 0;
    for (std::size_t i = 0; i < check.chunks.size(); ++i) {
      tasks.push_back({&check, i, first_row});
      first_row += stream.contents.batch_rows[i];
      bytes += stream.contents.columns[check.place].chunks[i].size;
    }
  }
  run_all(stream, tasks, thread_count(threads, bytes));
  Diagnostics problems;
  for (const ColumnCheck& check : checks)
    if (auto problem = outcome(directory, stream, check)) problems.push_back(std::move(*problem));
  return problems;
}

}  // namespace proofmark::snapshot
