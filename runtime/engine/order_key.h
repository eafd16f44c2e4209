// Numbers as 64-bit keys whose integer order is the order of the numbers, so that order statistics, extremes and
// distinct values have one implementation. Doubles take the total order of IEEE 754: -inf < … < -0.0 < +0.0 < … < +inf
// (NaN never gets here). Tests compare the two zeros equal, and they are one distinct value.
#pragma once

#include <bit>
#include <cstdint>

#include "runtime/plan/facts.h"

namespace proofmark::engine {

// Flipping all bits but the sign of a negative double reverses their order, and undoes itself.
constexpr std::int64_t flip_negative(std::int64_t bits) {
  return bits < 0 ? bits ^ INT64_MAX : bits;
}

constexpr std::int64_t order_key(std::int64_t value) {
  return value;
}
constexpr std::int64_t order_key(double value) {
  return flip_negative(std::bit_cast<std::int64_t>(value));
}

inline plan::Number number_of(std::int64_t key, bool real) {
  if (real) return std::bit_cast<double>(flip_negative(key));
  return key;
}

inline constexpr std::int64_t kNegativeZeroKey = -1;  // order_key(-0.0); order_key(+0.0) is 0

}  // namespace proofmark::engine
