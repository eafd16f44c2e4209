// Whether native code is worth its compilation, for `--engine auto`.
#pragma once

#include <cstdint>

#include "runtime/engine/kernel_program.h"

namespace proofmark::engine {

enum class Worth : std::uint8_t {
  nothing,
  finding,    // code that was compiled before
  compiling,  // or finding
  too_long    // it would pay, but nobody shall wait so long for code: finding
};

// From known numbers only (rows, what the scan does with each, instructions), so that the choice is the same every
// time.
Worth worth_of(const Collector& collector, const KernelProgram& program);

}  // namespace proofmark::engine
