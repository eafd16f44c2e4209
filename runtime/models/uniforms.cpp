// The vector forms keep each 32-bit word in a lane of 64 bits: the product of two words is then one instruction, and
// what a word's upper half holds is never read.
#include "runtime/models/uniforms.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "runtime/statistics/philox4x32.h"

namespace proofmark::models {
namespace {

using statistics::Lanes;

#if defined(__x86_64__)

constexpr long long kFirst = 0xD2511F53LL, kSecond = 0xCD9E8D57LL;
constexpr std::uint32_t kFirstKey = 0x9E3779B9U, kSecondKey = 0xBB67AE85U;
constexpr long long kMantissaOf2To52 = 0x4330000000000000LL;

__attribute__((target("avx2"))) void by_four(const DrawStream& stream, std::uint32_t first, double* out,
                                             std::size_t n) {
  for (std::size_t i = 0; i < n; i += 4) {
    const long long trial = static_cast<long long>(first) + static_cast<long long>(i);
    __m256i a = _mm256_add_epi64(_mm256_set1_epi64x(trial), _mm256_setr_epi64x(0, 1, 2, 3));
    __m256i b = _mm256_set1_epi64x(stream.draw), c = _mm256_set1_epi64x(stream.element / 2);
    __m256i d = _mm256_set1_epi64x(stream.model);
    auto key0 = static_cast<std::uint32_t>(stream.seed), key1 = static_cast<std::uint32_t>(stream.seed >> 32);
    for (int round = 0; round < 10; ++round) {
      const __m256i p = _mm256_mul_epu32(a, _mm256_set1_epi64x(kFirst));
      const __m256i q = _mm256_mul_epu32(c, _mm256_set1_epi64x(kSecond));
      a = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(q, 32), b), _mm256_set1_epi64x(key0));
      c = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p, 32), d), _mm256_set1_epi64x(key1));
      b = q;
      d = p;
      key0 += kFirstKey;
      key1 += kSecondKey;
    }
    const bool odd = stream.element % 2 == 1;
    const __m256i high = _mm256_slli_epi64(odd ? c : a, 32);
    const __m256i low = _mm256_srli_epi64(_mm256_slli_epi64(odd ? d : b, 32), 32);
    const __m256i mantissa = _mm256_srli_epi64(_mm256_or_si256(high, low), 12);
    const __m256d shifted = _mm256_castsi256_pd(_mm256_or_si256(mantissa, _mm256_set1_epi64x(kMantissaOf2To52)));
    const __m256d whole = _mm256_sub_pd(shifted, _mm256_set1_pd(0x1p52));
    _mm256_storeu_pd(out + i, _mm256_mul_pd(_mm256_add_pd(whole, _mm256_set1_pd(0.5)), _mm256_set1_pd(0x1p-52)));
  }
}

__attribute__((target("avx512f"))) void by_eight(const DrawStream& stream, std::uint32_t first, double* out,
                                                 std::size_t n) {
  for (std::size_t i = 0; i < n; i += 8) {
    const long long trial = static_cast<long long>(first) + static_cast<long long>(i);
    __m512i a = _mm512_add_epi64(_mm512_set1_epi64(trial), _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7));
    __m512i b = _mm512_set1_epi64(stream.draw), c = _mm512_set1_epi64(stream.element / 2);
    __m512i d = _mm512_set1_epi64(stream.model);
    auto key0 = static_cast<std::uint32_t>(stream.seed), key1 = static_cast<std::uint32_t>(stream.seed >> 32);
    for (int round = 0; round < 10; ++round) {
      const __m512i p = _mm512_maskz_mul_epu32(0xFF, a, _mm512_set1_epi64(kFirst));
      const __m512i q = _mm512_maskz_mul_epu32(0xFF, c, _mm512_set1_epi64(kSecond));
      a = _mm512_xor_si512(_mm512_xor_si512(_mm512_maskz_srli_epi64(0xFF, q, 32), b), _mm512_set1_epi64(key0));
      c = _mm512_xor_si512(_mm512_xor_si512(_mm512_maskz_srli_epi64(0xFF, p, 32), d), _mm512_set1_epi64(key1));
      b = q;
      d = p;
      key0 += kFirstKey;
      key1 += kSecondKey;
    }
    const bool odd = stream.element % 2 == 1;
    const __m512i high = _mm512_maskz_slli_epi64(0xFF, odd ? c : a, 32);
    const __m512i low = _mm512_and_si512(odd ? d : b, _mm512_set1_epi64(0xFFFFFFFFLL));
    const __m512i mantissa = _mm512_maskz_srli_epi64(0xFF, _mm512_or_si512(high, low), 12);
    const __m512d shifted = _mm512_castsi512_pd(_mm512_or_si512(mantissa, _mm512_set1_epi64(kMantissaOf2To52)));
    const __m512d whole = _mm512_sub_pd(shifted, _mm512_set1_pd(0x1p52));
    _mm512_storeu_pd(out + i, _mm512_mul_pd(_mm512_add_pd(whole, _mm512_set1_pd(0.5)), _mm512_set1_pd(0x1p-52)));
  }
}

#endif

}  // namespace

double uniform_of(const DrawStream& stream, std::uint32_t trial) {
  const statistics::PhiloxCounter words = statistics::philox4x32_10(
      {trial, stream.draw, stream.element / 2, stream.model},
      {static_cast<std::uint32_t>(stream.seed), static_cast<std::uint32_t>(stream.seed >> 32)});
  const std::size_t at = stream.element % 2 == 0 ? 0 : 2;
  return statistics::open_unit(std::uint64_t{words[at]} << 32 | words[at + 1]);
}

void uniforms_of(const DrawStream& stream, std::uint32_t first, double* out, std::size_t n, Lanes lanes) {
  std::size_t done = 0;
#if defined(__x86_64__)
  if (lanes == Lanes::eight) by_eight(stream, first, out, done = n / 8 * 8);
  if (lanes == Lanes::four && __builtin_cpu_supports("avx2")) by_four(stream, first, out, done = n / 4 * 4);
#else
  (void)lanes;
#endif
  for (; done < n; ++done) out[done] = uniform_of(stream, first + static_cast<std::uint32_t>(done));
}

}  // namespace proofmark::models
