// The body of one Arrow message while it is laid out: buffers one behind the other, padded to 64 bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "runtime/snapshot/column_data.h"
#include "runtime/snapshot/snapshot.h"

namespace proofmark::snapshot {

struct BufferPlace {
  std::int64_t offset = 0, length = 0;  // length without padding
};

struct Body {
  std::vector<std::byte> bytes;
  std::vector<BufferPlace> buffers;

  // `size` zeroed bytes and their padding; the pointer is good until the next call.
  std::byte* append(std::size_t size);
};

// How a column is stored: what of a value is left when it is divided by the scale (Column::scale), in a width that
// holds it.
struct Storage {
  Physical physical = Physical::i64;
  std::int64_t scale = 1;
  bool operator==(const Storage&) const = default;
};

// The buffers of one column for the given rows: validity (empty without nulls), offsets for text, values. Returns
// how many of the rows are null.
std::uint64_t append_column(Body& body, const ColumnData& column, Storage storage, std::span<const std::uint32_t> rows);

// At most how much that appends.
std::size_t bytes_of_column(const ColumnData& column, Physical physical, std::span<const std::uint32_t> rows);

// The entries of a dictionary: an empty validity buffer, offsets, characters.
void append_dictionary(Body& body, std::span<const std::string> entries);

}  // namespace proofmark::snapshot
