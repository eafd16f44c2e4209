// Leaves of requirements to what is counted and collected for them.
#pragma once

#include "compiler/lower/leaf_facts.h"
#include "compiler/semantics/estimate_form.h"

namespace proofmark::lower {

plan::Leaf lower_leaf(Context& context, semantics::TypedId id);

// `fraction(a, …) - fraction(b, …)`, decided as one.
plan::Leaf lower_difference(Context& context, const semantics::ShareDifference& difference);

}  // namespace proofmark::lower
