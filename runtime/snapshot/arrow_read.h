// Reading our Arrow files where they lie. Everything that a later read relies on is checked first: the flatbuffers
// by their verifier, then every offset, length and count against the bytes at hand. Values are not looked at here,
// dictionaries excepted; chunk_check.h does that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/snapshot/mapped_file.h"
#include "runtime/snapshot/snapshot.h"

namespace proofmark::snapshot {

// The buffers of one column in one batch (or of one dictionary) with their padding, as they lie in the file.
struct ChunkBytes {
  const std::byte* begin = nullptr;
  std::size_t size = 0;
  std::size_t characters = 0;  // utf8: bytes in the buffer of characters
};

struct ArrowColumn {
  Column column;
  std::vector<ChunkBytes> chunks;  // beside column.chunks
  ChunkBytes dictionary;           // label only
};

struct ArrowContents {
  std::vector<ArrowColumn> columns;
  std::vector<std::uint64_t> batch_rows;
};

// `bytes` must be 8-byte aligned and stay where they are. `file` is what diagnostics call them.
Result<ArrowContents> read_arrow(std::span<const std::byte> bytes, std::string_view file);
// Of a mapped file, without a touch of a batch's pages: what is said of each is copied out.
Result<ArrowContents> read_arrow(const MappedFile& arrow, std::string_view file);

}  // namespace proofmark::snapshot
