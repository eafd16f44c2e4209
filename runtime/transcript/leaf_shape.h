// Whether the facts of one claim agree with each other: parts with wholes, order statistics with counts, clusters and
// series with the rows that they speak of.
#pragma once

#include <optional>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"

namespace proofmark::transcript {

// Nothing: all is well. Pre: the facts have the shape that the plan's scans ask for.
std::optional<Diagnostic> disagreement_in_leaves(const plan::Plan& plan, const plan::Facts& facts,
                                                 const std::string& file);

}  // namespace proofmark::transcript
