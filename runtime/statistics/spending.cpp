#include "runtime/statistics/spending.h"

#include <cmath>

#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"

namespace proofmark::statistics {

double alpha_spent(Spending spending, double fraction, double alpha, double gamma, int sides) {
  if (!(fraction > 0)) return 0;
  if (fraction >= 1) return alpha;
  switch (spending) {
    case Spending::obrien_fleming:
      return 2 * sides * normal_upper(normal_upper_quantile(alpha / (2 * sides)) / std::sqrt(fraction));
    case Spending::pocock:
      return alpha * log1p_of(1.71828182845904523536 * fraction);
    case Spending::power:
      return alpha * pow_of(fraction, gamma);
    case Spending::hwang_shih_decani:
      return gamma == 0 ? alpha * fraction : alpha * (expm1_of(-gamma * fraction) / expm1_of(-gamma));
  }
  return alpha;
}

}  // namespace proofmark::statistics
