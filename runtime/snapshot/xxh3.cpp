// XXH3-128: fast enough to check on every read; against accidents, not against malice (that is what SHA-256 is for).
#include <xxhash.h>

#include "runtime/snapshot/arrow_layout.h"

namespace proofmark::snapshot {

std::string xxh3(const std::byte* bytes, std::size_t size) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes, size));
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : canonical.digest) {
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text;
}

}  // namespace proofmark::snapshot
