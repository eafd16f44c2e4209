// Values that are known by their bucket alone.
#pragma once

#include "compiler/semantics/typed_policy.h"

namespace proofmark::semantics {

// The bucketed field that a row value is, or nothing.
const Bucketed* bucketed_field(const Policy& policy, TypedId value);

// Whether the condition asks of such a field: then it is unknown for the events of a bucket that a limit lies in.
bool asks_of_buckets(const Policy& policy, TypedId condition);

}  // namespace proofmark::semantics
