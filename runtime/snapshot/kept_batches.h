// Batches of a snapshot that go into a longer one. In go the columns of the stream that grew and how far its batches
// stay what they are, out come their buffers for the new file: the old bytes where storage and label codes are the
// same, otherwise the same values in the new width and resolution or under the new codes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "runtime/snapshot/arrow_buffers.h"
#include "runtime/snapshot/opened_files.h"
#include "runtime/snapshot/resolution.h"

namespace proofmark::snapshot {

struct KeptBatches {
  const OpenStream* stream = nullptr;             // its chunks have passed check_columns
  std::size_t count = 0;                          // from the first one on; all of them full
  std::vector<std::vector<std::uint32_t>> codes;  // a column: the new code of each old one; empty: as they were

  std::uint64_t rows() const;
};

// The rows of batches [first, last) of a column, labels with their old codes and the old dictionary.
ColumnData rows_of(const ArrowColumn& column, std::size_t first, std::size_t last);

// Puts new codes in the place of old ones; a null row keeps code 0.
void recode(ColumnData& column, std::span<const std::uint32_t> codes);

// The least and the greatest of some whole numbers, zero among them, and the coarsest resolution of all of them.
struct IntegerRange {
  std::int64_t least = 0, greatest = 0;
  std::int64_t resolution = kResolutions.front().ns;
};
// Of the values in the kept batches of a column of whole numbers.
IntegerRange range_of(const KeptBatches& kept, std::size_t column);

// The buffers of one kept chunk as it is stored from now on, and their digest.
std::string append_kept(Body& body, const KeptBatches& kept, std::size_t column, std::size_t batch, Storage storage);

}  // namespace proofmark::snapshot
