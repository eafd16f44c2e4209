// Partials to bytes and back, where they are worth it: whatever is a sum, an extreme or a small set. What holds views
// of the snapshot, or every value of the rows, is not.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/cache/archive.h"
#include "runtime/engine/block_driver.h"
#include "runtime/engine/collect.h"

namespace proofmark::engine {

// Whether all that the scan collects can be kept. Values can when their ranges say which few of them matter.
bool can_be_archived(const Collector& collector);

std::string archived(const Partial& partial);

// A partial of the collector's scan; nothing when the bytes do not fit it. `blocks` is where the sums of blocks must
// lie. The steps of its series are as long as they were.
std::optional<Partial> unarchived(const Collector& collector, BlockRun blocks, std::string_view bytes);

}  // namespace proofmark::engine
