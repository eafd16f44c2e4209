// 192-bit products of a count and a 128-bit integer: compared and subtracted exactly, rounded once.
#include "runtime/statistics/exact_ratio.h"

#include <array>
#include <compare>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/monotone_search.h"

namespace proofmark::statistics {
namespace {

using plan::UInt128;
using Wide = std::array<std::uint64_t, 3>;  // most significant limb first: the order of arrays is the order of numbers

Wide multiply(std::uint64_t count, UInt128 factor) {
  const UInt128 low = UInt128(count) * static_cast<std::uint64_t>(factor);
  const UInt128 high = UInt128(count) * static_cast<std::uint64_t>(factor >> 64) + (low >> 64);
  return {static_cast<std::uint64_t>(high >> 64), static_cast<std::uint64_t>(high), static_cast<std::uint64_t>(low)};
}

Wide subtract(const Wide& larger, const Wide& smaller) {
  const UInt128 low_a = UInt128(larger[1]) << 64 | larger[2], low_b = UInt128(smaller[1]) << 64 | smaller[2];
  const UInt128 low = low_a - low_b;
  const std::uint64_t borrow = low_a < low_b ? 1 : 0;
  return {larger[0] - smaller[0] - borrow, static_cast<std::uint64_t>(low >> 64), static_cast<std::uint64_t>(low)};
}

double rounded(const Wide& value) {
  if (value[0] == 0) return static_cast<double>(UInt128(value[1]) << 64 | value[2]);
  // At least 65 bits remain without the last limb, which only has to break ties.
  const UInt128 top = UInt128(value[0]) << 64 | value[1] | (value[2] != 0 ? 1U : 0U);
  return static_cast<double>(top) * 0x1p64;
}

}  // namespace

Ratio ratio_of(const plan::Rational& value) {
  PROOFMARK_CHECK(!value.is_negative() && value.numerator() <= value.denominator());
  return {static_cast<UInt128>(value.numerator()), static_cast<UInt128>(value.denominator())};
}

Ratio complement(const Ratio& x) {
  return {x.below - x.above, x.below};
}

double to_double(const Ratio& x) {
  return static_cast<double>(x.above) / static_cast<double>(x.below);
}

double deviation(std::uint64_t a, std::uint64_t b, const Ratio& x) {
  const Wide plus = multiply(a, x.below - x.above), minus = multiply(b, x.above);
  const double below = static_cast<double>(x.below);
  if (plus >= minus) return rounded(subtract(plus, minus)) / below;
  return -(rounded(subtract(minus, plus)) / below);
}

std::uint64_t ceil_of_product(std::uint64_t n, const Ratio& x) {
  const Wide product = multiply(n, x.above);
  const auto reaches = [&](std::uint64_t candidate) { return multiply(candidate, x.below) >= product; };
  return first_where<std::uint64_t>(0, n, static_cast<std::uint64_t>(static_cast<double>(n) * to_double(x)), reaches);
}

}  // namespace proofmark::statistics
