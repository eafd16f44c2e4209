// Student's t, F and the beta distribution over all positive parameters: arguments of the incomplete beta function.
//
// With x = df / (df + t^2), P(|T| > t) = I_x(df/2, 1/2), and the deviation a - (a+b) x that the kernel wants is
// df (t^2 - 1) / (2 (df + t^2)) exactly: nothing near 1 is ever subtracted from 1.
#include <algorithm>
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/special_functions.h"

namespace proofmark::statistics {
namespace {

// Shapes near 0 can carry a rounding error across an end.
double within_unit(double probability) {
  return std::clamp(probability, 0.0, 1.0);
}

BetaPoint point_of(double a, double b, double x) {
  return x <= 0.5 ? point_from_left(a, b, x) : mirrored(point_from_left(b, a, 1 - x));
}

constexpr double kFar = 0x1p40;  // t / sqrt(df) from which the first term of the tail is the whole of it

// ln of c in P(T > t) = c r^-df (1 + O(r^-2)), r = t / sqrt(df).
double log_tail_constant(double df) {
  return -(log_beta(df / 2, 0.5) + log_of(df));
}

// P(T > t), t >= 0, in terms of r = t / sqrt(df), which neither overflows nor vanishes before the result does.
double upper_of_positive(double t, double df) {
  if (t == HUGE_VAL) return 0;
  const double r = t / std::sqrt(df), square = r * r;
  if (square == 0) return 0.5;
  if (r > kFar) return exp_of(log_tail_constant(df) - df * log_of(r));
  const double whole = 1 + square;
  return incomplete_beta({df / 2, 0.5, 1 / whole, square / whole, (df * square - 1) / (2 * whole)}) / 2;
}

}  // namespace

double student_t_upper(double t, double df) {
  PROOFMARK_CHECK(df > 0 && df < HUGE_VAL && !std::isnan(t));
  return t >= 0 ? upper_of_positive(t, df) : 1 - upper_of_positive(-t, df);
}

double student_t_cdf(double t, double df) {
  return student_t_upper(-t, df);
}

double student_t_upper_quantile(double p, double df) {
  PROOFMARK_CHECK(p > 0 && p < 1 && df > 0 && df < HUGE_VAL);
  if (p > 0.5) return -student_t_upper_quantile(1 - p, df);
  if (p == 0.5) return 0;
  const double log_r = (log_tail_constant(df) - log_of(p)) / df;  // if that is far
  if (log_r > log_of(kFar)) return std::sqrt(df) * exp_of(log_r);
  const BetaRoot root = inverse_incomplete_beta(df / 2, 0.5, 2 * p, 1 - 2 * p);
  return std::sqrt(df) * std::sqrt(root.y / root.x);
}

double student_t_quantile(double p, double df) {
  return -student_t_upper_quantile(p, df);
}

double f_upper(double x, double df1, double df2) {
  PROOFMARK_CHECK(x >= 0 && df1 > 0 && df2 > 0 && df1 < HUGE_VAL && df2 < HUGE_VAL);
  if (x == 0) return 1;
  if (x > 0x1p900) return 0;
  const double whole = df2 + df1 * x;
  return incomplete_beta({df2 / 2, df1 / 2, df2 / whole, df1 * x / whole, df1 * df2 * (x - 1) / (2 * whole)});
}

double f_quantile(double level, double co_level, double df1, double df2) {
  const BetaRoot root = inverse_incomplete_beta(df1 / 2, df2 / 2, level, co_level);
  return df2 / df1 * (root.x / root.y);
}

double beta_lower(double a, double b, double x) {
  PROOFMARK_CHECK(a > 0 && b > 0 && x >= 0 && x <= 1);
  return x == 0 || x == 1 ? x : within_unit(incomplete_beta(point_of(a, b, x)));
}

double beta_upper(double a, double b, double x) {
  PROOFMARK_CHECK(a > 0 && b > 0 && x >= 0 && x <= 1);
  return x == 0 || x == 1 ? 1 - x : within_unit(incomplete_beta(mirrored(point_of(a, b, x))));
}

double beta_lower(double a, double b, const Chance& x) {
  if (x.p == 0 || x.q == 0) return x.p == 0 ? 0 : 1;
  return within_unit(incomplete_beta(x.p <= 0.5 ? point_from_left(a, b, x.p) : mirrored(point_from_left(b, a, x.q))));
}

double beta_upper(double a, double b, const Chance& x) {
  return beta_lower(b, a, {x.q, x.p});
}

double binomial_lower(std::uint64_t k, std::uint64_t n, const Chance& chance) {
  if (k >= n) return 1;
  return beta_upper(static_cast<double>(k) + 1, static_cast<double>(n - k), chance);
}

double binomial_upper(std::uint64_t k, std::uint64_t n, const Chance& chance) {
  if (k == 0 || k > n) return k == 0 ? 1 : 0;
  return beta_lower(static_cast<double>(k), static_cast<double>(n - k) + 1, chance);
}

double beta_quantile(double a, double b, double level, double co_level) {
  return inverse_incomplete_beta(a, b, level, co_level).x;
}

}  // namespace proofmark::statistics
