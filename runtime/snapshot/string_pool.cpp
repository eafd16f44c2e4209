// Open addressing with linear probing; the hash is kept beside each code, so that a probe touches an entry only when it
// has most likely found it.
#define XXH_INLINE_ALL
#include "runtime/snapshot/string_pool.h"

#include <xxhash.h>

#include <algorithm>
#include <utility>

namespace proofmark::snapshot {
namespace {

constexpr std::size_t kFewest = 256;  // slots: so many more than labels that nearly all of them stand where they belong

}  // namespace

StringPool::Words StringPool::words_of_long(std::string_view text) {
  const XXH128_hash_t digest = XXH3_128bits(text.data(), text.size());
  return {digest.low64, digest.high64, text.size()};
}

std::uint32_t StringPool::add(std::string_view text, const Words& words, std::uint32_t hash) {
  if ((entries_.size() + 1) * 2 > slots_.size()) grow();
  const auto code = static_cast<std::uint32_t>(entries_.size());
  entries_.push_back({bytes_.size(), words});
  bytes_ += text;
  std::size_t slot = hash & mask_;
  while (slots_[slot].code_after != 0) slot = (slot + 1) & mask_;
  slots_[slot] = {hash, code + 1};
  return code;
}

void StringPool::grow() {
  const std::vector<Slot> before = std::exchange(slots_, std::vector<Slot>(std::max(kFewest, slots_.size() * 2)));
  mask_ = slots_.size() - 1;
  for (const Slot& kept : before) {
    if (kept.code_after == 0) continue;
    std::size_t slot = kept.hash & mask_;
    while (slots_[slot].code_after != 0) slot = (slot + 1) & mask_;
    slots_[slot] = kept;
  }
}

}  // namespace proofmark::snapshot
