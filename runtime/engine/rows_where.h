// From a test of one row to bits for a block of them.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "runtime/engine/rows.h"

namespace proofmark::engine {

// The top bits of 64 bytes.
inline std::uint64_t top_bits(const std::array<std::uint8_t, kWordBits>& bytes) {
  std::uint64_t bits = 0;
#ifdef __SSE2__
  for (std::size_t i = 0; i < kWordBits; i += 16) {
    const __m128i some = _mm_load_si128(reinterpret_cast<const __m128i*>(bytes.data() + i));
    bits |= std::uint64_t{static_cast<std::uint16_t>(_mm_movemask_epi8(some))} << i;
  }
#else
  for (std::size_t i = 0; i < kWordBits; ++i) bits |= std::uint64_t{bytes[i]} >> 7 << i;
#endif
  return bits;
}

// Bit i: holds(values[i], with).
template <typename T, typename Holds>
[[gnu::always_inline]] inline std::uint64_t word_where(const T* values, T with, Holds holds) {
  alignas(16) std::array<std::uint8_t, kWordBits> flags;
  for (std::uint32_t i = 0; i < kWordBits; ++i) flags[i] = holds(values[i], with) ? 0xFF : 0;
  return top_bits(flags);
}

// out bit = test(row); the bits past the block's rows are zero. The inner loop writes a byte a row, which compilers
// turn into vector compares.
template <typename Test>
[[gnu::always_inline]] inline void rows_where(std::uint32_t rows, Words& out, Test test) {
  const std::uint32_t whole = rows / kWordBits;
  for (std::uint32_t w = 0; w < whole; ++w) {
    alignas(16) std::array<std::uint8_t, kWordBits> flags;
    for (std::uint32_t i = 0; i < kWordBits; ++i) flags[i] = test(w * kWordBits + i) ? 0xFF : 0;
    out[w] = top_bits(flags);
  }
  for (std::size_t w = whole; w < kBlockWords; ++w) out[w] = 0;
  for (std::uint32_t row = whole * kWordBits; row < rows; ++row)
    out[whole] |= std::uint64_t{test(row) ? 1U : 0U} << (row % kWordBits);
}

}  // namespace proofmark::engine
