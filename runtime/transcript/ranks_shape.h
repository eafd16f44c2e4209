// Whether moments over time are those of ranks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/plan/facts.h"

namespace proofmark::transcript {

// What is wrong with the steps, in words; nothing: some n values have such ranks, as far as their sums tell. Pre: each
// step could be moments of whole numbers from 0 to 2 n + 1, of which none lies outside.
std::optional<std::string> wrong_ranks(const std::vector<plan::MomentSums>& steps);

}  // namespace proofmark::transcript
