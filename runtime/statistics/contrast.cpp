#include "runtime/statistics/contrast.h"

#include <algorithm>
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/elementary.h"

namespace proofmark::statistics {
namespace {

constexpr double kOutward = 1e-9;  // far above the rounding of a square root and a logarithm

double band(double parts_of_alpha, double alpha, double rows) {
  return std::sqrt(log_of(parts_of_alpha / alpha) / (2 * rows));
}

}  // namespace

ContrastBounds contrast_bounds(plan::ContrastKind kind, const ContrastCounts& counts, double alpha) {
  using plan::ContrastKind;
  PROOFMARK_CHECK(counts.sums.first > 0 && counts.sums.second > 0);
  const auto known1 = static_cast<double>(counts.sums.first), known2 = static_cast<double>(counts.sums.second);
  const double n1 = known1 + static_cast<double>(counts.unknown_first);
  const double n2 = known2 + static_cast<double>(counts.unknown_second);
  const double pairs = known1 * known2;
  const double unknown =
      static_cast<double>(counts.unknown_first) / n1 + static_cast<double>(counts.unknown_second) / n2;
  const double above = static_cast<double>(counts.sums.above) / pairs;
  const double below = static_cast<double>(counts.sums.below) / pairs;
  double value = 0, width = 0;
  switch (kind) {
    case ContrastKind::similarity:
    case ContrastKind::drift:
      value = std::max(above, below);
      width = band(4, alpha, n1) + band(4, alpha, n2);
      break;
    case ContrastKind::worse_by:
      value = below;
      width = band(2, alpha, n1) + band(2, alpha, n2);
      break;
    case ContrastKind::probability_worse:
      value = static_cast<double>(counts.sums.wins) / (2 * pairs);
      width = band(1, alpha, std::min(n1, n2));
      break;
  }
  width = (width + unknown) * (1 + kOutward) + kOutward * 1e-6;
  ContrastBounds bounds{value, std::max(0.0, value - width), std::min(1.0, value + width)};
  if (kind == ContrastKind::similarity) bounds = {1 - value, std::max(0.0, 1 - bounds.upper), 1 - bounds.lower};
  return bounds;
}

}  // namespace proofmark::statistics
