// Were rows split among the compared populations as declared? Pearson's test at 0.1 %, before any comparison is
// believed: where something chose which rows came where, a difference tells of that choice, and of the release nothing.
// The release is never failed for it.
#pragma once

#include "runtime/judgement/requirement.h"

namespace proofmark::judgement {

inline constexpr double kSplitAlpha = 1e-3;

// Counts the arms over all groups, and withholds the verdict where they do not fit the split.
void hold_to_split(Judged& judged, const Question& question);

}  // namespace proofmark::judgement
