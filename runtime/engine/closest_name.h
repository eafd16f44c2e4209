// "Did you mean": the name nearest to a misspelt one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace proofmark::engine {

// The name with the fewest edits (insert, delete, replace, swap of neighbours; letters without regard to case), the
// first of equals; nothing when even that is further than a third of the word.
std::optional<std::string> closest_name(std::string_view wanted, const std::vector<std::string>& names);

// "`a`, `b` and `c`"; "none" for an empty list. Names past the twentieth are counted.
std::string listed(const std::vector<std::string>& names);

}  // namespace proofmark::engine
