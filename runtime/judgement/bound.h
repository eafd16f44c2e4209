// The two bounds of a decision, each read off the policy's rules: it is a property of the plan, and of whether a
// history attests the earlier looks at it; the same whatever the data were.
#pragma once

#include "runtime/judgement/verdicts.h"
#include "runtime/plan/facts.h"

namespace proofmark::judgement {

// The certificate's: P(certified although some required objective is false) <= alpha.
Bound certificate_bound(const plan::Plan& plan, const plan::History* history = nullptr);

// The denial's: P(a rule denies or revokes although every objective is true) <= alpha.
Bound denial_bound(const plan::Plan& plan, const plan::History* history = nullptr);

}  // namespace proofmark::judgement
