// "Did you mean": the candidate that the fewest slips of the finger lead away from.
//
// The distance is Damerau–Levenshtein with adjacent transpositions (optimal string alignment): one insertion, deletion,
// change or swap of neighbours costs one. Ties go to the candidate named first, so the answer never depends on a
// container's order. Case costs nothing: `Objective` is `objective`.
#include <algorithm>
#include <vector>

#include "compiler/source/render.h"

namespace proofmark::source {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), previous(b.size() + 1), current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (same ? 0U : 1U)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
        current[j] = std::min(current[j], before[j - 2] + 1);
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

}  // namespace

std::string closest(std::string_view wrong, std::span<const std::string> candidates) {
  constexpr std::size_t kLongestName = 64;  // beyond it nobody mistypes; keeps the table small
  if (wrong.empty() || wrong.size() > kLongestName) return {};
  std::string best;
  std::size_t best_distance = kLongestName;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kLongestName || candidate == wrong) continue;
    const std::size_t allowed = std::max(candidate.size(), wrong.size()) / 3;
    const std::size_t found = distance(wrong, candidate);
    if (found <= allowed && found < best_distance) best = candidate, best_distance = found;
  }
  return best;
}

}  // namespace proofmark::source
