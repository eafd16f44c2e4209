// One read for columns that lie side by side, then each chunk is looked at where it came to lie.
#include "runtime/snapshot/batch_reader.h"

#include <sys/mman.h>

#include <algorithm>
#include <new>

#include "runtime/snapshot/arrow_layout.h"
#include "runtime/snapshot/problem_codes.h"

namespace proofmark::snapshot {
namespace {

constexpr std::size_t kLargePage = std::size_t{2} << 20;
constexpr std::size_t kGapWorthReading = 8192;  // between chunks: less than another call costs

constexpr std::size_t rounded_up(std::size_t bytes, std::size_t to) {
  return (bytes + to - 1) / to * to;
}

}  // namespace

PageMemory::~PageMemory() {
  if (whole_ != nullptr) ::munmap(whole_, whole_bytes_);
}

std::byte* PageMemory::at_least(std::size_t bytes) {
  if (bytes <= bytes_) return begin_;
  if (whole_ != nullptr) ::munmap(whole_, whole_bytes_);
  whole_ = nullptr;
  begin_ = nullptr;
  bytes_ = 0;
  const std::size_t size = rounded_up(bytes, kLargePage);
  if (size < bytes || size + kLargePage < size) throw std::bad_alloc();
  void* memory = ::mmap(nullptr, size + kLargePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  whole_ = memory;
  whole_bytes_ = size + kLargePage;
  bytes_ = size;
  const auto address = reinterpret_cast<std::uintptr_t>(memory);
  begin_ = static_cast<std::byte*>(memory) + (rounded_up(address, kLargePage) - address);
  ::madvise(begin_, size, MADV_HUGEPAGE);
  return begin_;
}

BatchReader::BatchReader(const std::filesystem::path& directory, const OpenStream& file, Stream& stream,
                         std::vector<std::size_t> columns, std::vector<std::size_t> batches)
    : directory_(directory),
      file_(file),
      stream_(stream),
      columns_(std::move(columns)),
      batches_(std::move(batches)),
      check_(file, columns_, batches_) {}

BatchReader::BatchReader(const std::filesystem::path& directory, const OpenStream& file, Stream& stream,
                         std::vector<std::size_t> columns, std::vector<PieceOfBatch> pieces)
    : directory_(directory),
      file_(file),
      stream_(stream),
      columns_(std::move(columns)),
      pieces_(std::move(pieces)),
      check_(file, {}, {}) {}

std::vector<BatchReader::Copy> BatchReader::copies_of(std::size_t batch, std::vector<std::size_t>& places) const {
  std::vector<Copy> copies;
  std::size_t end = 0;  // in memory
  for (const std::size_t column : columns_) {
    const ChunkBytes& bytes = file_.contents.columns[column].chunks[batch];
    const auto offset = static_cast<std::size_t>(bytes.begin - file_.arrow.bytes().data());
    const bool near = !copies.empty() && offset >= copies.back().offset + copies.back().size &&
                      offset - copies.back().offset - copies.back().size <= kGapWorthReading;
    if (!near) copies.push_back({offset, 0, rounded_up(end, kAlignment) + offset % kAlignment});
    Copy& copy = copies.back();
    copy.size = offset + bytes.size - copy.offset;
    end = copy.to + copy.size;
    places.push_back(copy.to + offset - copy.offset);
  }
  return copies;
}

BatchReader::Found BatchReader::read(std::size_t batch, PageMemory& memory, ColumnsCheck& check,
                                     std::vector<Chunk>& chunks) const {
  std::vector<std::size_t> places;
  const std::vector<Copy> copies = copies_of(batch, places);
  std::byte* begin = copies.empty() ? nullptr : memory.at_least(copies.back().to + copies.back().size);
  for (const Copy& copy : copies)
    if (!file_.arrow.read(copy.offset, {begin + copy.to, copy.size})) return Found::unreadable;
  const auto in_list =
      static_cast<std::size_t>(std::lower_bound(batches_.begin(), batches_.end(), batch) - batches_.begin());
  bool sound = true;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const ChunkBytes& bytes = file_.contents.columns[columns_[i]].chunks[batch];
    chunks.push_back(moved_chunk(columns_[i], batch, begin + places[i]));
    sound = check.look_at(i, in_list, chunks.back(), {begin + places[i], bytes.size, bytes.characters}) && sound;
  }
  return sound ? Found::sound : Found::unsound;
}

Chunk BatchReader::moved_chunk(std::size_t column, std::size_t batch, const std::byte* begin) const {
  const ArrowColumn& mapped = file_.contents.columns[column];
  const auto moved = [&](auto* pointer) {
    using Pointer = decltype(pointer);
    if (pointer == nullptr) return pointer;
    return reinterpret_cast<Pointer>(begin +
                                     (reinterpret_cast<const std::byte*>(pointer) - mapped.chunks[batch].begin));
  };
  Chunk chunk = mapped.column.chunks[batch];
  chunk.validity = moved(chunk.validity);
  chunk.values = moved(chunk.values);
  chunk.offsets = moved(chunk.offsets);
  return chunk;
}

// Each to where it would lie if all of the batch were read.
BatchReader::Found BatchReader::read_pieces(std::size_t batch, PageMemory& memory, std::vector<Chunk>& chunks) const {
  std::vector<std::size_t> places;
  const std::vector<Copy> copies = copies_of(batch, places);
  std::byte* begin = copies.empty() ? nullptr : memory.at_least(copies.back().to + copies.back().size);
  const std::byte* file = file_.arrow.bytes().data();
  const auto in_batch = [](const PieceOfBatch& piece, std::size_t at) { return piece.batch < at; };
  const auto first = std::lower_bound(pieces_.begin(), pieces_.end(), batch, in_batch);
  bool sound = true;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const ArrowColumn& mapped = file_.contents.columns[columns_[i]];
    const Chunk& chunk = mapped.column.chunks[batch];
    const auto read = [&](const std::byte* from, std::size_t offset, std::size_t bytes) {
      std::byte* to = begin + places[i] + (from - mapped.chunks[batch].begin) + offset;
      return file_.arrow.read(static_cast<std::size_t>(from - file) + offset, {to, bytes});
    };
    chunks.push_back(moved_chunk(columns_[i], batch, begin + places[i]));
    const std::size_t bits =
        width_bytes(mapped.column.physical) * 8 + (mapped.column.physical == Physical::bit ? 1 : 0);
    for (auto piece = first; piece != pieces_.end() && piece->batch == batch; ++piece) {
      if (!read(chunk.values, piece->offset * bits / 8, piece->rows * bits / 8)) return Found::unreadable;
      if (chunk.validity != nullptr && !read(chunk.validity, piece->offset / 8, piece->rows / 8))
        return Found::unreadable;
      sound = is_sound(columns_[i], *piece, chunks.back()) && sound;
    }
  }
  return sound ? Found::sound : Found::unsound;
}

bool BatchReader::is_sound(std::size_t column, const PieceOfBatch& piece, const Chunk& chunk) const {
  const Column& whole = file_.contents.columns[column].column;
  if (!codes_are_bound(whole, chunk, piece.offset, piece.rows)) return false;
  return file_.record.time_column != whole.name ||
         times_ascend(chunk, piece.offset, piece.rows, file_.zones[piece.block]);
}

bool BatchReader::take(std::size_t batch, PageMemory& memory) {
  std::vector<Chunk> chunks;
  const Found found = of_pieces() ? read_pieces(batch, memory, chunks) : read(batch, memory, check_, chunks);
  if (found == Found::unreadable) unreadable_ = true;
  if (found == Found::unsound) unsound_ = true;
  if (found != Found::sound) return false;
  for (std::size_t i = 0; i < columns_.size(); ++i) stream_.columns[columns_[i]].chunks[batch] = chunks[i];
  return true;
}

void BatchReader::give_back(std::size_t batch) {
  for (const std::size_t column : columns_)
    stream_.columns[column].chunks[batch] = file_.contents.columns[column].column.chunks[batch];
}

Diagnostics BatchReader::unreadable() const {
  return {file_problem(code::kSnapshotUnreadable, (directory_ / arrow_file_of(stream_.name)).string(),
                       "the file ended, or could not be read, while its rows were read", std::string(kRestore))};
}

// Whoever reads all rows says it better.
Diagnostics BatchReader::unsound_piece() const {
  return {file_problem(code::kChunkContents, (directory_ / arrow_file_of(stream_.name)).string(),
                       "the file was altered while its rows were read", std::string(kRestore))};
}

// Read and not mapped: a file that was cut short has no page behind its end.
Diagnostics BatchReader::problems_of_all() const {
  ColumnsCheck check(file_, columns_, batches_);
  PageMemory memory;
  for (const std::size_t batch : batches_) {
    std::vector<Chunk> chunks;
    if (read(batch, memory, check, chunks) == Found::unreadable) return unreadable();
  }
  return check.outcome(directory_);
}

// A thread stops at the first batch that is not sound. Which problems there are must not depend on how batches were
// shared out, so then all of them are looked at.
Diagnostics BatchReader::problems() const {
  if (unreadable_) return unreadable();
  if (unsound_ && of_pieces()) return unsound_piece();
  if (unsound_)
    if (Diagnostics all = problems_of_all(); !all.empty()) return all;
  return check_.outcome(directory_);
}

}  // namespace proofmark::snapshot
