// Blaker's interval, exactly, piece by piece.
//
// The acceptability of p is P(X >= k) + P(X <= q), q the largest count whose lower tail is no likelier than the upper
// tail of k (below the mean; mirrored above). It is smooth while q stands and jumps where q moves on, so "the first p
// where it reaches alpha" is looked for piece after piece: within one piece P(q < X < k) rises and then falls, and the
// acceptability, which is under alpha at the start, can cross it only once. Nothing left of Clopper and Pearson's bound
// of level alpha/2 is acceptable, and everything right of that of level alpha is: there are few pieces between them.
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/inversion.h"
#include "runtime/statistics/proportion_intervals.h"

namespace proofmark::statistics {
namespace {

// The count of those j = 0, 1, … below k with P(X <= j) <= P(X >= k): q + 1.
std::uint64_t opposite_counts(std::uint64_t k, std::uint64_t n, const Chance& chance) {
  const double upper = binomial_upper(k, n, chance);
  std::uint64_t low = 0, high = k;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (binomial_lower(middle, n, chance) <= upper)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

double acceptability(std::uint64_t k, std::uint64_t n, std::uint64_t opposite, const Chance& chance) {
  const double other = opposite == 0 ? 0 : binomial_lower(opposite - 1, n, chance);
  return binomial_upper(k, n, chance) + other;
}

Chance blaker_lower(std::uint64_t k, std::uint64_t n, double alpha) {
  if (k == 0) return {0, 1};
  const auto exact = [&](double level) {
    return first_chance([&](const Chance& chance) { return binomial_upper(k, n, chance) >= level; });
  };
  const auto precedes = [](const Chance& a, const Chance& b) { return a.p < b.p || (a.p == b.p && a.q > b.q); };
  Chance start = exact(alpha / 2);
  const Chance last = exact(alpha);
  std::uint64_t opposite = opposite_counts(k, n, start);
  while (precedes(start, last)) {
    if (opposite >= k || acceptability(k, n, opposite, start) >= alpha) return start;
    const Chance end = first_chance([&](const Chance& chance) {
      return chance.q == 0 || binomial_upper(k, n, chance) >= binomial_lower(opposite, n, chance);
    });
    const Chance within = precedes(end, last) ? end : last;
    if (acceptability(k, n, opposite, within) >= alpha)
      return first_chance([&](const Chance& chance) {
        if (precedes(chance, start)) return false;
        return precedes(within, chance) || acceptability(k, n, opposite, chance) >= alpha;
      });
    start = within;
    ++opposite;
  }
  return last;
}

}  // namespace

Interval blaker(const Trials& data, double alpha) {
  PROOFMARK_CHECK(data.successes <= data.trials && data.trials <= kMaximumBlakerTrials && alpha > 0 && alpha < 1);
  if (data.trials == 0) return {};
  const Chance lower = blaker_lower(data.successes, data.trials, alpha);
  const Chance upper = blaker_lower(data.trials - data.successes, data.trials, alpha);
  return {lower.p <= 0.5 ? lower.p : 1 - lower.q, upper.p <= 0.5 ? 1 - upper.p : upper.q};
}

}  // namespace proofmark::statistics
