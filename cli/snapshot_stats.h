// Of making or checking a snapshot: where the time went (`--stats`), and how far it is.
#pragma once

#include <string>

#include "cli/progress_line.h"
#include "runtime/snapshot/measures.h"

namespace proofmark::cli {

// A line for the phases of the whole, one for each telemetry file and one for each stream.
std::string stats_text(const snapshot::Measures& measures);

Progress snapshot_progress(const snapshot::Measures& measures);

}  // namespace proofmark::cli
