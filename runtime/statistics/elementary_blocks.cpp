// One loop a function and width; the last few values of a block go through the scalar variant. SLEEF's header declares
// a variant only to code that is compiled for its instructions alone, so those that are chosen at run time are declared
// here. The loops are spelt by macros: a vector type of another target cannot be a template argument.
#include "runtime/statistics/elementary_blocks.h"

#include <sleef.h>

#if defined(__x86_64__)
#include <immintrin.h>

extern "C" {
__attribute__((target("avx"))) __m256d Sleef_cinz_logd4_u10avx(__m256d);
__attribute__((target("avx"))) __m256d Sleef_cinz_log1pd4_u10avx(__m256d);
__attribute__((target("avx"))) __m256d Sleef_cinz_expd4_u10avx(__m256d);
__attribute__((target("avx512f"))) __m512d Sleef_cinz_logd8_u10avx512fnofma(__m512d);
__attribute__((target("avx512f"))) __m512d Sleef_cinz_log1pd8_u10avx512fnofma(__m512d);
__attribute__((target("avx512f"))) __m512d Sleef_cinz_expd8_u10avx512fnofma(__m512d);
}
#endif

namespace proofmark::statistics {
namespace {

#define PROOFMARK_BY_ONE(name)                                                                 \
  void name##_by_one(double* values, std::size_t n) {                                          \
    for (std::size_t i = 0; i < n; ++i) values[i] = Sleef_cinz_##name##d1_u10purec(values[i]); \
  }
PROOFMARK_BY_ONE(log)
PROOFMARK_BY_ONE(log1p)
PROOFMARK_BY_ONE(exp)
#undef PROOFMARK_BY_ONE

constexpr BlockFunctions kOne{log_by_one, log1p_by_one, exp_by_one};

#if defined(__x86_64__)

#define PROOFMARK_BY_MANY(name, word, instructions, lanes, variant, load, store)                               \
  __attribute__((target(instructions))) void name##_by_##word(double* values, std::size_t n) {                 \
    std::size_t i = 0;                                                                                         \
    for (; i + (lanes) <= n; i += (lanes)) store(values + i, Sleef_cinz_##name##d##variant(load(values + i))); \
    name##_by_one(values + i, n - i);                                                                          \
  }
PROOFMARK_BY_MANY(log, two, "sse2", 2, 2_u10sse2, _mm_loadu_pd, _mm_storeu_pd)
PROOFMARK_BY_MANY(log1p, two, "sse2", 2, 2_u10sse2, _mm_loadu_pd, _mm_storeu_pd)
PROOFMARK_BY_MANY(exp, two, "sse2", 2, 2_u10sse2, _mm_loadu_pd, _mm_storeu_pd)
PROOFMARK_BY_MANY(log, four, "avx", 4, 4_u10avx, _mm256_loadu_pd, _mm256_storeu_pd)
PROOFMARK_BY_MANY(log1p, four, "avx", 4, 4_u10avx, _mm256_loadu_pd, _mm256_storeu_pd)
PROOFMARK_BY_MANY(exp, four, "avx", 4, 4_u10avx, _mm256_loadu_pd, _mm256_storeu_pd)
PROOFMARK_BY_MANY(log, eight, "avx512f", 8, 8_u10avx512fnofma, _mm512_loadu_pd, _mm512_storeu_pd)
PROOFMARK_BY_MANY(log1p, eight, "avx512f", 8, 8_u10avx512fnofma, _mm512_loadu_pd, _mm512_storeu_pd)
PROOFMARK_BY_MANY(exp, eight, "avx512f", 8, 8_u10avx512fnofma, _mm512_loadu_pd, _mm512_storeu_pd)
#undef PROOFMARK_BY_MANY

constexpr BlockFunctions kTwo{log_by_two, log1p_by_two, exp_by_two};
constexpr BlockFunctions kFour{log_by_four, log1p_by_four, exp_by_four};
constexpr BlockFunctions kEight{log_by_eight, log1p_by_eight, exp_by_eight};

#endif

}  // namespace

Lanes widest_lanes() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return Lanes::eight;
  if (__builtin_cpu_supports("avx")) return Lanes::four;
  return Lanes::two;
#else
  return Lanes::one;
#endif
}

const BlockFunctions& block_functions(Lanes lanes) {
#if defined(__x86_64__)
  if (lanes == Lanes::two) return kTwo;
  if (lanes == Lanes::four) return kFour;
  if (lanes == Lanes::eight) return kEight;
#else
  (void)lanes;
#endif
  return kOne;
}

}  // namespace proofmark::statistics
