// ln e = ln kernel(a, b) - ln kernel(a + k, b + n - k) at the null, where kernel(a, b) = x^a y^b / B(a, b). Loader's
// form of each has one deviance per side and Stirling corrections; nothing large is subtracted.
#include "runtime/statistics/beta_mixture.h"

#include <algorithm>
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/binomial.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/special_functions.h"

namespace proofmark::statistics {
namespace {

constexpr double kTwoPi = 6.28318530717958647692;

// a - (a + b) x from the smaller of x and y, with one rounding more than the exact difference.
double deviation_of(double a, double b, const Proportion& at) {
  return at.p <= at.q ? point_from_left(a, b, at.p).deviation : -point_from_left(b, a, at.q).deviation;
}

// The proportion whose smaller side is `small`.
Proportion from_small(double small, bool complement) {
  return complement ? Proportion{1 - small, small} : Proportion{small, 1 - small};
}

// The end of an interval around the estimate, in the coordinate p (or q with `complement`): `inside` belongs to it,
// `outside` does not; both are at most 1/2.
template <typename Excess>
double edge(const Excess& excess, bool complement, double inside, double outside) {
  for (int step = 0; step < 1200; ++step) {
    const double low = std::min(inside, outside), high = std::max(inside, outside);
    if (high < 0x1p-900) return 0;  // nothing lies outside
    double middle = (low + high) / 2;
    if (low == 0)
      middle = high / 16;
    else if (high > 2 * low)
      middle = std::sqrt(low) * std::sqrt(high);
    if (!(middle > low && middle < high)) break;
    (excess(from_small(middle, complement)) < 0 ? inside : outside) = middle;
  }
  return inside;
}

// The upper end of {theta : excess(theta) < 0}, which contains the estimate; excess rises away from it.
template <typename Excess>
double upper_end(std::uint64_t k, std::uint64_t n, const Excess& excess) {
  if (k == n) return 1;
  const double total = static_cast<double>(n), p = static_cast<double>(k) / total,
               q = static_cast<double>(n - k) / total;
  if (p >= 0.5) return 1 - edge(excess, true, q, 0);
  if (excess(Proportion{0.5, 0.5}) < 0) return 1 - edge(excess, true, 0.5, 0);
  return edge(excess, false, p > 0 ? p : 0x1p-800, 0.5);
}

template <typename Excess>
Span interval(std::uint64_t k, std::uint64_t n, const Excess& excess) {
  if (n == 0) return {};
  const auto mirrored = [&](const Proportion& at) { return excess(Proportion{at.q, at.p}); };
  // The lower end is one minus the mirrored upper end; small ends keep their precision when found directly.
  Span span{0, upper_end(k, n, excess)};
  if (k > 0) {
    const double p = static_cast<double>(k) / static_cast<double>(n);
    if (p <= 0.5)
      span.lower = edge(excess, false, p, 0);
    else if (excess(Proportion{0.5, 0.5}) < 0)
      span.lower = edge(excess, false, 0.5, 0);
    else
      span.lower = 1 - upper_end(n - k, n, mirrored);
  }
  return span;
}

}  // namespace

Proportion proportion_of(const Rational& p) {
  return {p.nearest_double(), plan::subtract(Rational(1), p)->nearest_double()};
}

double log_beta_kernel(double a, double b, const Proportion& at) {
  const double total = a + b, deviation = deviation_of(a, b, at);
  const double exponent = deviance(a, total * at.p, deviation) + deviance(b, total * at.q, -deviation);
  const double correction = stirling_error(a) + stirling_error(b) - stirling_error(total);
  return (log_of(a / total) + log_of(b / kTwoPi)) / 2 - correction - exponent;
}

double log_e_value(std::uint64_t k, std::uint64_t n, const Proportion& null, double a, double b) {
  PROOFMARK_CHECK(k <= n && null.p > 0 && null.q > 0 && a > 0 && b > 0);
  if (n == 0) return 0;
  return log_beta_kernel(a, b, null) -
         log_beta_kernel(a + static_cast<double>(k), b + static_cast<double>(n - k), null);
}

double log_e_value_above(std::uint64_t k, std::uint64_t n, const Rational& null) {
  const Proportion at = proportion_of(null);
  const double tail = lower_tail(k, n + 1, null);
  if (tail > 1e-280) return log_of(tail) + log_e_value(k, n, at, 1, 1) - log_of(at.q);
  // Far below the null: the tail as a series from its last term, which is a multiple of the likelihood at the null.
  double total = 1, term = 1;
  for (std::uint64_t j = k; j > 0 && term > 1e-18 * total; --j) {
    term *= static_cast<double>(j) / static_cast<double>(n + 2 - j) * (at.q / at.p);
    total += term;
  }
  return log_of(total) - log_of(static_cast<double>(n + 1 - k));
}

Span beta_mixture_sequence(std::uint64_t k, std::uint64_t n, double a, double b, double alpha) {
  const double limit = -log_of(alpha);
  return interval(k, n, [&](const Proportion& at) { return log_e_value(k, n, at, a, b) - limit; });
}

Span centred_mixture_sequence(std::uint64_t k, std::uint64_t n, double alpha, double t_opt, double alpha_opt) {
  const double limit = -log_of(alpha), twice = -2 * log_of(alpha_opt);
  const double weight = std::max(t_opt / (twice + log1p_of(twice)) - 1, 1e-3);
  return interval(k, n,
                  [&](const Proportion& at) { return log_e_value(k, n, at, at.p * weight, at.q * weight) - limit; });
}

}  // namespace proofmark::statistics
