// Fisher's test and the conditional odds ratio. Limits are searched on the logarithm of the odds ratio, where the
// logarithm of a tail is nearly straight.
#include "runtime/statistics/two_proportions_exact.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "runtime/statistics/elementary.h"
#include "runtime/statistics/hypergeometric.h"
#include "runtime/statistics/monotone_search.h"
#include "runtime/statistics/root_search.h"

namespace proofmark::statistics {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kLargestLogOdds = 600;
constexpr double kEqualLikelihoods = 1e-7;  // relative

double no_likelier(const Hypergeometric& tables, std::uint64_t observed) {
  const double level = tables.log_probability(observed) + log1p_of(kEqualLikelihoods);
  const auto unlikely = [&](std::uint64_t k) { return tables.log_probability(k) <= level; };
  const std::uint64_t mode = tables.mode();
  if (unlikely(mode)) return 1;
  double p = 0;
  if (unlikely(tables.lowest()))  // the last unlikely table below the mode precedes the first likely one
    p +=
        tables.at_most(first_where(tables.lowest(), mode, observed, [&](std::uint64_t k) { return !unlikely(k); }) - 1);
  if (unlikely(tables.highest())) p += tables.at_least(first_where(mode, tables.highest(), observed, unlikely));
  return std::min(1.0, p);
}

// exp of the crossing of a function that rises with the logarithm of the odds ratio; 0 or infinity beyond e^600.
template <typename Function>
double odds_where_zero(double guess, const Function& rises) {
  double low = guess, high = guess;
  for (double step = 1; low > -kLargestLogOdds && rises(low) > 0; step *= 2) low -= step;
  for (double step = 1; high < kLargestLogOdds && rises(high) < 0; step *= 2) high += step;
  if (rises(low) > 0) return 0;
  if (rises(high) < 0) return kInfinity;
  return exp_of(low < high ? crossing(low, high, rises, 1e-15) : low);
}

double log_tail(double tail) {
  return log_of(std::max(tail, 1e-300));
}

}  // namespace

double fisher_p(const TwoGroups& groups, Alternative alternative) {
  const Hypergeometric tables(groups);
  if (alternative == Alternative::less) return tables.at_most(groups.k1);
  if (alternative == Alternative::greater) return tables.at_least(groups.k1);
  return no_likelier(tables, groups.k1);
}

OddsRatio conditional_odds_ratio(const TwoGroups& groups, double alpha) {
  const Hypergeometric tables(groups);
  const std::uint64_t k = groups.k1;
  const auto odds = [](std::uint64_t good, std::uint64_t bad) {
    return log_of((static_cast<double>(good) + 0.5) / (static_cast<double>(bad) + 0.5));
  };
  const double guess = odds(groups.k1, groups.failures1()) - odds(groups.k2, groups.failures2());
  const double level = log_of(alpha);
  OddsRatio result{0, 0, kInfinity};
  const bool at_bottom = k == tables.lowest(), at_top = k == tables.highest();
  if (!at_bottom)
    result.lower = odds_where_zero(
        guess, [&](double log_odds) { return log_tail(tables.noncentral_tails(k, log_odds).at_least) - level; });
  if (!at_top)
    result.upper = odds_where_zero(
        guess, [&](double log_odds) { return level - log_tail(tables.noncentral_tails(k, log_odds).at_most); });
  if (at_top && !at_bottom) result.estimate = kInfinity;
  if (!at_top && !at_bottom)
    result.estimate =
        odds_where_zero(guess, [&](double log_odds) { return tables.noncentral_tails(k, log_odds).mean_excess; });
  return result;
}

}  // namespace proofmark::statistics
