// One trial after the other, for processors without AVX2.
#include <bit>
#include <cmath>

#include "runtime/models/kernels.h"

namespace proofmark::models {
namespace {

struct Wide {
  using Real = double;
  using Word = std::uint64_t;  // the upper half is never read
  using Bound = std::uint32_t;
  static constexpr std::size_t kLanes = 1, kWordLanes = 1, kChains = 2;
  struct Place {
    std::uint64_t cell;
    Real within;
    std::uint32_t below;
  };
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
  static Real select(std::uint32_t mask, Real yes, Real no) { return (mask & 1) != 0 ? yes : no; }

  static Word word(std::uint32_t x) { return x; }
  static Word trials(std::uint32_t first) { return first; }
  static Word next(Word trials) { return trials + 1; }
  static Word product(Word a, std::uint32_t b) { return std::uint64_t{static_cast<std::uint32_t>(a)} * b; }
  static Word mixed(Word high, Word low, Word key) { return high >> 32 ^ low ^ key; }
  static void store_pairs(std::uint32_t* to, Word even, Word odd) {
    to[0] = static_cast<std::uint32_t>(even);
    to[1] = static_cast<std::uint32_t>(odd);
  }
  static Real uniform(const std::uint32_t* high, const std::uint32_t* low) {
    const std::uint64_t mantissa = (std::uint64_t{*high} << 32 | *low) >> 12;
    return (static_cast<double>(mantissa) + 0.5) * 0x1p-52;
  }
  static std::uint32_t lower(const std::uint32_t* words) { return *words & 0xFFFF; }
  static std::uint32_t upper(const std::uint32_t* words) { return *words >> 16; }
  static Real lower_as_real(const std::uint32_t* words) { return lower(words); }
  static Real upper_as_real(const std::uint32_t* words) { return upper(words); }
  static Bound bound(std::uint32_t whole) { return whole; }
  static std::uint32_t below(std::uint32_t half, Bound bound) { return half < bound ? 1 : 0; }
  static std::uint32_t same(std::uint32_t half, Bound bound) { return half == bound ? 1 : 0; }
  static Real part(const double* table, Real place) { return table[static_cast<std::size_t>(place)]; }

  static Place place(Real u) {
    const double from_half = u - 0.5;
    const auto place = std::bit_cast<std::uint64_t>(0.5 - std::fabs(from_half)) - kLowestBits;
    const std::uint64_t left = std::bit_cast<std::uint64_t>(from_half) >> 63;
    const std::uint32_t lower = static_cast<std::uint32_t>(place >> 63);
    return {((lower != 0 ? 0 : place) >> kCellShift) + left * kCellsOfATail,
            std::bit_cast<double>((place << kCellBits & kMantissaBits) | kOneBits) - 1, lower};
  }
  static Cells gather(const Cubic* cells, const Place& place) { return cells[place.cell]; }
};

}  // namespace
}  // namespace proofmark::models

#include "runtime/models/kernels_body.h"

namespace proofmark::models {

const Kernels& plain_kernels() {
  return kKernels;
}

}  // namespace proofmark::models
