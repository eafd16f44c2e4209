#include "runtime/statistics/level.h"

#include "runtime/diagnostic/diagnostic.h"

namespace proofmark::statistics {

using plan::Rational;

Rational alpha_of(const Rational& confidence) {
  const auto alpha = plan::subtract(Rational(1), confidence);
  PROOFMARK_CHECK(alpha.has_value());
  return *alpha;
}

TailLevel shared_level(const Rational& confidence, std::uint64_t parts) {
  const Rational alpha = alpha_of(confidence);
  const auto share = plan::divide(alpha, Rational(static_cast<std::int64_t>(parts)));
  if (!share) {  // a fraction of nearly 128 bits
    const double rounded = alpha.nearest_double() / static_cast<double>(parts);
    return {rounded, 1 - rounded};
  }
  return {share->nearest_double(), alpha_of(*share).nearest_double()};
}

TailLevel tail_level(const Rational& confidence, bool two_sided) {
  return shared_level(confidence, two_sided ? 2 : 1);
}

}  // namespace proofmark::statistics
