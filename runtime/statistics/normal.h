// The normal distribution's inverse, for draws and start values; no verdict depends on it.
#pragma once

#include <cstddef>

#include "runtime/statistics/elementary_blocks.h"

namespace proofmark::statistics {

// z with Phi(z) = p, 0 < p < 1, relative error about 1e-15 (Wichura 1988, AS 241, PPND16).
double normal_quantile(double p);

// Of `n` probabilities, in place: the same bits.
void normal_quantiles(double* p, std::size_t n, const BlockFunctions& functions);

}  // namespace proofmark::statistics
