// The score statistic of two proportions, by bracketing the likelihood equation.
//
// Under p1 - p2 = delta one unknown is left. It is measured from that end of its range to which the most likely point
// is nearer, t from the lower end or s from the upper: with e1 = max(0, delta), e2 = max(0, -delta), p1 = t + e1, p2 =
// t + e2, 1-p1 = s + e2, 1-p2 = s + e1, s + t = 1 - |delta|. Every probability and every complement is thus a sum of
// positive numbers, and the derivative of the log-likelihood, k1/p1 - f1/(1-p1) + k2/p2 - f2/(1-p2), falls along the
// range: bisection over the doubles ends in 64 steps at the nearest t, however small. Limits are found the same way, as
// distances from the observed difference.
#include <algorithm>
#include <cmath>
#include <limits>

#include "runtime/statistics/root_search.h"
#include "runtime/statistics/two_proportions.h"

namespace proofmark::statistics {
namespace {

constexpr double kSmallest = 1e-290, kLargest = 1e290;

double as_double(std::uint64_t count) {
  return static_cast<double>(count);
}
double per(std::uint64_t count, double probability) {
  return count == 0 ? 0 : as_double(count) / probability;
}

struct Proportions {
  double p1 = 0, q1 = 1, p2 = 0, q2 = 1;
};

// t or s in [0, width/2], whichever `falls` speaks of: the derivative along it is positive before the most likely
// point.
template <typename Falls>
double most_likely(double half, const Falls& falls) {
  if (half <= kSmallest || falls(kSmallest)) return 0;
  return first_double(kSmallest, half, falls);
}

// p1 - p2 = delta, where width = 1 - |delta| is given with its own precision.
Proportions most_likely_with_difference(const TwoGroups& groups, double delta, double width) {
  const double e1 = std::max(0.0, delta), e2 = std::max(0.0, -delta);
  const auto at = [&](double t, double s) { return Proportions{t + e1, s + e2, t + e2, s + e1}; };
  const auto slope = [&](double t, double s) {
    const Proportions p = at(t, s);
    return per(groups.k1, p.p1) - per(groups.failures1(), p.q1) + per(groups.k2, p.p2) - per(groups.failures2(), p.q2);
  };
  if (slope(width / 2, width / 2) <= 0) {
    const double t = most_likely(width / 2, [&](double value) { return slope(value, width - value) <= 0; });
    return at(t, width - t);
  }
  const double s = most_likely(width / 2, [&](double value) { return slope(width - value, value) >= 0; });
  return at(width - s, s);
}

// p1 = ratio p2, ratio <= 1; then 1 - p1 = (1 - ratio) + ratio (1 - p2).
Proportions most_likely_with_ratio(const TwoGroups& groups, double ratio) {
  const auto at = [&](double p, double q) { return Proportions{ratio * p, (1 - ratio) + ratio * q, p, q}; };
  const auto slope = [&](double p, double q) {
    const Proportions proportions = at(p, q);
    return per(groups.k1 + groups.k2, p) - ratio * per(groups.failures1(), proportions.q1) - per(groups.failures2(), q);
  };
  if (slope(0.5, 0.5) <= 0) {
    const double p = most_likely(0.5, [&](double value) { return slope(value, 1 - value) <= 0; });
    return at(p, 1 - p);
  }
  const double q = most_likely(0.5, [&](double value) { return slope(1 - value, value) >= 0; });
  return at(1 - q, q);
}

double over_root(double numerator, double variance) {
  if (numerator == 0) return 0;
  if (variance <= 0) return std::copysign(std::numeric_limits<double>::infinity(), numerator);
  return numerator / std::sqrt(variance);
}

double difference_score_at(const TwoGroups& groups, double numerator, const Hypothesis& hypothesis, Variance variance) {
  return over_root(numerator, restricted_variance(groups, hypothesis, variance));
}

double lower_difference(const TwoGroups& groups, double z, Variance variance) {
  const double n1 = as_double(groups.n1), n2 = as_double(groups.n2), observed = observed_difference(groups);
  const double above = as_double(groups.failures1()) / n1 + as_double(groups.k2) / n2;  // 1 - observed
  const double below = as_double(groups.k1) / n1 + as_double(groups.failures2()) / n2;  // 1 + observed
  if (below <= 0) return -1;
  const double distance = first_double(kSmallest, below, [&](double w) {
    const double delta = std::max(-1.0, observed - w);
    return difference_score_at(groups, w, {delta, delta >= 0 ? above + w : std::max(0.0, below - w)}, variance) >= z;
  });
  return std::max(-1.0, observed - distance);
}

double ratio_score_at(const TwoGroups& groups, double ratio) {
  if (ratio > 1) return -ratio_score_at(groups.swapped(), 1 / ratio);
  const Proportions p = most_likely_with_ratio(groups, ratio);
  const double n1 = as_double(groups.n1), n2 = as_double(groups.n2);
  const double numerator = std::fma(-ratio * as_double(groups.k2), n1, as_double(groups.k1) * n2) / n1 / n2;
  return over_root(numerator, p.p1 * p.q1 / n1 + ratio * ratio * (p.p2 * p.q2) / n2);
}

double lower_ratio(const TwoGroups& groups, double z) {
  if (groups.k1 == 0) return 0;
  return first_double(kSmallest, kLargest, [&](double ratio) { return ratio_score_at(groups, ratio) <= z; });
}

}  // namespace

double restricted_variance(const TwoGroups& groups, const Hypothesis& hypothesis, Variance variance) {
  const Proportions p = most_likely_with_difference(groups, hypothesis.delta, hypothesis.width);
  const double n1 = as_double(groups.n1), n2 = as_double(groups.n2);
  const double factor = variance == Variance::mee ? 1 : (n1 + n2) / (n1 + n2 - 1);
  return (p.p1 * p.q1 / n1 + p.p2 * p.q2 / n2) * factor;
}

Hypothesis hypothesis_of(const plan::Rational& delta) {
  const auto width = plan::subtract(plan::Rational(1), delta.is_negative() ? *plan::negate(delta) : delta);
  const double nearest = delta.nearest_double();
  return {nearest, width ? width->nearest_double() : 1 - std::fabs(nearest)};
}

double difference_from(const TwoGroups& groups, const plan::Rational& delta) {
  const plan::Int128 cross =
      static_cast<plan::Int128>(groups.k1) * groups.n2 - static_cast<plan::Int128>(groups.k2) * groups.n1;
  const auto observed = plan::Rational::make(cross, static_cast<plan::Int128>(groups.n1) * groups.n2);
  const auto exact = observed ? plan::subtract(*observed, delta) : observed;
  return exact ? exact->nearest_double() : observed_difference(groups) - delta.nearest_double();
}

double difference_score(const TwoGroups& groups, const plan::Rational& delta, Variance variance) {
  return difference_score_at(groups, difference_from(groups, delta), hypothesis_of(delta), variance);
}

Interval difference_score_limits(const TwoGroups& groups, double z, Variance variance) {
  return {lower_difference(groups, z, variance), -lower_difference(groups.swapped(), z, variance)};
}

Interval koopman_limits(const TwoGroups& groups, double z) {
  const double inverse = lower_ratio(groups.swapped(), z);
  return {lower_ratio(groups, z), inverse > 0 ? 1 / inverse : std::numeric_limits<double>::infinity()};
}

}  // namespace proofmark::statistics
