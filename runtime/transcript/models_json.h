// Trials of models as JSON and back.
#pragma once

#include <vector>

#include "runtime/transcript/facts_reader.h"

namespace proofmark::transcript {

json::Value model_to_json(const plan::ModelFact& fact);
bool read_model(FactsReader& reader, const json::Value& value, const JsonPath& path, plan::ModelFact& out);

}  // namespace proofmark::transcript
