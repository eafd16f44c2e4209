// Four trials at a time; compiled with -mavx2, called only where the processor has it.
#include "runtime/models/kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

namespace proofmark::models {
namespace {

struct Wide {
  using Real = __m256d;
  using Word = __m256i;  // lanes of 64 bits, of which the upper half is never read
  using Bound = __m256i;
  static constexpr std::size_t kLanes = 4, kWordLanes = 8, kChains = 4;
  struct Place {
    __m256i cell;
    Real within;
    std::uint32_t below;
  };
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
  static Real select(std::uint32_t bits, Real yes, Real no) {
    const __m256i own = _mm256_setr_epi64x(1, 2, 4, 8);
    const __m256i wide = _mm256_and_si256(_mm256_set1_epi64x(static_cast<long long>(bits)), own);
    return _mm256_blendv_pd(no, yes, _mm256_castsi256_pd(_mm256_cmpeq_epi64(wide, own)));
  }

  static Word word(std::uint32_t x) { return _mm256_set1_epi64x(static_cast<long long>(x)); }
  static Word trials(std::uint32_t first) { return _mm256_add_epi64(word(first), _mm256_setr_epi64x(0, 2, 4, 6)); }
  static Word next(Word trials) { return _mm256_add_epi64(trials, word(1)); }
  static Word product(Word a, std::uint32_t b) { return _mm256_mul_epu32(a, word(b)); }
  static Word mixed(Word high, Word low, Word key) {
    return _mm256_xor_si256(_mm256_srli_epi64(high, 32), _mm256_xor_si256(low, key));
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
  static __m256i lower(const std::uint32_t* words) {
    return _mm256_and_si256(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(words)), _mm256_set1_epi32(0xFFFF));
  }
  static __m256i upper(const std::uint32_t* words) {
    return _mm256_srli_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(words)), 16);
  }
  static Real lower_as_real(const std::uint32_t* words) {
    return from_whole(_mm256_and_si256(widened(words), _mm256_set1_epi64x(0xFFFF)));
  }
  static Real upper_as_real(const std::uint32_t* words) { return from_whole(_mm256_srli_epi64(widened(words), 16)); }
  static Bound bound(std::uint32_t whole) { return _mm256_set1_epi32(static_cast<int>(whole)); }
  static std::uint32_t word_mask(__m256i x) {
    return static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(x)));
  }
  static std::uint32_t below(__m256i half, Bound bound) { return word_mask(_mm256_cmpgt_epi32(bound, half)); }
  static std::uint32_t same(__m256i half, Bound bound) { return word_mask(_mm256_cmpeq_epi32(bound, half)); }
  static Real part(const double* table, Real place) {
    const __m128i at = _mm256_cvttpd_epi32(place);
    const auto one = [&](int k) { return table[k]; };
    return _mm256_setr_pd(one(_mm_cvtsi128_si32(at)), one(_mm_extract_epi32(at, 1)), one(_mm_extract_epi32(at, 2)),
                          one(_mm_extract_epi32(at, 3)));
  }

  static Place place(Real u) {
    const Real half = all(0.5), from_half = _mm256_sub_pd(u, half);
    const Real tail = _mm256_sub_pd(half, _mm256_andnot_pd(all(-0.0), from_half));
    const __m256i place =
        _mm256_sub_epi64(_mm256_castpd_si256(tail), _mm256_set1_epi64x(static_cast<long long>(kLowestBits)));
    const Real sign = _mm256_castsi256_pd(place);
    const __m256i inside = _mm256_castpd_si256(_mm256_blendv_pd(sign, all(0), sign));
    const __m256i left =
        _mm256_slli_epi64(_mm256_srli_epi64(_mm256_castpd_si256(from_half), 63), kCellBits + kOctaveBits);
    const __m256i mantissa = _mm256_and_si256(_mm256_slli_epi64(place, kCellBits),
                                              _mm256_set1_epi64x(static_cast<long long>(kMantissaBits)));
    const __m256i within = _mm256_or_si256(mantissa, _mm256_set1_epi64x(static_cast<long long>(kOneBits)));
    return {_mm256_add_epi64(_mm256_srli_epi64(inside, kCellShift), left),
            _mm256_sub_pd(_mm256_castsi256_pd(within), all(1)), mask(sign)};
  }
  // Four loads and a transposition: twice as fast as four gathers.
  static Cells gather(const Cubic* cells, const Place& place) {
    const auto row = [&](long long cell) { return _mm256_load_pd(&cells[cell].c0); };
    const __m128i low = _mm256_castsi256_si128(place.cell), high = _mm256_extracti128_si256(place.cell, 1);
    const Real a = row(_mm_cvtsi128_si64(low)), b = row(_mm_extract_epi64(low, 1));
    const Real c = row(_mm_cvtsi128_si64(high)), d = row(_mm_extract_epi64(high, 1));
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
