// The two fixed trees: over the lanes of a block, and over the blocks of a stream.
#include "runtime/engine/real_sum.h"

#include <algorithm>
#include <bit>
#include <span>

namespace proofmark::engine {
namespace {

// The sum over `blocks` blocks from `first` on.
double pairwise(std::span<const BlockSum> sums, std::uint64_t first, std::uint64_t blocks) {
  if (sums.empty()) return 0.0;
  if (blocks == 1) return sums.front().sum;
  const std::uint64_t half = std::bit_ceil(blocks) / 2;  // the greatest power of two below `blocks`
  const auto ends_before = [](const BlockSum& sum, std::uint64_t block) { return sum.block < block; };
  const auto left = sums.size() == blocks  // none is missing
                        ? static_cast<std::size_t>(half)
                        : static_cast<std::size_t>(
                              std::lower_bound(sums.begin(), sums.end(), first + half, ends_before) - sums.begin());
  return pairwise(sums.first(left), first, half) + pairwise(sums.subspan(left), first + half, blocks - half);
}

}  // namespace

double sum_of_lanes(const Lanes& lanes) {
  std::array<double, 8> a{};
  std::array<double, 4> b{};
  for (std::size_t i = 0; i < 8; ++i) a[i] = lanes[i] + lanes[i + 8];
  for (std::size_t i = 0; i < 4; ++i) b[i] = a[i] + a[i + 4];
  return (b[0] + b[2]) + (b[1] + b[3]);
}

double sum_of_blocks(const std::vector<BlockSum>& sums, std::uint64_t blocks) {
  return pairwise(sums, 0, blocks);
}

}  // namespace proofmark::engine
