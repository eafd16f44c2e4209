// From merged accumulators to facts: ranks, extremes, sums.
#pragma once

#include "runtime/engine/collect.h"

namespace proofmark::engine {

// The facts are the same for any number of threads (0: as many as the machine has).
plan::StreamFacts finish(const Collector& collector, Partial&& partial, unsigned threads);

}  // namespace proofmark::engine
