// The geometry of a scan: rows come in blocks of 4096, and what is known of a block's rows comes in bits.
//
// A block never crosses a record batch (batches are multiples of 4096 rows, the last excepted), so a column's values of
// one block lie next to each other. Bit i of word w speaks of row 64 w + i of the block; bits past the block's last row
// are zero wherever masks are combined or counted.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <vector>

#include "runtime/snapshot/snapshot.h"

namespace proofmark::engine {

inline constexpr std::size_t kBlockRows = snapshot::kBlockRows;
inline constexpr std::size_t kWordBits = 64;
inline constexpr std::size_t kBlockWords = kBlockRows / kWordBits;

struct alignas(64) Words {
  // For what is written from the first word to the last before it is read: zeros would cost as much as that.
  enum class Unwritten : std::uint8_t { yet };

  std::array<std::uint64_t, kBlockWords> word;

  Words() : word{} {}
  explicit Words(Unwritten) {}  // NOLINT(cppcoreguidelines-pro-type-member-init)
  std::uint64_t& operator[](std::size_t i) { return word[i]; }
  std::uint64_t operator[](std::size_t i) const { return word[i]; }
  void fill(bool bit) { word.fill(bit ? ~std::uint64_t{0} : 0); }
};

struct Block {
  std::size_t index = 0;     // in the stream
  std::size_t batch = 0;     // record batch, so chunk of every column
  std::uint64_t offset = 0;  // first row within the batch
  std::uint32_t rows = 0;

  std::uint64_t first_row() const { return index * kBlockRows; }
  std::size_t words() const { return (rows + kWordBits - 1) / kWordBits; }
};

std::vector<Block> blocks_of(const snapshot::Stream& stream);

// The block's rows as a mask: ones for rows that exist.
void existing_rows(const Block& block, Words& out);

// Clears the bits of rows outside of [from, to).
void keep_rows(std::size_t from, std::size_t to, Words& mask);

// The first value of the block; `T` is the column's physical type.
template <typename T>
const T* values_of(const snapshot::Column& column, const Block& block) {
  return reinterpret_cast<const T*>(column.chunks[block.batch].values) + block.offset;
}

// Rows of the block whose value is not null; bits past its end are unspecified.
void valid_rows(const snapshot::Column& column, const Block& block, Words& out);
// A boolean column's values; bits past the block's end and of null rows are unspecified.
void true_rows(const snapshot::Column& column, const Block& block, Words& out);

// Calls visit(row within the block) for every row of the mask, in row order.
template <typename Visit>
void for_each_row(const Words& mask, std::size_t words, Visit visit) {
  for (std::size_t w = 0; w < words; ++w)
    for (std::uint64_t rest = mask[w]; rest != 0; rest &= rest - 1)
      visit(static_cast<std::uint32_t>(w * kWordBits) + static_cast<std::uint32_t>(std::countr_zero(rest)));
}

}  // namespace proofmark::engine
