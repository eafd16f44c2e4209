// Requirements on models: the counts and ranks that they ask of a model's program.
#pragma once

#include "compiler/semantics/typed_policy.h"
#include "compiler/source/source_file.h"
#include "runtime/plan/plan.h"

namespace proofmark::lower {

plan::Requirement lower_model_requirement(const semantics::Policy& policy, const plan::Objective& objective,
                                          const semantics::Requirement& requirement, const source::SourceFile& file,
                                          std::vector<plan::Model>& models);

}  // namespace proofmark::lower
