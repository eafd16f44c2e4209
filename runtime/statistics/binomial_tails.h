// The tails of the room: unreduced ratios in, value and order to a level out.
//
// The public functions of binomial.h take canonical rationals; searches inside the room ask the same
// question a hundred times with p = m / 10^s and cannot pay for a greatest common divisor each time.
#pragma once

#include <cstdint>

#include "runtime/statistics/binomial.h"
#include "runtime/statistics/exact_ratio.h"

namespace proofmark::statistics {

struct Weighed {
  double tail = 0;
  Against against = Against::unsettled;
};

double lower_tail(std::uint64_t k, std::uint64_t n, const Ratio& p);
double upper_tail(std::uint64_t k, std::uint64_t n, const Ratio& p);
Weighed weigh_lower_tail(std::uint64_t k, std::uint64_t n, const Ratio& p, const Ratio& level);
Weighed weigh_upper_tail(std::uint64_t k, std::uint64_t n, const Ratio& p, const Ratio& level);

// x^n, 0 < x < 1, n up to 1e18.
Weighed weigh_power(const Ratio& x, std::uint64_t n, const Ratio& level);

Ratio level_of(const Rational& level);  // breaks an invariant outside (0,1)

// tail <= level, or with `strict` tail < level; what cannot be settled is not.
bool is_within(Against order, bool strict);

}  // namespace proofmark::statistics
