// The order statistic that a rule of the plan asks for: who counts and who checks the counts go by the same rank.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/plan/plan.h"

namespace proofmark::statistics {

// From 1, among the `known` values of a population of `n` of which the others are unknown. Nothing when there is no
// such bound, and of counts that cannot be (more values than rows).
std::optional<std::uint64_t> rank_of(const plan::RankRule& rule, std::uint64_t n, std::uint64_t known);

}  // namespace proofmark::statistics
