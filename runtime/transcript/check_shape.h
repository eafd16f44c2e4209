// Whether facts are facts of this plan, and could have been measured at all. A transcript comes from anywhere: what
// passes here can be judged without breaking an invariant, however its numbers were altered.
#pragma once

#include <string>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"

namespace proofmark::transcript {

// PM0904: another shape than the plan's. PM0905: numbers that contradict each other (more good rows than rows, an
// order statistic at a rank that the counts do not give, …). PM0909, PM0911: a history that cannot be theirs. `file`
// names the transcript, empty for an engine's facts.
Status check_shape(const plan::Plan& plan, const plan::Facts& facts, const std::string& file = {});

}  // namespace proofmark::transcript
