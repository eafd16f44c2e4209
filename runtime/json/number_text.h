// How JCS spells a double; the reader uses it too, to tell an integer that a double keeps from one it would change.
#pragma once

#include <string>

namespace proofmark::json {

std::string ecmascript_number(double value);  // finite

}  // namespace proofmark::json
