// The inner loops of the interpreter: between values and bits, one operation over whole words of 64 rows; and the sum
// of a whole block of doubles.
//
// There is one set for any processor and, on x86-64, one for AVX2 and one for AVX-512; the widest that the machine has
// is taken once, when first asked for. They compare, combine, count, and add lane by lane (real_sum.h), which
// leaves a processor no choice in any bit.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/plan/codegen_abi.h"

namespace proofmark::engine {

// Bit i of `out`: what the comparison says of values[i] and the argument. 64 * words values are read.
using CompareLoop = void (*)(const void* values, std::int64_t argument, std::size_t words, std::uint64_t* out);
using CombineLoop = void (*)(const std::uint64_t* a, const std::uint64_t* b, std::size_t words, std::uint64_t* out);
// Counts what combining the two would make.
using CountLoop = std::uint64_t (*)(const std::uint64_t* a, const std::uint64_t* b, std::size_t words);
struct Met {
  std::size_t words = 0;        // that have a row of both masks
  std::uint64_t rows_of_a = 0;  // in all
};
// The words that have a row of both masks, and the first row of each, at most 64. Both lists have room for 64.
using MeetLoop = Met (*)(const std::uint64_t* a, const std::uint64_t* b, std::size_t words, std::uint64_t* both,
                         std::uint32_t* first_row);

struct BitLoops {
  CompareLoop (*comparison)(const proofmark_kernel_instruction& instruction);
  // By code: PROOFMARK_AND, _OR, _AND_NOT.
  CombineLoop combine[3];
  CountLoop count_combined[3];
  MeetLoop meet;
  // The sixteen lanes of each 4096 values, a block after the other without a pause, in which the memory would have
  // nothing to do. Asks for the values behind them, too.
  void (*sum_blocks)(const double* values, std::size_t blocks, double* lanes);

  CombineLoop combining(std::uint32_t code) const { return combine[code - PROOFMARK_AND]; }
  CountLoop counting(std::uint32_t code) const { return count_combined[code - PROOFMARK_AND]; }
  std::uint64_t count(const std::uint64_t* mask, std::size_t words) const {
    return counting(PROOFMARK_OR)(mask, mask, words);
  }
};

const BitLoops& bit_loops();

// What no set does better than plain code.
Met meet_words(const std::uint64_t* a, const std::uint64_t* b, std::size_t words, std::uint64_t* both,
               std::uint32_t* first_row);

// The sets, for tests: the null pointer where this machine cannot run it.
const BitLoops* bit_loops_anywhere();
const BitLoops* bit_loops_avx2();
const BitLoops* bit_loops_avx512();

}  // namespace proofmark::engine
