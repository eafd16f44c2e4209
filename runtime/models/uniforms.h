// The random numbers of a model, by Philox4x32-10: a Philox block is 128 bits named by a counter of four words, and its
// key is the seed. Trials go in blocks of 512. For each of them a draw has n Philox blocks of its own, with the
// counters (n b + i, draw, model, 0) in the b-th block of trials, and word f of its 4 n words is word f / n of the one
// with i = f % n. Nothing else names a number, so neither threads nor the order of evaluation show.
//
// A draw takes no more bits than most trials need to be decided, and of those that are not the block
// (trial, draw, model, 1) says how they go on:
// - a truth of one probability p 8 bits, level by level through all trials, compared with those of p as binary numbers;
// - a truth whose probability differs from trial to trial a half of a word, compared with 2^16 p;
// - a draw from a table a word w, which is the uniform (w + 1/2) / 2^32. Counts go on where a cell of 2^-32 holds a
//   boundary of theirs. Others do within 2^-10 of 0 and of 1, to an odd multiple of 2^-53, so that the distance to
//   the nearer end is known to 2^-23 of itself at the least;
// - any other draw two words, an odd multiple of 2^-53. Neither 0 nor 1 occurs.
// So a truth has its p to 2^-136 and 2^-144, which is p itself from 2^-84 on.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/statistics/philox4x32.h"

namespace proofmark::models {

constexpr std::size_t kTrialsInABlock = 512;
constexpr std::uint32_t kLevels = 8;
constexpr std::uint32_t kDraws = 0, kFurther = 1, kOffsets = 2;  // the counter's last word

// Philox blocks of a draw for a block of trials.
enum class Supply : std::uint32_t { levels = 32, halves = 64, words = 128, pairs = 256 };
constexpr std::uint32_t count_of(Supply supply) {
  return static_cast<std::uint32_t>(supply);
}

struct Stream {
  std::uint64_t seed = 0;
  std::uint32_t model = 0;
};

constexpr statistics::PhiloxCounter block_of(const Stream& stream, std::uint32_t counter, std::uint32_t draw,
                                             std::uint32_t purpose = kDraws) {
  return statistics::philox4x32_10(
      {counter, draw, stream.model, purpose},
      {static_cast<std::uint32_t>(stream.seed), static_cast<std::uint32_t>(stream.seed >> 32)});
}

constexpr std::uint32_t word_at(const Stream& stream, Supply supply, std::uint32_t trial, std::uint32_t draw,
                                std::uint32_t place) {
  const std::uint32_t n = count_of(supply);
  return block_of(stream, n * (trial / kTrialsInABlock) + place % n, draw)[place / n];
}
constexpr std::uint32_t place_of(std::uint32_t trial) {  // in its block
  return trial % kTrialsInABlock;
}

constexpr double uniform_from(std::uint32_t high, std::uint32_t low) {
  return statistics::open_unit(std::uint64_t{high} << 32 | low);
}
constexpr double further_uniform(const Stream& stream, std::uint32_t trial, std::uint32_t draw) {
  const auto words = block_of(stream, trial, draw, kFurther);
  return uniform_from(words[0], words[1]);
}

constexpr double uniform_of(const Stream& stream, std::uint32_t trial, std::uint32_t draw) {
  const std::uint32_t high = place_of(trial), low = high + static_cast<std::uint32_t>(kTrialsInABlock);
  return uniform_from(word_at(stream, Supply::pairs, trial, draw, high),
                      word_at(stream, Supply::pairs, trial, draw, low));
}

constexpr std::uint32_t word_of(const Stream& stream, std::uint32_t trial, std::uint32_t draw) {
  return word_at(stream, Supply::words, trial, draw, place_of(trial));
}
constexpr std::uint32_t kWordsAtAnEnd = 1U << 22;
constexpr bool is_near_an_end(std::uint32_t word) {
  return word + kWordsAtAnEnd < 2 * kWordsAtAnEnd;
}
constexpr double uniform_of_word(const Stream& stream, std::uint32_t trial, std::uint32_t draw, std::uint32_t word) {
  if (!is_near_an_end(word)) return (word + 0.5) * 0x1p-32;
  return uniform_from(word, block_of(stream, trial, draw, kFurther)[0]);
}

// Whether what further bits give after the binary point is below x, which is below 1. Free of branches: whichever way
// it falls out, the next trial's bits can be under way.
constexpr bool fraction_is_below(const Stream& stream, std::uint32_t trial, std::uint32_t draw, double x) {
  const double first = x * 0x1p64;  // all of it is exact
  const auto first_whole = static_cast<std::uint64_t>(first);
  const auto second_whole = static_cast<std::uint64_t>((first - static_cast<double>(first_whole)) * 0x1p64);
  const auto bits = block_of(stream, trial, draw, kFurther);
  const std::uint64_t a = std::uint64_t{bits[0]} << 32 | bits[1], b = std::uint64_t{bits[2]} << 32 | bits[3];
  return (a < first_whole) | ((a == first_whole) & (b < second_whole));
}
// Whether a number that begins with `whole` and goes on so is below x.
constexpr bool is_below(const Stream& stream, std::uint32_t trial, std::uint32_t draw, std::uint32_t whole, double x) {
  if (whole + 1.0 <= x) return true;
  return whole < x && fraction_is_below(stream, trial, draw, x - whole);
}

// A truth of one probability for all trials.
constexpr std::uint32_t levels_of(const Stream& stream, std::uint32_t trial, std::uint32_t draw) {
  std::uint32_t bits = 0;
  for (std::uint32_t level = 0; level < kLevels; ++level) {
    const std::uint32_t place = level * static_cast<std::uint32_t>(kTrialsInABlock) + place_of(trial);
    bits = bits << 1 | (word_at(stream, Supply::levels, trial, draw, place / 32) >> (place % 32) & 1);
  }
  return bits;
}
constexpr bool truth_of(const Stream& stream, std::uint32_t trial, std::uint32_t draw, double p) {
  return is_below(stream, trial, draw, levels_of(stream, trial, draw), p * 0x1p8);
}

// A truth of a probability of its own. The later half of a block's trials takes the upper halves of its words.
constexpr std::uint32_t half_of(const Stream& stream, std::uint32_t trial, std::uint32_t draw) {
  constexpr std::uint32_t kWords = kTrialsInABlock / 2;
  const std::uint32_t place = place_of(trial);
  return word_at(stream, Supply::halves, trial, draw, place % kWords) >> (16 * (place / kWords)) & 0xFFFF;
}
constexpr bool truth_by_half(const Stream& stream, std::uint32_t trial, std::uint32_t draw, double p) {
  return is_below(stream, trial, draw, half_of(stream, trial, draw), p * 0x1p16);
}

}  // namespace proofmark::models
