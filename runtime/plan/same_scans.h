// Scans that say the same. Of many policies that come from one template most ask for the same rows; what is done with a
// scan is then done once for all of them, and fusing (fuse.h) sees the distinct ones alone.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "runtime/plan/plan.h"

namespace proofmark::plan {

struct SameScans {
  std::vector<const Scan*> distinct;  // in the order in which they first occur
  std::vector<std::size_t> place;     // of each scan: which of the distinct ones it is
};

SameScans same_scans(std::span<const Scan* const> scans);

}  // namespace proofmark::plan
