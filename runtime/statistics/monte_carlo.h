// A simulation that anyone can repeat: how often a sum of uniform draws exceeds a level.
#pragma once

#include <cstdint>

#include "runtime/statistics/philox.h"

namespace proofmark::statistics {

inline constexpr unsigned kMaximumTerms = 12;

// Replications i = 0, 1, … take `terms` successive doubles of the stream each and add them from the left.
std::uint64_t sums_above(PhiloxStream stream, std::uint64_t replications, unsigned terms, double level);

// P(U1 + … + Um > level) of independent uniforms, 1 <= m <= kMaximumTerms (Irwin 1927; Hall 1927).
double sum_above_probability(unsigned terms, double level);

}  // namespace proofmark::statistics
