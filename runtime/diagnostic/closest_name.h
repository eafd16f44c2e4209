// "Did you mean": the candidate that a mistyped name most likely stands for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace proofmark {

// Nothing when no candidate is near: at most a third of the longer name may differ, letter case aside.
std::optional<std::string> closest_name(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace proofmark
