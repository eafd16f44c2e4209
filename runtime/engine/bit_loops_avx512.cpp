// For AVX-512: a comparison leaves the bits of its rows.
#ifdef __x86_64__
#include <immintrin.h>

#include <bit>
#include <cstdint>
#include <type_traits>

#include "runtime/engine/bit_loops.h"

#define PROOFMARK_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,popcnt")))
#define PROOFMARK_AVX512_PART __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,popcnt"), always_inline)) inline
#define PROOFMARK_VECTOR_COUNT __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq,popcnt")))

namespace proofmark::engine {
namespace {

constexpr std::size_t kWordBits = 64, kVectorWords = 8;

template <std::uint32_t Code>
constexpr int kPredicate = Code == PROOFMARK_AT_MOST    ? _MM_CMPINT_LE
                           : Code == PROOFMARK_AT_LEAST ? _MM_CMPINT_NLT
                                                        : _MM_CMPINT_EQ;

// Through a general register: g++ 12 stores a mask of 32 bits that it has no register for as four bytes, and reads
// eight of them back (seen where a sanitizer's calls lie between).
PROOFMARK_AVX512_PART std::uint64_t widened(__mmask32 mask) {
  std::uint32_t bits = mask;
  asm("" : "+r"(bits));
  return bits;
}

// One comparison: `Code` says which, `T` is the type of the values.
template <std::uint32_t Code, typename T>
struct Comparison {
  static constexpr unsigned kRows = sizeof(__m512i) / sizeof(T);
  __m512i with;

  PROOFMARK_AVX512_PART explicit Comparison(std::int64_t argument) {
    if constexpr (sizeof(T) == 1) with = _mm512_set1_epi8(static_cast<char>(argument));
    if constexpr (sizeof(T) == 2) with = _mm512_set1_epi16(static_cast<short>(argument));
    if constexpr (sizeof(T) == 4) with = _mm512_set1_epi32(static_cast<int>(argument));
    if constexpr (sizeof(T) == 8) with = _mm512_set1_epi64(argument);
  }
  PROOFMARK_AVX512_PART std::uint64_t bits(const T* values) const {
    const __m512i some = _mm512_loadu_si512(values);
    constexpr int kHow = kPredicate<Code>;
    if constexpr (std::is_same_v<T, std::int8_t>) return _mm512_cmp_epi8_mask(some, with, kHow);
    if constexpr (std::is_same_v<T, std::int16_t>) return widened(_mm512_cmp_epi16_mask(some, with, kHow));
    if constexpr (std::is_same_v<T, std::int32_t>) return _mm512_cmp_epi32_mask(some, with, kHow);
    if constexpr (std::is_same_v<T, std::int64_t>) return _mm512_cmp_epi64_mask(some, with, kHow);
    if constexpr (std::is_same_v<T, std::uint8_t>) return _mm512_cmp_epu8_mask(some, with, kHow);
    if constexpr (std::is_same_v<T, std::uint16_t>) return widened(_mm512_cmp_epu16_mask(some, with, kHow));
    if constexpr (std::is_same_v<T, std::uint32_t>) return _mm512_cmp_epu32_mask(some, with, kHow);
    if constexpr (std::is_same_v<T, double>) return real_bits(_mm512_castsi512_pd(some), _mm512_castsi512_pd(with));
  }
  PROOFMARK_AVX512_PART static std::uint64_t real_bits(__m512d some, __m512d with) {
    if constexpr (Code == PROOFMARK_REAL_LESS) return _mm512_cmp_pd_mask(some, with, _CMP_LT_OQ);
    if constexpr (Code == PROOFMARK_REAL_AT_MOST) return _mm512_cmp_pd_mask(some, with, _CMP_LE_OQ);
    if constexpr (Code == PROOFMARK_REAL_GREATER) return _mm512_cmp_pd_mask(some, with, _CMP_GT_OQ);
    if constexpr (Code == PROOFMARK_REAL_AT_LEAST) return _mm512_cmp_pd_mask(some, with, _CMP_GE_OQ);
    if constexpr (Code == PROOFMARK_REAL_EQUAL) return _mm512_cmp_pd_mask(some, with, _CMP_EQ_OQ);
    return _mm512_cmp_pd_mask(some, some, _CMP_ORD_Q);
  }
  PROOFMARK_AVX512_PART std::uint64_t word(const T* values) const {
    std::uint64_t word = 0;
#pragma GCC unroll 8
    for (unsigned k = 0; k < kWordBits / kRows; ++k) word |= bits(values + k * kRows) << (kRows * k % kWordBits);
    return word;
  }
};

template <std::uint32_t Code, typename T>
PROOFMARK_AVX512 void compare_all(const void* values, std::int64_t argument, std::size_t words, std::uint64_t* out) {
  const Comparison<Code, T> comparison(argument);
  const auto* at = static_cast<const T*>(values);
  for (std::size_t w = 0; w < words; ++w) out[w] = comparison.word(at + w * kWordBits);
}

template <std::uint32_t Code>
CompareLoop integers(std::uint32_t physical) {
  switch (physical) {
    case PROOFMARK_I8:
      return compare_all<Code, std::int8_t>;
    case PROOFMARK_I16:
      return compare_all<Code, std::int16_t>;
    case PROOFMARK_I32:
      return compare_all<Code, std::int32_t>;
    case PROOFMARK_U8:
      return compare_all<Code, std::uint8_t>;
    case PROOFMARK_U16:
      return compare_all<Code, std::uint16_t>;
    case PROOFMARK_U32:
      return compare_all<Code, std::uint32_t>;
    default:
      return compare_all<Code, std::int64_t>;
  }
}

CompareLoop comparison(const proofmark_kernel_instruction& instruction) {
  switch (instruction.code) {
    case PROOFMARK_AT_MOST:
      return integers<PROOFMARK_AT_MOST>(instruction.physical);
    case PROOFMARK_AT_LEAST:
      return integers<PROOFMARK_AT_LEAST>(instruction.physical);
    case PROOFMARK_EQUAL:
      return integers<PROOFMARK_EQUAL>(instruction.physical);
    case PROOFMARK_REAL_LESS:
      return compare_all<PROOFMARK_REAL_LESS, double>;
    case PROOFMARK_REAL_AT_MOST:
      return compare_all<PROOFMARK_REAL_AT_MOST, double>;
    case PROOFMARK_REAL_GREATER:
      return compare_all<PROOFMARK_REAL_GREATER, double>;
    case PROOFMARK_REAL_AT_LEAST:
      return compare_all<PROOFMARK_REAL_AT_LEAST, double>;
    case PROOFMARK_REAL_EQUAL:
      return compare_all<PROOFMARK_REAL_EQUAL, double>;
    default:
      return compare_all<PROOFMARK_NUMBER, double>;
  }
}

template <std::uint32_t Code>
PROOFMARK_AVX512_PART __m512i combined(__m512i a, __m512i b) {
  if constexpr (Code == PROOFMARK_AND) return _mm512_and_si512(a, b);
  if constexpr (Code == PROOFMARK_OR) return _mm512_or_si512(a, b);
  return _mm512_andnot_si512(b, a);
}

template <std::uint32_t Code>
PROOFMARK_AVX512_PART std::uint64_t combined(std::uint64_t a, std::uint64_t b) {
  return Code == PROOFMARK_AND ? a & b : Code == PROOFMARK_OR ? a | b : a & ~b;
}

// The words of a vector, or as many as there are left.
PROOFMARK_AVX512_PART __mmask8 lanes(std::size_t words) {
  return static_cast<__mmask8>(words >= kVectorWords ? 0xFF : (1U << words) - 1);
}

template <std::uint32_t Code>
PROOFMARK_AVX512 void combine(const std::uint64_t* a, const std::uint64_t* b, std::size_t words, std::uint64_t* out) {
  for (std::size_t w = 0; w < words; w += kVectorWords) {
    const __mmask8 these = lanes(words - w);
    _mm512_mask_storeu_epi64(
        out + w, these, combined<Code>(_mm512_maskz_loadu_epi64(these, a + w), _mm512_maskz_loadu_epi64(these, b + w)));
  }
}

PROOFMARK_AVX512_PART std::uint64_t ones(std::uint64_t word) {
  return static_cast<std::uint64_t>(_mm_popcnt_u64(word));
}

// Counting word by word: four sums, lest each addition wait for the one before.
template <std::uint32_t Code>
PROOFMARK_AVX512 std::uint64_t count_words(const std::uint64_t* a, const std::uint64_t* b, std::size_t words) {
  std::uint64_t sums[4] = {};
  std::size_t w = 0;
  for (; w + 4 <= words; w += 4)
    for (std::size_t k = 0; k < 4; ++k) sums[k] += ones(combined<Code>(a[w + k], b[w + k]));
  for (; w < words; ++w) sums[0] += ones(combined<Code>(a[w], b[w]));
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

// Counting eight words at once, where the processor can.
template <std::uint32_t Code>
PROOFMARK_VECTOR_COUNT std::uint64_t count_vectors(const std::uint64_t* a, const std::uint64_t* b, std::size_t words) {
  __m512i sums = _mm512_setzero_si512();
  for (std::size_t w = 0; w < words; w += kVectorWords) {
    const __mmask8 these = lanes(words - w);
    const __m512i mask = combined<Code>(_mm512_maskz_loadu_epi64(these, a + w), _mm512_maskz_loadu_epi64(these, b + w));
    sums = _mm512_add_epi64(sums, _mm512_popcnt_epi64(mask));
  }
  return static_cast<std::uint64_t>(_mm512_reduce_add_epi64(sums));
}

// Where the words that meet are listed: a vector of them after the other.
struct Meeting {
  std::uint64_t* both;
  std::uint32_t* first_row;
  __m256i rows = _mm256_setr_epi32(0, 64, 128, 192, 256, 320, 384, 448);
  std::size_t words = 0;

  PROOFMARK_AVX512_PART void add(__m512i a, __m512i b) {
    const __m512i some = _mm512_and_si512(a, b);
    const __mmask8 met = _mm512_test_epi64_mask(some, some);
    _mm512_storeu_si512(both + words, _mm512_maskz_compress_epi64(met, some));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(first_row + words), _mm256_maskz_compress_epi32(met, rows));
    rows = _mm256_add_epi32(rows, _mm256_set1_epi32(kVectorWords * kWordBits));
    words += ones(met);
  }
};

PROOFMARK_AVX512 Met meet_by_words(const std::uint64_t* a, const std::uint64_t* b, std::size_t words,
                                   std::uint64_t* both, std::uint32_t* first_row) {
  Meeting meeting{both, first_row};
  for (std::size_t w = 0; w < words; w += kVectorWords) {
    const __mmask8 these = lanes(words - w);
    meeting.add(_mm512_maskz_loadu_epi64(these, a + w), _mm512_maskz_loadu_epi64(these, b + w));
  }
  return {meeting.words, count_words<PROOFMARK_OR>(a, a, words)};
}

PROOFMARK_VECTOR_COUNT Met meet_by_vectors(const std::uint64_t* a, const std::uint64_t* b, std::size_t words,
                                           std::uint64_t* both, std::uint32_t* first_row) {
  Meeting meeting{both, first_row};
  __m512i rows = _mm512_setzero_si512();
  for (std::size_t w = 0; w < words; w += kVectorWords) {
    const __mmask8 these = lanes(words - w);
    const __m512i some = _mm512_maskz_loadu_epi64(these, a + w);
    meeting.add(some, _mm512_maskz_loadu_epi64(these, b + w));
    rows = _mm512_add_epi64(rows, _mm512_popcnt_epi64(some));
  }
  return {meeting.words, static_cast<std::uint64_t>(_mm512_reduce_add_epi64(rows))};
}

// 4 KB ahead: while one block's sum is put away, the next one's values come.
PROOFMARK_AVX512 void sum_blocks(const double* values, std::size_t blocks, double* lanes) {
  constexpr std::size_t kBlockRows = 4096, kAheadBytes = 4096, kLineBytes = 64, kRows = 8;
  for (std::size_t block = 0; block < blocks; ++block, values += kBlockRows, lanes += 2 * kRows) {
    __m512d low = _mm512_setzero_pd(), high = low;
    for (std::size_t row = 0; row < kBlockRows; row += 2 * kRows) {
      const auto* ahead = reinterpret_cast<const char*>(reinterpret_cast<std::uintptr_t>(values + row) + kAheadBytes);
      _mm_prefetch(ahead, _MM_HINT_T0);
      _mm_prefetch(ahead + kLineBytes, _MM_HINT_T0);
      low = _mm512_add_pd(low, _mm512_loadu_pd(values + row));
      high = _mm512_add_pd(high, _mm512_loadu_pd(values + row + kRows));
    }
    _mm512_storeu_pd(lanes, low);
    _mm512_storeu_pd(lanes + kRows, high);
  }
}

constexpr BitLoops kByWords{comparison,
                            {combine<PROOFMARK_AND>, combine<PROOFMARK_OR>, combine<PROOFMARK_AND_NOT>},
                            {count_words<PROOFMARK_AND>, count_words<PROOFMARK_OR>, count_words<PROOFMARK_AND_NOT>},
                            meet_by_words,
                            sum_blocks};
constexpr BitLoops kByVectors{
    comparison,
    {combine<PROOFMARK_AND>, combine<PROOFMARK_OR>, combine<PROOFMARK_AND_NOT>},
    {count_vectors<PROOFMARK_AND>, count_vectors<PROOFMARK_OR>, count_vectors<PROOFMARK_AND_NOT>},
    meet_by_vectors,
    sum_blocks};

}  // namespace

const BitLoops* bit_loops_avx512() {
  const bool runs = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                    __builtin_cpu_supports("popcnt");
  if (!runs) return nullptr;
  return __builtin_cpu_supports("avx512vpopcntdq") ? &kByVectors : &kByWords;
}

}  // namespace proofmark::engine
#endif
