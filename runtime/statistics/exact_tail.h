// The judge of close calls: the order of a binomial tail and a level, beyond double precision.
//
// In: I_x(a,b) with integer a, b and exact rational x, and an exact level. The tail is enclosed with directed
// rounding at 256 bits, so that whatever order is returned is a theorem. An enclosure that still holds
// the level is either an exact tie, found by integer arithmetic, or left `unsettled`. Slow (0.05 ms to
// 0.5 s), and reached only when double precision is within ten proven errors of the level.
#pragma once

#include <cstdint>

#include "runtime/statistics/binomial.h"
#include "runtime/statistics/exact_ratio.h"

namespace proofmark::statistics {

// P = I_x(a,b), a, b >= 1, 0 < x < 1: with n = a+b-1 rows it is P(X >= a | n, x) = P(X <= b-1 | n, 1-x).
struct BetaTail {
  std::uint64_t a = 1, b = 1;
  Ratio x;
};

BetaTail mirrored(const BetaTail& tail);  // 1 - P
Against mirrored(Against order);

Against settle(const BetaTail& tail, const Ratio& level);  // 0 < level < 1

}  // namespace proofmark::statistics
