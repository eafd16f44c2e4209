// One pass: 64 rows become masks, masks meet by `and`, counts are popcounts; the stable environment is what remains of
// a service when its canary is taken away.
#include "bench/limits.h"

#include <immintrin.h>

#include <algorithm>
#include <thread>
#include <vector>

#define PROOFMARK_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,popcnt")))

namespace proofmark::bench {
namespace {

constexpr std::size_t kStep = 64;
constexpr std::size_t kAheadRows = 768;  // 6 KiB of durations
constexpr std::int64_t kLimitNs = 300'000'000;

struct Pointers {
  const std::int64_t* duration;
  const std::uint16_t* status;
  const std::uint8_t *service, *environment;
};

std::uint64_t ones(std::uint64_t mask) {
  return static_cast<std::uint64_t>(__builtin_popcountll(mask));
}

void tally(Counted& of, std::uint64_t rows, std::uint64_t good, std::uint64_t fast) {
  of.rows += ones(rows);
  of.good += ones(rows & good);
  of.fast += ones(rows & fast);
}

PROOFMARK_AVX512 AllCounted count_run(const Pointers& at, std::uint8_t canary, std::size_t from, std::size_t to) {
  AllCounted all;
  std::array<Counted, kServices> every{}, canaries{};
  const __m512i error = _mm512_set1_epi16(500), slow = _mm512_set1_epi64(kLimitNs);
  const __m512i is_canary = _mm512_set1_epi8(static_cast<char>(canary));
  std::size_t row = from;
  for (; row + kStep <= to; row += kStep) {
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
      tally(every[s], rows, good, fast);
      tally(canaries[s], rows & in_canary, good, fast);
    }
  }
  for (; row < to; ++row) {
    Counted one{1, at.status[row] < 500 ? 1U : 0U, at.duration[row] <= kLimitNs ? 1U : 0U};
    for (auto* of : {&every, at.environment[row] == canary ? &canaries : nullptr}) {
      if (of == nullptr) continue;
      Counted& counted = (*of)[at.service[row]];
      counted = {counted.rows + 1, counted.good + one.good, counted.fast + one.fast};
    }
  }
  for (std::size_t s = 0; s < kServices; ++s) {
    all.canary[s] = canaries[s];
    all.stable[s] = {every[s].rows - canaries[s].rows, every[s].good - canaries[s].good,
                     every[s].fast - canaries[s].fast};
  }
  return all;
}

PROOFMARK_AVX512 std::int64_t read_run(const std::byte* memory, std::size_t bytes) {
  __m512i sums[4] = {};
  for (std::size_t at = 0; at < bytes; at += sizeof sums)
#pragma GCC unroll 4
    for (std::size_t k = 0; k < 4; ++k)
      sums[k] = _mm512_add_epi64(sums[k], _mm512_load_si512(memory + at + k * sizeof(__m512i)));
  return _mm512_reduce_add_epi64(
      _mm512_add_epi64(_mm512_add_epi64(sums[0], sums[1]), _mm512_add_epi64(sums[2], sums[3])));
}

// work(t) for every thread, the first on this one.
template <typename Work>
void on_threads(unsigned threads, Work work) {
  std::vector<std::thread> others;
  for (unsigned t = 1; t < threads; ++t) others.emplace_back(work, t);
  work(0U);
  for (std::thread& other : others) other.join();
}

void add(std::array<Counted, kServices>& into, const std::array<Counted, kServices>& more) {
  for (std::size_t s = 0; s < kServices; ++s)
    into[s] = {into[s].rows + more[s].rows, into[s].good + more[s].good, into[s].fast + more[s].fast};
}

}  // namespace

bool limits_run_here() {
  return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
}

AllCounted count_by_hand(const Resident& data, unsigned threads) {
  const Pointers at{data.values<std::int64_t>("duration"), data.values<std::uint16_t>("status"),
                    data.values<std::uint8_t>("service"), data.values<std::uint8_t>("environment")};
  const auto canary = static_cast<std::uint8_t>(data.code("environment", "canary"));
  std::vector<AllCounted> parts(threads);
  const auto cut = [&](unsigned t) { return data.rows() / kStep * t / threads * kStep; };
  on_threads(threads, [&](unsigned t) {
    parts[t] = count_run(at, canary, cut(t), t + 1 == threads ? data.rows() : cut(t + 1));
  });
  for (unsigned t = 1; t < threads; ++t) {
    add(parts[0].canary, parts[t].canary);
    add(parts[0].stable, parts[t].stable);
  }
  return parts[0];
}

std::int64_t read_all(const std::byte* memory, std::size_t bytes, unsigned threads) {
  constexpr std::size_t kUnit = 256;
  std::vector<std::int64_t> sums(threads);
  const auto cut = [&](unsigned t) { return bytes / kUnit * t / threads * kUnit; };
  on_threads(threads, [&](unsigned t) { sums[t] = read_run(memory + cut(t), cut(t + 1) - cut(t)); });
  std::int64_t sum = 0;
  for (const std::int64_t part : sums) sum += part;
  return sum;
}

PROOFMARK_AVX512 double sum_in_any_order(const double* values, std::size_t count) {
  __m512d sums[4] = {};
  std::size_t at = 0;
  for (; at + 32 <= count; at += 32)
#pragma GCC unroll 4
    for (std::size_t k = 0; k < 4; ++k) sums[k] = _mm512_add_pd(sums[k], _mm512_loadu_pd(values + at + 8 * k));
  double sum = _mm512_reduce_add_pd(_mm512_add_pd(_mm512_add_pd(sums[0], sums[1]), _mm512_add_pd(sums[2], sums[3])));
  for (; at < count; ++at) sum += values[at];
  return sum;
}

}  // namespace proofmark::bench
