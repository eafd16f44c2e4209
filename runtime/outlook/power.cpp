// The teeth of the saw are looked at, not the rows.
//
// Tooth c of the pass curve is where exactly c bad rows are allowed: from rows_to_pass(c) to rows_to_pass(c + 1) - 1,
// and it is lowest at its end. Tooth f of the fail curve is where f bad rows are the fewest that fail: from
// last_rows_to_fail(f - 1) + 1 to last_rows_to_fail(f), lowest at its beginning. The low ends rise from tooth to tooth
// but for the rounding to whole rows, which moves them by less than one row's worth; so the search for the first tooth
// that is high enough is followed by a look at as many teeth as that rounding can reach.
#include "runtime/outlook/power.h"

#include <algorithm>
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/binomial.h"
#include "runtime/statistics/monotone_search.h"
#include "runtime/statistics/special_functions.h"

namespace proofmark::outlook {
namespace {

using statistics::Against;

constexpr double kFewestTeeth = 16, kMostTeeth = 512;

bool reaches(Against tail) {
  return tail == Against::above || tail == Against::equal;
}

bool likely_few(std::uint64_t bad, std::uint64_t rows, const Rational& share, const Rational& power) {
  if (share.is_zero()) return true;
  return reaches(statistics::compare_lower_tail(std::min(bad, rows), rows, share, power));
}

bool likely_many(std::uint64_t bad, std::uint64_t rows, const Rational& share, const Rational& power) {
  return bad <= rows && reaches(statistics::compare_upper_tail(bad, rows, share, power));
}

// One row moves the low end of a tooth by up to share / (sigma sqrt n) deviations, and a tooth lifts it by
// |allowed - share| / (2 allowed sigma sqrt n): so many teeth undo one row.
std::uint64_t teeth_to_check(const BinomialTest& test, const Rational& share) {
  const double q = test.allowed.nearest_double(), r = share.nearest_double();
  return static_cast<std::uint64_t>(std::clamp(4 * q * std::max(q, r) / std::fabs(q - r), kFewestTeeth, kMostTeeth));
}

// Rows at which the mean of the truth lies as far from the boundary as power and alpha ask, by the normal law.
double rows_by_normal(const BinomialTest& test, const Rational& alpha, const Rational& share, const Rational& power) {
  const double q = test.allowed.nearest_double(), r = share.nearest_double();
  const double za = -statistics::normal_quantile_estimate(alpha.nearest_double());
  const double zb = statistics::normal_quantile_estimate(power.nearest_double());
  const double root = (za * std::sqrt(q * (1 - q)) + zb * std::sqrt(r * (1 - r))) / (q - r);
  return root * root;
}

// The first of the teeth in [low, high] from which on all are high enough; high(high) holds.
template <typename HighEnough>
std::uint64_t first_high_tooth(std::uint64_t low, std::uint64_t high, std::uint64_t guess, std::uint64_t teeth,
                               const HighEnough& high_enough) {
  std::uint64_t first = statistics::first_where<std::uint64_t>(low, high, guess, high_enough);
  for (std::uint64_t tooth = first; tooth < high && tooth - first <= teeth; ++tooth)
    if (!high_enough(tooth)) first = tooth + 1;
  return first;
}

}  // namespace

Chances chances(const BinomialTest& test, std::uint64_t rows, const Rational& share) {
  Chances result;
  const auto few = most_bad_to_pass(test, rows), many = least_bad_to_fail(test, rows);
  if (few) result.pass = statistics::lower_tail(*few, rows, share);
  if (many) result.fail = statistics::upper_tail(*many, rows, share);
  result.undecided = std::max(0.0, 1 - result.pass - result.fail);
  return result;
}

std::optional<std::uint64_t> rows_for_pass(const BinomialTest& test, const Rational& share, const Rational& power) {
  PROOFMARK_CHECK(share < test.allowed && !share.is_negative());
  const auto most = most_bad_to_pass(test, kMostRows);
  if (!most) return std::nullopt;
  if (share.is_zero()) return rows_to_pass(test, 0);
  const auto high_enough = [&](std::uint64_t bad) {  // bad < *most, so that one more passes somewhere
    return likely_few(bad, *rows_to_pass(test, bad + 1) - 1, share, power);
  };
  if (*most == 0 || !high_enough(*most - 1)) return std::nullopt;
  const double rows = rows_by_normal(test, test.pass_alpha, share, power), q = test.allowed.nearest_double();
  const double guess = std::clamp(rows * (q + share.nearest_double()) / 2, 0.0, static_cast<double>(*most - 1));
  const std::uint64_t tooth =
      first_high_tooth(0, *most - 1, static_cast<std::uint64_t>(guess), teeth_to_check(test, share), high_enough);
  return rows_to_pass(test, tooth);
}

std::optional<std::uint64_t> rows_for_fail(const BinomialTest& test, const Rational& share, const Rational& power) {
  PROOFMARK_CHECK(share > test.allowed && share <= Rational(1));
  const auto most = least_bad_to_fail(test, kMostRows);
  if (!most) return std::nullopt;
  const auto begin = [&](std::uint64_t bad) { return bad == 1 ? 0 : *last_rows_to_fail(test, bad - 1) + 1; };
  const auto high_enough = [&](std::uint64_t bad) { return likely_many(bad, begin(bad), share, power); };
  if (!high_enough(*most)) return std::nullopt;
  const double rows = rows_by_normal(test, test.fail_alpha, share, power), q = test.allowed.nearest_double();
  const double guess = std::clamp(rows * (q + share.nearest_double()) / 2, 1.0, static_cast<double>(*most));
  const std::uint64_t tooth =
      first_high_tooth(1, *most, static_cast<std::uint64_t>(guess), teeth_to_check(test, share), high_enough);
  // The tooth before is too low where it begins and rises.
  const std::uint64_t low = begin(tooth - 1), high = begin(tooth);
  const auto enough = [&](std::uint64_t n) { return n == high || likely_many(tooth - 1, n, share, power); };
  return statistics::first_where<std::uint64_t>(low, high, high, enough);
}

}  // namespace proofmark::outlook
