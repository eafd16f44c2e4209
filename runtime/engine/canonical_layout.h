// A stream without rows, for looking at a scan's code when there is no telemetry.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/plan/plan.h"
#include "runtime/snapshot/snapshot.h"

namespace proofmark::engine {

struct CanonicalStream {
  snapshot::Stream stream;
  std::vector<std::unique_ptr<std::vector<std::string>>> dictionaries;  // what the stream's labels view
};

// As emit.h says. A column that several fields read has the type of the first.
CanonicalStream canonical_layout(const plan::Scan& scan);

}  // namespace proofmark::engine
