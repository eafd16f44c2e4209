// The time that a rate is counted over, as far as it is known.
//
// A first or a last row says that telemetry was there, and none before or after it says nothing: there may have been no
// event, or nobody who recorded one. So exposure has two ends. The shortest goes from the first row to the last one and
// holds for upper bounds. The longest goes from the window's start, or where there is none from the first row, to
// as_of, and holds for lower bounds. A row that sets an end of the longest is an event that came with certainty there,
// and counts for nothing: between two such ends a Poisson process has as many events as in any time of that length.
#pragma once

#include <optional>
#include <string>

#include "runtime/judgement/requirement.h"

namespace proofmark::judgement {

struct Exposure {
  plan::Int128 shortest_ns = 0, longest_ns = 0;            // 0 <= shortest <= longest, longest > 0
  plan::Int128 silent_before_ns = 0, silent_after_ns = 0;  // by these the longest is longer
  plan::Int128 gap_ns = 0;  // at least so long was no row, for which the shortest is not to be believed; 0: none such
  std::uint64_t ends_at_rows = 0;  // ends of the longest that rows set: at most 2
};

// Nothing where no time can have been covered, or none is known.
std::optional<Exposure> exposure_of(const Question& question, const plan::Rate& leaf);

// What is not known of the time. Pre: there is a gap, or the longest is longer than the shortest.
std::string silence_text(const Exposure& exposure);

}  // namespace proofmark::judgement
