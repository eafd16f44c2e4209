// An objective over its groups and requirements: one verdict of the family.
//
// A pass needs every group and requirement to pass (intersection-union: no correction). A fail of the family says
// "some group violates some requirement", which Holm's correction keeps honest (Holm 1979, valid under any
// dependence); a group that fails alone but not among all comparisons is shown so and leaves the family undecided.
#pragma once

#include "runtime/judgement/fact_view.h"
#include "runtime/judgement/requirement.h"
#include "runtime/judgement/verdicts.h"

namespace proofmark::judgement {

// The requirement's own verdict at the question's level, then what stands in the way of a pass.
Judged judge_gated(const Question& question);

// What the policy makes of nothing measured.
Verdict verdict_without_data(const plan::Objective& objective);

ObjectiveVerdict judge_objective(const FactView& facts, const plan::Objective& objective);

}  // namespace proofmark::judgement
