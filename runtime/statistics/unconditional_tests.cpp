// Barnard's and Boschloo's tests.
//
// For a common proportion p the probability of the rejection region is a sum over s, the successes in all, of
// P(S = s) times the hypergeometric share r(s) of the region among the tables with s successes. The shares are computed
// once, O(n1 n2); each p then costs O(N) with S binomial(N, p). As a function of the angle asin sqrt p that sum has no
// feature narrower than 1/(2 sqrt N): a grid of sixteen points to such a width sees every maximum, and golden section
// refines the highest ones.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/hypergeometric.h"
#include "runtime/statistics/two_proportions_exact.h"

namespace proofmark::statistics {
namespace {

constexpr double kTies = 1e-9;  // relative
constexpr double kQuarterTurn = 1.5707963267948966;

double as_double(std::uint64_t count) {
  return static_cast<double>(count);
}

// Is `value` at least `bound`, equal within the relative tie tolerance?
bool at_least(double value, double bound) {
  if (std::isinf(value) || std::isinf(bound)) return value >= bound;
  return value >= bound - kTies * std::fabs(bound);
}

// The sum of r(s) P(S = s), S binomial(N, sin^2 angle).
class RegionProbability {
 public:
  explicit RegionProbability(std::vector<double> shares) : shares_(std::move(shares)) {
    const std::uint64_t n = shares_.size() - 1;
    for (std::uint64_t s = 0; s <= n; ++s) log_choose_.push_back(log_choose(n, s));
  }

  double at(double angle) const {
    const double root = sin_of(angle), other = cos_of(angle), n = as_double(shares_.size() - 1);
    if (root <= 0) return shares_.front();
    if (other <= 0) return shares_.back();
    const double log_p = 2 * log_of(root), log_q = 2 * log_of(other);
    double total = 0;
    for (std::size_t s = 0; s < shares_.size(); ++s)
      if (shares_[s] > 0)
        total += shares_[s] * exp_of(log_choose_[s] + as_double(s) * log_p + (n - as_double(s)) * log_q);
    return total;
  }

  double supremum() const {
    const auto steps = static_cast<std::size_t>(64 + 52 * std::sqrt(as_double(shares_.size())));
    std::vector<double> grid(steps + 1);
    for (std::size_t i = 0; i <= steps; ++i) grid[i] = at(angle(i, steps));
    std::vector<std::size_t> peaks;
    for (std::size_t i = 0; i <= steps; ++i)
      if ((i == 0 || grid[i] >= grid[i - 1]) && (i == steps || grid[i] >= grid[i + 1])) peaks.push_back(i);
    std::sort(peaks.begin(), peaks.end(),
              [&](std::size_t a, std::size_t b) { return grid[a] != grid[b] ? grid[a] > grid[b] : a < b; });
    double best = 0;
    for (std::size_t i = 0; i < std::min<std::size_t>(peaks.size(), kRefined); ++i)
      best = std::max(
          {best, grid[peaks[i]],
           refined(angle(peaks[i] - (peaks[i] > 0 ? 1 : 0), steps), angle(std::min(peaks[i] + 1, steps), steps))});
    return std::min(1.0, best);
  }

 private:
  static constexpr std::size_t kRefined = 12;

  static double angle(std::size_t i, std::size_t steps) { return kQuarterTurn * as_double(i) / as_double(steps); }

  double refined(double low, double high) const {
    constexpr double kGolden = 0.6180339887498949;
    double a = high - kGolden * (high - low), b = low + kGolden * (high - low), at_a = at(a), at_b = at(b);
    for (int step = 0; step < 45; ++step) {
      if (at_a < at_b) {
        low = a, a = b, at_a = at_b;
        b = low + kGolden * (high - low), at_b = at(b);
      } else {
        high = b, b = a, at_b = at_a;
        a = high - kGolden * (high - low), at_a = at(a);
      }
    }
    return std::max(at_a, at_b);
  }

  std::vector<double> shares_, log_choose_;
};

double statistic_of(const TwoGroups& groups, BarnardStatistic statistic) {
  const double difference = observed_difference(groups);
  if (difference == 0) return 0;
  const double n1 = as_double(groups.n1), n2 = as_double(groups.n2);
  double variance = as_double(groups.k1) * as_double(groups.failures1()) / (n1 * n1 * n1) +
                    as_double(groups.k2) * as_double(groups.failures2()) / (n2 * n2 * n2);
  if (statistic == BarnardStatistic::pooled)
    variance =
        as_double(groups.k1 + groups.k2) * as_double(groups.failures1() + groups.failures2()) / (n1 + n2) / (n1 * n2);
  if (variance == 0) return std::copysign(std::numeric_limits<double>::infinity(), difference);
  return difference / std::sqrt(variance);
}

// r(s) for the tables in which group 1 has `k` of the s successes and extreme(k, s) holds.
template <typename Extreme>
RegionProbability region(const TwoGroups& groups, const Extreme& extreme) {
  std::vector<double> shares;
  for (std::uint64_t s = 0; s <= groups.n1 + groups.n2; ++s) {
    const Hypergeometric tables(groups.n1, groups.n2, s);
    double inside = 0, outside = 0, probability = tables.probability(tables.lowest());
    for (std::uint64_t k = tables.lowest(); k <= tables.highest(); ++k) {
      (extreme(k, s) ? inside : outside) += probability;
      if (k < tables.highest()) probability = k % 32 == 31 ? tables.probability(k + 1) : probability * tables.ratio(k);
    }
    shares.push_back(outside == 0 ? 1 : inside);
  }
  return RegionProbability(std::move(shares));
}

Boschloo one_sided_boschloo(const TwoGroups& groups, Alternative alternative) {
  Boschloo result;
  result.fisher_p = fisher_p(groups, alternative);
  const double bound = result.fisher_p * (1 + kTies);
  // Among the tables with s successes the region is a tail, and its share is that tail itself: the largest within
  // bound.
  std::vector<double> shares;
  for (std::uint64_t s = 0; s <= groups.n1 + groups.n2; ++s) {
    const Hypergeometric tables(groups.n1, groups.n2, s);
    const std::uint64_t count = tables.highest() - tables.lowest();
    double share = 0, tail = 0;
    for (std::uint64_t i = 0; i <= count; ++i) {
      const std::uint64_t k = alternative == Alternative::less ? tables.lowest() + i : tables.highest() - i;
      tail = i == count ? 1 : tail + tables.probability(k);
      if (tail > bound) break;
      share = tail;
    }
    shares.push_back(share);
  }
  result.p_value = RegionProbability(std::move(shares)).supremum();
  return result;
}

}  // namespace

Barnard barnard_test(const TwoGroups& groups, Alternative alternative, BarnardStatistic statistic) {
  PROOFMARK_CHECK(groups.n1 + groups.n2 <= kMaximumUnconditionalRows);
  const double observed = statistic_of(groups, statistic);
  const auto size = [alternative](double z) {
    return alternative == Alternative::less ? -z : alternative == Alternative::greater ? z : std::fabs(z);
  };
  const auto extreme = [&](std::uint64_t k, std::uint64_t s) {
    return at_least(size(statistic_of({k, groups.n1, s - k, groups.n2}, statistic)), size(observed));
  };
  return {observed, region(groups, extreme).supremum()};
}

Boschloo boschloo_test(const TwoGroups& groups, Alternative alternative) {
  PROOFMARK_CHECK(groups.n1 + groups.n2 <= kMaximumUnconditionalRows);
  if (alternative != Alternative::two_sided) return one_sided_boschloo(groups, alternative);
  const Boschloo less = one_sided_boschloo(groups, Alternative::less);
  const Boschloo greater = one_sided_boschloo(groups, Alternative::greater);
  return {std::min(less.fisher_p, greater.fisher_p), std::min(1.0, 2 * std::min(less.p_value, greater.p_value))};
}

}  // namespace proofmark::statistics
