// Earlier looks as JSON and back.
#pragma once

#include <vector>

#include "runtime/transcript/facts_reader.h"

namespace proofmark::transcript {

json::Value earlier_to_json(const plan::EarlierLook& look);
bool read_earlier_look(FactsReader& reader, const json::Value& value, const JsonPath& path, plan::EarlierLook& out);

}  // namespace proofmark::transcript
