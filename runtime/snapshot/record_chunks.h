// A telemetry file cut into pieces of whole records, so that pieces can be parsed apart from each other. Where it is
// cut never shows in a snapshot.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/snapshot/source_bytes.h"

namespace proofmark::snapshot {

inline constexpr std::size_t kMaximumRecord = 16 * 1024 * 1024;
inline constexpr std::size_t kTextPadding = 64;

// Whole records. The text ends in a newline (added when the file's last line has none), and kTextPadding bytes
// behind its end may be read.
struct TextChunk {
  std::unique_ptr<char[]> storage;
  std::size_t begin = 0, end = 0;
  std::string_view text() const { return {storage.get() + begin, end - begin}; }
};

// How far the state of RFC 4180 quoting is known: a quote opens a cell only at the cell's start; anywhere else in an
// unquoted cell it is an ordinary (and wrong) character that does not hide line ends.
struct CsvQuoting {
  bool in_quotes = false;
  bool at_cell_start = true;
};

// The end of the record that starts at `from` (behind its newline), or npos when `text` ends before it does.
std::size_t csv_record_end(std::string_view text, std::size_t from);

class RecordChunks {
 public:
  RecordChunks(SourceBytes source, SourceFormat format, std::size_t chunk_bytes);

  // Nothing after the last. A problem about a record is about the one behind the last piece: its line is 1.
  Result<std::optional<TextChunk>> next();
  SourceDigest digest() { return source_.digest(); }

 private:
  std::optional<std::size_t> cut(std::string_view pending);  // behind the last whole record of `pending`
  Status fill();
  std::optional<std::size_t> overlong(std::size_t end) const;
  Diagnostic too_long() const;
  Diagnostic not_closed() const;
  TextChunk take(std::size_t size);

  SourceBytes source_;
  SourceFormat format_;
  std::size_t chunk_bytes_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0, size_ = 0;
  bool ended_ = false, first_ = true;
  // CSV: how far the buffer has been looked at, in which state, and where the last whole record ended
  std::size_t scanned_ = 0, record_end_ = 0;
  CsvQuoting quoting_;
};

}  // namespace proofmark::snapshot
