// The certificate's bound: P(certified although some required objective is false) <= alpha, read off the policy's
// certify rules. It is a property of the plan, and of whether a history attests the earlier looks; the same whatever
// the data were.
#pragma once

#include "runtime/judgement/verdicts.h"

namespace proofmark::judgement {

Bound certificate_bound(const plan::Plan& plan, bool attested = false);

}  // namespace proofmark::judgement
