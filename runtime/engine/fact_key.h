// What kept facts depend on, as keys of the cache.
#pragma once

#include <string>
#include <vector>

#include "runtime/cache/cache.h"
#include "runtime/engine/collect.h"
#include "runtime/engine/settled.h"

namespace proofmark::engine {

// Everything but the rows. Empty: the columns are of no snapshot, or the program does not know its build.
std::string scan_identity(const Collector& collector);
// The same with which values are kept, and how long the steps of series are.
std::string counts_identity(const Collector& collector);

// The rows of batches [first, last), which are settled in the same place.
std::string unit_identity(const std::string& scan, const BoundScan& bound, const std::vector<SettledBatch>& batches,
                          std::size_t first, std::size_t last);

}  // namespace proofmark::engine
