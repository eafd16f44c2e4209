// The random numbers of a model, by Philox4x32-10: a block is 128 bits named by a counter of four words, and its key is
// the seed. The draws of a trial take bits one after the other, in halves of a word (16 bits): a truth takes one half,
// any other draw four of them that begin at a multiple of four. Half h of a trial is in the block with the counter
// (trial, h / 8, model, 0); models that take no more than half a block, a quarter or an eighth share it among 2, 4 or 8
// trials that are 512 apart. Nothing else names a number, so neither threads nor the order of evaluation show.
//
// Four halves make a uniform: an odd multiple of 2^-53, so that neither 0 nor 1 occurs. One half w makes a truth of
// probability p: true where w + 1 <= 2^16 p, and where w < 2^16 p < w + 1, which is once in 2^16, if a uniform of the
// block (trial, half, model, 1) is below what is left. So p is met to 2^-69 by comparing integers.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/statistics/philox4x32.h"

namespace proofmark::models {

constexpr std::size_t kTrialsInABlock = 512;
constexpr std::uint32_t kHalvesOfABlock = 8;
constexpr std::uint32_t kDraws = 0, kTies = 1, kOffsets = 2;  // the counter's last word

struct Stream {
  std::uint64_t seed = 0;
  std::uint32_t model = 0;
  std::uint32_t sharing = 1;  // trials to a block: 1, 2, 4 or 8
};

// How many trials share a block of which each takes `halves`.
constexpr std::uint32_t sharing_of(std::uint32_t halves) {
  return halves <= 1 ? 8 : halves <= 2 ? 4 : halves <= 4 ? 2 : 1;
}

constexpr statistics::PhiloxCounter block_of(const Stream& stream, std::uint32_t counter, std::uint32_t block,
                                             std::uint32_t purpose = kDraws) {
  return statistics::philox4x32_10(
      {counter, block, stream.model, purpose},
      {static_cast<std::uint32_t>(stream.seed), static_cast<std::uint32_t>(stream.seed >> 32)});
}

// The first word of a trial's block, and where among those that share it the trial stands.
constexpr std::uint32_t counter_of(const Stream& stream, std::uint32_t trial) {
  constexpr auto kTrials = static_cast<std::uint32_t>(kTrialsInABlock);
  return trial / (kTrials * stream.sharing) * kTrials + trial % kTrials;
}
constexpr std::uint32_t first_half_of(const Stream& stream, std::uint32_t trial) {
  return trial / static_cast<std::uint32_t>(kTrialsInABlock) % stream.sharing * (kHalvesOfABlock / stream.sharing);
}

constexpr double uniform_from(const statistics::PhiloxCounter& words, std::uint32_t first) {
  return statistics::open_unit(std::uint64_t{words[first]} << 32 | words[first + 1]);
}

// `half` is a multiple of four.
constexpr double uniform_of(const Stream& stream, std::uint32_t trial, std::uint32_t half) {
  const std::uint32_t at = half + first_half_of(stream, trial);
  return uniform_from(block_of(stream, counter_of(stream, trial), at / kHalvesOfABlock), at % kHalvesOfABlock / 2);
}

constexpr std::uint32_t half_of(const Stream& stream, std::uint32_t trial, std::uint32_t half) {
  const std::uint32_t at = half + first_half_of(stream, trial);
  const auto words = block_of(stream, counter_of(stream, trial), at / kHalvesOfABlock);
  return words[at % kHalvesOfABlock / 2] >> (16 * (at % 2)) & 0xFFFF;
}

// Of the half `w` that lies within 1 of 2^16 p.
constexpr bool tie_is_hit(const Stream& stream, std::uint32_t trial, std::uint32_t half, std::uint32_t w, double p) {
  return uniform_from(block_of(stream, trial, half, kTies), 0) < p * 0x1p16 - w;
}

constexpr bool truth_of(const Stream& stream, std::uint32_t trial, std::uint32_t half, double p) {
  const std::uint32_t w = half_of(stream, trial, half);
  const double x = p * 0x1p16, below = w;
  return below + 1 <= x || (below < x && tie_is_hit(stream, trial, half, w, p));
}

}  // namespace proofmark::models
