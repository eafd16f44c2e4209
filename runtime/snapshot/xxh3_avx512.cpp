// The library's code once more, compiled for AVX-512. Nothing else may stand in this file: what other files share with
// it could be linked in from here, and run on processors that do not know these instructions.
#ifdef __x86_64__
#define XXH_INLINE_ALL
#define XXH_VECTOR XXH_AVX512
#include "runtime/snapshot/xxh3_vectors.h"

extern "C" XXH128_hash_t proofmark_xxh3_avx512(const void* bytes, std::size_t size) {
  return XXH3_128bits(bytes, size);
}
#endif
