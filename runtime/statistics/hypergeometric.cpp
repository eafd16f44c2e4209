#include "runtime/statistics/hypergeometric.h"

#include <algorithm>
#include <cmath>

#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/monotone_search.h"

namespace proofmark::statistics {
namespace {

constexpr double kNegligible = 1e-19;  // of the sum so far

double as_double(std::uint64_t count) {
  return static_cast<double>(count);
}

}  // namespace

Hypergeometric::Hypergeometric(std::uint64_t n1, std::uint64_t n2, std::uint64_t successes)
    : n1_(n1),
      n2_(n2),
      successes_(successes),
      lowest_(successes > n2 ? successes - n2 : 0),
      highest_(std::min(n1, successes)) {}

double Hypergeometric::ratio(std::uint64_t k) const {
  return as_double(n1_ - k) / as_double(k + 1) * (as_double(successes_ - k) / as_double(n2_ + k + 1 - successes_));
}

std::uint64_t Hypergeometric::mode(double log_odds) const {
  const double odds = exp_of(log_odds);
  const auto guess = static_cast<std::uint64_t>(as_double(n1_) * (as_double(successes_) / as_double(n1_ + n2_)));
  return first_where<std::uint64_t>(lowest_, highest_, guess, [&](std::uint64_t k) { return ratio(k) * odds < 1; });
}

double Hypergeometric::log_probability(std::uint64_t k) const {
  const std::uint64_t all = n1_ + n2_;
  if (successes_ == 0 || successes_ == all) return 0;
  const double p = as_double(successes_) / as_double(all), q = as_double(all - successes_) / as_double(all);
  return log_binomial_pmf(k, n1_, p, q) + log_binomial_pmf(successes_ - k, n2_, p, q) -
         log_binomial_pmf(successes_, all, p, q);
}

double Hypergeometric::probability(std::uint64_t k) const {
  return exp_of(log_probability(k));
}

double Hypergeometric::sum_down(std::uint64_t k) const {
  double total = 1, term = 1;
  while (k > lowest_ && term > kNegligible * total) {
    --k;
    term /= ratio(k);
    total += term;
  }
  return total;
}

double Hypergeometric::sum_up(std::uint64_t k) const {
  double total = 1, term = 1;
  while (k < highest_ && term > kNegligible * total) {
    term *= ratio(k);
    ++k;
    total += term;
  }
  return total;
}

double Hypergeometric::at_most(std::uint64_t k) const {
  if (k >= highest_) return 1;
  if (k < lowest_) return 0;
  if (k <= mode()) return std::min(1.0, probability(k) * sum_down(k));
  return 1 - probability(k + 1) * sum_up(k + 1);
}

double Hypergeometric::at_least(std::uint64_t k) const {
  if (k <= lowest_) return 1;
  if (k > highest_) return 0;
  if (k >= mode()) return std::min(1.0, probability(k) * sum_up(k));
  return 1 - probability(k - 1) * sum_down(k - 1);
}

Hypergeometric::Tails Hypergeometric::noncentral_tails(std::uint64_t k, double log_odds) const {
  const double odds = exp_of(log_odds);
  const std::uint64_t top = mode(log_odds);
  Tails sums;
  double total = 0;
  const auto add = [&](std::uint64_t x, double weight) {
    total += weight;
    if (x <= k) sums.at_most += weight;
    if (x >= k) sums.at_least += weight;
    sums.mean_excess += weight * (x >= k ? as_double(x - k) : -as_double(k - x));
  };
  add(top, 1);
  double weight = 1;
  for (std::uint64_t x = top; x < highest_ && weight > kNegligible * total;) {
    weight *= ratio(x) * odds;
    add(++x, weight);
  }
  weight = 1;
  for (std::uint64_t x = top; x > lowest_ && weight > kNegligible * total;) {
    weight /= ratio(--x) * odds;
    add(x, weight);
  }
  return {sums.at_most / total, sums.at_least / total, sums.mean_excess / total};
}

}  // namespace proofmark::statistics
