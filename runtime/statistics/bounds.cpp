// Clopper-Pearson bounds (1934): as doubles for people who plot, as decimal strings for the transcript.
//
// The strings are defined without reference to any floating point: the lower bound is the largest decimal of
// so many digits at which P(X >= k) is still within alpha, the upper the smallest at which P(X <= k) is. Double
// precision only guesses where to look. Digits are counted on the nearer end of [0,1]: .99999999997004 has
// thirteen of them behind nine nines because the failure rate has them.
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/binomial.h"
#include "runtime/statistics/binomial_tails.h"
#include "runtime/statistics/monotone_search.h"
#include "runtime/statistics/special_functions.h"

namespace proofmark::statistics {
namespace {

using plan::Int128;
using plan::UInt128;

constexpr double kSlack = 5e-13;    // at least the error of the inverse on the nearer end
constexpr double kTenDigits = 1e9;  // the least number with ten digits before the point
constexpr int kMaximumPlaces = 36;  // 10^36 < 2^120: m / 10^36 is a Ratio

struct Side {
  bool is_lower = true;
  std::uint64_t k = 0, n = 0;  // lower: P(X >= k) <= alpha, k >= 1; upper: P(X <= k) <= alpha, k < n
  Ratio level;
};

using Inverse = BetaRoot (*)(double a, double b, double level, double co_level);

// The bound itself as x = bound, y = 1 - bound.
BetaRoot solve(const Side& side, Inverse inverse) {
  const double level = to_double(side.level), co_level = to_double(complement(side.level));
  const auto k = static_cast<double>(side.k), rest = static_cast<double>(side.n - side.k);
  if (side.is_lower) return inverse(k, rest + 1, level, co_level);
  const BetaRoot failures = inverse(rest, k + 1, level, co_level);
  return {failures.y, failures.x};
}

bool holds(const Side& side, const Ratio& p) {
  const Weighed weighed =
      side.is_lower ? weigh_upper_tail(side.k, side.n, p, side.level) : weigh_lower_tail(side.k, side.n, p, side.level);
  return is_within(weighed.against, false);
}

// 1 - y rounded to the asked side. The difference of two doubles in [1/2, 1] is exact.
double one_minus(double y, bool downward) {
  const double result = 1 - y;
  if (result < 0.5) return result;
  const double represented = 1 - result;
  if (downward && represented < y) return std::nextafter(result, 0.0);
  return !downward && represented > y ? std::nextafter(result, 2.0) : result;
}

double lower_double(const BetaRoot& root) {
  return root.x <= 0.5 ? root.x * (1 - kSlack) : one_minus(root.y * (1 + kSlack), true);
}

double upper_double(const BetaRoot& root) {
  return root.x <= 0.5 ? root.x * (1 + kSlack) : one_minus(root.y * (1 - kSlack), false);
}

// A decimal m / 10^places in [0,1].
struct Decimal {
  Int128 digits = 0;
  int places = 0;
};

Int128 power_of_ten(int exponent) {
  Int128 result = 1;
  for (int i = 0; i < exponent; ++i) result *= 10;
  return result;
}

std::string text(const Decimal& value) {
  if (value.digits == 0) return "0";
  const Int128 scale = power_of_ten(value.places);
  if (value.digits == scale) return "1";
  std::string digits = plan::to_string(value.digits);
  return "0." + std::string(static_cast<std::size_t>(value.places) - digits.size(), '0') + digits;
}

// The best decimal of so many places on the safe side of the bound, looked for in (low, high] or [low, high).
Decimal outward(const Side& side, int places, Int128 low, Int128 high, Int128 guess) {
  const auto scale = static_cast<UInt128>(power_of_ten(places));
  const auto ratio = [&](Int128 digits) { return Ratio{static_cast<UInt128>(digits), scale}; };
  if (!side.is_lower) return {first_where(low, high, guess, [&](Int128 m) { return holds(side, ratio(m)); }), places};
  return {first_where(low, high, guess, [&](Int128 m) { return !holds(side, ratio(m)); }) - 1, places};
}

Decimal first_digits(const Side& side) {
  const BetaRoot root = solve(side, inverse_incomplete_beta_estimate);
  const double near = root.x <= 0.5 ? root.x : root.y;
  int places = 0;
  double scaled = near;
  while (scaled < kTenDigits && places < kMaximumPlaces) scaled *= 10, ++places;
  const Int128 scale = power_of_ten(places);
  const auto whole = static_cast<Int128>(scaled);
  return outward(side, places, 0, scale, root.x <= 0.5 ? whole + 1 : scale - whole);
}

Decimal one_more_digit(const Side& side, const Decimal& known) {
  const Int128 floor = side.is_lower ? known.digits : known.digits - 1;
  return outward(side, known.places + 1, floor * 10, floor * 10 + 10, floor * 10 + 5);
}

Rational exact(const Decimal& value) {
  const auto result = Rational::make(value.digits, power_of_ten(value.places));
  PROOFMARK_CHECK(result.has_value());
  return *result;
}

// A bound that proves the claim has to be seen on its side of the threshold: more digits until it is. On the
// passing side the threshold itself is a valid bound, and shorter.
std::string passing_text(const Side& side, const Rational& threshold) {
  const auto proves = [&](const Decimal& bound) {
    return side.is_lower ? exact(bound) >= threshold : exact(bound) <= threshold;
  };
  Decimal bound = first_digits(side);
  if (proves(bound)) return text(bound);
  std::string itself = threshold.to_decimal();
  if (itself.find('/') == std::string::npos) return itself;
  while (!proves(bound) && bound.places < kMaximumPlaces) bound = one_more_digit(side, bound);
  return proves(bound) ? text(bound) : itself;
}

std::string failing_text(const Side& side, const Rational& threshold) {
  const auto refutes = [&](const Decimal& bound) {
    return side.is_lower ? exact(bound) > threshold : exact(bound) < threshold;
  };
  Decimal bound = first_digits(side);
  while (!refutes(bound) && bound.places < kMaximumPlaces) bound = one_more_digit(side, bound);
  return text(bound);
}

// What the printed strings say of the threshold is what the verdict says.
bool agree(const ReportedBounds& bounds, const ProportionClaim& claim, Outcome outcome) {
  const auto lower = Rational::parse(bounds.lower), upper = Rational::parse(bounds.upper);
  if (!lower || !upper) return false;
  const Rational& t = claim.threshold;
  switch (outcome) {
    case Outcome::pass:
      return claim.at_least ? *lower >= t : *upper <= t;
    case Outcome::fail:
      return claim.at_least ? *upper < t : *lower > t;
    case Outcome::inconclusive:
      if (claim.at_least) return (*lower < t || t.is_zero()) && t <= *upper;
      return *lower <= t && (t < *upper || t == Rational(1));
    case Outcome::borderline:
      return true;
  }
  return false;
}

std::string bound_text(const Side& side, const ProportionClaim& claim, Outcome outcome) {
  if (side.is_lower && side.k == 0) return "0";
  if (!side.is_lower && side.k == side.n) return "1";
  if (outcome == Outcome::pass && side.is_lower == claim.at_least) return passing_text(side, claim.threshold);
  if (outcome == Outcome::fail && side.is_lower != claim.at_least) return failing_text(side, claim.threshold);
  return text(first_digits(side));
}

}  // namespace

ReportedBounds report_bounds(const ProportionCounts& counts, const ProportionClaim& claim, const Rational& alpha,
                             Outcome outcome) {
  const Ratio level = level_of(alpha);
  const Side lower = {true, counts.good, counts.n, level},
             upper = {false, counts.good + counts.unknown, counts.n, level};
  const ReportedBounds bounds = {bound_text(lower, claim, outcome), bound_text(upper, claim, outcome)};
  PROOFMARK_CHECK(agree(bounds, claim, outcome));
  return bounds;
}

Interval clopper_pearson(std::uint64_t good, std::uint64_t unknown, std::uint64_t n, const Rational& alpha) {
  PROOFMARK_CHECK(unknown <= n && good <= n - unknown && n <= kMaximumRows);
  const Ratio level = level_of(alpha);
  Interval interval;
  if (good > 0) interval.lower = lower_double(solve({true, good, n, level}, inverse_incomplete_beta));
  if (good + unknown < n)
    interval.upper = upper_double(solve({false, good + unknown, n, level}, inverse_incomplete_beta));
  return interval;
}

}  // namespace proofmark::statistics
