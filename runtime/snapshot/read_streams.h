// All telemetry files of one command, read; and the decision about rows that could not be.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/snapshot/ingest.h"

namespace proofmark::snapshot {

// Beside `streams`. So many bad rows in all may be skipped, with a warning for each file; one more and every file's are
// refused.
Result<std::vector<Ingested>> read_streams(std::span<const StreamSource> streams, std::uint64_t skip_bad_rows,
                                           Diagnostics& warnings, Measures* measures);

}  // namespace proofmark::snapshot
