// Near k = m the three terms cancel to second order: there the series of the logarithm in v = (k-m)/(k+m) is summed
// without its first term, which cancels exactly.
#include "runtime/statistics/deviance.h"

#include <cmath>

#include "runtime/statistics/elementary.h"

namespace proofmark::statistics {

double deviance(double k, double m, double difference) {
  if (k == 0) return m;
  const double v = difference / (k + m);
  if (!(std::fabs(v) < 0.25)) return k * (log_of(k) - log_of(m)) - difference;
  const double square = v * v;
  double total = difference * v, power = 2 * k * v;
  for (int odd = 3; odd < 100; odd += 2) {
    power *= square;
    const double next = total + power / odd;
    if (next == total) break;
    total = next;
  }
  return total;
}

}  // namespace proofmark::statistics
