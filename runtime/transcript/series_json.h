// Rows and moments over time as JSON and back: lists side by side, an entry a step.
#pragma once

#include <vector>

#include "runtime/transcript/facts_reader.h"

namespace proofmark::transcript {

json::Value series_to_json(const plan::SeriesFact& series);
json::Value series_to_json(const plan::MomentSeriesFact& series);

bool read_series(FactsReader& reader, const json::Value& value, const JsonPath& path, plan::SeriesFact& out);
bool read_moment_series(FactsReader& reader, const json::Value& value, const JsonPath& path,
                        plan::MomentSeriesFact& out);

}  // namespace proofmark::transcript
