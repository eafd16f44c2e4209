// The parameters of every comparison of two proportions, and what no two groups can be.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <tuple>

#include "runtime/methods/alternatives.h"

namespace proofmark::methods {

inline constexpr Parameter kSuccesses1{"successes1", "k1|x1", Kind::count, "number of successes in group 1"};
inline constexpr Parameter kTrials1{"trials1", "n1", Kind::count, "number of trials in group 1"};
inline constexpr Parameter kSuccesses2{"successes2", "k2|x2", Kind::count, "number of successes in group 2"};
inline constexpr Parameter kTrials2{"trials2", "n2", Kind::count, "number of trials in group 2"};
inline constexpr Parameter kConfidence{"confidence", "", Kind::level,
                                       "of the interval or of the one bound, such as 95%"};
inline constexpr Parameter kSide{
    "side", "", Kind::word, "which bounds are given", "two-sided", "lower|upper|two-sided"};

inline constexpr std::string_view kIndependent =
    "trials are independent within and between the groups, and their numbers were fixed in advance";
inline statistics::TwoGroups groups_of(const Arguments& call) {
  return {call.count("successes1"), call.count("trials1"), call.count("successes2"), call.count("trials2")};
}

inline std::optional<Diagnostic> exceeding(const Arguments& call) {
  const statistics::TwoGroups groups = groups_of(call);
  for (const auto& [k, n, group] : {std::tuple{groups.k1, groups.n1, 1}, std::tuple{groups.k2, groups.n2, 2}})
    if (k > n)
      return refused(fmt::format("`successes{0}` ({1}) exceeds `trials{0}` ({2})", group, k, n),
                     "successes are among the trials");
  return std::nullopt;
}

inline bool lacks_a_group(const Arguments& call) {
  return call.count("trials1") == 0 || call.count("trials2") == 0;
}

inline std::optional<Diagnostic> impossible(const Arguments& call) {
  for (const std::string_view name : {"trials1", "trials2"})
    if (call.count(name) == 0)
      return refused(fmt::format("`{}` is 0", name), "a group without trials cannot be compared with another");
  return exceeding(call);
}

}  // namespace proofmark::methods
