// Open addressing with linear probing; the hash is kept beside each entry, so that a probe touches characters only
// when it has most likely found them.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstring>

#include "runtime/snapshot/column_part.h"

namespace proofmark::snapshot {
namespace {

template <typename Word>
bool ends_alike(const char* a, const char* b, std::size_t size) {  // both ends: all of it up to two words
  Word first_a, first_b, last_a, last_b;
  std::memcpy(&first_a, a, sizeof(Word));
  std::memcpy(&first_b, b, sizeof(Word));
  std::memcpy(&last_a, a + size - sizeof(Word), sizeof(Word));
  std::memcpy(&last_b, b + size - sizeof(Word), sizeof(Word));
  return ((first_a ^ first_b) | (last_a ^ last_b)) == 0;
}

// Most labels are short: without a call.
bool equal(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  const std::size_t size = a.size();
  if (size > 16 || size < 2) return a == b;
  if (size >= 8) return ends_alike<std::uint64_t>(a.data(), b.data(), size);
  if (size >= 4) return ends_alike<std::uint32_t>(a.data(), b.data(), size);
  return ends_alike<std::uint16_t>(a.data(), b.data(), size);
}

}  // namespace

std::uint32_t StringPool::code_of(std::string_view text) {
  if (entries_.size() * 2 >= slots_.size()) grow();
  const auto hash = static_cast<std::uint32_t>(XXH3_64bits(text.data(), text.size()));
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash & mask;; slot = (slot + 1) & mask) {
    const std::uint32_t found = slots_[slot];
    if (found == 0) {
      entries_.push_back({bytes_.size(), static_cast<std::uint32_t>(text.size()), hash});
      bytes_ += text;
      slots_[slot] = static_cast<std::uint32_t>(entries_.size());
      return static_cast<std::uint32_t>(entries_.size()) - 1;
    }
    if (entries_[found - 1].hash == hash && equal((*this)[found - 1], text)) return found - 1;
  }
}

void StringPool::grow() {
  slots_.assign(slots_.empty() ? 64 : slots_.size() * 2, 0);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    std::size_t slot = entries_[i].hash & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
    slots_[slot] = static_cast<std::uint32_t>(i) + 1;
  }
}

}  // namespace proofmark::snapshot
