// Typed policy to plan: what must be counted, and how the counts are judged.
#pragma once

#include "compiler/semantics/typed_policy.h"
#include "compiler/source/source_file.h"
#include "runtime/plan/plan.h"

namespace proofmark::lower {

// The policy has no errors and every parameter is bound.
plan::Plan lower(const semantics::Policy& policy, const source::SourceFile& file);

}  // namespace proofmark::lower
