// The root of an increasing function of a probability, to the last bit at either end.
//
// Bisection over the doubles themselves, in the half of [0, 1] that holds the root and counted from its nearer end:
// at most 62 questions, no derivative, no tolerance.
#pragma once

#include <bit>
#include <cstdint>

#include "runtime/statistics/distributions.h"

namespace proofmark::statistics {

// reached(chance) is monotone: no … no yes … yes. The smallest chance that is reached.
template <typename Question>
Chance first_chance(const Question& reached) {
  const bool near_zero = reached(Chance{0.5, 0.5});
  std::uint64_t low = 0, high = std::bit_cast<std::uint64_t>(0.5);
  const auto chance = [near_zero](std::uint64_t bits) {
    const double small = std::bit_cast<double>(bits);
    return near_zero ? Chance{small, 1 - small} : Chance{1 - small, small};
  };
  // From 0 upwards the answer is yes from `high` on; from 1 downwards it is yes up to `low`.
  while (high - low > 1) {
    const std::uint64_t middle = low + (high - low) / 2;
    (reached(chance(middle)) == near_zero ? high : low) = middle;
  }
  return chance(near_zero ? high : low);
}

}  // namespace proofmark::statistics
