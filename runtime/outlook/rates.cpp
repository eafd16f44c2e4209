#include "runtime/outlook/rates.h"

#include <algorithm>
#include <cmath>

#include "runtime/statistics/clustered_decision.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/monotone_search.h"

namespace proofmark::outlook {
namespace {

constexpr std::uint64_t kMostBuckets = 1'000'000'000;
constexpr double kMostEvents = 1e6;

// P(Bin(n, chance) >= fewest).
double chance_of_holding(std::uint64_t n, std::uint64_t fewest, double chance) {
  if (n < fewest) return 0;
  if (chance >= 1) return 1;
  return statistics::beta_lower(static_cast<double>(fewest), static_cast<double>(n - fewest + 1), chance);
}

// Events that come in groups of `dispersion` spread so wide; a bucket holds one where a group lies in it.
double chance_of_an_event(const BucketRate& rate, double truth) {
  return -statistics::expm1_of(-truth * rate.bucket / rate.dispersion);
}

Reaches decided(const BucketRate& rate, double truth) {
  return [=](std::uint64_t buckets, double z) {
    if (buckets < 2) return false;
    const auto n = static_cast<double>(buckets);
    const double time = n * rate.bucket, mean = truth * time, worse = rate.bound.upper ? 1 : -1;
    const double events = std::max(0.0, mean + worse * z * std::sqrt(rate.dispersion * mean));
    const double spread = std::max(rate.dispersion, n / (n - 1)) * events;
    const double half = statistics::student_t_upper_quantile(rate.bound.alpha, n - 1) * std::sqrt(spread);
    return rate.bound.upper ? events + half <= rate.bound.threshold * time
                            : events - half >= rate.bound.threshold * time;
  };
}

}  // namespace

double poisson_rate_chance(const RateBound& bound, double truth, double time) {
  const double edge = bound.threshold * time, mean = truth * time;
  if (!(edge > 0)) return 0;
  if (edge > kMostEvents) return (bound.upper ? truth < bound.threshold : truth > bound.threshold) ? 1 : 0;
  const auto last = static_cast<std::uint64_t>(edge + 40 * std::sqrt(edge) + 100),
             guess = static_cast<std::uint64_t>(edge);
  if (bound.upper) {  // few events enough?
    const auto too_many = statistics::first_where<std::uint64_t>(
        0, last, guess, [&](std::uint64_t k) { return statistics::poisson_lower(k, edge) > bound.alpha; });
    return too_many == 0 ? 0 : statistics::poisson_lower(too_many - 1, mean);
  }
  const auto enough = statistics::first_where<std::uint64_t>(
      1, last, guess, [&](std::uint64_t k) { return statistics::poisson_upper(k, edge) <= bound.alpha; });
  return statistics::poisson_upper(enough, mean);
}

std::optional<double> time_for_rate(const RateBound& bound, double truth, double power) {
  // With c events the bound meets the threshold just at this expected number of them there.
  const auto expected_at = [&](double c) {
    return bound.upper ? statistics::gamma_quantile(c + 1, 1 - bound.alpha, bound.alpha)
                       : statistics::gamma_quantile(c, bound.alpha, 1 - bound.alpha);
  };
  // From there c events pass until c + 1 do, and the chance is lowest at the end of it; a lower bound asks for c + 1
  // from there on, and the chance is lowest at its beginning.
  const auto likely = [&](double c) {
    const double mean = expected_at(bound.upper ? c + 1 : c) * truth / bound.threshold;
    const double reached = bound.upper ? statistics::gamma_upper(c + 1, mean) : statistics::gamma_lower(c + 1, mean);
    return reached >= power;
  };
  double low = bound.upper ? -1 : 0, high = bound.upper ? 0 : 1;
  while (!likely(high)) {
    if (high > kMostEvents) return std::nullopt;
    low = high;
    high = 2 * high + 1;
  }
  while (high - low > 1) {
    const double middle = std::floor((low + high) / 2);
    (likely(middle) ? high : low) = middle;
  }
  const double from = expected_at(high) / bound.threshold;
  // Before that a lower bound asks for one event less, of which there may have come enough.
  return bound.upper ? from : std::min(from, statistics::gamma_quantile(high, power, 1 - power) / truth);
}

double bucket_rate_chance(const BucketRate& rate, double truth, std::uint64_t buckets) {
  return std::min(chance(decided(rate, truth), buckets),
                  chance_of_holding(buckets, statistics::kFewestClusters, chance_of_an_event(rate, truth)));
}

std::optional<std::uint64_t> buckets_for_rate(const BucketRate& rate, double truth, double power) {
  const auto wanted = rows_for(decided(rate, truth), power);
  const auto holding = buckets_for(statistics::kFewestClusters, chance_of_an_event(rate, truth), power);
  if (!wanted || !holding || *wanted > kMostBuckets) return std::nullopt;
  return std::max(*wanted, *holding);
}

std::optional<std::uint64_t> buckets_for(std::uint64_t fewest, double chance, double power) {
  const auto likely = [&](std::uint64_t n) { return chance_of_holding(n, fewest, chance) >= power; };
  std::uint64_t low = fewest - 1, high = fewest;
  while (!likely(high)) {
    if (high > kMostBuckets) return std::nullopt;
    low = high;
    high *= 2;
  }
  while (high - low > 1) {
    const std::uint64_t middle = low + (high - low) / 2;
    (likely(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace proofmark::outlook
