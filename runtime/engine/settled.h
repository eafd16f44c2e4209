// Batches whose rows are all in a window or all out of it, whichever window and as_of: what is counted of their rows
// does not depend on where the windows lie exactly, so that it can be kept while they move on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/engine/bind.h"
#include "runtime/engine/block_driver.h"

namespace proofmark::engine {

struct SettledBatch {
  BlockRun blocks;  // of the scan
  // A letter for the rows' presence and one for each window: `a` all are in it, `n` none is. Empty: an end of one of
  // them falls into the batch, or not every row has a time.
  std::string place;
  std::int64_t first = 0, last = 0;  // times, where the scan has any
};

// A batch of the stream each. Nothing: the scan reads times that the zone map does not speak of.
std::optional<std::vector<SettledBatch>> settled_batches(const BoundScan& bound);

}  // namespace proofmark::engine
