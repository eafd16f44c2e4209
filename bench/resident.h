// A snapshot's stream copied into memory of large pages, so that what is measured is a scan and not the mapping of
// pages.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "runtime/snapshot/snapshot.h"

namespace proofmark::bench {

struct FreeMemory {
  void operator()(std::byte* memory) const;
};
using LargePages = std::unique_ptr<std::byte[], FreeMemory>;

LargePages allocate(std::size_t bytes);  // zeros

// Columns one after the other, each without gaps: its chunks follow each other.
class Resident {
 public:
  explicit Resident(const snapshot::Stream& stream);

  const snapshot::Stream& stream() const { return stream_; }
  std::size_t rows() const { return stream_.rows; }
  template <typename T>
  const T* values(std::string_view column) const {
    return reinterpret_cast<const T*>(stream_.find(column)->chunks.front().values);
  }
  // The dictionary code of a label.
  std::uint32_t code(std::string_view column, std::string_view text) const;

 private:
  snapshot::Stream stream_;
  std::vector<LargePages> memory_;  // a column
};

}  // namespace proofmark::bench
