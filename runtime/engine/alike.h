// Runs of blocks that are alike to a kernel: whole neighbours whose rows all take part, and whose windows and steps of
// time the zone map settles in the same way. One call counts them all, and nothing is done block by block.
#pragma once

#include "runtime/engine/kernel_program.h"
#include "runtime/engine/pass.h"
#include "runtime/engine/step_runs.h"

namespace proofmark::engine {

// Whether the scan leaves nothing to do for a block but to call its kernel.
bool counts_alone(const KernelProgram& program, const Rest& rest);

// Whether the masks of neighbours that are alike are the same, and stored doubles to be added up are all that is left
// to do for a block.
bool sums_alone(const KernelProgram& program, const Rest& rest);

// How many blocks from `first` on, and before `end`, are like it; `state` was prepared for it, and it lies in the steps
// that `steps` speaks of. 0: it is like no other.
std::size_t alike_from(const BoundScan& bound, const KernelProgram& program, const BlockState& state,
                       const TimeSpan& steps, std::size_t first, std::size_t end);

}  // namespace proofmark::engine
