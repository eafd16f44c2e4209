// Elementary functions over many values at once, with the bits of elementary.h: SLEEF's `cinz` variants agree to the
// last bit for any number of lanes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace proofmark::statistics {

enum class Lanes : std::uint8_t { one, two, four, eight };

// In place, over `n` values.
struct BlockFunctions {
  void (*log)(double* values, std::size_t n);
  void (*log1p)(double* values, std::size_t n);
  void (*exp)(double* values, std::size_t n);
};

Lanes widest_lanes();  // that this processor has
const BlockFunctions& block_functions(Lanes lanes);

}  // namespace proofmark::statistics
