// Four trials at a time; compiled with -mavx2, called only where the processor has it.
//
// Eight chains of Philox are more than the registers hold; gcc orders their steps well only when it schedules before it
// allots registers.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("schedule-insns", "sched-pressure")
#endif

#include "runtime/models/kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

namespace proofmark::models {
namespace {

struct Wide {
  using Real = __m256d;
  using Word = __m256i;  // lanes of 64 bits, of which the upper half is never read
  using Truths = __m256i;
  static constexpr std::size_t kLanes = 4, kWordLanes = 8, kWordsOfTruths = 8, kChains = 8;
  struct Cells {
    Real c0, c1, c2, c3;
  };

  static Real load(const double* from) { return _mm256_loadu_pd(from); }
  static void store(double* to, Real x) { _mm256_storeu_pd(to, x); }
  static Real all(double x) { return _mm256_set1_pd(x); }
  static Real add(Real a, Real b) { return _mm256_add_pd(a, b); }
  static Real subtract(Real a, Real b) { return _mm256_sub_pd(a, b); }
  static Real multiply(Real a, Real b) { return _mm256_mul_pd(a, b); }
  static Real divide(Real a, Real b) { return _mm256_div_pd(a, b); }
  static Real minimum(Real a, Real b) { return _mm256_min_pd(b, a); }  // b < a ? b : a
  static Real maximum(Real a, Real b) { return _mm256_max_pd(b, a); }  // b > a ? b : a
  static std::uint32_t mask(Real x) { return static_cast<std::uint32_t>(_mm256_movemask_pd(x)); }
  static std::uint32_t less(Real a, Real b) { return mask(_mm256_cmp_pd(a, b, _CMP_LT_OQ)); }
  static std::uint32_t at_most(Real a, Real b) { return mask(_mm256_cmp_pd(a, b, _CMP_LE_OQ)); }
  static std::uint32_t equal(Real a, Real b) { return mask(_mm256_cmp_pd(a, b, _CMP_EQ_OQ)); }
  static std::uint32_t unordered(Real a) { return mask(_mm256_cmp_pd(a, a, _CMP_UNORD_Q)); }
  // By the bits from `first` on, each shifted to where a double has its sign.
  static Real select(std::uint64_t bits, std::size_t first, Real yes, Real no) {
    const auto sign = static_cast<long long>(63 - first);
    const __m256i shifts = _mm256_setr_epi64x(sign, sign - 1, sign - 2, sign - 3);
    const __m256i all_bits = _mm256_set1_epi64x(static_cast<long long>(bits));
    return _mm256_blendv_pd(no, yes, _mm256_castsi256_pd(_mm256_sllv_epi64(all_bits, shifts)));
  }

  static Word word(std::uint32_t x) { return _mm256_set1_epi64x(static_cast<long long>(x)); }
  static Word counters(std::uint32_t first) { return _mm256_add_epi64(word(first), _mm256_setr_epi64x(0, 2, 4, 6)); }
  static Word next(Word counters) { return _mm256_add_epi64(counters, word(1)); }
  static Word product(Word a, std::uint32_t b) { return _mm256_mul_epu32(a, word(b)); }
  static Word mixed(Word high, Word low, const std::uint64_t* key) {
    const __m256i own = _mm256_load_si256(reinterpret_cast<const __m256i*>(key));
    return _mm256_xor_si256(_mm256_srli_epi64(high, 32), _mm256_xor_si256(low, own));
  }
  static void store_pairs(std::uint32_t* to, Word even, Word odd) {
    const __m256i both = _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), both);
  }
  static __m256i widened(const std::uint32_t* from) {
    return _mm256_cvtepu32_epi64(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
  }
  // Below 2^52 to a double, by the mantissa of 2^52.
  static Real from_whole(__m256i x) {
    const Real shifted = _mm256_castsi256_pd(_mm256_or_si256(x, _mm256_set1_epi64x(0x4330000000000000LL)));
    return _mm256_sub_pd(shifted, _mm256_set1_pd(0x1p52));
  }
  static Real uniform(const std::uint32_t* high, const std::uint32_t* low) {
    const __m256i mantissa = _mm256_or_si256(_mm256_slli_epi64(widened(high), 20), _mm256_srli_epi64(widened(low), 12));
    return _mm256_mul_pd(_mm256_add_pd(from_whole(mantissa), all(0.5)), all(0x1p-52));
  }
  static Real lower_as_real(const std::uint32_t* words) {
    return from_whole(_mm256_and_si256(widened(words), _mm256_set1_epi64x(0xFFFF)));
  }
  static Real upper_as_real(const std::uint32_t* words) { return from_whole(_mm256_srli_epi64(widened(words), 16)); }

  static Truths truths(std::uint32_t x) { return _mm256_set1_epi32(static_cast<int>(x)); }
  static Truths load_truths(const std::uint32_t* from) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  }
  static void store_truths(std::uint64_t* to, Truths x) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), x); }
  static Truths both(Truths a, Truths b) { return _mm256_and_si256(a, b); }
  static Truths either(Truths a, Truths b) { return _mm256_or_si256(a, b); }
  static Truths differ(Truths a, Truths b) { return _mm256_xor_si256(a, b); }
  static Truths first_only(Truths a, Truths b) { return _mm256_andnot_si256(b, a); }

  static Real part(const double* table, int shift, const std::uint32_t* words) {
    return _mm256_setr_pd(table[words[0] >> shift], table[words[1] >> shift], table[words[2] >> shift],
                          table[words[3] >> shift]);
  }
  // Of each word the first double of its cell, and where in the cell it lies; a bit where it lies near an end.
  static std::uint32_t place(const std::uint32_t* words, std::uint32_t* places, double* within) {
    const auto every = [](std::int32_t x) { return _mm256_set1_epi32(x); };
    const __m256i given = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(words));
    const __m256i right = _mm256_srai_epi32(given, 31), folded = _mm256_xor_si256(given, right);
    const __m256i odd = _mm256_or_si256(_mm256_add_epi32(folded, folded), every(1));
    const __m256i least = every(static_cast<std::int32_t>(2 * kWordsAtAnEnd)), tail = _mm256_max_epu32(odd, least);
    const __m256i bits = _mm256_castps_si256(_mm256_cvtepi32_ps(_mm256_srli_epi32(tail, kLostBits)));
    constexpr std::int32_t kLeft = kCellsOfATail;
    const __m256i side = _mm256_and_si256(right, every(-kLeft));
    const __m256i cell =
        _mm256_add_epi32(_mm256_add_epi32(_mm256_srli_epi32(bits, kFloatShift), every(kLeft - kLowestFloat)), side);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(places), _mm256_slli_epi32(cell, 2));
    const __m256i shifts = _mm256_sub_epi32(every(kLongestShift), _mm256_srli_epi32(bits, 23));
    const __m256i rest = _mm256_and_si256(_mm256_sllv_epi32(tail, shifts), every((1 << kWithinBits) - 1));
    const Real scale = all(1.0 / (1 << kWithinBits));
    store(within, multiply(_mm256_cvtepi32_pd(_mm256_castsi256_si128(rest)), scale));
    store(within + 4, multiply(_mm256_cvtepi32_pd(_mm256_extracti128_si256(rest, 1)), scale));
    const __m256i held = _mm256_cmpeq_epi32(tail, least);  // which is even
    return static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(held)));
  }
  // Four loads and a transposition: twice as fast as four gathers.
  static Cells gather(const Cubic* cubics, const std::uint32_t* places) {
    const double* cells = &cubics->c0;
    const Real a = _mm256_load_pd(cells + places[0]), b = _mm256_load_pd(cells + places[1]);
    const Real c = _mm256_load_pd(cells + places[2]), d = _mm256_load_pd(cells + places[3]);
    const Real ab0 = _mm256_unpacklo_pd(a, b), ab1 = _mm256_unpackhi_pd(a, b);
    const Real cd0 = _mm256_unpacklo_pd(c, d), cd1 = _mm256_unpackhi_pd(c, d);
    return {_mm256_permute2f128_pd(ab0, cd0, 0x20), _mm256_permute2f128_pd(ab1, cd1, 0x20),
            _mm256_permute2f128_pd(ab0, cd0, 0x31), _mm256_permute2f128_pd(ab1, cd1, 0x31)};
  }
};

}  // namespace
}  // namespace proofmark::models

#include "runtime/models/kernels_body.h"

namespace proofmark::models {

const Kernels& avx2_kernels() {
  return kKernels;
}

}  // namespace proofmark::models
#endif
