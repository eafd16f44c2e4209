// Whole columns against the manifest: their digests, what reading takes for granted, and the order of time.
#pragma once

#include <filesystem>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/snapshot/opened_files.h"

namespace proofmark::snapshot {

// Dictionaries and chunks of some columns against their digests and for what reading takes for granted; of the time
// column also the order and the zones. At most one problem a column, in the order of `places`, whatever the threads (0:
// as many as the machine has).
Diagnostics check_columns(const std::filesystem::path& directory, const OpenStream& stream,
                          const std::vector<std::size_t>& places, unsigned threads);

// The same of some batches, ascending; of the time column that each batch is sorted and has its zones.
Diagnostics check_batches(const std::filesystem::path& directory, const OpenStream& stream,
                          const std::vector<std::size_t>& places, const std::vector<std::size_t>& batches,
                          unsigned threads);

}  // namespace proofmark::snapshot
