// Sums in their fixed shape, order statistics by sorting.
#include "tests/engine/oracle_values.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/statistics/binomial.h"

namespace proofmark::engine::testing {
namespace {

double tree_of_blocks(const std::vector<double>& sums, std::size_t first, std::size_t count) {
  if (count == 1) return sums[first];
  std::size_t half = 1;
  while (half * 2 < count) half *= 2;
  return tree_of_blocks(sums, first, half) + tree_of_blocks(sums, first + half, count - half);
}

bool before(const plan::Number& a, const plan::Number& b) {
  if (a.index() == 0) return std::get<std::int64_t>(a) < std::get<std::int64_t>(b);
  const double x = std::get<double>(a), y = std::get<double>(b);
  if (x == 0 && y == 0) return std::signbit(x) && !std::signbit(y);
  return x < y;
}

std::optional<std::uint64_t> rank_by(const plan::RankRule& rule, std::uint64_t n, std::uint64_t known) {
  if (known == 0) return std::nullopt;
  const auto unknown = static_cast<std::int64_t>(n - known);
  std::int64_t rank = 0;
  if (rule.kind == plan::RankKind::nearest) rank = static_cast<std::int64_t>(statistics::nearest_rank(known, rule.p));
  if (rule.kind == plan::RankKind::lower)
    rank = static_cast<std::int64_t>(statistics::lower_rank(n, rule.p, rule.alpha, rule.strict)) - unknown;
  if (rule.kind == plan::RankKind::nearest_from_below)
    rank = static_cast<std::int64_t>(statistics::nearest_rank(n, rule.p)) - unknown;
  if (rule.kind == plan::RankKind::nearest_from_above)
    rank = static_cast<std::int64_t>(statistics::nearest_rank(n, rule.p));
  if (rule.kind == plan::RankKind::upper)
    rank = static_cast<std::int64_t>(statistics::upper_rank(n, rule.p, rule.alpha, rule.strict));
  if (rank < 1 || rank > static_cast<std::int64_t>(known)) return std::nullopt;
  return static_cast<std::uint64_t>(rank);
}

}  // namespace

double real_sum(const std::vector<MaybeNumber>& numbers) {
  std::vector<double> sums;
  for (std::size_t first = 0; first < numbers.size(); first += 4096) {
    std::array<double, 16> lane{};
    for (std::size_t row = first; row < std::min(first + 4096, numbers.size()); ++row)
      lane[(row - first) % 16] += numbers[row] ? std::get<double>(*numbers[row]) : 0.0;
    for (std::size_t width = 8; width >= 1; width /= 2)
      for (std::size_t i = 0; i < width; ++i) lane[i] += lane[i + width];
    sums.push_back(lane[0]);
  }
  return sums.empty() ? 0.0 : tree_of_blocks(sums, 0, sums.size());
}

plan::ValueSummary summarise(const plan::CollectValues& what, const std::vector<MaybeNumber>& numbers, bool real,
                             std::uint64_t n) {
  std::vector<plan::Number> sorted;
  plan::Int128 sum = 0;
  for (const MaybeNumber& number : numbers) {
    if (!number) continue;
    sorted.push_back(*number);
    if (!real) sum += std::get<std::int64_t>(*number);
  }
  std::sort(sorted.begin(), sorted.end(), before);
  plan::ValueSummary out;
  out.known = sorted.size();
  if (what.sum && !real) out.sum = sum;
  if (what.sum && real && std::isfinite(real_sum(numbers))) out.sum = real_sum(numbers);
  if (what.extremes && !sorted.empty()) {
    out.minimum = sorted.front();
    out.maximum = sorted.back();
  }
  if (what.distinct) {
    std::vector<plan::Number> values = sorted;
    values.erase(std::unique(values.begin(), values.end()), values.end());  // equal: the two zeros are one value
    out.distinct = values.size();
  }
  for (const plan::RankRule& rule : what.ranks) {
    const auto rank = rank_by(rule, n, sorted.size());
    out.ranks.emplace_back();
    if (rank) out.ranks.back() = plan::RankedValue{*rank, sorted[*rank - 1]};
  }
  return out;
}

}  // namespace proofmark::engine::testing
