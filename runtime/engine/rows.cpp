// Cutting a stream into blocks, and reading a column's bitmaps.
#include "runtime/engine/rows.h"

#include <algorithm>

namespace proofmark::engine {
namespace {

// Buffers are padded to 64 bytes, so whole words may be read; offsets within a batch are multiples of 4096 rows.
void copy_bits(const std::byte* bitmap, const Block& block, Words& out) {
  std::memcpy(out.word.data(), bitmap + block.offset / 8, block.words() * sizeof(std::uint64_t));
}

}  // namespace

std::vector<Block> blocks_of(const snapshot::Stream& stream) {
  std::vector<Block> blocks;
  for (std::size_t batch = 0; batch < stream.batch_rows.size(); ++batch) {
    const std::uint64_t rows = stream.batch_rows[batch];
    for (std::uint64_t offset = 0; offset < rows; offset += kBlockRows)
      blocks.push_back({blocks.size(), batch, offset,
                        static_cast<std::uint32_t>(std::min<std::uint64_t>(kBlockRows, rows - offset))});
  }
  return blocks;
}

void existing_rows(const Block& block, Words& out) {
  out.fill(true);
  keep_rows(0, block.rows, out);
}

void keep_rows(std::size_t from, std::size_t to, Words& mask) {
  constexpr auto kOnes = ~std::uint64_t{0};
  for (std::size_t w = 0; w < from / kWordBits; ++w) mask[w] = 0;
  if (from % kWordBits != 0) mask[from / kWordBits] &= kOnes << from % kWordBits;
  std::size_t first_after = to / kWordBits;
  if (to % kWordBits != 0) mask[first_after++] &= ~(kOnes << to % kWordBits);
  for (std::size_t w = first_after; w < kBlockWords; ++w) mask[w] = 0;
}

void valid_rows(const snapshot::Column& column, const Block& block, Words& out) {
  const snapshot::Chunk& chunk = column.chunks[block.batch];
  if (chunk.validity == nullptr) {
    out.fill(true);
  } else {
    copy_bits(chunk.validity, block, out);
  }
}

void true_rows(const snapshot::Column& column, const Block& block, Words& out) {
  copy_bits(column.chunks[block.batch].values, block, out);
}

}  // namespace proofmark::engine
