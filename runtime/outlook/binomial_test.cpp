// Searches from a normal approximation; the binomial ranks and the clean run come from the statistics as they are.
#include "runtime/outlook/binomial_test.h"

#include <algorithm>
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/judgement/anytime.h"
#include "runtime/judgement/mid_p.h"
#include "runtime/statistics/binomial.h"
#include "runtime/statistics/monotone_search.h"
#include "runtime/statistics/special_functions.h"

namespace proofmark::outlook {
namespace {

using statistics::Against;
using statistics::Outcome;

std::uint64_t whole(double guess) {
  return guess > 0 ? static_cast<std::uint64_t>(std::min(guess, static_cast<double>(kMostRows))) : 0;
}

// A count of bad rows is good evidence against `share <= allowed`, and few of them for it.
Outcome searched_outcome(const BinomialTest& test, std::uint64_t bad, std::uint64_t rows, const Rational& alpha) {
  if (test.mid_p) return judgement::decide_mid_p({bad, 0, rows}, {false, test.allowed}, alpha).outcome;
  return judgement::decide_anytime({bad, 0, rows}, {false, test.allowed}, alpha).outcome;
}

// Exact tails have ranks and a closed form of their own.
bool is_exact(const BinomialTest& test) {
  return !test.anytime && !test.mid_p;
}

// The number of rows whose expected bad ones lie `deviations` away from `bad`: n q - z sqrt(n q) = bad for n.
std::uint64_t rows_by_normal(double bad, double allowed, double deviations) {
  const double root = (deviations + std::sqrt(deviations * deviations + 4 * bad)) / 2;
  return whole(root * root / allowed);
}

double deviations_of(const BinomialTest& test, const Rational& alpha) {
  const double z = -statistics::normal_quantile_estimate(alpha.nearest_double());
  return test.anytime ? 2 * z : z;
}

}  // namespace

bool passes(const BinomialTest& test, std::uint64_t bad, std::uint64_t rows) {
  if (rows == 0 || bad > rows) return false;
  if (!is_exact(test)) return searched_outcome(test, bad, rows, test.pass_alpha) == Outcome::pass;
  const Against tail = statistics::compare_lower_tail(bad, rows, test.allowed, test.pass_alpha);
  return tail == Against::below || tail == Against::equal;
}

bool fails(const BinomialTest& test, std::uint64_t bad, std::uint64_t rows) {
  if (rows == 0 || bad > rows) return false;
  if (!is_exact(test)) return searched_outcome(test, bad, rows, test.fail_alpha) == Outcome::fail;
  return statistics::compare_upper_tail(bad, rows, test.allowed, test.fail_alpha) == Against::below;
}

std::optional<std::uint64_t> most_bad_to_pass(const BinomialTest& test, std::uint64_t rows) {
  PROOFMARK_CHECK(rows <= kMostRows);
  if (!passes(test, 0, rows)) return std::nullopt;
  if (is_exact(test)) return statistics::lower_rank(rows, test.allowed, test.pass_alpha, false) - 1;
  const double mean = static_cast<double>(rows) * test.allowed.nearest_double();
  const std::uint64_t guess = whole(mean - deviations_of(test, test.pass_alpha) * std::sqrt(mean));
  const auto too_many = [&](std::uint64_t bad) { return !passes(test, bad, rows); };
  return statistics::first_where<std::uint64_t>(1, rows + 1, guess, too_many) - 1;
}

std::optional<std::uint64_t> least_bad_to_fail(const BinomialTest& test, std::uint64_t rows) {
  PROOFMARK_CHECK(rows <= kMostRows);
  if (!fails(test, rows, rows)) return std::nullopt;
  if (is_exact(test)) return statistics::upper_rank(rows, test.allowed, test.fail_alpha, true);
  const double mean = static_cast<double>(rows) * test.allowed.nearest_double();
  const std::uint64_t guess = whole(mean + deviations_of(test, test.fail_alpha) * std::sqrt(mean));
  const auto enough = [&](std::uint64_t bad) { return fails(test, bad, rows); };
  return statistics::first_where<std::uint64_t>(0, rows, guess, enough);
}

std::optional<std::uint64_t> rows_to_pass(const BinomialTest& test, std::uint64_t bad) {
  if (!passes(test, bad, kMostRows)) return std::nullopt;
  if (is_exact(test)) return statistics::smallest_n_to_pass({false, test.allowed}, test.pass_alpha, bad);
  const auto enough = [&](std::uint64_t rows) { return passes(test, bad, rows); };
  const std::uint64_t guess =
      rows_by_normal(static_cast<double>(bad), test.allowed.nearest_double(), deviations_of(test, test.pass_alpha));
  return statistics::first_where<std::uint64_t>(bad + 1, kMostRows, guess, enough);
}

std::optional<std::uint64_t> last_rows_to_fail(const BinomialTest& test, std::uint64_t bad) {
  PROOFMARK_CHECK(bad >= 1);
  if (fails(test, bad, kMostRows)) return std::nullopt;
  const auto too_few_bad = [&](std::uint64_t rows) { return !fails(test, bad, rows); };
  const std::uint64_t guess =
      rows_by_normal(static_cast<double>(bad), test.allowed.nearest_double(), -deviations_of(test, test.fail_alpha));
  return statistics::first_where<std::uint64_t>(bad, kMostRows, guess, too_few_bad) - 1;
}

}  // namespace proofmark::outlook
