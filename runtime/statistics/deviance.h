// The deviance k ln(k/m) + m - k, the term from which likelihood ratios of counts and divergences are made.
#pragma once

namespace proofmark::statistics {

// k >= 0, m = k - difference > 0, where the difference is given by itself: relative error of a few units, however near
// k and m lie. Loader (2000) calls it bd0.
double deviance(double k, double m, double difference);

}  // namespace proofmark::statistics
