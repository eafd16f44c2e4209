// How many further rows would let a claim pass, were every count to grow in proportion.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/plan/number.h"
#include "runtime/statistics/binomial.h"

namespace proofmark::judgement {

// A count after the smallest population grew from `rows` by `extra`.
inline std::uint64_t grown(std::uint64_t count, std::uint64_t rows, std::uint64_t extra) {
  return static_cast<std::uint64_t>(plan::Int128(count) * plan::Int128(rows + extra) / plan::Int128(rows));
}

// Doubles, then halves; nothing when the largest population would leave what the tails are proven for.
template <typename Passes>
std::optional<std::uint64_t> smallest_growth(std::uint64_t rows, std::uint64_t largest, Passes passes) {
  const auto fits = [&](std::uint64_t extra) { return grown(largest, rows, extra) <= statistics::kMaximumRows / 2; };
  std::uint64_t high = 1;
  while (fits(high) && !passes(high)) high *= 2;
  if (!fits(high)) return std::nullopt;
  for (std::uint64_t low = high / 2; low + 1 < high;) {
    const std::uint64_t middle = low + (high - low) / 2;
    (passes(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace proofmark::judgement
