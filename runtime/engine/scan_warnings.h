// What a scan leaves out that its author may not expect.
#pragma once

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"

namespace proofmark::engine {

// PM0608: rows outside the declared values of a grouping.
Diagnostics undeclared_warnings(const plan::Scan& scan, const plan::StreamFacts& facts);

}  // namespace proofmark::engine
