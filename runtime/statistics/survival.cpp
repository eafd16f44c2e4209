// One pass over the sorted durations; a quantile is one search over the curve.
#include "runtime/statistics/survival.h"

#include <algorithm>
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/elementary.h"

namespace proofmark::statistics {
namespace {

// Levels closer than this are one level: products of ratios such as 7/8 * 6/7 are rounded.
constexpr double kSameLevel = 1.4901161193847656e-08;

Limits limits_at(const SurvivalStep& step, SurvivalScale scale, double z) {
  const double s = step.survival, spread = z * std::sqrt(step.relative_variance);
  switch (scale) {
    case SurvivalScale::plain:
      return {std::max(s - s * spread, 0.0), std::min(s + s * spread, 1.0)};
    case SurvivalScale::log:
      return {s * exp_of(-spread), std::min(s * exp_of(spread), 1.0)};
    case SurvivalScale::log_log: {
      const double log_s = log_of(s), width = spread / log_s;  // both negative or 0
      return {exp_of(log_s * exp_of(-width)), exp_of(log_s * exp_of(width))};
    }
  }
  return {};
}

}  // namespace

double SurvivalStep::standard_error() const {
  return survival == 0 ? 0 : survival * std::sqrt(relative_variance);
}

std::vector<SurvivalStep> survival_curve(std::vector<Duration> durations) {
  PROOFMARK_CHECK(!durations.empty());
  std::sort(durations.begin(), durations.end(), [](const Duration& a, const Duration& b) { return a.time < b.time; });
  std::vector<SurvivalStep> curve;
  double survival = 1, variance = 0;
  for (std::size_t i = 0; i < durations.size();) {
    SurvivalStep step{durations[i].time, durations.size() - i, 0, 1, 0};
    for (; i < durations.size() && durations[i].time == step.time; ++i) step.ended += durations[i].ended ? 1 : 0;
    const auto n = static_cast<double>(step.at_risk), d = static_cast<double>(step.ended);
    survival *= (n - d) / n;
    variance += n == d ? std::numeric_limits<double>::infinity() : d / (n * (n - d));
    step.survival = survival;
    step.relative_variance = variance;
    curve.push_back(step);
  }
  return curve;
}

std::vector<Limits> survival_limits(std::span<const SurvivalStep> curve, SurvivalScale scale, double z) {
  std::vector<Limits> limits;
  double before = 1;
  for (const SurvivalStep& step : curve) {
    if (step.survival == 0)
      limits.push_back({0, before});
    else if (step.survival == 1)
      limits.push_back({1, 1});
    else
      limits.push_back(limits_at(step, scale, z));
    before = limits.back().upper;
  }
  return limits;
}

double time_fallen_to(std::span<const double> times, std::span<const double> survival, double p, LevelStretch stretch) {
  constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();
  // Of the levels reached, the one nearest to p from above, with and without those that equal p.
  std::size_t reached = kNowhere, passed = kNowhere;
  const auto fallen = [&](std::size_t i) { return 1 - survival[i]; };
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (fallen(i) + kSameLevel >= p && (reached == kNowhere || fallen(i) < fallen(reached))) reached = i;
    if (fallen(i) - kSameLevel >= p && (passed == kNowhere || fallen(i) < fallen(passed))) passed = i;
  }
  if (reached == kNowhere) return std::numeric_limits<double>::infinity();
  if (stretch == LevelStretch::beginning) return times[reached];
  const double end = passed == kNowhere ? times.back() : times[passed];
  return times[reached] + (end - times[reached]) / 2;
}

}  // namespace proofmark::statistics
