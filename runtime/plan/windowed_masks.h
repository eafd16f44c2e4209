// Which masks ask when a row was. A row without a time may lie inside such a window or outside of it, and nobody knows:
// it counts like a row that could not be read, against whatever is claimed of the window.
#pragma once

#include <vector>

#include "runtime/plan/plan.h"

namespace proofmark::plan {

// For every mask of the scan: does it, or what it is made of, hold rows of a window that is not the whole snapshot?
std::vector<bool> windowed_masks(const Scan& scan);

// The mask of an accumulator's rows.
Id mask_of(const Accumulator& accumulator);

// Of one that goes over time in steps: the window that these divide.
std::optional<Id> window_of_series(const Accumulator& accumulator);

}  // namespace proofmark::plan
