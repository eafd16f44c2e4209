// Philox4x64-10 (Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011): random words as
// a pure function of key and counter, and the stream that NumPy makes of them.
//
// No state is shared and no draw depends on another: replications may run in any order, on any number of threads.
#pragma once

#include <array>
#include <cstdint>

#include "runtime/plan/number.h"

namespace proofmark::statistics {

using PhiloxWords = std::array<std::uint64_t, 4>;
using PhiloxKey64 = std::array<std::uint64_t, 2>;

constexpr PhiloxWords philox4x64_10(PhiloxWords counter, PhiloxKey64 key) {
  for (int round = 0; round < 10; ++round) {
    const plan::UInt128 first = plan::UInt128{0xD2E7470EE14C6C93U} * counter[0];
    const plan::UInt128 second = plan::UInt128{0xCA5A826395121157U} * counter[2];
    counter = {static_cast<std::uint64_t>(second >> 64) ^ counter[1] ^ key[0], static_cast<std::uint64_t>(second),
               static_cast<std::uint64_t>(first >> 64) ^ counter[3] ^ key[1], static_cast<std::uint64_t>(first)};
    key[0] += 0x9E3779B97F4A7C15U;
    key[1] += 0xBB67AE8584CAA73BU;
  }
  return counter;
}

// The next counter of 256 bits, the first word the least significant; the last is followed by 0.
constexpr PhiloxWords next_counter(PhiloxWords counter) {
  for (std::uint64_t& word : counter)
    if (++word != 0) break;
  return counter;
}

// 53 bits to a double in [0, 1).
constexpr double unit_double(std::uint64_t word) {
  return static_cast<double>(word >> 11) * 0x1p-53;
}

// The words of successive blocks. NumPy counts up before it makes a block: its first is that of counter + 1.
class PhiloxStream {
 public:
  constexpr PhiloxStream(PhiloxKey64 key, PhiloxWords counter) : key_(key), counter_(counter) {}

  constexpr std::uint64_t next_word() {
    if (used_ == block_.size()) {
      counter_ = next_counter(counter_);
      block_ = philox4x64_10(counter_, key_);
      used_ = 0;
    }
    return block_[used_++];
  }
  constexpr double next_double() { return unit_double(next_word()); }

 private:
  PhiloxKey64 key_;
  PhiloxWords counter_;
  PhiloxWords block_{};
  std::size_t used_ = 4;
};

}  // namespace proofmark::statistics
