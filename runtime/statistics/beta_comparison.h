// The probability that one beta variable exceeds another: two posteriors compared, or a beta-binomial tail.
#pragma once

#include <cstdint>

namespace proofmark::statistics {

struct BetaShape {
  double a = 1, b = 1;
};

// P(first > second), independent; relative error about 1e-10, of the smaller side where that is above 1e-290.
double probability_greater(const BetaShape& first, const BetaShape& second);

// P(Y >= least), Y ~ binomial(trials, p) with p ~ beta(shape): P(p > X), X the least-th smallest of `trials` uniforms.
double beta_binomial_upper(const BetaShape& shape, std::uint64_t trials, std::uint64_t least);

}  // namespace proofmark::statistics
