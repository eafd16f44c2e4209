// The naive oracle: the meaning of a scan, one row after the other, from the cells as they were written.
//
// It shares with the engine the plan, the facts and the rank formulas, and nothing else: no blocks, no masks, no
// dictionaries, no int64 bounds (exact rationals decide), no selection (everything is sorted).
#pragma once

#include <optional>

#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"
#include "tests/engine/table.h"

namespace proofmark::engine::testing {

plan::StreamFacts naive_facts(const plan::Scan& scan, const Table& table, std::optional<std::int64_t> as_of_ns);

}  // namespace proofmark::engine::testing
