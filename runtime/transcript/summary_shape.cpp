#include "runtime/transcript/summary_shape.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "runtime/transcript/moments_shape.h"

namespace proofmark::transcript {
namespace {

using plan::Int128;
using plan::Number;
using plan::RankedValue;

// The order statistics that are told, the extremes among them, by rank.
std::vector<RankedValue> ranked_values(const plan::ValueSummary& values) {
  std::vector<RankedValue> ranked;
  if (values.minimum) ranked.push_back({1, *values.minimum});
  for (const auto& rank : values.ranks)
    if (rank) ranked.push_back(*rank);
  if (values.maximum) ranked.push_back({values.known, *values.maximum});
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.rank < b.rank; });
  return ranked;
}

template <typename Sum, typename Value>
Sum as(const Number& value) {
  return static_cast<Sum>(std::get<Value>(value));
}

// The least and the greatest sum, from an order statistic at the first rank to one at the last.
template <typename Sum, typename Value>
std::pair<Sum, Sum> sums_between(const std::vector<RankedValue>& ranked) {
  Sum least = as<Sum, Value>(ranked.back().value), greatest = as<Sum, Value>(ranked.front().value);
  for (std::size_t i = 1; i < ranked.size(); ++i) {
    const auto apart = static_cast<Sum>(ranked[i].rank - ranked[i - 1].rank);
    least += apart * as<Sum, Value>(ranked[i - 1].value);
    greatest += apart * as<Sum, Value>(ranked[i].value);
  }
  return {least, greatest};
}

bool could_be_real_sum(const std::vector<RankedValue>& ranked, double sum) {
  const auto [least, greatest] = sums_between<double, double>(ranked);
  if (!std::isfinite(sum) || !std::isfinite(least) || !std::isfinite(greatest)) return true;
  const double farthest =
      std::fmax(std::fabs(std::get<double>(ranked.front().value)), std::fabs(std::get<double>(ranked.back().value)));
  const double room = 2 * kSumError * farthest * static_cast<double>(ranked.back().rank);
  return sum >= least - room && sum <= greatest + room;
}

}  // namespace

bool could_be_distinct(const plan::ValueSummary& values) {
  if (!values.distinct) return true;
  const std::uint64_t distinct = *values.distinct;
  if (distinct > values.known || (distinct == 0) != (values.known == 0)) return false;
  if (!values.minimum || !values.maximum) return true;
  if (distinct == 1 && *values.minimum != *values.maximum) return false;
  const auto *least = std::get_if<std::int64_t>(&*values.minimum),
             *greatest = std::get_if<std::int64_t>(&*values.maximum);
  return least == nullptr || greatest == nullptr || Int128(*greatest) - *least >= Int128(distinct) - 1;
}

std::optional<std::string> wrong_order(const plan::ValueSummary& values) {
  const std::vector<RankedValue> ranked = ranked_values(values);
  for (std::size_t i = 1; i < ranked.size(); ++i) {
    const RankedValue &a = ranked[i - 1], &b = ranked[i];
    if (b.value < a.value || (a.rank == b.rank && a.value != b.value))
      return "are not in order with each other, or with `minimum` and `maximum`";
  }
  return std::nullopt;
}

std::optional<std::string> wrong_sum(const plan::ValueSummary& values) {
  if (!values.sum) return std::nullopt;
  if (const auto* sum = std::get_if<double>(&*values.sum); sum != nullptr && !std::isfinite(*sum))
    return "is no finite number: a sum that overflows is null";
  if (values.known == 0) {
    const bool none = std::holds_alternative<double>(*values.sum) ? std::get<double>(*values.sum) == 0
                                                                  : std::get<Int128>(*values.sum) == 0;
    return none ? std::nullopt : std::optional<std::string>("is of no values");
  }
  if (!values.minimum || !values.maximum) return std::nullopt;
  const std::vector<RankedValue> ranked = ranked_values(values);
  bool possible = false;
  if (const auto* sum = std::get_if<Int128>(&*values.sum)) {
    const auto [least, greatest] = sums_between<Int128, std::int64_t>(ranked);
    possible = *sum >= least && *sum <= greatest;
  } else {
    possible = could_be_real_sum(ranked, std::get<double>(*values.sum));
  }
  return possible ? std::nullopt : std::optional<std::string>("is no sum of values between `minimum` and `maximum`");
}

}  // namespace proofmark::transcript
