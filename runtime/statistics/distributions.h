// Distribution functions and quantiles for the families, in deterministic double arithmetic.
//
// Each tail is computed by itself, never as one minus the other. Relative error <= 1e-12 (tails above 1e-290) unless
// said otherwise. Arguments outside the domain (NaN, shape <= 0) break an invariant: callers check.
#pragma once

#include <cstdint>
#include <span>

namespace proofmark::statistics {

double normal_cdf(double z);             // Phi(z)
double normal_upper(double z);           // 1 - Phi(z)
double normal_log_cdf(double z);         // ln Phi(z), far tails included
double normal_upper_quantile(double p);  // z with 1 - Phi(z) = p

double student_t_cdf(double t, double df);
double student_t_upper(double t, double df);
double student_t_quantile(double p, double df);        // p below 1/2 keeps its relative precision
double student_t_upper_quantile(double p, double df);  // t with P(T > t) = p

double gamma_lower(double shape, double x);  // P(a, x), scale 1
double gamma_upper(double shape, double x);  // Q(a, x)
// Of many x and one shape: what does not depend on x is calculated once. The same bits.
struct GammaShape {
  explicit GammaShape(double shape);
  double value = 0;
  double correction = 0;  // Stirling's
};
double gamma_lower(const GammaShape& shape, double x);
double gamma_upper(const GammaShape& shape, double x);
// x with P(a, x) = level; the smaller of level and co_level = 1 - level is given with full precision.
double gamma_quantile(double shape, double level, double co_level);

double chi_squared_upper(double x, double df);
double chi_squared_quantile(double level, double co_level, double df);
double f_upper(double x, double df1, double df2);
double f_quantile(double level, double co_level, double df1, double df2);

double beta_lower(double a, double b, double x);  // I_x(a, b), any a, b > 0
double beta_upper(double a, double b, double x);  // 1 - I_x(a, b)
double beta_quantile(double a, double b, double level, double co_level);

double poisson_lower(std::uint64_t k, double mean);  // P(X <= k)
double poisson_upper(std::uint64_t k, double mean);  // P(X >= k)
double log_poisson_pmf(std::uint64_t k, double mean);

// A probability with its complement, each with its own precision: 1 - p is never formed by subtraction near 1.
struct Chance {
  double p = 0, q = 1;
};
double beta_lower(double a, double b, const Chance& x);
double beta_upper(double a, double b, const Chance& x);
double binomial_lower(std::uint64_t k, std::uint64_t n, const Chance& chance);  // P(X <= k)
double binomial_upper(std::uint64_t k, std::uint64_t n, const Chance& chance);  // P(X >= k)

// P(T > t) for Student's t with noncentrality `shift`: power of a test of means.
double noncentral_t_upper(double t, double df, double shift);

double log_gamma(double x);           // x > 0, relative 1e-14 of the larger of 1 and the value
double log_beta(double a, double b);  // ln B(a, b), by differences of Stirling errors where a or b is large
double log_choose(std::uint64_t n, std::uint64_t k);
double log_binomial_pmf(std::uint64_t k, std::uint64_t n, double p, double q);  // q = 1 - p, given by itself

// Sums in a fixed order with compensation (Neumaier): the same bits whatever the thread count.
double sum(std::span<const double> values);
struct Moments {
  double mean = 0, variance = 0;  // variance with n - 1, 0 for one value, infinite where squares are too large
  std::uint64_t n = 0;
};
Moments moments(std::span<const double> values);  // two passes; at least one value

// Below it the squares of differences have lost digits, or all of them: a variance of 0 may be one of values that
// differ.
inline constexpr double kLeastExactVariance = 1e-300;
bool are_equal(std::span<const double> values);

}  // namespace proofmark::statistics
