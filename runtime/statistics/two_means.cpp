#include "runtime/statistics/two_means.h"

#include <algorithm>
#include <cmath>

#include "runtime/statistics/elementary.h"
#include "runtime/statistics/root_search.h"

namespace proofmark::statistics {
namespace {

double as_double(std::uint64_t count) {
  return static_cast<double>(count);
}

double upper_or_lower(double t, double df, bool upper) {
  return upper ? student_t_upper(t, df) : student_t_cdf(t, df);
}

}  // namespace

DifferenceOfMeans welch(const Moments& first, const Moments& second) {
  const double a = first.variance / as_double(first.n), b = second.variance / as_double(second.n), both = a + b;
  // The shares a/both and b/both neither overflow nor vanish where the squares of a and b would.
  const double s1 = both > 0 ? a / both : 0.5, s2 = both > 0 ? b / both : 0.5;
  return {first.mean - second.mean, std::sqrt(both),
          1 / (s1 * s1 / as_double(first.n - 1) + s2 * s2 / as_double(second.n - 1))};
}

DifferenceOfMeans pooled(const Moments& first, const Moments& second) {
  const double df = as_double(first.n + second.n - 2);
  const double variance = (as_double(first.n - 1) * first.variance + as_double(second.n - 1) * second.variance) / df;
  return {first.mean - second.mean, std::sqrt(variance * (1 / as_double(first.n) + 1 / as_double(second.n))), df};
}

StudentTest student_test(const DifferenceOfMeans& means, double null, Alternative alternative) {
  const double t = (means.difference - null) / means.standard_error;
  if (alternative == Alternative::two_sided) return {t, std::min(1.0, 2 * student_t_upper(std::fabs(t), means.df))};
  return {t, upper_or_lower(t, means.df, alternative == Alternative::greater)};
}

Interval student_limits(const DifferenceOfMeans& means, double alpha) {
  const double width = student_t_upper_quantile(alpha, means.df) * means.standard_error;
  return {means.difference - width, means.difference + width};
}

Equivalence two_one_sided_tests(const DifferenceOfMeans& means, double low, double high) {
  Equivalence result{student_test(means, low, Alternative::greater), student_test(means, high, Alternative::less), 1};
  result.p_value = std::max(result.low.p_value, result.high.p_value);
  return result;
}

StandardisedDifference standardised_difference(const Moments& first, const Moments& second, double alpha) {
  const DifferenceOfMeans means = pooled(first, second);
  const double rows = std::sqrt(1 / as_double(first.n) + 1 / as_double(second.n));
  const double t = means.difference / means.standard_error, half = means.df / 2;
  StandardisedDifference result;
  result.d = t * rows;
  // Gamma(half) / Gamma(half - 1/2) = sqrt(pi) / B(half - 1/2, 1/2).
  constexpr double kHalfLogPi = 0.5723649429247001;
  const double log_correction = half > 0.5 ? kHalfLogPi - log_beta(half - 0.5, 0.5) - log_of(half) / 2 : 0;
  result.hedges_g = half > 0.5 ? result.d * exp_of(log_correction) : 0;
  const auto bound = [&](double level) {  // the noncentrality that puts this much above t
    const auto excess = [&](double noncentrality) { return noncentral_t_upper(t, means.df, noncentrality) - level; };
    double low = t - 1, high = t + 1;
    for (double reach = 1; reach < 1e9 && excess(low) > 0; reach *= 2) low -= reach;
    for (double reach = 1; reach < 1e9 && excess(high) < 0; reach *= 2) high += reach;
    return crossing(low, high, excess, 1e-13);
  };
  result.limits = {bound(alpha) * rows, bound(1 - alpha) * rows};
  return result;
}

}  // namespace proofmark::statistics
