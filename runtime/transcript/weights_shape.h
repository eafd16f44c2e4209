// Whether sums of weights are possible beside the counts of the rows that have them.
#pragma once

#include <optional>
#include <string>

#include "runtime/plan/facts.h"

namespace proofmark::transcript {

// One group of a claim that weights decide.
struct WeighedGroup {
  std::uint64_t population = 0, good = 0, unknown = 0, unfit = 0;  // rows
  const plan::ValueSummary &all, &in_good, &in_bad, &in_unknown;   // their weights, with sums
};
// What contradicts what; nothing: it is possible.
std::optional<std::string> wrong_weights(const WeighedGroup& group);

}  // namespace proofmark::transcript
