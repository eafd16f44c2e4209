// The machine code of a plan as text: `proofmark emit --stage llvm` and `--stage asm`.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/engine/engine.h"

namespace proofmark::engine {

enum class Stage : std::uint8_t { llvm, assembly };

// One section a scan, each under a comment that names its stream. With a snapshot: the code that native runs over it
// would execute. Without one (null): for the canonical layout, in which integers, durations, bytes and timestamps are
// 64-bit, labels one-byte codes (four bytes when the policy names more than 256), every column may hold nulls, times
// are compared row by row (no zone map), the dictionaries hold the labels that the policy names, so that a pattern on a
// label matches nothing, and a grouping without declared values has no groups. Errors: as `run`; PM1001 (no code
// generator, or it failed).
Result<std::string> emit(const plan::Plan& plan, const snapshot::Snapshot* snapshot, Stage stage,
                         const Options& options);

}  // namespace proofmark::engine
