// Open addressing with linear probing; the hash is kept beside each entry, so that a probe touches characters only
// when it has most likely found them.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "runtime/snapshot/column_part.h"

namespace proofmark::snapshot {

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
    if (entries_[found - 1].hash == hash && (*this)[found - 1] == text) return found - 1;
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
