// What comparisons of two groups have in common: the alternative, and alpha from an exact confidence.
#pragma once

#include "runtime/methods/method.h"
#include "runtime/statistics/two_proportions.h"

namespace proofmark::methods {

inline constexpr Parameter kAlternative{
    "alternative", "",
    Kind::word,    "what a small p-value supports: group 1 is less, greater, or either",
    "two-sided",   "less|greater|two-sided"};

inline statistics::Alternative alternative_of(const Arguments& call) {
  const std::string& word = call.word("alternative");
  if (word == "less") return statistics::Alternative::less;
  return word == "greater" ? statistics::Alternative::greater : statistics::Alternative::two_sided;
}

// 1 - confidence exactly, rounded once; half of it on each of two sides.
inline double alpha_each_side(const Arguments& call, bool two_sided) {
  return plan::subtract(Rational(1), call.exact("confidence"))->nearest_double() / (two_sided ? 2 : 1);
}

}  // namespace proofmark::methods
