// What holds of reading any text whatsoever.
#pragma once

#include <string>

namespace proofmark::syntax {

// Reads `text` as a policy file and returns what is broken about the outcome, or an empty string: every problem has a
// code of this room and a place in the file, problems and `has_errors` agree, the tree is within its limits, and it can
// be printed and the problems rendered.
std::string broken_invariant_of(const std::string& text);

}  // namespace proofmark::syntax
