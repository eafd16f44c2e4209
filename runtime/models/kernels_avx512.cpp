// Eight trials at a time; compiled with -mavx512f, called only where the processor has it.
#include "runtime/models/kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

namespace proofmark::models {
namespace {

struct Wide {
  using Real = __m512d;
  using Word = __m512i;  // lanes of 64 bits, of which the upper half is never read
  using Bound = __m512i;
  static constexpr std::size_t kLanes = 8, kWordLanes = 16, kChains = 4;
  struct Place {
    __m512i cell;
    Real within;
    std::uint32_t below;
  };
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
  static Real select(std::uint32_t bits, Real yes, Real no) {
    return _mm512_mask_blend_pd(static_cast<__mmask8>(bits), no, yes);
  }

  static Word word(std::uint32_t x) { return _mm512_set1_epi64(static_cast<long long>(x)); }
  static Word trials(std::uint32_t first) {
    return _mm512_add_epi64(word(first), _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14));
  }
  static Word next(Word trials) { return _mm512_add_epi64(trials, word(1)); }
  static Word product(Word a, std::uint32_t b) { return _mm512_maskz_mul_epu32(0xFF, a, word(b)); }
  static Word mixed(Word high, Word low, Word key) {
    return _mm512_ternarylogic_epi64(_mm512_maskz_srli_epi64(0xFF, high, 32), low, key, 0x96);  // all three by xor
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
  static __m512i lower(const std::uint32_t* words) {
    return _mm512_and_si512(_mm512_loadu_si512(words), _mm512_set1_epi32(0xFFFF));
  }
  static __m512i upper(const std::uint32_t* words) {
    return _mm512_maskz_srli_epi32(0xFFFF, _mm512_loadu_si512(words), 16);
  }
  static Real lower_as_real(const std::uint32_t* words) {
    return from_whole(_mm512_and_si512(widened(words), _mm512_set1_epi64(0xFFFF)));
  }
  static Real upper_as_real(const std::uint32_t* words) {
    return from_whole(_mm512_maskz_srli_epi64(0xFF, widened(words), 16));
  }
  static Bound bound(std::uint32_t whole) { return _mm512_set1_epi32(static_cast<int>(whole)); }
  static std::uint32_t below(__m512i half, Bound bound) { return _mm512_cmplt_epu32_mask(half, bound); }
  static std::uint32_t same(__m512i half, Bound bound) { return _mm512_cmpeq_epi32_mask(half, bound); }
  static Real part(const double* table, Real place) {
    const __m256i at = _mm512_maskz_cvttpd_epi32(0xFF, place);
    return _mm512_mask_i32gather_pd(_mm512_setzero_pd(), 0xFF, at, table, 8);
  }

  static Place place(Real u) {
    const Real half = all(0.5), from_half = _mm512_sub_pd(u, half);
    const Real tail = _mm512_sub_pd(half, _mm512_abs_pd(from_half));
    const __m512i place =
        _mm512_sub_epi64(_mm512_castpd_si512(tail), _mm512_set1_epi64(static_cast<long long>(kLowestBits)));
    const __mmask8 below = _mm512_cmplt_epi64_mask(place, _mm512_setzero_si512());
    const __m512i inside = _mm512_maskz_mov_epi64(static_cast<__mmask8>(~below), place);
    const __m512i left = _mm512_maskz_slli_epi64(
        0xFF, _mm512_maskz_srli_epi64(0xFF, _mm512_castpd_si512(from_half), 63), kCellBits + kOctaveBits);
    const __m512i mantissa = _mm512_and_si512(_mm512_maskz_slli_epi64(0xFF, place, kCellBits),
                                              _mm512_set1_epi64(static_cast<long long>(kMantissaBits)));
    const __m512i within = _mm512_or_si512(mantissa, _mm512_set1_epi64(static_cast<long long>(kOneBits)));
    return {_mm512_add_epi64(_mm512_maskz_srli_epi64(0xFF, inside, kCellShift), left),
            _mm512_sub_pd(_mm512_castsi512_pd(within), all(1)), below};
  }
  static Cells gather(const Cubic* cells, const Place& place) {
    const __m512i at = _mm512_maskz_slli_epi64(0xFF, place.cell, 2);
    const auto column = [&](const double* from) {
      return _mm512_mask_i64gather_pd(_mm512_setzero_pd(), 0xFF, at, from, 8);
    };
    return {column(&cells->c0), column(&cells->c1), column(&cells->c2), column(&cells->c3)};
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
