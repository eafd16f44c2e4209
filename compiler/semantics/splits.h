// Which rows a comparison sets against each other, and the split that was declared of them.
#pragma once

#include "compiler/semantics/estimate_form.h"

namespace proofmark::semantics {

// The distinct populations of an estimate's leaves, in order of first use.
std::vector<TypedId> populations_of(const Policy& policy, const EstimateForm& form);

// Two populations of one telemetry that are set against each other, neither a part of the other as it is written.
bool compares_two(const Policy& policy, const EstimateForm& form);

// The declared split that two of these populations are arms of, or parts of arms; its index.
std::optional<std::size_t> split_of(const Policy& policy, const EstimateForm& form);

}  // namespace proofmark::semantics
