// Looking at a chunk's values: their digest, and everything that an engine takes for granted when it reads them.
//
// After a chunk has passed: its bytes are those that were written; null counts are true; every dictionary code is
// below the dictionary's size (with an empty dictionary every row is null and its code 0); text offsets ascend
// within the characters and every value is valid UTF-8; bits beyond the last row are zero.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/snapshot/arrow_read.h"

namespace proofmark::snapshot {

struct ChunkProblem {
  std::string_view code;
  std::string what;  // "the bytes of the chunk …": to be put after the column's name
};

// A chunk of the column and its bytes, in the file or wherever they were read to.
std::optional<ChunkProblem> check_chunk(const Column& column, const Chunk& chunk, const ChunkBytes& bytes,
                                        std::string_view xxh3_digest);

// Of some rows of a chunk only: that every code of a label is in its dictionary; that times ascend within the zone,
// with nulls last.
bool codes_are_bound(const Column& column, const Chunk& chunk, std::uint64_t offset, std::uint64_t rows);
bool times_ascend(const Chunk& chunk, std::uint64_t offset, std::uint64_t rows, const Zone& zone);

// What one chunk of a time column says by itself; its blocks' zones go to `zones`.
struct ChunkTimes {
  bool ascending = true;  // with nulls last
  bool has_nulls = false;
  std::optional<std::int64_t> first, last;
};
ChunkTimes read_times(const Chunk& chunk, Zone* zones);

// That times ascend with nulls last over all chunks, and that the zones of the stream are those that were found.
std::optional<ChunkProblem> check_times(const std::vector<ChunkTimes>& chunks, const std::vector<Zone>& found,
                                        const std::vector<Zone>& zones);

}  // namespace proofmark::snapshot
