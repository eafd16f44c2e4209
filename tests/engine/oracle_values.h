// What lists of values come to.
#pragma once

#include <vector>

#include "runtime/plan/plan.h"
#include "tests/engine/oracle_rows.h"

namespace proofmark::engine::testing {

// The shape written out in full: every row of the stream adds something to its lane.
double real_sum(const std::vector<MaybeNumber>& numbers);

// Of the values that there are, and `n` rows.
plan::ValueSummary summarise(const plan::CollectValues& what, const std::vector<MaybeNumber>& numbers, bool real,
                             std::uint64_t n);

}  // namespace proofmark::engine::testing
