// JSON as programs write it that do not keep to RFC 8259: `NaN`, `Infinity` and `-Infinity` stand for the strings of
// these names, and a number that a double rounds or does not hold is the nearest double, or an infinity by name. For
// files of cases, where one bad number must not cost the answers to all others; never for what is hashed or decides.
#pragma once

#include <string_view>

#include "runtime/json/json.h"

namespace proofmark::json {

Result<Value> parse_lenient(std::string_view text, std::string_view file, std::string_view code);

}  // namespace proofmark::json
