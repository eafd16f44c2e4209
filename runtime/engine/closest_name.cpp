// Edit distance over three rows of the usual table.
#include "runtime/engine/closest_name.h"

#include <algorithm>
#include <cstddef>

namespace proofmark::engine {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0U : 1U)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

std::optional<std::string> closest_name(std::string_view wanted, const std::vector<std::string>& names) {
  std::optional<std::string> closest;
  std::size_t fewest = wanted.size() / 3 + 2;
  for (const std::string& name : names) {
    const std::size_t edits = edits_between(wanted, name);
    if (edits >= fewest) continue;
    fewest = edits;
    closest = name;
  }
  return closest;
}

std::string listed(const std::vector<std::string>& names) {
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
