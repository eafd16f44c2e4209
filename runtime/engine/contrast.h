// Two samples set against each other by integers alone.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/plan/facts.h"

namespace proofmark::engine {

// Order keys of both samples, in any order; they are sorted. `real`: the two zeros are one value.
plan::ContrastSums contrast(std::vector<std::int64_t> first, std::vector<std::int64_t> second, bool real);

}  // namespace proofmark::engine
