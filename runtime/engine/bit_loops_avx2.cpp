// For AVX2: a comparison leaves ones or zeros in the width of its values, and their top bits are gathered to words.
//
// There is one order of signed integers and equality; unsigned ones have their top bits turned, and "at most" is "not
// greater", turned where it is a word.
#ifdef __x86_64__
#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <type_traits>

#include "runtime/engine/bit_loops.h"

#define PROOFMARK_AVX2 __attribute__((target("avx2,popcnt,bmi,bmi2")))
#define PROOFMARK_AVX2_PART __attribute__((target("avx2,popcnt,bmi,bmi2"), always_inline)) inline

namespace proofmark::engine {
namespace {

constexpr std::size_t kWordBits = 64;

PROOFMARK_AVX2_PART __m256i vector_at(const void* address) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(address));
}

template <typename T>
PROOFMARK_AVX2_PART __m256i broadcast(T value) {
  if constexpr (sizeof(T) == 1) return _mm256_set1_epi8(static_cast<char>(value));
  if constexpr (sizeof(T) == 2) return _mm256_set1_epi16(static_cast<short>(value));
  if constexpr (sizeof(T) == 4) return _mm256_set1_epi32(static_cast<int>(value));
  if constexpr (sizeof(T) == 8) return _mm256_set1_epi64x(static_cast<long long>(value));
}

template <typename T>
PROOFMARK_AVX2_PART __m256i greater(__m256i a, __m256i b) {
  if constexpr (sizeof(T) == 1) return _mm256_cmpgt_epi8(a, b);
  if constexpr (sizeof(T) == 2) return _mm256_cmpgt_epi16(a, b);
  if constexpr (sizeof(T) == 4) return _mm256_cmpgt_epi32(a, b);
  if constexpr (sizeof(T) == 8) return _mm256_cmpgt_epi64(a, b);
}

template <typename T>
PROOFMARK_AVX2_PART __m256i equal(__m256i a, __m256i b) {
  if constexpr (sizeof(T) == 1) return _mm256_cmpeq_epi8(a, b);
  if constexpr (sizeof(T) == 2) return _mm256_cmpeq_epi16(a, b);
  if constexpr (sizeof(T) == 4) return _mm256_cmpeq_epi32(a, b);
  if constexpr (sizeof(T) == 8) return _mm256_cmpeq_epi64(a, b);
}

// The top bits of the k-th 32 bytes.
PROOFMARK_AVX2_PART std::uint64_t half_word(__m256i bytes, unsigned k) {
  return std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(bytes))} << 32 * k;
}

// 32 flags of four bytes each, or of eight, as bytes in the order of their rows: packing works in halves of vectors.
PROOFMARK_AVX2_PART __m256i packed(const __m256i (&flags)[4]) {
  return _mm256_permutevar8x32_epi32(
      _mm256_packs_epi16(_mm256_packs_epi32(flags[0], flags[1]), _mm256_packs_epi32(flags[2], flags[3])),
      _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}
PROOFMARK_AVX2_PART __m256i bytes_of(const __m256i (&flags)[4]) {
  return packed(flags);
}
PROOFMARK_AVX2_PART __m256i bytes_of(const __m256d (&flags)[8]) {
  constexpr int kLowHalves = 0b10'00'10'00;
  __m256i narrow[4];
#pragma GCC unroll 4
  for (unsigned i = 0; i < 4; ++i)
    narrow[i] = _mm256_castps_si256(
        _mm256_shuffle_ps(_mm256_castpd_ps(flags[2 * i]), _mm256_castpd_ps(flags[2 * i + 1]), kLowHalves));
  return _mm256_shuffle_epi8(packed(narrow), _mm256_setr_epi8(0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15,  //
                                                              0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15));
}

// One comparison of integers: `Code` says which, `T` is their type.
template <std::uint32_t Code, typename T>
struct Integers {
  static constexpr bool kTurned = Code == PROOFMARK_AT_MOST || Code == PROOFMARK_AT_LEAST;
  static constexpr bool kTopTurned = kTurned && std::is_unsigned_v<T>;
  static constexpr std::size_t kRows = sizeof(__m256i) / sizeof(T);

  __m256i with, top;

  PROOFMARK_AVX2_PART explicit Integers(std::int64_t argument) {
    top = broadcast<T>(static_cast<T>(T{1} << (8 * sizeof(T) - 1)));
    with = broadcast<T>(static_cast<T>(argument));
    if constexpr (kTopTurned) with = _mm256_xor_si256(with, top);
  }
  PROOFMARK_AVX2_PART __m256i flags(const T* values) const {
    __m256i some = vector_at(values);
    if constexpr (kTopTurned) some = _mm256_xor_si256(some, top);
    if constexpr (Code == PROOFMARK_AT_MOST) return greater<T>(some, with);
    if constexpr (Code == PROOFMARK_AT_LEAST) return greater<T>(with, some);
    return equal<T>(some, with);
  }
  PROOFMARK_AVX2_PART std::uint64_t gathered(const T* values) const {
    std::uint64_t word = 0;
    if constexpr (sizeof(T) == 1) {
      for (unsigned k = 0; k < 2; ++k) word |= half_word(flags(values + k * kRows), k);
    } else if constexpr (sizeof(T) == 2) {
      constexpr int kInOrder = 0b11'01'10'00;  // packing works in halves of vectors
      for (unsigned k = 0; k < 2; ++k) {
        const __m256i bytes = _mm256_packs_epi16(flags(values + 2 * k * kRows), flags(values + (2 * k + 1) * kRows));
        word |= half_word(_mm256_permute4x64_epi64(bytes, kInOrder), k);
      }
    } else if constexpr (sizeof(T) == 4) {
#pragma GCC unroll 2
      for (unsigned k = 0; k < 2; ++k) {
        __m256i part[4];
#pragma GCC unroll 4
        for (unsigned i = 0; i < 4; ++i) part[i] = flags(values + (4 * k + i) * kRows);
        word |= half_word(bytes_of(part), k);
      }
    } else {
#pragma GCC unroll 2
      for (unsigned k = 0; k < 2; ++k) {
        __m256d part[8];
#pragma GCC unroll 8
        for (unsigned i = 0; i < 8; ++i) part[i] = _mm256_castsi256_pd(flags(values + (8 * k + i) * kRows));
        word |= half_word(bytes_of(part), k);
      }
    }
    return word;
  }
  PROOFMARK_AVX2_PART std::uint64_t word(const T* values) const {
    return kTurned ? ~gathered(values) : gathered(values);
  }
};

template <std::uint32_t Code>
struct Reals {
  __m256d with;

  PROOFMARK_AVX2_PART explicit Reals(std::int64_t argument) : with(_mm256_set1_pd(std::bit_cast<double>(argument))) {}
  PROOFMARK_AVX2_PART __m256d flags(const double* values) const {
    const __m256d some = _mm256_loadu_pd(values);
    if constexpr (Code == PROOFMARK_REAL_LESS) return _mm256_cmp_pd(some, with, _CMP_LT_OQ);
    if constexpr (Code == PROOFMARK_REAL_AT_MOST) return _mm256_cmp_pd(some, with, _CMP_LE_OQ);
    if constexpr (Code == PROOFMARK_REAL_GREATER) return _mm256_cmp_pd(some, with, _CMP_GT_OQ);
    if constexpr (Code == PROOFMARK_REAL_AT_LEAST) return _mm256_cmp_pd(some, with, _CMP_GE_OQ);
    if constexpr (Code == PROOFMARK_REAL_EQUAL) return _mm256_cmp_pd(some, with, _CMP_EQ_OQ);
    return _mm256_cmp_pd(some, some, _CMP_ORD_Q);
  }
  PROOFMARK_AVX2_PART std::uint64_t word(const double* values) const {
    std::uint64_t word = 0;
#pragma GCC unroll 2
    for (unsigned k = 0; k < 2; ++k) {
      __m256d part[8];
#pragma GCC unroll 8
      for (unsigned i = 0; i < 8; ++i) part[i] = flags(values + (8 * k + i) * 4);
      word |= half_word(bytes_of(part), k);
    }
    return word;
  }
};

template <typename Comparison, typename T>
PROOFMARK_AVX2 void compare_all(const void* values, std::int64_t argument, std::size_t words, std::uint64_t* out) {
  const Comparison comparison(argument);
  const auto* at = static_cast<const T*>(values);
#pragma GCC unroll 2
  for (std::size_t w = 0; w < words; ++w) out[w] = comparison.word(at + w * kWordBits);
}

template <std::uint32_t Code>
CompareLoop integers(std::uint32_t physical) {
  switch (physical) {
    case PROOFMARK_I8:
      return compare_all<Integers<Code, std::int8_t>, std::int8_t>;
    case PROOFMARK_I16:
      return compare_all<Integers<Code, std::int16_t>, std::int16_t>;
    case PROOFMARK_I32:
      return compare_all<Integers<Code, std::int32_t>, std::int32_t>;
    case PROOFMARK_U8:
      return compare_all<Integers<Code, std::uint8_t>, std::uint8_t>;
    case PROOFMARK_U16:
      return compare_all<Integers<Code, std::uint16_t>, std::uint16_t>;
    case PROOFMARK_U32:
      return compare_all<Integers<Code, std::uint32_t>, std::uint32_t>;
    default:
      return compare_all<Integers<Code, std::int64_t>, std::int64_t>;
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
      return compare_all<Reals<PROOFMARK_REAL_LESS>, double>;
    case PROOFMARK_REAL_AT_MOST:
      return compare_all<Reals<PROOFMARK_REAL_AT_MOST>, double>;
    case PROOFMARK_REAL_GREATER:
      return compare_all<Reals<PROOFMARK_REAL_GREATER>, double>;
    case PROOFMARK_REAL_AT_LEAST:
      return compare_all<Reals<PROOFMARK_REAL_AT_LEAST>, double>;
    case PROOFMARK_REAL_EQUAL:
      return compare_all<Reals<PROOFMARK_REAL_EQUAL>, double>;
    default:
      return compare_all<Reals<PROOFMARK_NUMBER>, double>;
  }
}

template <std::uint32_t Code>
PROOFMARK_AVX2_PART std::uint64_t combined(std::uint64_t a, std::uint64_t b) {
  return Code == PROOFMARK_AND ? a & b : Code == PROOFMARK_OR ? a | b : a & ~b;
}

constexpr std::size_t kVectorWords = 4;

template <std::uint32_t Code>
PROOFMARK_AVX2_PART __m256i combined(const std::uint64_t* a, const std::uint64_t* b) {
  if constexpr (Code == PROOFMARK_AND) return _mm256_and_si256(vector_at(a), vector_at(b));
  if constexpr (Code == PROOFMARK_OR) return _mm256_or_si256(vector_at(a), vector_at(b));
  return _mm256_andnot_si256(vector_at(b), vector_at(a));
}

template <std::uint32_t Code>
PROOFMARK_AVX2 void combine(const std::uint64_t* a, const std::uint64_t* b, std::size_t words, std::uint64_t* out) {
  std::size_t w = 0;
  for (; w + kVectorWords <= words; w += kVectorWords)
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + w), combined<Code>(a + w, b + w));
  for (; w < words; ++w) out[w] = combined<Code>(a[w], b[w]);
}

PROOFMARK_AVX2_PART std::uint64_t ones(std::uint64_t word) {
  return static_cast<std::uint64_t>(_mm_popcnt_u64(word));
}

// The ones of each byte: of its two halves, by table.
PROOFMARK_AVX2_PART __m256i ones_of_bytes(__m256i mask) {
  const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,  //
                                         0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  const __m256i low = _mm256_set1_epi8(0xF);
  return _mm256_add_epi8(_mm256_shuffle_epi8(table, _mm256_and_si256(mask, low)),
                         _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(mask, 4), low)));
}

// Bytes are added up as far as a byte goes, then bytes to words.
template <std::uint32_t Code>
PROOFMARK_AVX2 std::uint64_t count(const std::uint64_t* a, const std::uint64_t* b, std::size_t words) {
  constexpr std::size_t kMostVectors = 31;  // of at most eight ones a byte
  __m256i sums = _mm256_setzero_si256();
  std::size_t w = 0;
  while (w + kVectorWords <= words) {
    const std::size_t end = std::min(words, w + kMostVectors * kVectorWords);
    __m256i bytes = _mm256_setzero_si256();
    for (; w + kVectorWords <= end; w += kVectorWords)
      bytes = _mm256_add_epi8(bytes, ones_of_bytes(combined<Code>(a + w, b + w)));
    sums = _mm256_add_epi64(sums, _mm256_sad_epu8(bytes, _mm256_setzero_si256()));
  }
  const __m128i pair = _mm_add_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
  std::uint64_t rows =
      static_cast<std::uint64_t>(_mm_cvtsi128_si64(pair)) + static_cast<std::uint64_t>(_mm_extract_epi64(pair, 1));
  for (; w < words; ++w) rows += ones(combined<Code>(a[w], b[w]));
  return rows;
}

// 4 KB ahead: while one block's sum is put away, the next one's values come.
PROOFMARK_AVX2 void sum_blocks(const double* values, std::size_t blocks, double* lanes) {
  constexpr std::size_t kBlockRows = 4096, kAheadBytes = 4096, kLineBytes = 64, kRows = 4;
  for (std::size_t block = 0; block < blocks; ++block, values += kBlockRows, lanes += 4 * kRows) {
    __m256d a = _mm256_setzero_pd(), b = a, c = a, d = a;
    for (std::size_t row = 0; row < kBlockRows; row += 4 * kRows) {
      const auto* ahead = reinterpret_cast<const char*>(reinterpret_cast<std::uintptr_t>(values + row) + kAheadBytes);
      _mm_prefetch(ahead, _MM_HINT_T0);
      _mm_prefetch(ahead + kLineBytes, _MM_HINT_T0);
      a = _mm256_add_pd(a, _mm256_loadu_pd(values + row));
      b = _mm256_add_pd(b, _mm256_loadu_pd(values + row + kRows));
      c = _mm256_add_pd(c, _mm256_loadu_pd(values + row + 2 * kRows));
      d = _mm256_add_pd(d, _mm256_loadu_pd(values + row + 3 * kRows));
    }
    _mm256_storeu_pd(lanes, a);
    _mm256_storeu_pd(lanes + kRows, b);
    _mm256_storeu_pd(lanes + 2 * kRows, c);
    _mm256_storeu_pd(lanes + 3 * kRows, d);
  }
}

constexpr BitLoops kLoops{comparison,
                          {combine<PROOFMARK_AND>, combine<PROOFMARK_OR>, combine<PROOFMARK_AND_NOT>},
                          {count<PROOFMARK_AND>, count<PROOFMARK_OR>, count<PROOFMARK_AND_NOT>},
                          meet_words,
                          sum_blocks};

}  // namespace

const BitLoops* bit_loops_avx2() {
  const bool runs = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") &&
                    __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  return runs ? &kLoops : nullptr;
}

}  // namespace proofmark::engine
#endif
