// What a comparison shows were only one row in so many independent (dependence.h): its outcome at the question's
// level, and bounds that hold at that level, as they are printed; empty: there is none.
#pragma once

#include <string>

#include "runtime/statistics/binomial.h"

namespace proofmark::judgement {

struct AmongFewer {
  statistics::Outcome outcome = statistics::Outcome::inconclusive;
  std::string lower, upper;
};

}  // namespace proofmark::judgement
