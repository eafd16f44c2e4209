// What is done with a block of trials, a loop each, for one width of the processor's registers. Every width does the
// same operations in the same order, so the bits are those of the scalar formulas (uniforms.h, inverse.h,
// reference.cpp).
//
// A row holds a double of each trial of a block, bits hold a truth of each, 64 a word, the first trial lowest. An
// operand is a row, or one double for all trials. Results may lie where an operand lies.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "runtime/models/uniforms.h"

namespace proofmark::models {

constexpr std::size_t kWordsOfBits = kTrialsInABlock / 64;

// One cell of a table of an inverse distribution function: a cubic of the place within the cell, from 0 to 1.
struct alignas(32) Cubic {
  double c0 = 0, c1 = 0, c2 = 0, c3 = 0;  // c0 NaN: not accurate enough
};
// Cells of the tail t = min(u, 1 - u): octaves from 2^-17 to 1/2 of 64 cells each; of u >= 1/2 first, then of u < 1/2.
constexpr int kCellBits = 6, kOctaveBits = 4;
constexpr std::size_t kCellsOfATail = std::size_t{1} << (kCellBits + kOctaveBits);
constexpr int kCellShift = 52 - kCellBits;
constexpr std::uint64_t kHalfBits = 0x3FE0000000000000ULL;  // of 1/2
constexpr std::uint64_t kLowestBits = kHalfBits - (std::uint64_t{1} << (52 + kOctaveBits));
constexpr std::uint64_t kMantissaBits = 0x000FFFFFFFFFFFFFULL, kOneBits = 0x3FF0000000000000ULL;
// A word w is the uniform (w + 1/2) / 2^32, whose tail is an odd number of 2^-33: 2 w + 1, or of the right 2 (~w) + 1.
// Its cell is told by the exponent and 6 bits of the mantissa of a float of its upper 24 bits, which is exact. Near an
// end, where the word alone does not say, it is held at the nearest tail that does.
constexpr int kLostBits = 8, kFloatShift = 23 - kCellBits;
constexpr std::int32_t kFloatBias = 127, kTailBits = 33;
constexpr std::int32_t kLowestFloat = (kFloatBias + kTailBits - kLostBits - 1 - (1 << kOctaveBits)) << kCellBits;
constexpr std::int32_t kLongestShift = kFloatBias + 31 - kLostBits;  // less a float's exponent: to the 32nd bit
constexpr int kWithinBits = 31 - kCellBits;

// The keys of Philox's ten rounds, as wide as any register: the first word's, then the second's.
constexpr std::size_t kPhiloxRounds = 10, kMostLanes = 8;
struct alignas(64) PhiloxKeys {
  std::uint64_t of[2][kPhiloxRounds][kMostLanes];
};
constexpr PhiloxKeys keys_of(std::uint64_t seed) {
  constexpr std::uint32_t kSteps[2] = {0x9E3779B9U, 0xBB67AE85U};
  PhiloxKeys keys{};
  for (int word = 0; word < 2; ++word) {
    auto key = static_cast<std::uint32_t>(seed >> (32 * word));
    for (auto& round : keys.of[word]) {
      for (std::uint64_t& lane : round) lane = key;
      key += kSteps[word];
    }
  }
  return keys;
}

enum class Form : std::uint8_t { rows, left_fixed, right_fixed };  // which operand is one double for all trials
constexpr std::size_t kForms = 3;

using Calculate = void (*)(const double* a, const double* b, double* out);
using Compare = void (*)(const double* a, const double* b, std::uint64_t* bits);
using Cubics = void (*)(const Cubic* cells, const std::uint32_t* words, double* out, std::uint64_t* missed);
using Choose = void (*)(const std::uint64_t* bits, const double* yes, const double* no, double* out);

struct Kernels {
  // The four words of the Philox blocks with counters (first + i, draw, model, 0), i < n: four rows of n words. n is a
  // multiple of 32.
  void (*philox)(const PhiloxKeys& keys, std::uint32_t model, std::uint32_t draw, std::uint32_t first, std::size_t n,
                 std::uint32_t* words);
  void (*uniforms)(const std::uint32_t* high, const std::uint32_t* low, double* out);
  // Of 8 levels of bits: as numbers of 8 bits, those below `whole`, and those that are `whole`.
  void (*truths)(const std::uint32_t* levels, std::uint32_t whole, std::uint64_t* hits, std::uint64_t* ties);
  // Of halves w and a chance p that differs from trial to trial: w + 1 <= 2^16 p, and w < 2^16 p < w + 1.
  void (*hits_of_chances)(const std::uint32_t* words, const double* chances, std::uint64_t* hits, std::uint64_t* ties);
  // What the table says of words by their bits from `shift` on; where that is NaN, a bit in `missed`.
  void (*parts)(const double* table, int shift, const std::uint32_t* words, double* out, std::uint64_t* missed);
  // What the cubics say of words as uniforms; a bit in `missed` near the ends and where they say nothing. 1: they say
  // something everywhere.
  std::array<Cubics, 2> cubics;
  std::array<Calculate, kForms> add, subtract, multiply, divide, minimum, maximum;
  std::array<Compare, kForms> less, at_most, equal;
  std::array<Choose, 4> choose;                             // 1: `yes` is fixed, 2: `no` is fixed, 3: both are
  void (*numbers)(const std::uint64_t* bits, double* out);  // 1 where a bit is set, else 0
  void (*doubts)(const double* row, std::uint64_t* bits);   // adds the bits of what is no finite number
  std::uint64_t (*shared)(const std::uint64_t* a, const std::uint64_t* b);  // how many bits both have
};

const Kernels& plain_kernels();
#if defined(__x86_64__)
const Kernels& avx2_kernels();
const Kernels& avx512_kernels();
#endif

}  // namespace proofmark::models
