// Record batches read into memory of a thread's own, one after the other, and checked there.
//
// A mapped file costs a page fault for every few pages that are touched, in a virtual machine often more than all that
// is then done with them; copied into pages that are used again and again, the same bytes cost a fraction, and lie in a
// nearby cache when they are read. Besides, what was checked is then what is read, whatever becomes of the file.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/snapshot/column_check.h"

namespace proofmark::snapshot {

// Large pages, where the system has them, that keep their contents until the next batch. Of one thread.
class PageMemory {
 public:
  PageMemory() = default;
  PageMemory(const PageMemory&) = delete;
  PageMemory& operator=(const PageMemory&) = delete;
  ~PageMemory();

  // At least so many bytes, at a multiple of 64; std::bad_alloc when there are none. What was there before is lost when
  // it has to grow.
  std::byte* at_least(std::size_t bytes);

 private:
  void* whole_ = nullptr;  // with what lies before the first large page
  std::size_t whole_bytes_ = 0, bytes_ = 0;
  std::byte* begin_ = nullptr;
};

// Neighbouring rows of a block: offset, in the batch, and number are multiples of eight.
struct PieceOfBatch {
  std::size_t block = 0, batch = 0;
  std::uint64_t offset = 0, rows = 0;
};

// Of some columns and batches of a stream, both ascending. Threads may take different batches at the same time.
class BatchReader {
 public:
  BatchReader(const std::filesystem::path& directory, const OpenStream& file, Stream& stream,
              std::vector<std::size_t> columns, std::vector<std::size_t> batches);
  // Of pieces only, ascending by batch: of these rows it is checked what reading takes for granted (codes, times), and
  // no digest. For a guess that no fact rests on. Not of texts.
  BatchReader(const std::filesystem::path& directory, const OpenStream& file, Stream& stream,
              std::vector<std::size_t> columns, std::vector<PieceOfBatch> pieces);

  // From here on, until it is given back, the columns' chunks of this batch are a checked copy in `memory`; of pieces,
  // their rows of it are, and no others may be read. False: they are not to be read, and the problems say why.
  bool take(std::size_t batch, PageMemory& memory);
  void give_back(std::size_t batch);

  // Once every batch was taken, or one could not be: what ColumnsCheck says of them all, or that they could not be
  // read.
  Diagnostics problems() const;
  bool of_pieces() const { return !pieces_.empty(); }

 private:
  struct Copy {
    std::size_t offset = 0, size = 0;  // in the file
    std::size_t to = 0;                // in memory
  };

  enum class Found : std::uint8_t { sound, unsound, unreadable };

  // Where the columns' chunks of a batch go, neighbours together.
  std::vector<Copy> copies_of(std::size_t batch, std::vector<std::size_t>& places) const;
  // A chunk of the batch whose bytes begin at `begin`, wherever the mapped ones do.
  Chunk moved_chunk(std::size_t column, std::size_t batch, const std::byte* begin) const;
  // Reads a batch's chunks, which then lie at `chunks`, and looks at them.
  Found read(std::size_t batch, PageMemory& memory, ColumnsCheck& check, std::vector<Chunk>& chunks) const;
  Found read_pieces(std::size_t batch, PageMemory& memory, std::vector<Chunk>& chunks) const;
  bool is_sound(std::size_t column, const PieceOfBatch& piece, const Chunk& chunk) const;
  Diagnostics unreadable() const;
  Diagnostics unsound_piece() const;
  Diagnostics problems_of_all() const;

  std::filesystem::path directory_;
  const OpenStream& file_;
  Stream& stream_;
  std::vector<std::size_t> columns_, batches_;
  std::vector<PieceOfBatch> pieces_;  // none: whole batches
  ColumnsCheck check_;
  std::atomic<bool> unreadable_ = false, unsound_ = false;
};

}  // namespace proofmark::snapshot
