// One scan after it is bound: what is left is to pass over the rows. Apart, so that benchmarks can time that alone.
#pragma once

#include "runtime/engine/collect.h"
#include "runtime/engine/native.h"

namespace proofmark::engine {

// `native` null: interpreted. The facts are the same for either and for any number of threads.
plan::StreamFacts facts_of(const Collector& collector, const NativeScan* native, unsigned threads,
                           Measures* measures = nullptr);

}  // namespace proofmark::engine
