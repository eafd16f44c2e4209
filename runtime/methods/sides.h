// What the methods with a confidence and a side share: which bounds are asked for, and at which level.
#pragma once

#include "runtime/methods/method.h"
#include "runtime/statistics/binomial.h"
#include "runtime/statistics/level.h"

namespace proofmark::methods {

inline constexpr Parameter kConfidence{"confidence", "", Kind::level,
                                       "of the interval (two-sided) or of the one bound, such as 95%"};
inline constexpr Parameter kSide{"side",      "",
                                 Kind::word,  "which bounds are given; the other is the end of the range",
                                 "two-sided", "lower|upper|two-sided"};

inline statistics::TailLevel level_of(const Arguments& call) {
  return statistics::tail_level(call.exact("confidence"), call.word("side") == "two-sided");
}

// `lower` and `upper`, of which the side that was not asked for is the end of the range.
inline void set_bounds(json::Object& into, const Arguments& call, statistics::Interval bounds,
                       statistics::Interval range) {
  into.set("lower", number(call.word("side") == "upper" ? range.lower : bounds.lower));
  into.set("upper", number(call.word("side") == "lower" ? range.upper : bounds.upper));
}

inline constexpr Parameter kAlternative{"alternative", "",
                                        Kind::word,    "what is held to be true if the null is not",
                                        "two-sided",   "less|greater|smaller|larger|two-sided"};

enum class Alternative : std::uint8_t { less, greater, two_sided };

inline Alternative direction_of(const Arguments& call) {
  const std::string& word = call.word("alternative");
  if (word == "two-sided") return Alternative::two_sided;
  return word == "less" || word == "smaller" ? Alternative::less : Alternative::greater;
}

}  // namespace proofmark::methods
