// Recorded values as draws: which row the trials of a round take.
//
// A round has `independent` trials of `elements` values each. Element j of the round's g-th trial takes a row of the
// j-th part of the rows, the one that is g + (an offset of round and j) further, cyclically; and where the first part
// begins is another offset of the round. So no row is taken twice in a round, neighbouring trials take neighbouring
// rows, and from round to round every value comes into other company. The offsets are Philox4x32-10's and know nothing
// of the values.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "runtime/models/uniforms.h"

namespace proofmark::models {

struct Recorded {
  std::span<const double> values;  // in the order of rows; NaN: unknown. At least independent * elements
  std::uint64_t independent = 0, elements = 0;
};

// Less than `limit`, as evenly as 64 bits allow.
constexpr std::uint64_t offset_below(std::uint64_t limit, std::uint32_t high, std::uint32_t low) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((Wide{std::uint64_t{high} << 32 | low} * limit) >> 64);
}

struct RoundOffsets {
  std::uint64_t start = 0;  // of the first part, among all rows
  std::uint64_t turn = 0;   // within the element's part
};
constexpr RoundOffsets offsets_of(const Recorded& recorded, const Stream& stream, std::uint64_t round,
                                  std::uint32_t element) {
  const auto number = static_cast<std::uint32_t>(round);
  const auto start = block_of(stream, number, ~std::uint32_t{0}, kOffsets);
  const auto turn = block_of(stream, number, element, kOffsets);
  return {offset_below(recorded.values.size(), start[0], start[1]),
          offset_below(recorded.independent, turn[0], turn[1])};
}

constexpr std::uint64_t row_of(const Recorded& recorded, const RoundOffsets& offsets, std::uint64_t trial_of_round,
                               std::uint32_t element) {
  const std::uint64_t turned = (trial_of_round + offsets.turn) % recorded.independent;
  return (offsets.start + element * recorded.independent + turned) % recorded.values.size();
}

// What one trial takes.
constexpr double recorded_value(const Recorded& recorded, const Stream& stream, std::uint64_t trial,
                                std::uint32_t element) {
  const RoundOffsets offsets = offsets_of(recorded, stream, trial / recorded.independent, element);
  return recorded.values[row_of(recorded, offsets, trial % recorded.independent, element)];
}

// What `count` trials from `first` on take: the same, run by run of neighbouring rows.
void recorded_values(const Recorded& recorded, const Stream& stream, std::uint64_t first, std::uint32_t element,
                     double* out, std::size_t count);

}  // namespace proofmark::models
