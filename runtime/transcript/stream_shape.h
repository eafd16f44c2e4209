// Whether the facts of a stream are such as its scan asks for, and possible: accumulator by accumulator.
#pragma once

#include <optional>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"

namespace proofmark::transcript {

// Of the scan with this index; nothing: all is well. Pre: the facts have as many scans as the plan.
std::optional<Diagnostic> misfit_of_stream(const plan::Plan& plan, const plan::Facts& facts, const std::string& file,
                                           std::size_t scan);

}  // namespace proofmark::transcript
