// Ranks of the order statistics that bound a quantile, one-sided each (Conover 1999, section 3.2).
//
// With B ~ Bin(n, p): X_(l) is below the p-quantile with confidence 1 - P(B <= l-1), X_(u) is not below it with
// confidence 1 - P(B >= u), whatever the distribution. Deciding on the ranks is the same as deciding by
// counting: X_(u) <= t iff at least u rows are <= t.
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/binomial.h"
#include "runtime/statistics/binomial_tails.h"
#include "runtime/statistics/monotone_search.h"
#include "runtime/statistics/special_functions.h"

namespace proofmark::statistics {
namespace {

// Cornish-Fisher with the skewness term: within a unit or two of the rank, from the tail's side.
std::uint64_t guess(std::uint64_t n, const Ratio& p, double z) {
  const double mean = static_cast<double>(n) * to_double(p), q = to_double(complement(p));
  const double value = mean + z * std::sqrt(mean * q) + (z * z - 1) * (q - to_double(p)) / 6;
  return value > 0 ? static_cast<std::uint64_t>(value) : 0;
}

}  // namespace

std::uint64_t lower_rank(std::uint64_t n, const Rational& p, const Rational& alpha, bool strict) {
  const Ratio x = ratio_of(p), level = level_of(alpha);
  const auto exceeds = [&](std::uint64_t k) { return !is_within(weigh_lower_tail(k, n, x, level).against, strict); };
  return first_where<std::uint64_t>(0, n, guess(n, x, normal_quantile_estimate(to_double(level))), exceeds);
}

std::uint64_t upper_rank(std::uint64_t n, const Rational& p, const Rational& alpha, bool strict) {
  const Ratio x = ratio_of(p), level = level_of(alpha);
  const auto within = [&](std::uint64_t k) { return is_within(weigh_upper_tail(k, n, x, level).against, strict); };
  return first_where<std::uint64_t>(0, n + 1, guess(n, x, -normal_quantile_estimate(to_double(level))) + 1, within);
}

std::uint64_t nearest_rank(std::uint64_t n, const Rational& p) {
  PROOFMARK_CHECK(n >= 1 && n <= kMaximumRows);
  const std::uint64_t rank = ceil_of_product(n, ratio_of(p));
  return rank == 0 ? 1 : rank;
}

}  // namespace proofmark::statistics
