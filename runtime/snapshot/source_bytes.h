// The bytes of a telemetry file, decompressed as they are read and hashed as they lie on disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/snapshot/measures.h"

namespace proofmark::snapshot {

enum class SourceFormat : std::uint8_t { csv, ndjson };
enum class Compression : std::uint8_t { none, gzip, zstd };

constexpr std::string_view format_name(SourceFormat format) {
  return format == SourceFormat::csv ? "csv" : "ndjson";
}
constexpr std::string_view compression_name(Compression compression) {
  switch (compression) {
    case Compression::none:
      return "none";
    case Compression::gzip:
      return "gzip";
    case Compression::zstd:
      return "zstd";
  }
  return "";
}

struct SourceKind {
  SourceFormat format = SourceFormat::ndjson;
  Compression compression = Compression::none;
};

// From the file's name: .csv, or .ndjson .jsonl .json .log, then optionally .gz or .zst.
Result<SourceKind> kind_of_source(const std::filesystem::path& file);

struct SourceDigest {
  std::string sha256;
  std::uint64_t bytes = 0;
  std::int64_t ns = 0;  // that the hashing took
};

class SourceBytes {
 public:
  // What was read, as it lies on the disk, is added to `read`.
  static Result<SourceBytes> open(const std::filesystem::path& file, Compression compression, Amount* read = nullptr);
  SourceBytes(SourceBytes&&) noexcept;
  SourceBytes& operator=(SourceBytes&&) noexcept;
  ~SourceBytes();

  // Fills as much of `into` as there is; 0 says that the file has ended. A compressed file that ends early, or does
  // not decompress, is a problem.
  Result<std::size_t> read(std::span<char> into);
  SourceDigest digest();  // once, after the end

 private:
  struct State;
  explicit SourceBytes(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace proofmark::snapshot
