// A rate before there is telemetry: the time that each verdict takes, and its chance against time, by the test that
// decides.
#pragma once

#include "cli/plan_rough.h"

namespace proofmark::cli {

// Nothing where its lengths are not known, or nothing is required of it.
std::optional<RoughClaim> rate_claim(const RoughQuestion& question, const semantics::LeafNode& leaf);

}  // namespace proofmark::cli
