// Accumulators of a scan whose rows stand for several events: what collect.h does, in events.
#pragma once

#include "runtime/engine/collect.h"

namespace proofmark::engine {

// As collect(), for a scan with a weight. Sums of doubles have no weighted form: the compiler asks for none.
void collect_weighted(const Collector& collector, plan::Id accumulator, const Block& block, const BlockState& state,
                      State& out);

// Keys with how many events have each: those of the ranks, which count events in ascending order of keys from 1.
std::vector<std::int64_t> keys_at(const CollectedValues& values, const std::vector<std::uint64_t>& ranks);

}  // namespace proofmark::engine
