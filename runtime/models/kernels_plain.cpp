// One trial after the other, for processors without AVX2.
#include <algorithm>
#include <bit>
#include <cmath>

#include "runtime/models/kernels.h"

namespace proofmark::models {
namespace {

struct Wide {
  using Real = double;
  using Word = std::uint64_t;  // the upper half is never read
  using Truths = std::uint64_t;
  static constexpr std::size_t kLanes = 1, kWordLanes = 1, kWordsOfTruths = 2, kChains = 2;
  using Cells = Cubic;

  static Real load(const double* from) { return *from; }
  static void store(double* to, Real x) { *to = x; }
  static Real all(double x) { return x; }
  static Real add(Real a, Real b) { return a + b; }
  static Real subtract(Real a, Real b) { return a - b; }
  static Real multiply(Real a, Real b) { return a * b; }
  static Real divide(Real a, Real b) { return a / b; }
  static Real minimum(Real a, Real b) { return b < a ? b : a; }
  static Real maximum(Real a, Real b) { return a < b ? b : a; }
  static std::uint32_t less(Real a, Real b) { return a < b ? 1 : 0; }
  static std::uint32_t at_most(Real a, Real b) { return a <= b ? 1 : 0; }
  static std::uint32_t equal(Real a, Real b) { return a == b ? 1 : 0; }
  static std::uint32_t unordered(Real a) { return a != a ? 1 : 0; }
  static Real select(std::uint64_t bits, std::size_t first, Real yes, Real no) {
    return (bits >> first & 1) != 0 ? yes : no;
  }

  static Word word(std::uint32_t x) { return x; }
  static Word counters(std::uint32_t first) { return first; }
  static Word next(Word counters) { return counters + 1; }
  static Word product(Word a, std::uint32_t b) { return std::uint64_t{static_cast<std::uint32_t>(a)} * b; }
  static Word mixed(Word high, Word low, const std::uint64_t* key) { return high >> 32 ^ low ^ *key; }
  static void store_pairs(std::uint32_t* to, Word even, Word odd) {
    to[0] = static_cast<std::uint32_t>(even);
    to[1] = static_cast<std::uint32_t>(odd);
  }
  static Real uniform(const std::uint32_t* high, const std::uint32_t* low) {
    const std::uint64_t mantissa = (std::uint64_t{*high} << 32 | *low) >> 12;
    return (static_cast<double>(mantissa) + 0.5) * 0x1p-52;
  }
  static Real lower_as_real(const std::uint32_t* words) { return *words & 0xFFFF; }
  static Real upper_as_real(const std::uint32_t* words) { return *words >> 16; }

  static Truths truths(std::uint32_t x) { return std::uint64_t{x} << 32 | x; }
  static Truths load_truths(const std::uint32_t* from) { return std::uint64_t{from[1]} << 32 | from[0]; }
  static void store_truths(std::uint64_t* to, Truths x) { *to = x; }
  static Truths both(Truths a, Truths b) { return a & b; }
  static Truths either(Truths a, Truths b) { return a | b; }
  static Truths differ(Truths a, Truths b) { return a ^ b; }
  static Truths first_only(Truths a, Truths b) { return a & ~b; }

  static Real part(const double* table, int shift, const std::uint32_t* words) { return table[*words >> shift]; }
  // Of each word the first double of its cell, and where in the cell it lies; a bit where it lies near an end.
  static std::uint32_t place(const std::uint32_t* words, std::uint32_t* places, double* within) {
    const std::uint32_t word = *words, left = 1 - (word >> 31);
    const std::uint32_t folded = word ^ (left - 1);  // without a branch, of which no one foresees the way
    const std::uint32_t tail = std::max(2 * folded + 1, 2 * kWordsAtAnEnd);
    const int shift = std::countl_zero(tail);
    const auto octave = static_cast<std::uint32_t>((1 << kOctaveBits) - 1 - shift);
    const std::uint32_t of_octave = (tail << shift) >> kWithinBits;  // its first bit is the octave's
    const std::uint32_t cell = (octave << kCellBits) + of_octave - (1U << kCellBits);
    *places = 4 * (cell + left * static_cast<std::uint32_t>(kCellsOfATail));
    *within = ((tail << shift) & ((1U << kWithinBits) - 1)) * (1.0 / (1U << kWithinBits));
    return is_near_an_end(word) ? 1 : 0;
  }
  static Cells gather(const Cubic* cells, const std::uint32_t* places) {
    const double* of = &cells->c0 + *places;
    return {of[0], of[1], of[2], of[3]};
  }
};

}  // namespace
}  // namespace proofmark::models

#include "runtime/models/kernels_body.h"

namespace proofmark::models {

const Kernels& plain_kernels() {
  return kKernels;
}

}  // namespace proofmark::models
