// The chances of the verdicts against the number of rows, drawn in a line of text each:  ▁▂▃▅▆▇████
#pragma once

#include <string>
#include <vector>

#include "runtime/outlook/outlook.h"

namespace proofmark::cli {

// A character a point: eight heights, blank below a sixteenth.
std::string power_plot(const std::vector<outlook::CurvePoint>& curve, outlook::Chances outlook::CurvePoint::* truth,
                       double outlook::Chances::* verdict);

}  // namespace proofmark::cli
