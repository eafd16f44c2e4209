// What making or checking a snapshot cost and how far it is, for people: `--stats` and the progress line. Nothing here
// reaches a snapshot.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

namespace proofmark::snapshot {

class Stopwatch {
 public:
  // Since it was made or last asked.
  std::int64_t lap_ns() {
    const auto now = std::chrono::steady_clock::now();
    const auto lap = std::chrono::duration_cast<std::chrono::nanoseconds>(now - last_);
    last_ = now;
    return lap.count();
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

struct FileMeasure {  // of one telemetry file
  std::string stream, file;
  std::uint64_t rows = 0, bytes = 0;  // as it lies on the disk
  // Finding the columns' types, where nobody says them; reading, parsing and hashing, at the same time; putting the
  // columns together; finding the order of time.
  std::int64_t types_ns = 0, read_ns = 0, columns_ns = 0, order_ns = 0;
  std::int64_t sha256_ns = 0;  // of `types_ns` and `read_ns`
};

struct StreamMeasure {  // of one stream that was written
  std::string stream;
  std::uint64_t rows = 0, bytes = 0;
  std::int64_t join_ns = 0;                  // of an appended one: its last rows with the new ones
  std::int64_t write_ns = 0, sha256_ns = 0;  // the second is part of the first
};

struct Amount {
  std::atomic<std::uint64_t> done = 0, whole = 0;
  void more(std::uint64_t count) { done.fetch_add(count, std::memory_order_relaxed); }
  void expect(std::uint64_t count) { whole.fetch_add(count, std::memory_order_relaxed); }
};

enum class Stage : std::uint8_t { reading, ordering, hashing, checking, writing, publishing };

struct Measures {
  // May be read while they grow.
  std::atomic<Stage> stage = Stage::reading;
  Amount source_bytes;  // of telemetry files as they lie on the disk, of each reading; a pipe's are not expected
  std::atomic<std::uint64_t> rows_read = 0;
  Amount hashed_bytes;   // of a snapshot's files
  Amount checked_bytes;  // of its columns
  Amount written_rows;

  // Complete at the end.
  std::vector<FileMeasure> files;
  std::vector<StreamMeasure> streams;
  // Checking the old snapshot, beside the reading, is what is still to be waited for after it.
  std::int64_t read_ns = 0, check_ns = 0, write_ns = 0, publish_ns = 0;
};

// Of a regular file; 0 of whatever has no size, or cannot be asked: reading it says why.
inline std::uint64_t size_or_zero(const std::filesystem::path& file) {
  std::error_code error;
  const bool sized = std::filesystem::is_regular_file(file, error);
  const std::uintmax_t bytes = sized ? std::filesystem::file_size(file, error) : 0;
  return error ? 0 : bytes;
}

}  // namespace proofmark::snapshot
