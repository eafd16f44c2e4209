// From a scan to its stream of a snapshot, with the columns that it reads checked.
#pragma once

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/plan/plan.h"
#include "runtime/snapshot/snapshot.h"

namespace proofmark::engine {

// PM0601 when there is no such stream; what verify_chunks says of the columns that the scan's fields name. A field
// whose column is missing is not this file's business.
Result<const snapshot::Stream*> checked_stream(const plan::Scan& scan, const snapshot::Snapshot& snapshot);

}  // namespace proofmark::engine
