// Eight trials at a time; compiled with -mavx512f, called only where the processor has it.
#include "runtime/models/kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

namespace proofmark::models {
namespace {

struct Wide {
  using Real = __m512d;
  using Word = __m512i;  // lanes of 64 bits, of which the upper half is never read
  using Truths = __m512i;
  static constexpr std::size_t kLanes = 8, kWordLanes = 16, kWordsOfTruths = 16, kChains = 4;
  struct Cells {
    Real c0, c1, c2, c3;
  };

  static Real load(const double* from) { return _mm512_loadu_pd(from); }
  static void store(double* to, Real x) { _mm512_storeu_pd(to, x); }
  static Real all(double x) { return _mm512_set1_pd(x); }
  static Real add(Real a, Real b) { return _mm512_add_pd(a, b); }
  static Real subtract(Real a, Real b) { return _mm512_sub_pd(a, b); }
  static Real multiply(Real a, Real b) { return _mm512_mul_pd(a, b); }
  static Real divide(Real a, Real b) { return _mm512_div_pd(a, b); }
  static Real minimum(Real a, Real b) { return _mm512_maskz_min_pd(0xFF, b, a); }  // b < a ? b : a
  static Real maximum(Real a, Real b) { return _mm512_maskz_max_pd(0xFF, b, a); }  // b > a ? b : a
  static std::uint32_t less(Real a, Real b) { return _mm512_cmp_pd_mask(a, b, _CMP_LT_OQ); }
  static std::uint32_t at_most(Real a, Real b) { return _mm512_cmp_pd_mask(a, b, _CMP_LE_OQ); }
  static std::uint32_t equal(Real a, Real b) { return _mm512_cmp_pd_mask(a, b, _CMP_EQ_OQ); }
  static std::uint32_t unordered(Real a) { return _mm512_cmp_pd_mask(a, a, _CMP_UNORD_Q); }
  static Real select(std::uint64_t bits, std::size_t first, Real yes, Real no) {
    return _mm512_mask_blend_pd(static_cast<__mmask8>(bits >> first), no, yes);
  }

  static Word word(std::uint32_t x) { return _mm512_set1_epi64(static_cast<long long>(x)); }
  static Word counters(std::uint32_t first) {
    return _mm512_add_epi64(word(first), _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14));
  }
  static Word next(Word counters) { return _mm512_add_epi64(counters, word(1)); }
  static Word product(Word a, std::uint32_t b) { return _mm512_maskz_mul_epu32(0xFF, a, word(b)); }
  static Word mixed(Word high, Word low, const std::uint64_t* key) {
    return _mm512_ternarylogic_epi64(_mm512_maskz_srli_epi64(0xFF, high, 32), low, _mm512_load_si512(key),
                                     0x96);  // all three by xor
  }
  static void store_pairs(std::uint32_t* to, Word even, Word odd) {
    _mm512_storeu_si512(to, _mm512_mask_blend_epi32(0xAAAA, even, _mm512_maskz_slli_epi64(0xFF, odd, 32)));
  }
  static __m512i widened(const std::uint32_t* from) {
    return _mm512_maskz_cvtepu32_epi64(0xFF, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
  }
  // Below 2^52 to a double, by the mantissa of 2^52.
  static Real from_whole(__m512i x) {
    const Real shifted = _mm512_castsi512_pd(_mm512_or_si512(x, _mm512_set1_epi64(0x4330000000000000LL)));
    return _mm512_sub_pd(shifted, _mm512_set1_pd(0x1p52));
  }
  static Real uniform(const std::uint32_t* high, const std::uint32_t* low) {
    const __m512i mantissa = _mm512_or_si512(_mm512_maskz_slli_epi64(0xFF, widened(high), 20),
                                             _mm512_maskz_srli_epi64(0xFF, widened(low), 12));
    return _mm512_mul_pd(_mm512_add_pd(from_whole(mantissa), all(0.5)), all(0x1p-52));
  }
  static Real lower_as_real(const std::uint32_t* words) {
    return from_whole(_mm512_and_si512(widened(words), _mm512_set1_epi64(0xFFFF)));
  }
  static Real upper_as_real(const std::uint32_t* words) {
    return from_whole(_mm512_maskz_srli_epi64(0xFF, widened(words), 16));
  }

  static Truths truths(std::uint32_t x) { return _mm512_set1_epi32(static_cast<int>(x)); }
  static Truths load_truths(const std::uint32_t* from) { return _mm512_loadu_si512(from); }
  static void store_truths(std::uint64_t* to, Truths x) { _mm512_storeu_si512(to, x); }
  static Truths both(Truths a, Truths b) { return _mm512_and_si512(a, b); }
  static Truths either(Truths a, Truths b) { return _mm512_or_si512(a, b); }
  static Truths differ(Truths a, Truths b) { return _mm512_xor_si512(a, b); }
  static Truths first_only(Truths a, Truths b) { return _mm512_maskz_andnot_epi64(0xFF, b, a); }

  // Loads one by one: some processors take twice as long for a gather.
  static Real part(const double* table, int shift, const std::uint32_t* words) {
    const auto at = [&](std::size_t i) { return table + (words[i] >> shift); };
    const auto two = [&](std::size_t i) { return _mm_loadh_pd(_mm_load_sd(at(i)), at(i + 1)); };
    const auto four = [&](std::size_t i) {
      return _mm256_insertf128_pd(_mm256_castpd128_pd256(two(i)), two(i + 2), 1);
    };
    return _mm512_maskz_insertf64x4(0xFF, _mm512_castpd256_pd512(four(0)), four(4), 1);
  }
  // Of each word the bytes to its cell, and where in the cell it lies; a bit where it lies near an end. Here the tail
  // is a float without losing bits: what is cut off does not change the cell. The exponent's last bits count octaves
  // from the second on, and as a rotation's width leave the leading bit as number 1, the cell's bits around it.
  static constexpr std::int32_t kBitsOfCubic = 5, kTailBytes = sizeof(Cubic) * kCellsOfATail;
  static_assert(1 << kBitsOfCubic == sizeof(Cubic));
  static constexpr std::int32_t kFirstOctave = (kLowestFloat >> kCellBits) + kLostBits;
  static_assert((kFirstOctave + 1) % (1 << kOctaveBits) == 0 && (kFloatBias + 1) % 32 == 0);
  static constexpr int kTurned = 2;
  static std::uint32_t place(const std::uint32_t* words, std::uint32_t* places, double* within) {
    const auto every = [](std::int32_t x) { return _mm512_set1_epi32(x); };
    const __m512i given = _mm512_loadu_si512(words), right = _mm512_maskz_srai_epi32(0xFFFF, given, 31);
    const __m512i odd =
        _mm512_ternarylogic_epi32(_mm512_add_epi32(given, given), right, every(1), 0xBE);  // (a ^ b) | c
    const __m512i least = every(static_cast<std::int32_t>(2 * kWordsAtAnEnd));
    const __m512i tail = _mm512_maskz_max_epu32(0xFFFF, odd, least);
    const __m512i bits =
        _mm512_castps_si512(_mm512_maskz_cvt_roundepu32_ps(0xFFFF, tail, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC));
    const __m512i side = _mm512_maskz_andnot_epi32(0xFFFF, right, every(kTailBytes));
    const __m512i own = _mm512_maskz_srli_epi32(0xFFFF, bits, kFloatShift - kBitsOfCubic);
    const __m512i cell =
        _mm512_ternarylogic_epi32(own, every(kTailBytes - (1 << kBitsOfCubic)), side, 0xEA);  // (a & b) | c
    _mm512_storeu_si512(places, cell);
    const __m512i turned = _mm512_maskz_rorv_epi32(0xFFFF, tail, _mm512_maskz_srli_epi32(0xFFFF, bits, 23));
    const __m512i rest = _mm512_and_si512(turned, every(((1 << kWithinBits) - 1) << kTurned));
    const auto scaled = [](__m256i x) {
      return multiply(_mm512_maskz_cvtepi32_pd(0xFF, x), all(1.0 / (1 << (kWithinBits + kTurned))));
    };
    store(within, scaled(_mm512_maskz_extracti64x4_epi64(0xF, rest, 0)));
    store(within + 8, scaled(_mm512_maskz_extracti64x4_epi64(0xF, rest, 1)));
    return _mm512_cmplt_epu32_mask(odd, least);
  }
  // Eight loads and a transposition: a gather takes a load for each double of a cell, and on some processors far more.
  static Cells gather(const Cubic* cells, const std::uint32_t* places) {
    const auto* second_octave = reinterpret_cast<const std::byte*>(cells + (std::size_t{1} << kCellBits));
    const auto cell = [&](std::size_t i) {
      return _mm256_load_pd(reinterpret_cast<const double*>(second_octave + places[i]));
    };
    const auto two = [&](std::size_t first, std::size_t second) {
      return _mm512_maskz_insertf64x4(0xFF, _mm512_castpd256_pd512(cell(first)), cell(second), 1);
    };
    const Real a = two(0, 2), b = two(1, 3), c = two(4, 6), d = two(5, 7);
    const Real ab0 = _mm512_maskz_unpacklo_pd(0xFF, a, b), ab1 = _mm512_maskz_unpackhi_pd(0xFF, a, b);
    const Real cd0 = _mm512_maskz_unpacklo_pd(0xFF, c, d), cd1 = _mm512_maskz_unpackhi_pd(0xFF, c, d);
    const auto even = [](Real x, Real y) { return _mm512_maskz_shuffle_f64x2(0xFF, x, y, 0x88); };
    const auto odd = [](Real x, Real y) { return _mm512_maskz_shuffle_f64x2(0xFF, x, y, 0xDD); };
    return {even(ab0, cd0), even(ab1, cd1), odd(ab0, cd0), odd(ab1, cd1)};
  }
};

}  // namespace
}  // namespace proofmark::models

#include "runtime/models/kernels_body.h"

namespace proofmark::models {

const Kernels& avx512_kernels() {
  return kKernels;
}

}  // namespace proofmark::models
#endif
