// A scan whose counting part is a kernel program, run as compiled code or, with a null kernel, interpreted.
#pragma once

#include <memory>
#include <string>

#include "runtime/engine/block_driver.h"
#include "runtime/engine/engine.h"
#include "runtime/engine/kernel_program.h"
#include "runtime/engine/pass.h"
#include "runtime/plan/codegen_abi.h"

namespace proofmark::engine {

struct NativeScan {
  KernelProgram program;
  Rest rest;                         // what the kernel leaves to the shared code
  std::shared_ptr<const void> code;  // what keeps the kernel callable
  proofmark_kernel kernel = nullptr;
  bool was_kept = false;  // loaded from the object cache, not compiled
  std::string note;       // what the object cache has to say
};

// The same without code.
NativeScan interpreted_scan(const Collector& collector);

// Gives it code, kept by an earlier run or compiled. A sentence says why there is none; empty: there is.
std::string add_code(NativeScan& scan, const Collector& collector, const Options& options);
// Only code that was kept; without it the scan stays as it is.
void add_kept_code(NativeScan& scan, const Collector& collector, const Options& options);

// One thread's run of blocks: the kernel counts, the code shared with the interpreter does the rest. Where one of the
// batches may not be read, the partial is of no use, and their reader says why.
Partial run_native(const Collector& collector, const NativeScan& native, BlockRun run, Measures* measures,
                   BatchesInTurn& batches);

}  // namespace proofmark::engine
