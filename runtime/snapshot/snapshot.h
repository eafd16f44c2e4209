// A snapshot: telemetry frozen at one instant, in Arrow IPC files under a canonical manifest.
//
// Directory: manifest.json (canonical JSON), streams/<name>.arrow (one a stream), zones/<name>.json (a zone map a
// stream: min and max of the time column for each block of 4096 rows, and of nothing else), artifacts/ and history.json
// when there are any. The snapshot's id is the SHA-256 of manifest.json's bytes.
//
// Opening maps the files and checks every structural property that reading relies on, so that a truncated or altered
// file ends in a diagnostic and never in a wild read. XXH3-128 of every column chunk is checked by verify_chunks, or by
// a reader that copies them batch by batch (eval does the one or the other); SHA-256 of whole files by verify_files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/plan/sum_check.h"
#include "runtime/plan/unit.h"
#include "runtime/snapshot/file_identity.h"

namespace proofmark::snapshot {

inline constexpr std::uint32_t kBlockRows = 4096;  // record batches are multiples of it, the last one excepted

// How a column's values lie in memory. Integers and dictionary codes are narrowed to what they need.
enum class Physical : std::uint8_t { i8, i16, i32, i64, u8, u16, u32, f64, bit, utf8 };

constexpr std::size_t width_bytes(Physical physical) {
  switch (physical) {
    case Physical::i8:
    case Physical::u8:
      return 1;
    case Physical::i16:
    case Physical::u16:
      return 2;
    case Physical::i32:
    case Physical::u32:
      return 4;
    case Physical::i64:
    case Physical::f64:
      return 8;
    case Physical::bit:
    case Physical::utf8:
      return 0;
  }
  return 0;
}

// One record batch's share of a column. Buffers are 64-byte aligned and padded to 64 bytes.
struct Chunk {
  std::uint64_t rows = 0;
  std::uint64_t nulls = 0;
  const std::byte* validity = nullptr;    // one bit a row, least significant first; null pointer: no nulls
  const std::byte* values = nullptr;      // utf8: the characters; bit: one bit a row
  const std::int32_t* offsets = nullptr;  // utf8 only: rows + 1 offsets into values
};

struct Column {
  std::string name;  // as the source file named it
  // label: dictionary codes into `dictionary` (u8/u16/u32). integer, duration (ns, times `scale`), bytes, timestamp (ns
  // since epoch; i64): integers. real: f64, never NaN. boolean: bit. text: utf8. A null row holds zero, code 0 or "".
  plan::FieldType type = plan::FieldType::integer;
  Physical physical = Physical::i64;
  std::int64_t scale = 1;     // duration: a value is what is stored times this, in 64 bits (resolution.h)
  std::string unit = {};      // that the source was written in (runtime/plan/source_unit.h); empty: not said
  std::vector<Chunk> chunks;  // one a record batch
  std::span<const std::string> digests = {};  // XXH3-128 of each chunk by the manifest; empty: of no snapshot
  std::vector<std::string_view>
      dictionary;  // label only; distinct, in byte order, valid UTF-8; empty: all rows are null
};

struct Zone {                                    // of one block of kBlockRows rows (the last may be shorter)
  std::optional<std::int64_t> minimum, maximum;  // nothing when every time in it is null
};

struct SourceFile {
  std::string name;         // the file's base name
  std::string format;       // "csv", "ndjson"
  std::string compression;  // "none", "gzip", "zstd"
  std::string sha256;       // "sha256:…" of the file as it was given
  std::uint64_t bytes = 0;
};

// What counters and histograms at the door came to (tally.h).
struct Tallied {
  std::uint64_t samples = 0, series = 0;
  std::uint64_t resets = 0;       // totals that were below the one before
  std::uint64_t late_series = 0;  // that began later than others, with a total above 0
  std::uint64_t late_events = 0;  // of these totals together, where they are in no row: who knows when they happened
};

struct Origin {                             // where a stream's rows came from
  std::vector<SourceFile> files;            // at least one; those after the first were appended, in this order
  std::uint64_t out_of_order_rows = 0;      // rows that stood behind a later one
  std::uint64_t negative_values = 0;        // durations and sizes below zero
  std::optional<Tallied> tallied;           // rows stand for events that were counted
  std::vector<plan::SumCheck> checks = {};  // that every row met when it was read, where all of its values are known
};

struct Stream {
  std::string name;
  Origin origin;
  std::uint64_t rows = 0;
  std::uint64_t skipped_rows = 0;  // lines that could not be read, allowed by --skip-bad-rows: unknown to everything
  std::optional<std::size_t> time_column;              // rows are stably sorted by it, nulls last
  std::optional<std::int64_t> covers_from, covers_to;  // ns; the first and the last time
  std::vector<Column> columns;
  std::vector<std::uint64_t> batch_rows;  // sums to rows; each a multiple of kBlockRows but the last
  std::vector<Zone> zones;                // empty without a time column
  FileIdentity file = {};                 // of the columns; all zeros: of no file
  const Column* find(std::string_view column_name) const;
};

class BatchReader;  // batch_reader.h
struct Measures;    // measures.h
struct PieceOfBatch;

class Snapshot {
 public:
  // Reads manifest and Arrow metadata, maps the data. Every defect is a diagnostic that names the file.
  static Result<Snapshot> open(const std::filesystem::path& directory);
  Snapshot(Snapshot&&) noexcept;
  Snapshot& operator=(Snapshot&&) noexcept;
  ~Snapshot();

  const std::string& id() const;              // "sha256:…" of the manifest's bytes
  std::optional<std::int64_t> as_of() const;  // ns since epoch; nothing: no stream has a time column and none was given
  const std::vector<Stream>& streams() const;
  const Stream* find(std::string_view stream_name) const;

  // XXH3-128 of every chunk of the named columns of a stream, against the manifest's record; then, of the values, what
  // reading relies on: every dictionary code is below the dictionary's size (0 where it is empty), text offsets ascend
  // within the characters, text is UTF-8, null counts are true, bits beyond the last row are zero, and of the time
  // column that it is sorted and agrees with the zones. No value may be read before, or from a reader (below) that does
  // the same. The stream and the columns must be there.
  Status verify_chunks(std::string_view stream_name, std::span<const std::string_view> column_names) const;
  // The same of all columns of all streams; how far it is, it says to whoever gives it measures.
  Status verify_all_chunks(Measures* measures = nullptr) const;
  // The same of some record batches, ascending.
  Status verify_batches(std::string_view stream_name, std::span<const std::string_view> column_names,
                        const std::vector<std::size_t>& batches) const;
  // The same of these batches while they are read, for whoever passes over each of them once: what verify_batches would
  // say of them, the reader says in the end. Nobody else may read the batches that are taken from it meanwhile.
  std::unique_ptr<BatchReader> reader(std::string_view stream_name, std::span<const std::string_view> column_names,
                                      std::vector<std::size_t> batches) const;
  // Of some rows, for a guess: without their digests (batch_reader.h).
  std::unique_ptr<BatchReader> reader(std::string_view stream_name, std::span<const std::string_view> column_names,
                                      std::vector<PieceOfBatch> pieces) const;
  // SHA-256 of every file the manifest names, and that no other file lies in the directory's streams/ and zones/.
  Status verify_files(Measures* measures = nullptr) const;

 private:
  struct State;
  Status verify(std::string_view stream_name, std::span<const std::string_view> column_names,
                const std::vector<std::size_t>* batches) const;
  template <typename What>
  std::unique_ptr<BatchReader> reader_of(std::string_view stream_name, std::span<const std::string_view> column_names,
                                         std::vector<What> what) const;
  std::vector<std::size_t> places_of(const Stream& stream, std::span<const std::string_view> column_names) const;
  explicit Snapshot(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace proofmark::snapshot
