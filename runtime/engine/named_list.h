// Names in a sentence.
#pragma once

#include <string>
#include <vector>

namespace proofmark::engine {

// "`a`, `b` and `c`"; "none" for an empty list. Names past the twentieth are counted.
std::string named_list(const std::vector<std::string>& names);

}  // namespace proofmark::engine
