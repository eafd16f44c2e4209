#include "runtime/statistics/sample_sizes.h"

#include <algorithm>
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/level.h"
#include "runtime/statistics/monotone_search.h"
#include "runtime/statistics/special_functions.h"

namespace proofmark::statistics {
namespace {

using plan::Rational;

constexpr double kMostPerArm = 1e13;
constexpr double kRounding = 4e-14;  // a tie within it is a tie
constexpr std::uint64_t kMostDraws = 1'000'000'000'000'000'000;

double quantile_z(double alpha, TestSide side) {
  return normal_upper_quantile(side == TestSide::two ? alpha / 2 : alpha);
}

double real(std::uint64_t count) {
  return static_cast<double>(count);
}

// base^n while it fits 128 bits.
std::optional<Rational> exact_power(const Rational& base, std::uint64_t n) {
  std::optional<Rational> result = Rational(1);
  for (std::uint64_t i = 0; result && i < n; ++i) result = i < 128 ? plan::multiply(*result, base) : std::nullopt;
  return result;
}

// P(none of the defects is in the sample), exactly while that fits 128 bits.
std::optional<Rational> exact_miss(std::uint64_t population, std::uint64_t defects, std::uint64_t sample) {
  if (std::min(defects, sample) > 8) return std::nullopt;
  const std::uint64_t few = std::min(defects, sample), many = std::max(defects, sample);
  std::optional<Rational> result = Rational(1);
  for (std::uint64_t i = 0; result && i < few; ++i) {
    const auto factor = Rational::make(plan::Int128(population - i) - plan::Int128(many), population - i);
    result = factor ? plan::multiply(*result, *factor) : std::nullopt;
  }
  return result;
}

// By Loader's identity of the hypergeometric with three binomials at p = sample / population; no large logarithms
// are subtracted that do not belong to the answer.
double log_miss(std::uint64_t population, std::uint64_t defects, std::uint64_t sample) {
  const double p = real(sample) / real(population), q = real(population - sample) / real(population);
  if (std::min(defects, sample) <= 1000) {
    const std::uint64_t few = std::min(defects, sample), many = std::max(defects, sample);
    double total = 0;
    for (std::uint64_t i = 0; i < few; ++i) total += log1p_of(-real(many) / real(population - i));
    return total;
  }
  return real(defects) * log_of(q, p) + log_binomial_pmf(sample, population - defects, p, q) -
         log_binomial_pmf(sample, population, p, q);
}

double power_of_t(double n, double delta, double sd, double alpha, TestSide side) {
  const double df = 2 * (n - 1);
  const double t = student_t_upper_quantile(side == TestSide::two ? alpha / 2 : alpha, df);
  return noncentral_t_upper(t, df, std::sqrt(n / 2) * delta / sd);
}

}  // namespace

std::uint64_t two_sided_range_n(const Rational& p, const Rational& confidence) {
  const Rational alpha = alpha_of(confidence), q = alpha_of(p);
  const double level = alpha.nearest_double();
  const double log_p = log_of(p.nearest_double(), q.nearest_double());
  const double log_q = log_of(q.nearest_double(), p.nearest_double());
  const auto covers = [&](std::uint64_t n) {
    const auto below = exact_power(p, n), above = exact_power(q, n);
    if (below && above)
      if (const auto miss = plan::add(*below, *above)) return *miss <= alpha;
    return exp_of(real(n) * log_p) + exp_of(real(n) * log_q) <= level * (1 + kRounding);
  };
  const double guess = log_of(level) / std::max(log_p, log_q);
  const auto start = static_cast<std::uint64_t>(std::clamp(guess, 1.0, 1e17));
  return first_where<std::uint64_t>(1, kMostDraws, start, covers);
}

double two_proportion_n(double p1, double p2, double alpha, double power, TestSide side) {
  const double pooled = quantile_z(alpha, side) * std::sqrt((p1 + p2) * (1 - (p1 + p2) / 2));
  const double apart = -normal_upper_quantile(power) * std::sqrt(p1 * (1 - p1) + p2 * (1 - p2));
  const double root = (pooled + apart) / std::fabs(p1 - p2);
  return root > 0 ? root * root : 0;
}

double effect_h(double p1, double p2) {
  return 2 * asin_of(std::sqrt(p1)) - 2 * asin_of(std::sqrt(p2));
}

double two_proportion_arcsine_n(double h, double alpha, double power, TestSide side) {
  const double z = quantile_z(alpha, side), size = std::fabs(h);
  const auto reached = [&](double root) {
    const double shift = size * root;
    return normal_upper(z - shift) + (side == TestSide::two ? normal_upper(z + shift) : 0) >= power;
  };
  double low = 0, high = 1;  // of sqrt(n/2)
  while (!reached(high) && high < 1e300) high *= 2;
  for (int i = 0; i < 200; ++i) (reached(low + (high - low) / 2) ? high : low) = low + (high - low) / 2;
  return 2 * high * high;
}

std::optional<double> two_mean_n(double delta, double sd, double alpha, double power, TestSide side) {
  const auto reached = [&](double n) { return power_of_t(n, std::fabs(delta), sd, alpha, side) >= power; };
  double low = 2, high = 2;
  if (reached(low)) return low;
  while (!reached(high)) {
    low = high;
    high *= 2;
    if (high > kMostPerArm) return std::nullopt;
  }
  for (int i = 0; i < 60; ++i) (reached(low + (high - low) / 2) ? high : low) = low + (high - low) / 2;
  return high;
}

double monte_carlo_n(double p, double half_width, const Rational& confidence) {
  const double z = normal_upper_quantile(tail_level(confidence, true).alpha) / half_width;
  return p * (1 - p) * z * z;
}

double detect_probability(std::uint64_t population, std::uint64_t defects, std::uint64_t sample) {
  PROOFMARK_CHECK(defects <= population && sample <= population);
  if (defects == 0 || sample == 0) return 0;
  if (defects > population - sample) return 1;
  return -expm1_of(log_miss(population, defects, sample));
}

std::uint64_t detecting_sample(std::uint64_t population, std::uint64_t defects, const Rational& confidence) {
  PROOFMARK_CHECK(defects >= 1 && defects <= population);
  const Rational alpha = alpha_of(confidence);
  const double level = alpha.nearest_double();
  const auto detects = [&](std::uint64_t n) {
    if (defects > population - n) return true;
    if (const auto miss = exact_miss(population, defects, n)) return *miss <= alpha;
    return exp_of(log_miss(population, defects, n)) <= level * (1 + kRounding);
  };
  const double share = -expm1_of(log_of(level) / real(defects));
  return first_where<std::uint64_t>(1, population - defects + 1, static_cast<std::uint64_t>(real(population) * share),
                                    detects);
}

}  // namespace proofmark::statistics
