// Scaled to mean 1, so that one grid serves every unit.
#include "runtime/statistics/tail_model.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"

namespace proofmark::statistics {
namespace {

constexpr int kOctaves = 50, kSteps = 90;

struct Profile {
  std::span<const double> scaled;  // mean 1
  mutable std::vector<double> logs;

  double shape(double ratio) const {
    logs.clear();
    for (const double y : scaled) logs.push_back(log1p_of(ratio * y));
    return sum(logs) / static_cast<double>(scaled.size());
  }
  // Negative log-likelihood for one exceedance, at the best shape for the ratio.
  double cost(double ratio) const {
    if (ratio == 0) return 1;
    const double xi = shape(ratio), scale = xi / ratio;
    return log_of(scale) + xi + 1;
  }
};

// Golden section: the bracket shrinks by the same factor whatever the values are.
double minimum_between(const Profile& profile, double low, double high) {
  constexpr double kGolden = 0.6180339887498949;
  double left = high - kGolden * (high - low), right = low + kGolden * (high - low);
  double at_left = profile.cost(left), at_right = profile.cost(right);
  for (int step = 0; step < kSteps && high - low > 1e-12 * (std::fabs(low) + std::fabs(high)); ++step) {
    if (at_left <= at_right) {
      high = right;
      right = left;
      at_right = at_left;
      left = high - kGolden * (high - low);
      at_left = profile.cost(left);
    } else {
      low = left;
      left = right;
      at_left = at_right;
      right = low + kGolden * (high - low);
      at_right = profile.cost(right);
    }
  }
  return low + (high - low) / 2;
}

// Ratios in ascending order from just above -1 / largest, through 0, to a tail far heavier than any mean would allow.
// Between -2^-20 and 2^-20 there is only 0: closer to it the costs differ by rounding alone.
std::vector<double> grid(double largest) {
  std::vector<double> ratios{0};
  for (int i = 0; i < 2 * kOctaves; ++i)
    ratios.push_back(std::ldexp(1, i / 2 - 20) * (i % 2 == 0 ? 1 : 1.4142135623730951));
  for (int i = 0; -std::ldexp(1, -i) / largest < -0x1p-20; ++i)
    ratios.push_back(-std::ldexp(1, -i) / largest * (1 - 1e-9));
  // Near the end of the support the likelihood turns within a fraction of 1 / largest.
  for (int i = 1; i < 32; ++i) ratios.push_back(-(1 - i / 64.0) / largest);
  std::sort(ratios.begin(), ratios.end());
  return ratios;
}

}  // namespace

std::optional<ParetoTail> fit_pareto_tail(std::span<const double> exceedances) {
  PROOFMARK_CHECK(exceedances.size() >= 2);
  const double mean = moments(exceedances).mean;
  std::vector<double> scaled;
  scaled.reserve(exceedances.size());
  for (const double y : exceedances) scaled.push_back(y / mean);
  const double largest = *std::max_element(scaled.begin(), scaled.end());
  const Profile profile{scaled, {}};
  const std::vector<double> ratios = grid(largest);
  std::vector<double> costs;
  for (const double ratio : ratios) costs.push_back(profile.cost(ratio));
  std::optional<ParetoTail> best;
  for (std::size_t i = 1; i + 1 < ratios.size(); ++i) {
    if (!(costs[i] <= costs[i - 1] && costs[i] <= costs[i + 1])) continue;
    const double ratio = minimum_between(profile, ratios[i - 1], ratios[i + 1]);
    const double shape = profile.shape(ratio), cost = profile.cost(ratio);
    const double total = static_cast<double>(scaled.size()) * (cost + log_of(mean));
    if (shape <= -1 || (best && total >= best->negative_log_likelihood)) continue;
    best = ParetoTail{(ratio == 0 ? 1 : shape / ratio) * mean, shape, total};
  }
  return best;
}

double pareto_tail_quantile(const ParetoTail& tail, double threshold, double beyond, double share) {
  const double depth = log_of(beyond / share);  // >= 0
  if (std::fabs(tail.shape * depth) < 1e-12) return threshold + tail.scale * depth;
  return threshold + tail.scale * expm1_of(tail.shape * depth) / tail.shape;
}

}  // namespace proofmark::statistics
