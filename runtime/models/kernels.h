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

enum class Form : std::uint8_t { rows, left_fixed, right_fixed };  // which operand is one double for all trials
constexpr std::size_t kForms = 3;

using Calculate = void (*)(const double* a, const double* b, double* out);
using Compare = void (*)(const double* a, const double* b, std::uint64_t* bits);
using Choose = void (*)(const std::uint64_t* bits, const double* yes, const double* no, double* out);

struct Kernels {
  // The four words of the Philox block with counter (first + i, block, model, 0): four rows of words.
  void (*philox)(std::uint64_t seed, std::uint32_t model, std::uint32_t block, std::uint32_t first,
                 std::uint32_t* words);
  void (*uniforms)(const std::uint32_t* high, const std::uint32_t* low, double* out);
  // Of the lower or upper halves of words: those below `whole`, and those that are `whole`.
  void (*hits)(const std::uint32_t* words, bool upper, std::uint32_t whole, std::uint64_t* hits, std::uint64_t* ties);
  // Of a chance that differs from trial to trial: w + 1 <= 2^16 p, and w < 2^16 p < w + 1.
  void (*hits_of_chances)(const std::uint32_t* words, bool upper, const double* chances, std::uint64_t* hits,
                          std::uint64_t* ties);
  // Uniforms to what the table says of their part of (0, 1), in place; left where that is NaN, with a bit in `missed`.
  void (*parts)(const double* table, double count, double* u, std::uint64_t* missed);
  // Uniforms to table values in place; those that the table does not give are left, and have their bit in `missed`.
  void (*cubics)(const Cubic* cells, double* u, std::uint64_t* missed);
  std::array<Calculate, kForms> add, subtract, multiply, divide, minimum, maximum;
  std::array<Compare, kForms> less, at_most, equal;
  std::array<Choose, 4> choose;                             // 1: `yes` is fixed, 2: `no` is fixed, 3: both are
  void (*numbers)(const std::uint64_t* bits, double* out);  // 1 where a bit is set, else 0
  void (*doubts)(const double* row, std::uint64_t* bits);   // adds the bits of what is no finite number
};

const Kernels& plain_kernels();
#if defined(__x86_64__)
const Kernels& avx2_kernels();
const Kernels& avx512_kernels();
#endif

}  // namespace proofmark::models
