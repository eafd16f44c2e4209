// Seen from the end where nothing cancels.
#include "runtime/statistics/effective_tail.h"

#include <algorithm>

#include "runtime/statistics/distributions.h"

namespace proofmark::statistics {

EffectiveTail effective_tail(double k, double rest, const Ratio& tau, double alpha) {
  EffectiveTail tail;
  if (!(rest > 0)) return tail;
  const double x = to_double(tau), y = to_double(complement(tau));
  tail.p = x <= 0.5 ? beta_upper(k + 1, rest, x) : beta_lower(rest, k + 1, y);
  tail.within = tail.p * (1 + kEffectiveMargin) <= alpha;
  tail.strictly_within = tail.p * (1 + kEffectiveMargin) < alpha;
  tail.bound = std::min(1.0, beta_quantile(k + 1, rest, 1 - alpha, alpha) * (1 + kEffectiveMargin));
  return tail;
}

}  // namespace proofmark::statistics
