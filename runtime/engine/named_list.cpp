// Commas, and "and" before the last.
#include "runtime/engine/named_list.h"

#include <algorithm>

namespace proofmark::engine {

std::string named_list(const std::vector<std::string>& names) {
  constexpr std::size_t kMostListed = 20;
  if (names.empty()) return "none";
  const std::size_t shown = std::min(names.size(), kMostListed);
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += "`" + names[i] + "`";
  }
  if (shown < names.size()) text += " and " + std::to_string(names.size() - shown) + " more";
  return text;
}

}  // namespace proofmark::engine
