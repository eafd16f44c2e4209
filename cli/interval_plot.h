// A measured interval drawn against its threshold, in one line of text:  ├──●───┤  ┃
#pragma once

#include <string>

#include "runtime/judgement/verdicts.h"

namespace proofmark::cli {

// `width` characters: ├ lower bound, ● estimate, ┤ upper bound, ┃ threshold; an arrow where there is no bound on that
// side. Empty when there is nothing to draw.
std::string interval_plot(const judgement::Judged& judged, int width = 24);

}  // namespace proofmark::cli
