// The range of values that a method is told of, before it looks at them.
//
// In: the argument `range`. Out: what is wrong with it, or nothing where it is the least and the greatest value, whose
// distance a double holds.
#pragma once

#include <cmath>
#include <optional>
#include <vector>

#include "runtime/methods/method.h"

namespace proofmark::methods {

inline std::optional<Diagnostic> bad_range(const std::vector<double>& range) {
  if (range.size() != 2 || !(range[0] < range[1]))
    return refused("`range` is not two rising numbers",
                   "give the least and the greatest value possible, such as [0, 1]");
  if (!std::isfinite(range[1] - range[0]))
    return refused("the ends of `range` lie further apart than a double holds", "give the values in a larger unit");
  return std::nullopt;
}

}  // namespace proofmark::methods
