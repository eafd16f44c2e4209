#include "cli/power_plot.h"

#include <algorithm>
#include <array>

namespace proofmark::cli {

std::string power_plot(const std::vector<outlook::CurvePoint>& curve, outlook::Chances outlook::CurvePoint::* truth,
                       double outlook::Chances::* verdict) {
  static constexpr std::array<const char*, 9> kHeights{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  std::string line;
  for (const outlook::CurvePoint& point : curve)
    line += kHeights[static_cast<std::size_t>(std::clamp(point.*truth.*verdict * 8 + 0.5, 0.0, 8.0))];
  return line;
}

}  // namespace proofmark::cli
