// From merged accumulators to facts: ranks, extremes, sums.
#pragma once

#include "runtime/engine/collect.h"

namespace proofmark::engine {

plan::StreamFacts finish(const Collector& collector, Partial&& partial);

}  // namespace proofmark::engine
