// The noncentral t distribution by the trapezoid rule, for planning.
//
// T = (Z + shift) / S with S^2 chi-squared over its degrees of freedom, so P(T > t) is the mean of P(Z > t s - shift)
// over S. In u = ln s the density decays exponentially on both sides and is analytic, where the trapezoid rule
// converges faster than any power of its step: about two hundred points give twelve digits.
#include <algorithm>
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/special_functions.h"

namespace proofmark::statistics {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr double kNegligible = 42;  // e^-42 of the peak
constexpr int kMaximumPoints = 100'000;

}  // namespace

double noncentral_t_upper(double t, double df, double shift) {
  PROOFMARK_CHECK(df > 0 && !std::isnan(t) && !std::isnan(shift));
  const double step = std::min(1.0 / 16, 1 / std::sqrt(2 * df) / 8);
  const double scale = 2 * std::sqrt(df / 2 / (2 * kPi)) * exp_of(-stirling_error(df / 2));
  double total = 0;
  const auto add = [&](double u) {
    const double drop = df * (expm1_of(2 * u) - 2 * u) / 2;
    total += exp_of(-drop) * normal_upper(t * exp_of(u) - shift);
    return drop < kNegligible;
  };
  add(0);
  for (int i = 1; i < kMaximumPoints && add(i * step); ++i) continue;
  for (int i = 1; i < kMaximumPoints && add(-i * step); ++i) continue;
  return std::min(1.0, total * step * scale);
}

}  // namespace proofmark::statistics
