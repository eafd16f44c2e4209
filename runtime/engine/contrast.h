// Two samples set against each other by integers alone.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"

namespace proofmark::engine {

// Order keys of both samples, in any order; they are sorted. `real`: the two zeros are one value.
plan::ContrastSums contrast(std::vector<std::int64_t> first, std::vector<std::int64_t> second, bool real);

// One sample as it was collected: order keys in any order, what they tell of the values, and for how many rows each
// stands.
struct ToldSample {
  std::span<const std::int64_t> keys;
  std::span<const std::uint64_t> weights;  // of the keys; none: each is one row
  plan::Told told = plan::Told::exactly;
  std::uint64_t rows = 0;  // told by edges: those without one among them, so no fewer than the keys stand for
};
plan::ContrastSums contrast(const ToldSample& first, const ToldSample& second, bool real);

}  // namespace proofmark::engine
