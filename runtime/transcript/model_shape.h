// Whether the facts of a model are some that its plan could have given.
#pragma once

#include <optional>
#include <string>

#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"

namespace proofmark::transcript {

// What is wrong, from the path within the model's fact on: "counts[0]` is more than all known trials"; nothing: all is
// well. The facts of the scans have the plan's shape. Counts and order statistics of one claim must agree, because a
// verdict rests on the one and shows the other.
struct ModelMisfit {
  std::string member, what;
};
std::optional<ModelMisfit> misfit_of(const plan::Plan& plan, const plan::Facts& facts, const plan::Model& model,
                                     const plan::ModelFact& fact);

}  // namespace proofmark::transcript
