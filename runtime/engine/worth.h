// Whether native code is worth its compilation, for `--engine auto`.
#pragma once

#include "runtime/engine/collect.h"

namespace proofmark::engine {

// From known numbers only (rows, and what the scan does with each), so that the choice is the same every time.
bool worth_compiling(const Collector& collector);
// The same when it was compiled before and only has to be found.
bool worth_finding(const Collector& collector);

}  // namespace proofmark::engine
