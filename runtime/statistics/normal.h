// The normal distribution's inverse, for draws and start values; no verdict depends on it.
#pragma once

namespace proofmark::statistics {

// z with Phi(z) = p, 0 < p < 1, relative error about 1e-15 (Wichura 1988, AS 241, PPND16).
double normal_quantile(double p);

}  // namespace proofmark::statistics
