#include "runtime/statistics/means.h"

#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/special_functions.h"

namespace proofmark::statistics {
namespace {

constexpr double kLogTwo = 0.69314718055994531;

double log_of_alpha(const TailLevel& level) {
  return log_of(level.alpha, level.co_alpha);
}

}  // namespace

Interval student_t_interval(double mean, double sd, std::uint64_t n, const TailLevel& level) {
  PROOFMARK_CHECK(n >= 2 && sd >= 0);
  if (sd == 0) return {mean, mean};
  const auto size = static_cast<double>(n);
  const double t = level.alpha <= 0.5 ? student_t_upper_quantile(level.alpha, size - 1)
                                      : -student_t_upper_quantile(level.co_alpha, size - 1);
  const double width = t * (sd / std::sqrt(size));
  return {mean - width, mean + width};
}

double hoeffding_half_width(double width, std::uint64_t n, const TailLevel& level) {
  return width * std::sqrt(-log_of_alpha(level) / (2 * static_cast<double>(n)));
}

double empirical_bernstein_half_width(double width, double variance, std::uint64_t n, const TailLevel& level) {
  PROOFMARK_CHECK(n >= 2 && variance >= 0);
  const auto size = static_cast<double>(n);
  const double logarithm = kLogTwo - log_of_alpha(level);
  return std::sqrt(2 * variance * logarithm / size) + 7 * width * logarithm / (3 * (size - 1));
}

}  // namespace proofmark::statistics
