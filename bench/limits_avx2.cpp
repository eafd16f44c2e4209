// The loops by hand for AVX2: a comparison leaves bytes or more, whose top bits are gathered.
#include <immintrin.h>

#include <iterator>

#include "bench/limits_loops.h"

#define PROOFMARK_AVX2 __attribute__((target("avx2,popcnt,bmi,bmi2")))

namespace proofmark::bench {
namespace {

PROOFMARK_AVX2 inline std::uint64_t ones(std::uint64_t mask) {
  return static_cast<std::uint64_t>(__builtin_popcountll(mask));
}

PROOFMARK_AVX2 inline void tally(Counted& of, std::uint64_t rows, std::uint64_t good, std::uint64_t fast) {
  of.rows += ones(rows);
  of.good += ones(rows & good);
  of.fast += ones(rows & fast);
}

PROOFMARK_AVX2 inline __m256i at(const void* address) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(address));
}

PROOFMARK_AVX2 inline std::uint64_t word_of(__m256i low, __m256i high) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(low)) |
         std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(high))} << 32;
}

PROOFMARK_AVX2 inline std::uint64_t bytes_equal(__m256i low, __m256i high, __m256i with) {
  return word_of(_mm256_cmpeq_epi8(low, with), _mm256_cmpeq_epi8(high, with));
}

// Rows whose status is at most `most`: 32 of them a vector of bytes, its quarters put in order.
PROOFMARK_AVX2 inline std::uint64_t status_at_most(const std::uint16_t* status, __m256i most) {
  __m256i part[4];
#pragma GCC unroll 4
  for (std::size_t k = 0; k < 4; ++k) {
    const __m256i some = at(status + 16 * k);
    part[k] = _mm256_cmpeq_epi16(_mm256_min_epu16(some, most), some);
  }
  constexpr int kInOrder = 0b11'01'10'00;
  return word_of(_mm256_permute4x64_epi64(_mm256_packs_epi16(part[0], part[1]), kInOrder),
                 _mm256_permute4x64_epi64(_mm256_packs_epi16(part[2], part[3]), kInOrder));
}

PROOFMARK_AVX2 inline std::uint64_t duration_at_most(const std::int64_t* duration, __m256i most) {
  std::uint64_t slow = 0;
#pragma GCC unroll 16
  for (std::size_t k = 0; k < 16; ++k) {
    const __m256i above = _mm256_cmpgt_epi64(at(duration + 4 * k), most);
    slow |= static_cast<std::uint64_t>(_mm256_movemask_pd(_mm256_castsi256_pd(above))) << 4 * k;
  }
  return ~slow;
}

PROOFMARK_AVX2 void count_rows(const Pointers& columns, std::uint8_t canary, std::size_t from, std::size_t to,
                               Services& out) {
  Services sums = out;
  const __m256i good_most = _mm256_set1_epi16(kErrorStatus - 1), fast_most = _mm256_set1_epi64x(kLimitNs);
  const __m256i is_canary = _mm256_set1_epi8(static_cast<char>(canary));
  for (std::size_t row = from; row < to; row += kStep) {
    for (std::size_t line = 0; line < kStep; line += 8)
      _mm_prefetch(columns.duration + row + kAheadRows + line, _MM_HINT_T0);
    const __m256i low = at(columns.service + row), high = at(columns.service + row + 32);
    const std::uint64_t in_canary =
        bytes_equal(at(columns.environment + row), at(columns.environment + row + 32), is_canary);
    const std::uint64_t good = status_at_most(columns.status + row, good_most);
    const std::uint64_t fast = duration_at_most(columns.duration + row, fast_most);
#pragma GCC unroll 10
    for (std::size_t s = 0; s < kServices; ++s) {
      const std::uint64_t rows = bytes_equal(low, high, _mm256_set1_epi8(static_cast<char>(s)));
      tally(sums.every[s], rows, good, fast);
      tally(sums.canary[s], rows & in_canary, good, fast);
    }
  }
  out = sums;
}

PROOFMARK_AVX2 std::int64_t read_bytes(const std::byte* memory, std::size_t bytes) {
  __m256i sums[kReadUnit / sizeof(__m256i)] = {};
  for (std::size_t place = 0; place < bytes; place += kReadUnit)
#pragma GCC unroll 8
    for (std::size_t k = 0; k < std::size(sums); ++k)
      sums[k] = _mm256_add_epi64(sums[k], at(memory + place + k * sizeof(__m256i)));
  std::int64_t sum = 0;
  for (const __m256i& part : sums)
    sum += _mm256_extract_epi64(part, 0) + _mm256_extract_epi64(part, 1) + _mm256_extract_epi64(part, 2) +
           _mm256_extract_epi64(part, 3);
  return sum;
}

PROOFMARK_AVX2 double sum_values(const double* values, std::size_t count) {
  __m256d sums[8] = {};
  std::size_t place = 0;
  for (; place + 32 <= count; place += 32)
#pragma GCC unroll 8
    for (std::size_t k = 0; k < std::size(sums); ++k)
      sums[k] = _mm256_add_pd(sums[k], _mm256_loadu_pd(values + place + 4 * k));
  double sum = 0;
  for (const __m256d& part : sums)
    for (std::size_t lane = 0; lane < 4; ++lane) sum += part[lane];
  for (; place < count; ++place) sum += values[place];
  return sum;
}

}  // namespace

const Loops kLoops256{count_rows, read_bytes, sum_values};

}  // namespace proofmark::bench
