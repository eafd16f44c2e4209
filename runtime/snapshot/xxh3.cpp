// XXH3-128: fast enough to check on every read; against accidents, not against malice (that is what SHA-256 is for).
#include <xxhash.h>

#include "runtime/snapshot/arrow_layout.h"
#include "runtime/snapshot/xxh3_vectors.h"

namespace proofmark::snapshot {
namespace {

struct Hash {
  XXH128_hash_t (*of)(const void* bytes, std::size_t size);
  std::string_view tier;
};

// The library's own is compiled for any processor, which takes half as long again of bytes in a cache as AVX2 does, and
// that half as long again as AVX-512.
Hash fastest() {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx512f") != 0) return {proofmark_xxh3_avx512, "avx512"};
  if (__builtin_cpu_supports("avx2") != 0) return {proofmark_xxh3_avx2, "avx2"};
#endif
  return {XXH3_128bits, "baseline"};
}

const Hash& hash() {
  static const Hash hash = fastest();
  return hash;
}

}  // namespace

std::string xxh3(const std::byte* bytes, std::size_t size) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash().of(bytes, size));
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : canonical.digest) {
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text;
}

std::string_view xxh3_tier() {
  return hash().tier;
}

}  // namespace proofmark::snapshot
