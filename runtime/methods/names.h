// Small text shared by the files of this room.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/diagnostic/closest_name.h"

namespace proofmark::methods {

// "a|b" at '|' -> {"a", "b"}; an empty text has no parts.
inline std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

}  // namespace proofmark::methods
