// What a census leaf is known to be: one recorded value, or the span that unknown rows leave open.
#pragma once

#include <optional>

#include "runtime/judgement/number_value.h"
#include "runtime/judgement/requirement.h"

namespace proofmark::judgement {

struct CensusValue {
  std::optional<Sum> recorded;      // of the known rows; nothing when there are none: then no claim passes
  std::optional<Sum> lower, upper;  // whatever the unknown rows are; nothing: unbounded
  std::uint64_t unknown = 0;        // rows that could change it
};

// `unknown counts as …` narrows the span to the end that is chosen, as far as it speaks of them: late events may be
// anything.
CensusValue census_value(const Question& question, const plan::Census& leaf, bool at_least, plan::UnknownAs unknown_as);

}  // namespace proofmark::judgement
