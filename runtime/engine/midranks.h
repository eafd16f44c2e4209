// Midranks of values that lie in parts, such as steps of time, added up part by part. Integers alone, so that neither
// threads nor engines show.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/plan/facts.h"

namespace proofmark::engine {

struct KeyedPart {
  std::vector<std::int64_t> keys;      // order keys
  std::vector<std::uint64_t> weights;  // of these, how often each counts; empty: once
};

// Of each part the values (known), and the sums of twice their midranks among the values of all parts and of the
// squares of these; squares that 127 bits do not hold are left out. The parts are sorted, by as many threads as it is
// worth (0: as many as the machine has).
std::vector<plan::MomentSums> doubled_midranks(std::vector<KeyedPart>& parts, unsigned threads);

}  // namespace proofmark::engine
