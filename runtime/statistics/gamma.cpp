// The incomplete gamma function, its inverse, and what reduces to it: chi-squared and Poisson.
//
// P(a,x) = prefix / fraction, as for the incomplete beta function of which it is the limit: Loader's saddle-point form
// of x^a e^-x / Gamma(a), and for x <= a the limit of the fraction of Didonato & Morris, for x > a Legendre's fraction
// of Q(a,x). Both take the deviation a - x as given; their terms are positive wherever more than a few are needed, and
// about 9 a^(1/3) of them suffice on the mean itself. The other tail is one minus a value of at most about 2/3, except
// for shapes below 1, where Q near 0 < x <= 1 has a series of its own.
// Didonato & Morris (1986), "Computation of the incomplete gamma function ratios and their inverse"; Loader (2000).
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/special_functions.h"

namespace proofmark::statistics {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr int kMaximumTerms = 10'000'000;
constexpr int kMaximumSteps = 2'000;
constexpr double kLarge = 0x1p200, kConverged = 0x1p-51;

// x^a e^-x / Gamma(a).
double prefix(const GammaShape& shape, double x) {
  const double a = shape.value;
  return std::sqrt(a / (2 * kPi)) * exp_of(-(deviance(a, x, a - x) + shape.correction));
}

// Convergents by their three-term recurrence, rescaled by exact powers of two.
class Convergents {
 public:
  explicit Convergents(double first) : above_(first) {}
  // Takes one more partial quotient; true once two successive convergents agree.
  bool add(double numerator, double denominator) {
    above_before_ = std::exchange(above_, denominator * above_ + numerator * above_before_);
    below_before_ = std::exchange(below_, denominator * below_ + numerator * below_before_);
    const double now = above_ * below_before_, before = above_before_ * below_;
    if (std::fabs(now - before) <= kConverged * std::fabs(now)) return true;
    if (std::fabs(below_) > kLarge || std::fabs(above_) > kLarge)
      above_ /= kLarge, above_before_ /= kLarge, below_ /= kLarge, below_before_ /= kLarge;
    return false;
  }
  double value() const { return above_ / below_; }

 private:
  double above_ = 0, above_before_ = 1, below_ = 1, below_before_ = 0;
};

// P(a,x) for 0 < x <= a.
double left_of_mean(const GammaShape& shape, double x) {
  const double a = shape.value, deviation = a - x;
  Convergents fraction(a / (a + 1) * (deviation + 1));
  for (int term = 1; term < kMaximumTerms; ++term) {
    const double j = term, c = a + 2 * j, weight = j * x / (c - 1);
    const double numerator = (a + j - 1) / (c - 1) * x * weight;
    if (fraction.add(numerator, j + weight + (a + j) / (c + 1) * (deviation + 1 + 2 * j))) break;
  }
  return prefix(shape, x) / fraction.value();
}

// Q(a,x) for x > a, and x >= 1 if a < 1.
double right_of_mean(const GammaShape& shape, double x) {
  const double a = shape.value, excess = x - a, factor = prefix(shape, x);
  if (factor == 0) return 0;
  Convergents fraction(excess + 1);
  for (int term = 1; term < kMaximumTerms; ++term) {
    const double j = term, numerator = j * (a - j);
    if (numerator == 0 || fraction.add(numerator, excess + 1 + 2 * j)) break;
  }
  return factor / fraction.value();
}

// ln Gamma(1 + a), 0 <= a <= 1, relative to itself: -ln(1+a) + (1-gamma) a + sum (zeta(k)-1) (-a)^k / k.
double log_gamma_1p(double a) {
  static constexpr std::array<double, 24> kZetaMinusOne = {
      0.6449340668482264,    0.2020569031595943,    0.08232323371113819,   0.03692775514336993,   0.01734306198444914,
      0.008349277381922827,  0.00407735619794434,   0.002008392826082214,  0.0009945751278180853, 0.0004941886041194645,
      0.0002460865533080483, 0.0001227133475784891, 6.124813505870483e-05, 3.058823630702049e-05, 1.528225940865187e-05,
      7.637197637899762e-06, 3.817293264999840e-06, 1.908212716553939e-06, 9.539620338727961e-07, 4.769329867878065e-07,
      2.384505027277330e-07, 1.192199259653111e-07, 5.960818905125948e-08, 2.980350351465228e-08};
  if (a > 0.5) return log_gamma(1 + a);
  double power = -a, total = 0.4227843350984671 * a;
  for (std::size_t i = 0; i < kZetaMinusOne.size(); ++i) {
    power *= -a;
    total += kZetaMinusOne[i] * power / static_cast<double>(i + 2);
  }
  return total - log1p_of(a);
}

// Q(a,x) for a < 1, 0 < x <= 1: 1 - x^a / Gamma(1+a) (1 + a sum (-x)^n / (n! (a+n))).
double small_shape_upper(double a, double x) {
  const double exponent = a * log_of(x) - log_gamma_1p(a);
  double total = 0, power = 1;
  for (int n = 1; n < 30; ++n) {
    power *= -x / n;
    total += power / (a + n);
  }
  return -expm1_of(exponent) - exp_of(exponent) * a * total;
}

// Where to start: Wilson & Hilferty 1931; far to the left the first term of the series, x^a = level Gamma(a+1).
double starting_point(double a, double level, double co_level) {
  const double z = level < 0.5 ? normal_quantile_estimate(level) : -normal_quantile_estimate(co_level);
  const double root = 1 - 1 / (9 * a) + z / (3 * std::sqrt(a)), cube = a * root * root * root;
  if (a >= 1 && root > 0.3) return cube;
  const double series = exp_of((log_of(level) + log_gamma(a + 1)) / a);
  if (series < a || !(root > 0.3)) return series;
  return cube;
}

void check(double shape) {
  PROOFMARK_CHECK(shape > 0 && shape < HUGE_VAL);
}

}  // namespace

GammaShape::GammaShape(double shape) : value(shape) {
  check(shape);
  correction = stirling_error(shape);
}

double gamma_lower(double shape, double x) {
  return gamma_lower(GammaShape(shape), x);
}

double gamma_upper(double shape, double x) {
  return gamma_upper(GammaShape(shape), x);
}

double gamma_lower(const GammaShape& shape, double x) {
  PROOFMARK_CHECK(x >= 0);
  if (x == 0) return 0;
  if (x == HUGE_VAL) return 1;
  return x <= shape.value ? std::min(1.0, left_of_mean(shape, x)) : 1 - gamma_upper(shape, x);
}

double gamma_upper(const GammaShape& shape, double x) {
  const double a = shape.value;
  PROOFMARK_CHECK(x >= 0);
  if (x == 0) return 1;
  if (x == HUGE_VAL) return 0;
  if (a == 1) return exp_of(-x);
  if (a < 1 && x <= 1) return std::clamp(small_shape_upper(a, x), 0.0, 1.0);
  return x <= a ? std::max(0.0, 1 - left_of_mean(shape, x)) : right_of_mean(shape, x);
}

// Newton on the logarithm of the smaller tail against ln x, guarded by a bracket.
double gamma_quantile(double shape, double level, double co_level) {
  check(shape);
  PROOFMARK_CHECK(level > 0 && co_level > 0 && level <= 1 && co_level <= 1);
  const bool by_lower = level <= co_level;
  const double goal = by_lower ? level : co_level;
  if (shape == 1) return by_lower ? -log1p_of(-level) : -log_of(co_level);
  double low = 0, high = HUGE_VAL, x = starting_point(shape, level, co_level);
  if (!(x > 0x1p-1000)) return x > 0 ? x : 0;
  const GammaShape given(shape);
  for (int step = 0; step < kMaximumSteps; ++step) {
    const double tail = by_lower ? gamma_lower(given, x) : gamma_upper(given, x);
    if (tail == goal) return x;
    ((tail < goal) == by_lower ? low : high) = x;
    const double slope = (by_lower ? 1 : -1) * prefix(given, x) / tail;
    const double move = (log_of(goal) - log_of(tail)) / slope;  // of ln x; a flat or vanished tail gives no number
    double next = x + x * expm1_of(move);
    if (!(next > low && next < high)) {
      if (low == 0)
        next = high / 16;
      else if (high == HUGE_VAL)
        next = low * 16;
      else
        next = std::sqrt(low) * std::sqrt(high);
    }
    if (std::fabs(next - x) <= 0x1p-51 * x || !(next > 0x1p-1060)) return next;
    x = next;
  }
  return x;
}

double chi_squared_upper(double x, double df) {
  return gamma_upper(df / 2, x / 2);
}

double chi_squared_quantile(double level, double co_level, double df) {
  return 2 * gamma_quantile(df / 2, level, co_level);
}

double poisson_lower(std::uint64_t k, double mean) {
  return gamma_upper(static_cast<double>(k) + 1, mean);
}

double poisson_upper(std::uint64_t k, double mean) {
  return k == 0 ? 1 : gamma_lower(static_cast<double>(k), mean);
}

}  // namespace proofmark::statistics
