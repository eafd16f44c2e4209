// Exact null distributions are counted by adding one value at a time: ways[j][s] is the number of choices of j values
// whose rank sum is s above the least. The counts are sums of positive numbers only: nothing cancels.
#include "runtime/statistics/rank_tests.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "runtime/plan/number.h"
#include "runtime/statistics/distributions.h"

namespace proofmark::statistics {
namespace {

constexpr double kMaximumWork = 1e9;

double as_double(std::uint64_t count) {
  return static_cast<double>(count);
}

// Twice the mean rank of every value; equal values share theirs. -0 equals 0.
std::vector<std::uint64_t> doubled_ranks(std::span<const double> values, double* tie_sum) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return values[a] != values[b] ? values[a] < values[b] : a < b; });
  std::vector<std::uint64_t> ranks(values.size());
  plan::Int128 ties = 0;
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin + 1;
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    for (std::size_t i = begin; i < end; ++i) ranks[order[i]] = begin + 1 + end;
    const plan::Int128 count = static_cast<plan::Int128>(end - begin);
    ties += count * count * count - count;
    begin = end;
  }
  if (tie_sum != nullptr) *tie_sum = static_cast<double>(ties);
  return ranks;
}

double p_of(double z, Alternative alternative) {
  if (alternative == Alternative::less) return normal_cdf(z);
  if (alternative == Alternative::greater) return normal_upper(z);
  return std::min(1.0, 2 * normal_upper(std::fabs(z)));
}

// Probabilities of the rank sums of `chosen` of these ranks, counted from `chosen` times the smallest rank.
std::optional<std::vector<double>> rank_sum_probabilities(std::vector<std::uint64_t> ranks, std::size_t chosen) {
  std::sort(ranks.begin(), ranks.end());
  const std::uint64_t least = ranks.front();
  for (std::uint64_t& rank : ranks) rank -= least;
  const std::uint64_t largest =
      std::accumulate(ranks.end() - static_cast<std::ptrdiff_t>(chosen), ranks.end(), std::uint64_t{0});
  if (as_double(chosen) * as_double(largest + 1) * as_double(ranks.size()) > kMaximumWork) return std::nullopt;
  std::vector<std::vector<double>> ways(chosen + 1, std::vector<double>(largest + 1, 0));
  ways[0][0] = 1;
  std::uint64_t reach = 0;
  for (std::size_t seen = 0; seen < ranks.size(); ++seen) {
    reach = std::min(largest, reach + ranks[seen]);
    for (std::size_t j = std::min(chosen, seen + 1); j > 0; --j)
      for (std::uint64_t s = reach + 1; s-- > ranks[seen];) ways[j][s] += ways[j - 1][s - ranks[seen]];
  }
  const double total = sum(ways[chosen]);
  for (double& way : ways[chosen]) way /= total;
  return std::move(ways[chosen]);
}

}  // namespace

RankedSamples rank_samples(std::span<const double> first, std::span<const double> second) {
  std::vector<double> all(first.begin(), first.end());
  all.insert(all.end(), second.begin(), second.end());
  RankedSamples result;
  const auto ranks = doubled_ranks(all, &result.tie_sum);
  const auto split = ranks.begin() + static_cast<std::ptrdiff_t>(first.size());
  result.doubled1.assign(ranks.begin(), split);
  result.doubled2.assign(split, ranks.end());
  const std::uint64_t n1 = first.size();
  result.doubled_u1 = std::accumulate(result.doubled1.begin(), result.doubled1.end(), std::uint64_t{0}) - n1 * (n1 + 1);
  return result;
}

double mann_whitney_asymptotic(const RankedSamples& ranks, Alternative alternative, bool continuity) {
  const double n1 = as_double(ranks.doubled1.size()), n2 = as_double(ranks.doubled2.size()), n = n1 + n2;
  const double variance = n1 * n2 / 12 * (n + 1 - ranks.tie_sum / (n * (n - 1)));
  if (!(variance > 0)) return 1;
  const double excess = as_double(ranks.doubled_u1) / 2 - n1 * n2 / 2;
  double correction = 0;
  if (continuity && alternative == Alternative::two_sided) correction = excess == 0 ? 0 : std::copysign(0.5, excess);
  if (continuity && alternative != Alternative::two_sided) correction = alternative == Alternative::less ? -0.5 : 0.5;
  return p_of((excess - correction) / std::sqrt(variance), alternative);
}

std::optional<double> mann_whitney_exact(const RankedSamples& ranks, Alternative alternative) {
  std::vector<std::uint64_t> all = ranks.doubled1;
  all.insert(all.end(), ranks.doubled2.begin(), ranks.doubled2.end());
  std::uint64_t unit = 2;  // without ties every doubled rank is even
  for (const std::uint64_t rank : all) unit = std::gcd(unit, rank);
  for (std::uint64_t& rank : all) rank /= unit;
  const std::uint64_t n1 = ranks.doubled1.size(), n = all.size();
  const std::uint64_t least = *std::min_element(all.begin(), all.end());
  const auto observed =
      std::accumulate(ranks.doubled1.begin(), ranks.doubled1.end(), std::uint64_t{0}) / unit - n1 * least;
  const auto probabilities = rank_sum_probabilities(std::move(all), n1);
  if (!probabilities) return std::nullopt;
  // n1 (n + 1) is twice the mean rank sum; both are compared in units, doubled.
  const auto distance = [&](std::uint64_t s) {
    const auto doubled = static_cast<std::int64_t>(2 * unit * (s + n1 * least));
    return std::abs(doubled - static_cast<std::int64_t>(2 * n1 * (n + 1)));
  };
  std::vector<double> extreme;
  for (std::uint64_t s = 0; s < probabilities->size(); ++s)
    if (alternative == Alternative::less      ? s <= observed
        : alternative == Alternative::greater ? s >= observed
                                              : distance(s) >= distance(observed))
      extreme.push_back((*probabilities)[s]);
  return std::min(1.0, sum(extreme));
}

std::optional<std::vector<double>> mann_whitney_lower_tails(std::uint64_t n1, std::uint64_t n2) {
  std::vector<std::uint64_t> ranks(n1 + n2);
  std::iota(ranks.begin(), ranks.end(), std::uint64_t{1});
  const auto probabilities = rank_sum_probabilities(std::move(ranks), n1);
  if (!probabilities) return std::nullopt;
  const std::uint64_t least = n1 * (n1 - 1) / 2;  // of the rank sum above n1 times the smallest rank
  std::vector<double> tails(probabilities->begin() + static_cast<std::ptrdiff_t>(least), probabilities->end());
  std::partial_sum(tails.begin(), tails.end(), tails.begin());
  return tails;
}

Dominance dominance(const RankedSamples& ranks) {
  const std::uint64_t pairs = ranks.doubled1.size() * ranks.doubled2.size();
  const auto excess = static_cast<std::int64_t>(ranks.doubled_u1) - static_cast<std::int64_t>(pairs);
  return {static_cast<double>(excess) / as_double(pairs), as_double(ranks.doubled_u1) / as_double(2 * pairs)};
}

BrunnerMunzel brunner_munzel(std::span<const double> first, std::span<const double> second, Alternative alternative,
                             Reference reference) {
  const RankedSamples both = rank_samples(first, second);
  const auto within1 = doubled_ranks(first, nullptr), within2 = doubled_ranks(second, nullptr);
  // The placement of a value is its rank in the union less its rank in its own sample; the variance of placements.
  const auto placements = [](const std::vector<std::uint64_t>& all, const std::vector<std::uint64_t>& own) {
    std::vector<double> values(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) values[i] = as_double(all[i] - own[i]) / 2;
    return moments(values);
  };
  const double n1 = as_double(first.size()), n2 = as_double(second.size());
  const double s1 = n1 * placements(both.doubled1, within1).variance;
  const double s2 = n2 * placements(both.doubled2, within2).variance;
  BrunnerMunzel test;
  test.effect = 1 - dominance(both).a12;
  test.degenerate = !(s1 + s2 > 0);
  if (test.degenerate) return test;
  // The difference of the mean ranks in the union is (n1 + n2) (effect - 1/2), the effect being 1 - A12.
  test.w = -n1 * n2 * dominance(both).delta / 2 / std::sqrt(s1 + s2);
  test.df = (s1 + s2) * (s1 + s2) / (s1 * s1 / (n1 - 1) + s2 * s2 / (n2 - 1));
  const bool normal = reference == Reference::normal;
  const auto upper = [&](double w) { return normal ? normal_upper(w) : student_t_upper(w, test.df); };
  if (alternative == Alternative::less)
    test.p_value = upper(test.w);
  else if (alternative == Alternative::greater)
    test.p_value = normal ? normal_cdf(test.w) : student_t_cdf(test.w, test.df);
  else
    test.p_value = std::min(1.0, 2 * upper(std::fabs(test.w)));
  return test;
}

}  // namespace proofmark::statistics
