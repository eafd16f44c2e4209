// Logarithms of the gamma and beta functions and of binomial probabilities.
//
// Large parameters: the logarithms of three factorials nearly cancel, so Stirling's formula is cancelled on paper and
// only its errors are subtracted (Loader 2000).
#include <algorithm>
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/special_functions.h"

namespace proofmark::statistics {
namespace {

constexpr double kLogRootTwoPi = 0.91893853320467274178;

// x ln(x / whole), x = whole - rest.
double share_log(double x, double rest, double whole) {
  return x * log_of(x / whole, rest / whole);
}

}  // namespace

double log_gamma(double x) {
  PROOFMARK_CHECK(x > 0 && x < HUGE_VAL);
  if (x < 16) return log_gamma_of(x);
  return (x - 0.5) * log_of(x) - x + kLogRootTwoPi + stirling_error(x);
}

double log_beta(double a, double b) {
  PROOFMARK_CHECK(a > 0 && b > 0 && a < HUGE_VAL && b < HUGE_VAL);
  const double whole = a + b, smaller = std::min(a, b), larger = std::max(a, b);
  return share_log(a, b, whole) + share_log(b, a, whole) -
         (log_of(smaller) + log_of(larger / whole, smaller / whole)) / 2 + kLogRootTwoPi +
         ((stirling_error(a) + stirling_error(b)) - stirling_error(whole));
}

double log_choose(std::uint64_t n, std::uint64_t k) {
  PROOFMARK_CHECK(k <= n);
  if (k == 0 || k == n) return 0;
  const auto few = static_cast<double>(std::min(k, n - k)), many = static_cast<double>(std::max(k, n - k));
  const auto all = static_cast<double>(n);
  if (few == 1) return log_of(all);
  return -share_log(few, many, all) - share_log(many, few, all) - (log_of(few) + log_of(many / all, few / all)) / 2 -
         kLogRootTwoPi + (stirling_error(all) - stirling_error(few) - stirling_error(many));
}

double log_binomial_pmf(std::uint64_t k, std::uint64_t n, double p, double q) {
  PROOFMARK_CHECK(k <= n && p >= 0 && q >= 0);
  const auto good = static_cast<double>(k), bad = static_cast<double>(n - k), all = static_cast<double>(n);
  if (p == 0 || q == 0) return (p == 0 ? k == 0 : k == n) ? 0 : -HUGE_VAL;
  if (k == 0) return all * log_of(q, p);
  if (k == n) return all * log_of(p, q);
  const double share = std::min(p, q), product = all * share, rest = std::fma(all, share, -product);
  const double above = ((p <= q ? good : bad) - product) - rest;  // of the rarer outcome over its mean
  const double by_good = p <= q ? above : -above;
  const double exponent = deviance(good, all * p, by_good) + deviance(bad, all * q, -by_good);
  const double correction = stirling_error(good) + stirling_error(bad) - stirling_error(all);
  return log_of(all / good / bad) / 2 - kLogRootTwoPi - (exponent + correction);
}

double log_poisson_pmf(std::uint64_t k, double mean) {
  PROOFMARK_CHECK(mean >= 0);
  if (mean == 0) return k == 0 ? 0 : -HUGE_VAL;
  if (k == 0) return -mean;
  const auto events = static_cast<double>(k);
  return -(deviance(events, mean, events - mean) + stirling_error(events)) - log_of(events) / 2 - kLogRootTwoPi;
}

}  // namespace proofmark::statistics
