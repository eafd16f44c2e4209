// Scans of several plans over one stream as one scan: each field, value, test, mask, grouping and accumulator that
// several ask for is in it once, so that one pass costs what is distinct and not how many ask.
//
// The facts of the fused scan hold those of every scan that went into it, to the byte: facts_of takes them apart.
#pragma once

#include <span>
#include <vector>

#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"

namespace proofmark::plan {

// Whether two scans can be one: the same stream, read in time by the same column in the same unit (or by none).
bool may_fuse(const Scan& a, const Scan& b);

struct FusedScan {
  Scan scan;
  // Where the parts of one of the scans are found.
  struct Part {
    std::vector<Id> groupings, accumulators;
    std::vector<std::vector<Id>> ranks;  // by accumulator: of a CollectValues its ranks
  };
  std::vector<Part> parts;  // as the scans were given
};

// At least one scan; all may be fused with each other.
FusedScan fuse(std::span<const Scan* const> scans);

// The facts that `scan` alone would have had; `facts` are those of the fused scan that it is a part of.
StreamFacts facts_of(const Scan& scan, const FusedScan::Part& part, const StreamFacts& facts);

}  // namespace proofmark::plan
