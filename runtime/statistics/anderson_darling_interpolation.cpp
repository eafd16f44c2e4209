// The p-value that R's kSamples prints for the k-sample Anderson-Darling statistic: not the limit law's, but what two
// stages of smoothing make of simulated quantiles. First each quantile is smoothed over 1 / sqrt(k - 1) and taken at
// the k asked for; then the log-odds of the tail are smoothed over these quantiles and taken at the statistic, linearly
// beyond them. It is here to be compared with R, and decides nothing: anderson_darling.cpp has the law itself.
#include <algorithm>
#include <cmath>

#include "runtime/statistics/anderson_darling_table.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/smoothing_spline.h"

namespace proofmark::statistics {
namespace {

constexpr double kSmoothingOverDegrees = 0.4, kSmoothingOverQuantiles = 0.25;

double quantile_at(const std::array<double, kTabulatedDegrees.size()>& simulated, double df) {
  std::array<CurvePoint, kTabulatedDegrees.size()> points;
  for (std::size_t i = 0; i < points.size(); ++i)  // ascending: infinitely many come first
    points[points.size() - 1 - i] = {1 / std::sqrt(kTabulatedDegrees[i]), simulated[i]};
  return value_at(smoothing_spline(points, kSmoothingOverDegrees), 1 / std::sqrt(df));
}

}  // namespace

double anderson_darling_interpolated(double standardised, std::uint64_t df, Ties ties) {
  const QuantileTable& table = simulated_quantiles(ties);
  std::array<CurvePoint, kTabulatedProbabilities.size()> points;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double upper = 1 - kTabulatedProbabilities[i];
    points[i] = {quantile_at(table[i], static_cast<double>(df)), log_of(upper / (1 - upper))};
  }
  const double log_odds = value_at(smoothing_spline(points, kSmoothingOverQuantiles), standardised);
  const double smaller = exp_of(-std::fabs(log_odds)), tail = smaller / (1 + smaller);
  return log_odds > 0 ? 1 - tail : tail;
}

}  // namespace proofmark::statistics
