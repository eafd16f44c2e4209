// Positions are exact; only the last interpolation rounds.
#include "runtime/statistics/quantiles.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/binomial.h"
#include "runtime/statistics/elementary.h"

namespace proofmark::statistics {
namespace {

Rational ratio(std::int64_t above, std::int64_t below) {
  return *Rational::make(above, below);
}

// Hyndman & Fan's position of type t: start + p (n + growth).
struct Position {
  Rational start, growth;
};

Position position_of(int type) {
  switch (type) {
    case 3:
      return {ratio(-1, 2), 0};
    case 5:
      return {ratio(1, 2), 0};
    case 6:
      return {0, 1};
    case 7:
      return {1, -1};
    case 8:
      return {ratio(1, 3), ratio(1, 3)};
    case 9:
      return {ratio(3, 8), ratio(1, 4)};
    default:
      return {0, 0};  // 1, 2, 4
  }
}

// The weight of the higher neighbour.
double weight_of(int type, plan::Int128 below, const Rational& beyond) {
  switch (type) {
    case 1:
      return beyond.is_zero() ? 0 : 1;
    case 2:
      return beyond.is_zero() ? 0.5 : 1;
    case 3:
      return beyond.is_zero() && below % 2 == 0 ? 0 : 1;
    default:
      return beyond.nearest_double();
  }
}

}  // namespace

std::vector<double> sorted(std::span<const double> values) {
  std::vector<double> ascending(values.begin(), values.end());
  std::sort(ascending.begin(), ascending.end(),
            [](double a, double b) { return a < b || (a == b && std::signbit(a) && !std::signbit(b)); });
  return ascending;
}

std::optional<double> point_quantile(std::span<const double> ascending, const Rational& p, int type) {
  PROOFMARK_CHECK(!ascending.empty() && type >= 1 && type <= 9);
  const auto [start, growth] = position_of(type);
  const auto n = static_cast<std::int64_t>(ascending.size());
  const auto span = plan::add(Rational(n), growth);
  const auto reach = plan::multiply(p, *span);
  const auto position = reach ? plan::add(*reach, start) : std::nullopt;
  if (!position) return std::nullopt;
  const plan::Int128 below = position->floor();
  const auto beyond =
      plan::subtract(*position, *Rational::make(below, 1));  // in [0, 1), with the denominator of position
  if (!beyond) return std::nullopt;
  const double weight = weight_of(type, below, *beyond);
  const auto at = [&](plan::Int128 rank) {
    return ascending[static_cast<std::size_t>(std::clamp<plan::Int128>(rank, 1, n) - 1)];
  };
  const double low = at(below), high = at(below + 1);
  if (weight == 0 || low == high) return low;
  return weight == 1 ? high : (1 - weight) * low + weight * high;
}

QuantileRanks quantile_ranks(std::uint64_t n, const Rational& p, const RankLevels& levels) {
  QuantileRanks ranks{0, n + 1, 1};
  double missed = 0;
  if (levels.lower) ranks.lower = lower_rank(n, p, *levels.lower, true);
  if (levels.upper) ranks.upper = upper_rank(n, p, *levels.upper, false);
  if (ranks.lower > 0) missed += lower_tail(ranks.lower - 1, n, p);
  if (ranks.upper <= n) missed += upper_tail(ranks.upper, n, p);
  ranks.coverage = 1 - missed;
  return ranks;
}

QuantileRanks widened(QuantileRanks ranks, std::uint64_t n, const Rational& rank_error) {
  const auto slack_exact = plan::multiply(rank_error, Rational(static_cast<std::int64_t>(n)));
  const std::uint64_t slack = slack_exact ? static_cast<std::uint64_t>(slack_exact->ceil()) : n;
  ranks.lower = ranks.lower > slack ? ranks.lower - slack : 0;
  ranks.upper = ranks.upper <= n && n - ranks.upper >= slack ? ranks.upper + slack : n + 1;
  return ranks;
}

double dkw_half_width(double n, double alpha) {
  return std::sqrt(log_of(2 / alpha) / (2 * n));
}

}  // namespace proofmark::statistics
