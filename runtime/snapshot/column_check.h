// Whole columns against the manifest: their digests, what reading takes for granted, and the order of time.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/snapshot/chunk_check.h"
#include "runtime/snapshot/measures.h"
#include "runtime/snapshot/opened_files.h"

namespace proofmark::snapshot {

// Of some columns and some batches, both by their places in the stream's file, the batches ascending. Chunks are looked
// at one by one, each once, by any threads.
class ColumnsCheck {
 public:
  ColumnsCheck(const OpenStream& stream, const std::vector<std::size_t>& columns, std::vector<std::size_t> batches);

  std::size_t columns() const { return columns_.size(); }
  std::size_t batches() const { return batches_.size(); }
  std::uint64_t bytes() const;
  std::uint64_t bytes(std::size_t column, std::size_t batch) const;  // of a chunk
  // A chunk by the places of its column and batch in the lists, where it lies in the file; or where it was read to.
  void look_at(std::size_t column, std::size_t batch);
  bool look_at(std::size_t column, std::size_t batch, const Chunk& chunk, const ChunkBytes& bytes);

  // Once all chunks were looked at: dictionaries, what was found of chunks, of the time column that each batch has its
  // zones, and that they follow each other in time. At most one problem a column, in the order of the columns.
  Diagnostics outcome(const std::filesystem::path& directory) const;

 private:
  struct Batch {
    std::size_t index = 0;
    std::uint64_t first_row = 0;
  };
  struct OfColumn {
    std::size_t place;
    std::vector<std::optional<ChunkProblem>> chunks;  // beside the batches
    std::vector<ChunkTimes> times;                    // of the time column, beside the batches
    std::vector<Zone> zones;                          // of the time column: of all blocks
  };

  OfColumn of_column(std::size_t place) const;
  std::optional<Diagnostic> outcome(const std::filesystem::path& directory, const OfColumn& column) const;

  const OpenStream& stream_;
  std::vector<Batch> batches_;
  std::vector<OfColumn> columns_;
};

// Dictionaries and chunks of some columns against their digests and for what reading takes for granted; of the time
// column also the order and the zones, whatever the threads (0: as many as the machine has). How many of their bytes
// were looked at goes to `measures`.
Diagnostics check_columns(const std::filesystem::path& directory, const OpenStream& stream,
                          const std::vector<std::size_t>& places, unsigned threads, Measures* measures = nullptr);

// The same of some batches, ascending.
Diagnostics check_batches(const std::filesystem::path& directory, const OpenStream& stream,
                          const std::vector<std::size_t>& places, const std::vector<std::size_t>& batches,
                          unsigned threads, Measures* measures = nullptr);

// The bytes of all chunks of a stream, which a check of all its columns looks at.
std::uint64_t chunk_bytes(const OpenStream& stream);

}  // namespace proofmark::snapshot
