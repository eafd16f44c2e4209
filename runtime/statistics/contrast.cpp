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

// Share of all pairs.
double part_of(plan::Int128 some, double pairs) {
  return static_cast<double>(some) / pairs;
}

struct Estimated {
  double least = 0, most = 0, width = 0;  // over placements of the values; of the band
};

Estimated estimated(plan::ContrastKind kind, const ContrastCounts& counts, double alpha) {
  using plan::ContrastKind;
  const plan::ContrastSums& high = counts.sums;
  const plan::ContrastSums& low = counts.least ? *counts.least : counts.sums;
  const auto known1 = static_cast<double>(high.first), known2 = static_cast<double>(high.second);
  const double n1 = known1 + static_cast<double>(counts.unknown_first);
  const double n2 = known2 + static_cast<double>(counts.unknown_second);
  const double pairs = known1 * known2;
  const double unknown =
      static_cast<double>(counts.unknown_first) / n1 + static_cast<double>(counts.unknown_second) / n2;
  switch (kind) {
    case ContrastKind::similarity:
    case ContrastKind::drift:
      return {part_of(std::max(high.above, low.below), pairs), part_of(std::max(low.above, high.below), pairs),
              band(4, alpha, n1) + band(4, alpha, n2) + unknown};
    case ContrastKind::worse_by:
      return {part_of(low.below, pairs), part_of(high.below, pairs), band(2, alpha, n1) + band(2, alpha, n2) + unknown};
    case ContrastKind::probability_worse:
      return {part_of(low.wins, 2 * pairs), part_of(high.wins, 2 * pairs), band(1, alpha, std::min(n1, n2)) + unknown};
  }
  return {};
}

}  // namespace

ContrastWalk::ContrastWalk(std::uint64_t first, std::uint64_t second) {
  sums_.first = first;
  sums_.second = second;
}

void ContrastWalk::pass(std::uint64_t of_first, std::uint64_t of_second) {
  using plan::Int128;
  sums_.wins += Int128(of_first) * (2 * below_second_ + Int128(of_second));
  below_first_ += Int128(of_first);
  below_second_ += Int128(of_second);
  const Int128 gap = below_first_ * Int128(sums_.second) - below_second_ * Int128(sums_.first);
  sums_.above = std::max(sums_.above, gap);
  sums_.below = std::max(sums_.below, -gap);
}

ContrastBounds contrast_bounds(plan::ContrastKind kind, const ContrastCounts& counts, double alpha) {
  PROOFMARK_CHECK(counts.sums.first > 0 && counts.sums.second > 0);
  PROOFMARK_CHECK(!counts.least ||
                  (counts.least->first == counts.sums.first && counts.least->second == counts.sums.second));
  const Estimated found = estimated(kind, counts, alpha);
  const double width = found.width * (1 + kOutward) + kOutward * 1e-6;
  ContrastBounds bounds{found.least, std::max(0.0, found.least - width), std::min(1.0, found.most + width), found.most};
  if (kind == plan::ContrastKind::similarity)
    bounds = {1 - found.most, std::max(0.0, 1 - bounds.upper), 1 - bounds.lower, 1 - found.least};
  return bounds;
}

}  // namespace proofmark::statistics
