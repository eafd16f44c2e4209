// The loops by hand for AVX-512: a comparison leaves the bits of its rows.
#include <immintrin.h>

#include "bench/limits_loops.h"

#define PROOFMARK_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,popcnt")))

namespace proofmark::bench {
namespace {

PROOFMARK_AVX512 inline std::uint64_t ones(std::uint64_t mask) {
  return static_cast<std::uint64_t>(__builtin_popcountll(mask));
}

PROOFMARK_AVX512 inline void tally(Counted& of, std::uint64_t rows, std::uint64_t good, std::uint64_t fast) {
  of.rows += ones(rows);
  of.good += ones(rows & good);
  of.fast += ones(rows & fast);
}

PROOFMARK_AVX512 void count_rows(const Pointers& at, std::uint8_t canary, std::size_t from, std::size_t to,
                                 Services& out) {
  Services sums = out;
  const __m512i error = _mm512_set1_epi16(kErrorStatus), slow = _mm512_set1_epi64(kLimitNs);
  const __m512i is_canary = _mm512_set1_epi8(static_cast<char>(canary));
  for (std::size_t row = from; row < to; row += kStep) {
    for (std::size_t line = 0; line < kStep; line += 8)
      _mm_prefetch(at.duration + row + kAheadRows + line, _MM_HINT_T0);
    const __m512i service = _mm512_loadu_si512(at.service + row);
    const std::uint64_t in_canary = _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(at.environment + row), is_canary);
    const std::uint64_t good = std::uint64_t{_mm512_cmplt_epu16_mask(_mm512_loadu_si512(at.status + row), error)} |
                               std::uint64_t{_mm512_cmplt_epu16_mask(_mm512_loadu_si512(at.status + row + 32), error)}
                                   << 32;
    std::uint64_t fast = 0;
#pragma GCC unroll 8
    for (std::size_t part = 0; part < 8; ++part)
      fast |= std::uint64_t{_mm512_cmple_epi64_mask(_mm512_loadu_si512(at.duration + row + 8 * part), slow)}
              << 8 * part;
#pragma GCC unroll 10
    for (std::size_t s = 0; s < kServices; ++s) {
      const std::uint64_t rows = _mm512_cmpeq_epi8_mask(service, _mm512_set1_epi8(static_cast<char>(s)));
      tally(sums.every[s], rows, good, fast);
      tally(sums.canary[s], rows & in_canary, good, fast);
    }
  }
  out = sums;
}

PROOFMARK_AVX512 std::int64_t read_bytes(const std::byte* memory, std::size_t bytes) {
  __m512i sums[4] = {};
  for (std::size_t at = 0; at < bytes; at += sizeof sums)
#pragma GCC unroll 4
    for (std::size_t k = 0; k < 4; ++k)
      sums[k] = _mm512_add_epi64(sums[k], _mm512_load_si512(memory + at + k * sizeof(__m512i)));
  return _mm512_reduce_add_epi64(
      _mm512_add_epi64(_mm512_add_epi64(sums[0], sums[1]), _mm512_add_epi64(sums[2], sums[3])));
}

PROOFMARK_AVX512 double sum_values(const double* values, std::size_t count) {
  __m512d sums[4] = {};
  std::size_t at = 0;
  for (; at + 32 <= count; at += 32)
#pragma GCC unroll 4
    for (std::size_t k = 0; k < 4; ++k) sums[k] = _mm512_add_pd(sums[k], _mm512_loadu_pd(values + at + 8 * k));
  double sum = _mm512_reduce_add_pd(_mm512_add_pd(_mm512_add_pd(sums[0], sums[1]), _mm512_add_pd(sums[2], sums[3])));
  for (; at < count; ++at) sum += values[at];
  return sum;
}

}  // namespace

const Loops kLoops512{count_rows, read_bytes, sum_values};

}  // namespace proofmark::bench
