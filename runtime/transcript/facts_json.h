// Facts as JSON and back, exactly. Integers in base units, sums and reals are texts: an integer has digits alone, a
// real always has a point, an exponent or is an infinity, so that a value reads back as what it was.
#pragma once

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/json/json.h"
#include "runtime/plan/facts.h"

namespace proofmark::transcript {

json::Value facts_to_json(const plan::Facts& facts);

// Refuses (PM0903) any missing, unknown or mistyped member, naming its JSON path under `facts`; whether the facts
// fit a plan is check_shape's to say.
Result<plan::Facts> facts_from_json(const json::Value& value, const std::string& file);

}  // namespace proofmark::transcript
