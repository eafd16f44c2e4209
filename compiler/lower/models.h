// Requirements on models: the counts and ranks that they ask of a model's program.
#pragma once

#include "compiler/lower/requirements.h"
#include "compiler/semantics/typed_policy.h"
#include "compiler/source/source_file.h"
#include "runtime/plan/plan.h"

namespace proofmark::lower {

// `objective` has its confidence, looks, and the window of what the model samples.
plan::Requirement lower_model_requirement(const semantics::Policy& policy, const semantics::Objective& typed,
                                          plan::Objective& objective, const semantics::Requirement& requirement,
                                          const source::SourceFile& file, Scans& scans,
                                          std::vector<plan::Model>& models);

// Whether the objective's models draw recorded values.
bool samples_rows(const semantics::Policy& policy, const semantics::Objective& typed);

}  // namespace proofmark::lower
