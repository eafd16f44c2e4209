// Sums of doubles with one fixed shape, so that neither threads nor vector width nor the engine show in the bits.
//
// Row i of a block adds its value to lane i mod 16, rows in ascending order; lanes start at +0.0. The block's sum is
// the fixed tree over its lanes: l[i] + l[i+8] for i < 8, of these a[i] + a[i+4] for i < 4, then (b[0] + b[2]) + (b[1]
// + b[3]). The sum of n blocks is block 0's for n = 1, else the sum of the first h blocks plus the sum of the other n -
// h, h the greatest power of two below n. A row that is not selected, or whose value is unknown, adds +0.0; a lane is
// never -0.0 (it starts at +0.0, and x + -x rounds to +0.0), so adding +0.0 changes nothing: such rows, and whole
// blocks of them, may be skipped, and the shape is that of all rows all the same.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace proofmark::engine {

inline constexpr std::size_t kLanes = 16;
using Lanes = std::array<double, kLanes>;

double sum_of_lanes(const Lanes& lanes);

// The lanes of one block, for every group that occurs in it.
class BlockLanes {
 public:
  explicit BlockLanes(std::size_t groups) : groups_(groups) {}

  void add(std::uint32_t group, std::uint32_t row, double value) {
    if (lanes_.empty()) {
      lanes_.resize(groups_);
      used_.resize(groups_);
    }
    if (used_[group] == 0) {
      used_[group] = 1;
      touched_.push_back(group);
    }
    lanes_[group][row % kLanes] += value;
  }
  // Calls take(group, the block's sum) for each group that occurred, and starts the next block.
  template <typename Take>
  void close(Take take) {
    for (const std::uint32_t group : touched_) {
      take(group, sum_of_lanes(lanes_[group]));
      lanes_[group] = {};
      used_[group] = 0;
    }
    touched_.clear();
  }

 private:
  std::size_t groups_;
  std::vector<Lanes> lanes_;  // made at the first value: most accumulators sum no reals
  std::vector<std::uint8_t> used_;
  std::vector<std::uint32_t> touched_;
};

struct BlockSum {
  std::uint64_t block = 0;
  double sum = 0;
};

// Of a stream of `blocks` blocks; `sums` ascending by block, the missing ones are +0.0.
double sum_of_blocks(const std::vector<BlockSum>& sums, std::uint64_t blocks);

}  // namespace proofmark::engine
