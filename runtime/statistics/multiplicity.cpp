#include "runtime/statistics/multiplicity.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"

namespace proofmark::statistics {
namespace {

// Places of the p-values in ascending order; equal ones in their given order.
std::vector<std::size_t> ascending(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return p[a] != p[b] ? p[a] < p[b] : a < b; });
  return order;
}

// Adjusted p-values of the sorted p-values times factor(rank), rank from 1. `down`: each at least the one before it;
// else each at most the one after it.
template <typename Factor>
std::vector<double> stepwise(std::span<const double> p, bool down, const Factor& factor) {
  const std::vector<std::size_t> order = ascending(p);
  std::vector<double> adjusted(p.size());
  const auto one = [&](std::size_t i) { return std::min(1.0, p[order[i]] * factor(static_cast<double>(i + 1))); };
  if (down) {
    double running = 0;
    for (std::size_t i = 0; i < p.size(); ++i) adjusted[order[i]] = running = std::max(running, one(i));
  } else {
    double running = 1;
    for (std::size_t i = p.size(); i-- > 0;) adjusted[order[i]] = running = std::min(running, one(i));
  }
  return adjusted;
}

}  // namespace

std::vector<double> bonferroni(std::span<const double> p) {
  std::vector<double> adjusted;
  for (const double value : p) adjusted.push_back(std::min(1.0, value * static_cast<double>(p.size())));
  return adjusted;
}

std::vector<double> holm(std::span<const double> p) {
  const auto m = static_cast<double>(p.size());
  return stepwise(p, true, [m](double rank) { return m - rank + 1; });
}

std::vector<double> hochberg(std::span<const double> p) {
  const auto m = static_cast<double>(p.size());
  return stepwise(p, false, [m](double rank) { return m - rank + 1; });
}

std::vector<double> benjamini_hochberg(std::span<const double> p) {
  const auto m = static_cast<double>(p.size());
  return stepwise(p, false, [m](double rank) { return m / rank; });
}

std::vector<double> benjamini_yekutieli(std::span<const double> p) {
  const auto m = static_cast<double>(p.size());
  double harmonic = 0;
  for (double i = m; i >= 1; --i) harmonic += 1 / i;
  return stepwise(p, false, [m, harmonic](double rank) { return harmonic * m / rank; });
}

// The closed test by Simes' inequality, family sizes from m down to 2 (Wright 1992).
std::vector<double> hommel(std::span<const double> p) {
  const std::size_t m = p.size();
  const std::vector<std::size_t> order = ascending(p);
  std::vector<double> sorted;
  for (const std::size_t i : order) sorted.push_back(p[i]);
  double simes = 1;
  for (std::size_t i = 0; i < m; ++i)
    simes = std::min(simes, static_cast<double>(m) * sorted[i] / static_cast<double>(i + 1));
  std::vector<double> best(m, simes);
  for (std::size_t size = m; size-- > 2;) {
    const auto weight = static_cast<double>(size);
    double least = HUGE_VAL;
    for (std::size_t i = m - size + 1; i < m; ++i)
      least = std::min(least, weight * sorted[i] / static_cast<double>(i - (m - size + 1) + 2));
    for (std::size_t i = 0; i < m; ++i) {
      const double here =
          i <= m - size ? std::min(weight * sorted[i], least) : std::min(weight * sorted[m - size], least);
      best[i] = std::max(best[i], here);
    }
  }
  std::vector<double> adjusted(m);
  for (std::size_t i = 0; i < m; ++i) adjusted[order[i]] = std::max(best[i], sorted[i]);
  return adjusted;
}

Combined fisher(std::span<const double> p) {
  std::vector<double> parts;
  for (const double value : p) {
    if (value == 0) return {HUGE_VAL, 0};
    parts.push_back(-2 * log_of(value));
  }
  const double statistic = sum(parts) + 0.0;  // never -0
  return {statistic, statistic > 0 ? chi_squared_upper(statistic, 2 * static_cast<double>(p.size())) : 1};
}

Combined stouffer(std::span<const double> p, std::span<const double> weights) {
  std::vector<double> scores, squares;
  for (std::size_t i = 0; i < p.size(); ++i) {
    scores.push_back(weights[i] * normal_upper_quantile(p[i]));
    squares.push_back(weights[i] * weights[i]);
  }
  const double z = sum(scores) / std::sqrt(sum(squares));
  return {z, normal_upper(z)};
}

}  // namespace proofmark::statistics
