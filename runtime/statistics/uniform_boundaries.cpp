#include "runtime/statistics/uniform_boundaries.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"

namespace proofmark::statistics {
namespace {

constexpr double kRoot2 = 1.41421356237309504880;

// v / (2 ln(1/alpha) + ln(1 + 2 ln(1/alpha))): the weight of the mixture that is tightest at v.
double best_weight(double v, double alpha) {
  const double twice = -2 * log_of(alpha);
  return v / (twice + log1p_of(twice));
}

// The two constants of stitching over epochs that grow by eta.
double first_constant(double eta) {
  const double fourth = std::sqrt(std::sqrt(eta));
  return (fourth + 1 / fourth) / kRoot2;
}
double second_constant(double eta) {
  return (std::sqrt(eta) + 1) / 2;
}

// The chance that the empirical process leaves its band, by epochs that grow by eta.
double process_error(double constant, double eta, double a) {
  const double slack = a - std::sqrt(2 * (eta - 1) / constant);
  const double square = slack > 0 ? 2 / eta * slack * slack : 0;
  if (!(square > 1)) return HUGE_VAL;
  return 4 * exp_of(-square * constant) * (1 + 1 / ((square - 1) * log_of(eta)));
}

// The least of it over eta, by golden section: it falls and then rises in 1 < eta < 2 a^2.
double least_process_error(double constant, double a) {
  double low = 1, high = 2 * a * a;
  for (int step = 0; step < 60; ++step) {  // the largest eta with square > 1
    const double eta = (low + high) / 2;
    (std::sqrt(eta / 2) + std::sqrt(2 * (eta - 1) / constant) < a ? low : high) = eta;
  }
  constexpr double kGolden = 0.61803398874989484820;
  double left = 1, right = low;
  double x = right - kGolden * (right - left), y = left + kGolden * (right - left);
  double at_x = process_error(constant, x, a), at_y = process_error(constant, y, a);
  for (int step = 0; step < 80; ++step) {
    if (at_x < at_y) {
      right = y, y = x, at_y = at_x;
      x = right - kGolden * (right - left);
      at_x = process_error(constant, x, a);
    } else {
      left = x, x = y, at_x = at_y;
      y = left + kGolden * (right - left);
      at_y = process_error(constant, y, a);
    }
  }
  return std::min(at_x, at_y);
}

double process_constant(double alpha, double a) {
  double low = 1, high = 1;
  for (int step = 0; step < 60 && least_process_error(low, a) < alpha; ++step) low /= 2;
  for (int step = 0; step < 60 && least_process_error(high, a) > alpha; ++step) high *= 2;
  for (int step = 0; step < 60; ++step) {
    const double middle = (low + high) / 2;
    (least_process_error(middle, a) > alpha ? low : high) = middle;
  }
  return high;
}

}  // namespace

double zeta(double s) {
  constexpr double kTerms = 20;
  // B_{2j} / (2j)!
  static constexpr std::array<double, 6> kBernoulli = {1.0 / 12,       -1.0 / 720,     1.0 / 30240,
                                                       -1.0 / 1209600, 1.0 / 47900160, -691.0 / 1307674368000};
  double total = 0;
  for (double i = kTerms - 1; i >= 1; --i) total += pow_of(i, -s);
  const double power = pow_of(kTerms, -s);
  total += kTerms * power / (s - 1) + power / 2;
  double factor = s * power / kTerms;
  for (std::size_t j = 0; j < kBernoulli.size(); ++j) {
    total += kBernoulli.at(j) * factor;
    const double next = s + 2 * static_cast<double>(j) + 1;
    factor *= next * (next + 1) / (kTerms * kTerms);
  }
  return total;
}

double normal_mixture_bound(double v, double alpha, double v_opt, double alpha_opt, bool one_sided) {
  const double limit = -log_of(alpha);
  if (!one_sided) {
    const double weight = best_weight(v_opt, alpha_opt);
    return std::sqrt((v + weight) * (log1p_of(v / weight) + 2 * limit));
  }
  const double weight = best_weight(v_opt, 2 * alpha_opt);
  // ln of the one-sided mixture at height w sqrt(v + weight), which rises with w.
  const auto log_mixture = [&](double w) {
    return 0.69314718055994530942 - log1p_of(v / weight) / 2 + w * w / 2 + normal_log_cdf(w);
  };
  double low = 0, high = std::sqrt(log1p_of(v / weight) + 2 * limit);  // the two-sided bound is higher
  for (int step = 0; step < 80; ++step) {
    const double middle = (low + high) / 2;
    (log_mixture(middle) < limit ? low : high) = middle;
  }
  return high * std::sqrt(v + weight);
}

double poly_stitching_bound(double v, double alpha, double v_min, double c, double s, double eta) {
  const double time = std::max(v, v_min), log_eta = log_of(eta);
  const double level = s * log_of((log_eta + log_of(time / v_min)) / log_eta) + log_of(zeta(s)) - log_of(alpha);
  const double k1 = first_constant(eta), linear = second_constant(eta) * c * level;
  return std::sqrt(k1 * k1 * time * level + linear * linear) + linear;
}

double empirical_process_bound(double t, double alpha, double t_min, double a) {
  if (t < t_min) return HUGE_VAL;
  return a * std::sqrt((log1p_of(log_of(t / t_min)) + process_constant(alpha, a)) / t);
}

double quantile_stitching_bound(double t, double p, double alpha, double t_opt, double delta, double s, double eta) {
  const double time = std::max(t, t_opt), logit = log_of(p) - log1p_of(-p);
  double r = p;
  if (p < 0.5) {
    const double shifted = logit + 2 * delta * std::sqrt(t_opt * eta / time);
    r = std::min(0.5, 1 / (1 + exp_of(-shifted)));
  }
  const double variance = r * (1 - r), log_eta = log_of(eta), twice_zeta = 2 * zeta(s);
  const double quantiles = std::sqrt(time / t_opt) * std::fabs(logit) / (2 * delta) + 1;
  const double level = s * log_of((log_eta + log_of(time / t_opt)) / log_eta) + s * log_of(quantiles) +
                       log_of(twice_zeta * (twice_zeta + 1)) - log_of(alpha);
  const double k1 = first_constant(eta), linear = second_constant(eta) * ((1 - 2 * p) / 3) * level;
  return delta * std::sqrt(eta * time * variance / t_opt) +
         std::sqrt(k1 * k1 * variance * time * level + linear * linear) + linear;
}

}  // namespace proofmark::statistics
