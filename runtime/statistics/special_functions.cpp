// I_x(a,b) = prefix * fraction: Loader's saddle-point form of x^a y^b / B(a,b) and the continued fraction of
// Didonato & Morris. Both take the deviation a - (a+b)x as given; every term of both is positive for
// deviation >= 0, so rounding errors stay relative. The other half follows from I_x(a,b) = 1 - I_y(b,a),
// where the value subtracted is at most about 3/4.
//
// Rounding, in units of 2^-53, to first order: x, y and the deviation arrive with 3; a deviance keeps 30 relative to
// itself (26 where it is a difference), so the exponent E of the prefix adds 31 E, and root, exponential and
// Stirling terms (SLEEF: 2 each) fewer than 20; N terms of the fraction add 15 N to its numerator and 15 N to its
// denominator, and stopping adds 8. That is the error bound returned; measured errors are a hundredth of it.
#include "runtime/statistics/special_functions.h"

#include <sleef.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "runtime/diagnostic/diagnostic.h"

namespace proofmark::statistics {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr double kUnit = 0x1p-53;
constexpr int kMaximumTerms = 10'000'000;  // 10 n^(1/3) or fewer are needed: 43,000 at n = 1e12, x on the mean
constexpr double kVanished = 0x1p-1000;    // a root below is as good as 0
constexpr int kMaximumSteps = 2'000;       // bisection alone, in ln x, ends before that

double natural_log(double x) {
  return Sleef_cinz_logd1_u10purec(x);
}
double natural_log_1p(double x) {
  return Sleef_cinz_log1pd1_u10purec(x);
}
double exponential(double x) {
  return Sleef_cinz_expd1_u10purec(x);
}
double exponential_m1(double x) {
  return Sleef_cinz_expm1d1_u10purec(x);
}

struct Term {
  double numerator = 0, denominator = 0;
};

// The j-th partial quotient of the fraction, j >= 0 (the numerator of j = 0 is not used).
Term fraction_term(const BetaPoint& z, double j) {
  const double c = z.a + 2 * j;
  const double weight = j == 0 ? 0 : j * (z.b - j) * z.x / (c - 1);
  return {(z.a + j - 1) * ((z.a + z.b + j - 1) / (c - 1)) * z.x * weight,
          j + weight + (z.a + j) / (c + 1) * (z.deviation + 1 + j * (1 + z.y))};
}

struct Fraction {
  double value = 0;
  int terms = 0;
};

// Numerators and denominators of the convergents by their three-term recurrence: sums of products of positive
// numbers, so that each term adds at most 15 units of rounding to either, whatever came before. Successive
// convergents enclose the limit and say when to stop; for integer b the fraction ends by itself at j = b.
Fraction fraction(const BetaPoint& z) {
  constexpr double kLarge = 0x1p200;
  double above = fraction_term(z, 0).denominator, above_before = 1, below = 1, below_before = 0;
  int j = 1;
  for (; j < kMaximumTerms; ++j) {
    const Term term = fraction_term(z, j);
    if (term.numerator == 0) break;
    above_before = std::exchange(above, term.denominator * above + term.numerator * above_before);
    below_before = std::exchange(below, term.denominator * below + term.numerator * below_before);
    const double now = above * below_before, before = above_before * below;
    if (std::fabs(now - before) <= 0x1p-50 * now) break;
    if (below > kLarge) {  // exact: a power of two
      above /= kLarge, above_before /= kLarge, below /= kLarge, below_before /= kLarge;
    }
  }
  return {above / below, j};
}

// Saddle-point form of x^a y^b / B(a,b) with the size of its exponent.
struct Prefix {
  double value = 0, exponent = 0;
};

Prefix prefix(const BetaPoint& z) {
  const double total = z.a + z.b;
  const double exponent = deviance(z.a, total * z.x, z.deviation) + deviance(z.b, total * z.y, -z.deviation);
  const double correction = stirling_error(z.a) + stirling_error(z.b) - stirling_error(total);
  return {std::sqrt(z.a / total * (z.b / (2 * kPi))) * exponential(-(exponent + correction)), exponent};
}

// I_x(a,b) for deviation >= 0, that is x at or left of the mean.
BetaValue left_part(const BetaPoint& z) {
  const Prefix factor = prefix(z);
  const Fraction rest = fraction(z);
  return {factor.value / rest.value, kUnit * (30 + 32 * factor.exponent + 30 * rest.terms)};
}

BetaValue power(double x, double y, double n) {  // x^n
  const double exponent = n * log_of(x, y);
  return {exponential(exponent), kUnit * (4 - 9 * exponent)};
}

// Where the logarithm of the wanted tail is flat the Newton step is useless: halve instead, in ln x.
double halved(double low, double high) {
  return low > 0 ? std::sqrt(low) * std::sqrt(high) : high / 16;
}

enum class Accuracy : std::uint8_t { full, ten_digits };

double starting_point(double a, double b, double level, Accuracy accuracy) {
  const double mean = a / (a + b);
  const double deviation = std::sqrt(mean * (b / (a + b)) / (a + b + 1));
  double z = normal_quantile_estimate(level);
  if (accuracy == Accuracy::ten_digits) {  // Cornish and Fisher's term for the skewness
    const double skewness = 2 * (b - a) * std::sqrt(a + b + 1) / ((a + b + 2) * std::sqrt(a) * std::sqrt(b));
    z += (z * z - 1) * skewness / 6;
  }
  const double start = mean + z * deviation;
  return start > mean / 4 ? start : mean * exponential(natural_log(level) / a);
}

// Whether the value behind a step is good enough. A step of relative size h leaves an error of about slope/2 h^2: the
// logarithm of a tail bends as fast as it is steep.
bool is_last(double step, double slope, Accuracy accuracy) {
  return accuracy == Accuracy::full ? step <= 0x1p-51 : step * step * (1 + slope) <= 0x1p-42;
}

// The root of I_s(a,b) = level that lies in (0, 1/2], by Newton on the logarithm of the smaller tail against
// ln s. That logarithm is concave, so steps from the left never overshoot; the bracket guards the rest.
double root_in_left_half(double a, double b, double level, double co_level, Accuracy accuracy) {
  const bool by_lower = level <= co_level;
  const double goal = by_lower ? level : co_level;
  double low = 0, high = 0.5, s = starting_point(a, b, level, accuracy);
  if (!(s > low && s <= high)) s = high;
  for (int step = 0; step < kMaximumSteps; ++step) {
    const BetaPoint point = point_from_left(a, b, s);
    const double tail = incomplete_beta(by_lower ? point : mirrored(point));
    const double gap = by_lower ? natural_log(tail / goal) : -natural_log(tail / goal);
    (gap > 0 ? high : low) = s;
    const double slope = beta_prefix(point) / (point.y * tail);
    double next = s * exponential(-gap / slope);
    if (!(next > low && next < high)) next = gap == 0 ? s : halved(low, high);
    if (!(next > kVanished)) return 0;
    if (is_last(std::fabs(next - s) / s, slope, accuracy)) return next;
    s = next;
  }
  return s;
}

// Whether the root of I_x(a,b) = level lies in (0, 1/2]. Mostly Cantelli's inequality says so, with the mean m and the
// variance v: P(X <= m - d) <= v / (v + d^2), and the same above the mean.
bool lies_in_left_half(double a, double b, double level, double co_level) {
  constexpr double kSlack = 2;  // far above what rounding does to the inequality's sides
  const double mean = a / (a + b), variance = mean * (b / (a + b)) / (a + b + 1), away = mean - 0.5;
  const double most = variance / (variance + away * away);  // of what lies on the half without the mean
  if (away > 0 && kSlack * most < level) return false;
  if (away < 0 && kSlack * most < co_level) return true;
  return incomplete_beta(point_from_left(a, b, 0.5)) >= level;
}

BetaRoot root(double a, double b, double level, double co_level, Accuracy accuracy) {
  PROOFMARK_CHECK(a > 0 && b > 0 && level > 0 && co_level > 0);
  if (lies_in_left_half(a, b, level, co_level)) {
    const double x = root_in_left_half(a, b, level, co_level, accuracy);
    return {x, 1 - x};
  }
  const double y = root_in_left_half(b, a, co_level, level, accuracy);
  return {1 - y, y};
}

}  // namespace

BetaPoint mirrored(const BetaPoint& point) {
  return {point.b, point.a, point.y, point.x, -point.deviation};
}

// What the sum of shapes that are not whole loses (Knuth's two-sum) is a loss of the deviation: at 1e9 it would move a
// tail by 3e-12.
BetaPoint point_from_left(double a, double b, double small) {
  const double total = a + b, b_seen = total - a;
  const double lost = (a - (total - b_seen)) + (b - b_seen);
  const double product = total * small;
  return {a, b, small, 1 - small, (a - product) - (std::fma(total, small, -product) + lost * small)};
}

double log_of(double x, double y) {
  return x < 0.5 ? natural_log(x) : natural_log_1p(-y);
}

double deviance(double k, double m, double difference) {
  const double v = difference / (k + m);
  if (std::fabs(v) >= 0.5) return k * natural_log(k / m) - difference;  // loses less than two bits
  // ln(k/m) = 2 (v + v^3/3 + v^5/5 + ...)
  const double square = v * v;
  double sum = difference * v, power = 2 * k * v;
  for (int odd = 3;; odd += 2) {
    power *= square;
    const double next = sum + power / odd;
    if (next == sum) return sum;
    sum = next;
  }
}

double stirling_error(double n) {
  static constexpr std::array<double, 16> kSmall = {std::numeric_limits<double>::quiet_NaN(),
                                                    0.08106146679532726,
                                                    0.0413406959554093,
                                                    0.02767792568499834,
                                                    0.020790672103765093,
                                                    0.016644691189821193,
                                                    0.013876128823070748,
                                                    0.01189670994589177,
                                                    0.010411265261972096,
                                                    0.009255462182712733,
                                                    0.00833056343336287,
                                                    0.007573675487951841,
                                                    0.00694284010720953,
                                                    0.006408994188004207,
                                                    0.0059513701127588475,
                                                    0.005554733551962801};
  if (n >= 1 && n < 16 && n == std::floor(n)) return kSmall[static_cast<std::size_t>(n)];
  double shifted = 0;
  for (; n < 16; ++n) shifted += (n + 0.5) * natural_log_1p(1 / n) - 1;
  const double square = n * n;
  return shifted +
         (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / square) / square) / square) / square) / n;
}

double beta_prefix(const BetaPoint& z) {
  return prefix(z).value;
}

BetaValue bounded_incomplete_beta(const BetaPoint& z) {
  if (z.b == 1) return power(z.x, z.y, z.a);
  if (z.a == 1) return {-exponential_m1(z.b * log_of(z.y, z.x)), 12 * kUnit};  // 1 - y^b
  if (z.deviation >= 0) return left_part(z);
  const BetaValue other = left_part(mirrored(z));
  return {1 - other.value, other.error * other.value / (1 - other.value) + kUnit};
}

double incomplete_beta(const BetaPoint& z) {
  return bounded_incomplete_beta(z).value;
}

BetaRoot inverse_incomplete_beta(double a, double b, double level, double co_level) {
  return root(a, b, level, co_level, Accuracy::full);
}

BetaRoot inverse_incomplete_beta_estimate(double a, double b, double level, double co_level) {
  return root(a, b, level, co_level, Accuracy::ten_digits);
}

double normal_quantile_estimate(double p) {
  const double tail = p < 0.5 ? p : 1 - p;
  if (!(tail > 0)) return p < 0.5 ? -38 : 38;
  const double t = std::sqrt(-2 * natural_log(tail));
  const double z =
      t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  return p < 0.5 ? -z : z;
}

}  // namespace proofmark::statistics
