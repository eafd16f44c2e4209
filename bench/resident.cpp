#include "bench/resident.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace proofmark::bench {

constexpr std::size_t kLargePage = std::size_t{2} << 20;
constexpr std::size_t kSlack = 16384;  // prefetches and whole vectors may reach past the end

void FreeMemory::operator()(std::byte* memory) const {
  std::free(memory);
}

LargePages allocate(std::size_t bytes) {
  const std::size_t whole = (bytes + kSlack + kLargePage - 1) / kLargePage * kLargePage;
  auto* memory = static_cast<std::byte*>(std::aligned_alloc(kLargePage, whole));
  if (memory == nullptr) throw std::bad_alloc();
  madvise(memory, whole, MADV_HUGEPAGE);
  std::memset(memory, 0, whole);
  return LargePages(memory);
}

Resident::Resident(const snapshot::Stream& stream) : stream_(stream) {
  for (snapshot::Column& column : stream_.columns) {
    const std::size_t width = snapshot::width_bytes(column.physical);
    LargePages memory = allocate(stream_.rows * width);
    std::byte* to = memory.get();
    for (snapshot::Chunk& chunk : column.chunks) {
      std::memcpy(to, chunk.values, chunk.rows * width);
      chunk.values = to;
      to += chunk.rows * width;
    }
    memory_.push_back(std::move(memory));
  }
}

std::uint32_t Resident::code(std::string_view column, std::string_view text) const {
  const auto& dictionary = stream_.find(column)->dictionary;
  const auto found = std::find(dictionary.begin(), dictionary.end(), text);
  return static_cast<std::uint32_t>(found - dictionary.begin());
}

}  // namespace proofmark::bench
