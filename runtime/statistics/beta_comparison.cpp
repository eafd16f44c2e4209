// The trapezoid rule on the logit scale, where a beta density is log-concave, analytic and decays exponentially.
//
// The integrand is the density of the narrower variable times the tail of the other one, which is smooth on that scale;
// a product of log-concave functions is log-concave, so one peak is found by ternary search and the two points where
// e^-45 of it is left by bisection. Four hundred points between them are more than the rule needs.
#include "runtime/statistics/beta_comparison.h"

#include <algorithm>
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/special_functions.h"

namespace proofmark::statistics {
namespace {

constexpr double kNegligible = 45;
constexpr int kPoints = 400;
constexpr int kSearchSteps = 200;
constexpr double kFarthest = 700;  // |logit| beyond which a double is 0 or 1

Chance at_logit(double u) {
  const double e = exp_of(-std::fabs(u)), small = e / (1 + e), large = 1 / (1 + e);
  return u < 0 ? Chance{small, large} : Chance{large, small};
}

double logit_of_mean(const BetaShape& shape) {
  return std::clamp(log_of(shape.a / shape.b), -kFarthest, kFarthest);
}

// Of the logit, roughly.
double spread(const BetaShape& shape) {
  return std::sqrt(1 / shape.a + 1 / shape.b);
}

// ln of the density of the logit: x^a (1-x)^b / B(a,b), in Loader's form.
double log_density(const BetaShape& shape, double u, double scale) {
  const Chance x = at_logit(u);
  const double total = shape.a + shape.b;
  const bool left = x.p <= x.q;
  const double small = left ? x.p : x.q, product = total * small, rest = std::fma(total, small, -product);
  const double excess = ((left ? shape.a : shape.b) - product) - rest, deviation = left ? excess : -excess;
  return scale - deviance(shape.a, total * x.p, deviation) - deviance(shape.b, total * x.q, -deviation);
}

double density_scale(const BetaShape& shape) {
  constexpr double kLogTwoPi = 1.8378770664093453;
  const double total = shape.a + shape.b;
  return (log_of(shape.a) + log_of(shape.b / total) - kLogTwoPi) / 2 -
         (stirling_error(shape.a) + stirling_error(shape.b) - stirling_error(total));
}

// ∫ density(narrow) * tail(wide): P(narrow > wide) or P(narrow < wide).
class Product {
 public:
  Product(const BetaShape& narrow, const BetaShape& wide, bool narrow_is_greater)
      : narrow_(narrow), wide_(wide), greater_(narrow_is_greater), scale_(density_scale(narrow)) {}

  double log_at(double u) const {
    const Chance x = at_logit(u);
    const double tail = greater_ ? beta_lower(wide_.a, wide_.b, x) : beta_upper(wide_.a, wide_.b, x);
    return tail > 0 ? log_density(narrow_, u, scale_) + log_of(tail) : -HUGE_VAL;
  }

  double integral() const {
    const double peak = find_peak(), top = log_at(peak);
    if (!(top > -HUGE_VAL)) return 0;
    const double left = edge(peak, top, -1), right = edge(peak, top, 1), step = (right - left) / kPoints;
    double total = 0;
    for (int i = 0; i <= kPoints; ++i) total += exp_of(log_at(left + i * step) - top);
    return exp_of(top) * total * step;
  }

 private:
  double find_peak() const {
    const double reach = 12 * (spread(narrow_) + spread(wide_));
    double low = std::max(std::min(logit_of_mean(narrow_), logit_of_mean(wide_)) - reach, -kFarthest);
    double high = std::min(std::max(logit_of_mean(narrow_), logit_of_mean(wide_)) + reach, kFarthest);
    for (int i = 0; i < kSearchSteps; ++i) {
      const double first = low + (high - low) / 3, second = high - (high - low) / 3;
      const double at_first = log_at(first), at_second = log_at(second);
      // Where both vanish the tail of the wide one is 0: it grows towards the side that narrow is to be on.
      const bool rising = at_first == -HUGE_VAL && at_second == -HUGE_VAL ? greater_ : at_first < at_second;
      (rising ? low : high) = rising ? first : second;
    }
    return low + (high - low) / 2;
  }

  // Where e^-45 of the peak is left, on one side.
  double edge(double peak, double top, double direction) const {
    double near = 0, far = spread(narrow_);
    while (far < 2 * kFarthest && log_at(peak + direction * far) > top - kNegligible) near = far, far *= 2;
    for (int i = 0; i < 20; ++i) {
      const double middle = near + (far - near) / 2;
      (log_at(peak + direction * middle) > top - kNegligible ? near : far) = middle;
    }
    return peak + direction * far;
  }

  BetaShape narrow_, wide_;
  bool greater_;
  double scale_;
};

double greater_by_integral(const BetaShape& first, const BetaShape& second) {
  return spread(first) <= spread(second) ? Product(first, second, true).integral()
                                         : Product(second, first, false).integral();
}

}  // namespace

double probability_greater(const BetaShape& first, const BetaShape& second) {
  PROOFMARK_CHECK(first.a > 0 && first.b > 0 && second.a > 0 && second.b > 0);
  const bool smaller = first.a / first.b <= second.a / second.b;
  const double least = smaller ? greater_by_integral(first, second) : greater_by_integral(second, first);
  return std::clamp(smaller ? least : 1 - least, 0.0, 1.0);
}

double beta_binomial_upper(const BetaShape& shape, std::uint64_t trials, std::uint64_t least) {
  if (least == 0) return 1;
  if (least > trials) return 0;
  return probability_greater(shape, {static_cast<double>(least), static_cast<double>(trials - least) + 1});
}

}  // namespace proofmark::statistics
