#include "runtime/statistics/poisson.h"

#include <algorithm>
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/proportion_intervals.h"
#include "runtime/statistics/special_functions.h"

namespace proofmark::statistics {
namespace {

constexpr double kFuzz = 9.9999995e-08;  // ln(1 + 1e-7)

Chance chance_of_first(const RatePair& pair, double ratio) {
  const double first = ratio * (pair.exposure1 / pair.exposure2);
  return {first / (first + 1), 1 / (first + 1)};
}

std::uint64_t both(const RatePair& pair) {
  return pair.events1 + pair.events2;
}

double real(std::uint64_t count) {
  return static_cast<double>(count);
}

// The first count from `low` on, up to `high`, that is as rare as `events`; past the mode rarity only grows.
std::uint64_t first_as_rare(std::uint64_t low, std::uint64_t high, double mean, double limit) {
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (log_poisson_pmf(middle, mean) <= limit)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

}  // namespace

Interval garwood(std::uint64_t events, double exposure, const TailLevel& level) {
  PROOFMARK_CHECK(exposure > 0);
  const double lower = events == 0 ? 0 : gamma_quantile(real(events), level.alpha, level.co_alpha);
  return {lower / exposure, gamma_quantile(real(events) + 1, level.co_alpha, level.alpha) / exposure};
}

Interval byar(std::uint64_t events, double exposure, const TailLevel& level) {
  PROOFMARK_CHECK(exposure > 0);
  const double centre = real(events) + 0.5, z = normal_upper_quantile(level.alpha) / 3 / std::sqrt(centre);
  const auto cube = [&](double root) { return root <= 0 ? 0 : centre * root * root * root / exposure; };
  return {cube(1 - 1 / (9 * centre) - z), cube(1 - 1 / (9 * centre) + z)};
}

double poisson_test_two_sided(std::uint64_t events, double mean) {
  PROOFMARK_CHECK(mean >= 0 && mean <= kMaximumMean);
  if (mean == 0) return events == 0 ? 1 : 0;
  if (real(events) == mean) return 1;
  const double limit = log_poisson_pmf(events, mean) + kFuzz;
  if (real(events) < mean) {
    std::uint64_t low = static_cast<std::uint64_t>(std::ceil(mean)), width = 1;
    while (log_poisson_pmf(low + width, mean) > limit) width *= 2;  // a tail that falls faster than any power
    const std::uint64_t other = first_as_rare(low, low + width, mean, limit);
    return std::min(1.0, poisson_lower(events, mean) + poisson_upper(other, mean));
  }
  std::uint64_t low = 0, high = static_cast<std::uint64_t>(std::floor(mean)) + 1;  // how many counts below are as rare
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (log_poisson_pmf(middle, mean) <= limit)
      low = middle + 1;
    else
      high = middle;
  }
  return std::min(1.0, poisson_upper(events, mean) + (low == 0 ? 0 : poisson_lower(low - 1, mean)));
}

double conditional_lower(const RatePair& pair, double ratio) {
  return binomial_lower(pair.events1, both(pair), chance_of_first(pair, ratio));
}

double conditional_upper(const RatePair& pair, double ratio) {
  return binomial_upper(pair.events1, both(pair), chance_of_first(pair, ratio));
}

double conditional_two_sided(const RatePair& pair, double ratio) {
  return exact_test_two_sided({pair.events1, both(pair)}, chance_of_first(pair, ratio));
}

double conditional_pmf(const RatePair& pair, double ratio) {
  const Chance chance = chance_of_first(pair, ratio);
  return exp_of(log_binomial_pmf(pair.events1, both(pair), chance.p, chance.q));
}

Interval ratio_interval(const RatePair& pair, const TailLevel& level) {
  const double scale = pair.exposure2 / pair.exposure1;
  const double first = real(pair.events1), second = real(pair.events2);
  const auto odds = [&](double a, double b, double lower, double upper) {
    const BetaRoot root = inverse_incomplete_beta(a, b, lower, upper);
    return root.x / root.y * scale;
  };
  return {pair.events1 == 0 ? 0 : odds(first, second + 1, level.alpha, level.co_alpha),
          pair.events2 == 0 ? HUGE_VAL : odds(first + 1, second, level.co_alpha, level.alpha)};
}

double ratio_score(const RatePair& pair, double ratio) {
  const double share = ratio * (pair.exposure1 / pair.exposure2);
  return (real(pair.events1) - real(pair.events2) * share) / std::sqrt(real(both(pair)) * share);
}

double ratio_root(const RatePair& pair, double ratio) {
  const double share = ratio * (pair.exposure1 / pair.exposure2);
  return 2 * (std::sqrt(real(pair.events1) + 0.375) - std::sqrt((real(pair.events2) + 0.375) * share)) /
         std::sqrt(1 + share);
}

}  // namespace proofmark::statistics
