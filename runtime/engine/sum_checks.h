// Rows of a stream that a policy checks were checked when they were read, or they are not judged.
#pragma once

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/plan/plan.h"
#include "runtime/snapshot/snapshot.h"

namespace proofmark::engine {

// PM0614: of streams that the plan reads, each check that the snapshot was not made with.
Diagnostics unchecked_sums(const plan::Plan& plan, const snapshot::Snapshot& snapshot);

}  // namespace proofmark::engine
