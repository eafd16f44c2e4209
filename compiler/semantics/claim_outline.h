// A requirement as the judge will read it, as far as that is known without telemetry: what can never pass is asked of
// it (runtime/outlook/best_facts.h).
#pragma once

#include <optional>

#include "compiler/semantics/estimate_form.h"
#include "runtime/outlook/best_facts.h"

namespace proofmark::semantics {

// Nothing where a constant of it depends on a parameter that has no value yet, and for what is told of elsewhere:
// recorded facts, models, means and distributions by themselves, strata, rows that were not sampled fairly.
std::optional<outlook::Claim> claim_outline(const Policy& policy, const Objective& objective,
                                            const Requirement& requirement);

// The telemetry of each leaf, of two shares that are set against each other one by one: as `outlook::Supply` has rows.
std::vector<std::uint32_t> streams_of_supply(const Policy& policy, const Objective& objective,
                                             const Requirement& requirement);

}  // namespace proofmark::semantics
