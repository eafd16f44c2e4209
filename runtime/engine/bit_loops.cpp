// The set that needs nothing of the processor, and the choice.
#include "runtime/engine/bit_loops.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <type_traits>

#include "runtime/engine/column_values.h"
#include "runtime/engine/rows_where.h"

namespace proofmark::engine {
namespace {

template <typename T, typename Holds>
void words_where(const void* values, std::int64_t argument, std::size_t words, std::uint64_t* out) {
  const auto* at = static_cast<const T*>(values);
  T with;
  if constexpr (std::is_floating_point_v<T>) {
    with = std::bit_cast<double>(argument);
  } else {
    with = static_cast<T>(argument);
  }
  for (std::size_t w = 0; w < words; ++w) out[w] = word_where(at + w * kWordBits, with, Holds{});
}

struct IsNumber {
  bool operator()(double value, double) const { return !std::isnan(value); }
};

template <typename Holds>
CompareLoop integers(std::uint32_t physical) {
  return with_type(static_cast<snapshot::Physical>(physical),
                   [](auto tag) -> CompareLoop { return words_where<decltype(tag), Holds>; });
}

CompareLoop comparison(const proofmark_kernel_instruction& instruction) {
  switch (instruction.code) {
    case PROOFMARK_AT_MOST:
      return integers<std::less_equal<>>(instruction.physical);
    case PROOFMARK_AT_LEAST:
      return integers<std::greater_equal<>>(instruction.physical);
    case PROOFMARK_EQUAL:
      return integers<std::equal_to<>>(instruction.physical);
    case PROOFMARK_REAL_LESS:
      return words_where<double, std::less<>>;
    case PROOFMARK_REAL_AT_MOST:
      return words_where<double, std::less_equal<>>;
    case PROOFMARK_REAL_GREATER:
      return words_where<double, std::greater<>>;
    case PROOFMARK_REAL_AT_LEAST:
      return words_where<double, std::greater_equal<>>;
    case PROOFMARK_REAL_EQUAL:
      return words_where<double, std::equal_to<>>;
    default:
      return words_where<double, IsNumber>;
  }
}

template <std::uint32_t Code>
std::uint64_t combined(std::uint64_t a, std::uint64_t b) {
  return Code == PROOFMARK_AND ? a & b : Code == PROOFMARK_OR ? a | b : a & ~b;
}

template <std::uint32_t Code>
void combine(const std::uint64_t* a, const std::uint64_t* b, std::size_t words, std::uint64_t* out) {
  for (std::size_t w = 0; w < words; ++w) out[w] = combined<Code>(a[w], b[w]);
}

template <std::uint32_t Code>
std::uint64_t count(const std::uint64_t* a, const std::uint64_t* b, std::size_t words) {
  std::uint64_t rows = 0;
  for (std::size_t w = 0; w < words; ++w) rows += static_cast<std::uint64_t>(std::popcount(combined<Code>(a[w], b[w])));
  return rows;
}

Met meet(const std::uint64_t* a, const std::uint64_t* b, std::size_t words, std::uint64_t* both,
         std::uint32_t* first_row) {
  Met met{0, count<PROOFMARK_OR>(a, a, words)};
  for (std::size_t w = 0; w < words; ++w) {
    both[met.words] = a[w] & b[w];
    first_row[met.words] = static_cast<std::uint32_t>(w * kWordBits);
    met.words += both[met.words] != 0 ? 1 : 0;
  }
  return met;
}

void sum_blocks(const double* values, std::size_t blocks, double* lanes) {
  using Pair [[gnu::vector_size(16)]] = double;
  constexpr std::size_t kPairs = 8, kPairRows = sizeof(Pair) / sizeof(double);
  for (std::size_t block = 0; block < blocks; ++block, values += kBlockRows, lanes += kPairs * kPairRows) {
    Pair sums[kPairs] = {};
    for (std::size_t row = 0; row < kBlockRows; row += kPairs * kPairRows)
#pragma GCC unroll 8
      for (std::size_t k = 0; k < kPairs; ++k) {
        Pair some;
        std::memcpy(&some, values + row + k * kPairRows, sizeof some);
        sums[k] += some;
      }
    std::memcpy(lanes, sums, sizeof sums);
  }
}

constexpr BitLoops kAnywhere{comparison,
                             {combine<PROOFMARK_AND>, combine<PROOFMARK_OR>, combine<PROOFMARK_AND_NOT>},
                             {count<PROOFMARK_AND>, count<PROOFMARK_OR>, count<PROOFMARK_AND_NOT>},
                             meet,
                             sum_blocks};

const BitLoops& widest() {
  if (const BitLoops* loops = bit_loops_avx512()) return *loops;
  if (const BitLoops* loops = bit_loops_avx2()) return *loops;
  return kAnywhere;
}

}  // namespace

Met meet_words(const std::uint64_t* a, const std::uint64_t* b, std::size_t words, std::uint64_t* both,
               std::uint32_t* first_row) {
  return meet(a, b, words, both, first_row);
}

const BitLoops* bit_loops_anywhere() {
  return &kAnywhere;
}

const BitLoops& bit_loops() {
  static const BitLoops& loops = widest();
  return loops;
}

#ifndef __x86_64__
const BitLoops* bit_loops_avx2() {
  return nullptr;
}
const BitLoops* bit_loops_avx512() {
  return nullptr;
}
#endif

}  // namespace proofmark::engine
