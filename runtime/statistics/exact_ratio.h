// A probability as an exact ratio of 128-bit integers, and the one subtraction that the tails need exact.
//
// Everything that the incomplete beta function loses elsewhere is lost in a - (a+b)x and in 1 - x. Both are
// formed here in integers, so that rounding happens once, at the very end, relative to the result. A Ratio is
// not reduced: 1 - x costs one subtraction and no greatest common divisor.
#pragma once

#include <cstdint>

#include "runtime/plan/number.h"

namespace proofmark::statistics {

// above/below with 0 <= above <= below, 1 <= below < 2^127.
struct Ratio {
  plan::UInt128 above = 0;
  plan::UInt128 below = 1;

  bool is_zero() const { return above == 0; }
  bool is_one() const { return above == below; }
};

Ratio ratio_of(const plan::Rational& value);  // breaks an invariant outside [0,1]
Ratio complement(const Ratio& x);             // 1 - x
double to_double(const Ratio& x);             // relative error < 2^-51

// a - (a+b)x = a(1-x) - bx, signed, relative error < 2^-51 (exactly 0 when it is 0).
double deviation(std::uint64_t a, std::uint64_t b, const Ratio& x);

// ceil(n x), exact.
std::uint64_t ceil_of_product(std::uint64_t n, const Ratio& x);

}  // namespace proofmark::statistics
