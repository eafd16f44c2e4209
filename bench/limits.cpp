// One pass: 64 rows become masks, masks meet by `and`, counts are popcounts; the stable environment is what remains of
// a service when its canary is taken away. The widest vectors that this machine has.
#include "bench/limits.h"

#include <algorithm>
#include <thread>
#include <vector>

#include "bench/limits_loops.h"

namespace proofmark::bench {
namespace {

const Loops& loops() {
  return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") ? kLoops512 : kLoops256;
}

void count_rest(const Pointers& at, std::uint8_t canary, std::size_t from, std::size_t to, Services& out) {
  for (std::size_t row = from; row < to; ++row) {
    const Counted one{1, at.status[row] < kErrorStatus ? 1U : 0U, at.duration[row] <= kLimitNs ? 1U : 0U};
    for (auto* of : {&out.every, at.environment[row] == canary ? &out.canary : nullptr}) {
      if (of == nullptr) continue;
      Counted& counted = (*of)[at.service[row]];
      counted = {counted.rows + one.rows, counted.good + one.good, counted.fast + one.fast};
    }
  }
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
  return __builtin_cpu_supports("avx2");
}

AllCounted count_by_hand(const Resident& data, unsigned threads) {
  const Pointers at{data.values<std::int64_t>("duration"), data.values<std::uint16_t>("status"),
                    data.values<std::uint8_t>("service"), data.values<std::uint8_t>("environment")};
  const auto canary = static_cast<std::uint8_t>(data.code("environment", "canary"));
  std::vector<Services> parts(threads);
  const auto cut = [&](unsigned t) { return data.rows() / kStep * t / threads * kStep; };
  on_threads(threads, [&](unsigned t) { loops().count(at, canary, cut(t), cut(t + 1), parts[t]); });
  count_rest(at, canary, cut(threads), data.rows(), parts[0]);
  for (unsigned t = 1; t < threads; ++t) {
    add(parts[0].every, parts[t].every);
    add(parts[0].canary, parts[t].canary);
  }
  AllCounted all{parts[0].canary, {}};
  for (std::size_t s = 0; s < kServices; ++s) {
    const Counted &every = parts[0].every[s], &in_canary = parts[0].canary[s];
    all.stable[s] = {every.rows - in_canary.rows, every.good - in_canary.good, every.fast - in_canary.fast};
  }
  return all;
}

std::int64_t read_all(const std::byte* memory, std::size_t bytes, unsigned threads) {
  std::vector<std::int64_t> sums(threads);
  const auto cut = [&](unsigned t) { return bytes / kReadUnit * t / threads * kReadUnit; };
  on_threads(threads, [&](unsigned t) { sums[t] = loops().read(memory + cut(t), cut(t + 1) - cut(t)); });
  std::int64_t sum = 0;
  for (const std::int64_t part : sums) sum += part;
  return sum;
}

double sum_in_any_order(const double* values, std::size_t count) {
  return loops().sum(values, count);
}

}  // namespace proofmark::bench
