// Work over all blocks by several threads, with the result of one.
//
// Each thread takes one run of neighbouring blocks and fills a partial of its own; the partials come back in block
// order. Whoever merges them with operations that do not depend on where the runs were cut (integer sums, unions,
// concatenation in row order) gets the same bytes for any number of threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <future>
#include <thread>
#include <vector>

namespace proofmark::engine {

struct BlockRun {
  std::size_t begin = 0, end = 0;
};

// How many threads to use when the caller leaves it to us (0): never one for less than kBlocksWorthAThread.
inline std::size_t thread_count(unsigned wanted, std::size_t blocks) {
  constexpr std::size_t kBlocksWorthAThread = 32;
  const std::size_t most = std::max<std::size_t>(1, blocks);
  if (wanted != 0) return std::min<std::size_t>(wanted, most);
  const std::size_t machine = std::max(1U, std::thread::hardware_concurrency());
  return std::clamp<std::size_t>(blocks / kBlocksWorthAThread, 1, machine);
}

// work(BlockRun) -> a partial.
template <typename Work>
auto over_blocks(std::size_t blocks, unsigned threads, Work work) {
  using Part = decltype(work(BlockRun{}));
  const std::size_t count = thread_count(threads, blocks);
  const auto run = [&](std::size_t t) { return BlockRun{blocks * t / count, blocks * (t + 1) / count}; };
  std::vector<std::future<Part>> others;
  for (std::size_t t = 1; t < count; ++t) others.push_back(std::async(std::launch::async, work, run(t)));
  std::vector<Part> partials;
  partials.push_back(work(run(0)));
  for (auto& other : others) partials.push_back(other.get());
  return partials;
}

// Calls task(i) for each i below `count`; no task may see what another one does. `values`: so many are looked at by all
// of them together, and of few one thread is enough.
template <typename Task>
void over_tasks(std::size_t count, unsigned threads, std::size_t values, Task task) {
  constexpr std::size_t kValuesWorthAThread = 65'536;
  const std::size_t machine = threads != 0 ? threads : std::max(1U, std::thread::hardware_concurrency());
  const std::size_t workers = std::min({machine, count, values / kValuesWorthAThread + 1});
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) task(i);
  };
  std::vector<std::future<void>> others;
  for (std::size_t t = 1; t < workers; ++t) others.push_back(std::async(std::launch::async, work));
  work();
  for (auto& other : others) other.get();
}

}  // namespace proofmark::engine
