// Positions are computed in doubles: this is a picture, nothing is decided by it.
#include "cli/interval_plot.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "runtime/plan/number.h"

namespace proofmark::cli {
namespace {

std::optional<double> position(const std::string& text) {
  const std::optional<plan::Rational> value = plan::Rational::parse(text);
  return value ? std::optional<double>(value->nearest_double()) : std::nullopt;
}

// A linear scale over all points, with a little air at both ends.
class Axis {
 public:
  Axis(const std::vector<double>& points, int width) : width_(width) {
    const auto [low, high] = std::minmax_element(points.begin(), points.end());
    const double span = *high - *low, air = span > 0 ? span / 12 : std::max(std::fabs(*low), 1.0) / 2;
    low_ = *low - air;
    span_ = span + 2 * air;
  }

  std::size_t cell(double value) const {
    const double place = (value - low_) / span_ * (width_ - 1);
    return static_cast<std::size_t>(std::clamp(std::floor(place + 0.5), 0.0, static_cast<double>(width_ - 1)));
  }

 private:
  int width_;
  double low_ = 0, span_ = 1;
};

}  // namespace

std::string interval_plot(const judgement::Judged& judged, int width) {
  const std::optional<double> lower = position(judged.lower), upper = position(judged.upper),
                              estimate = position(judged.estimate);
  if (!lower && !upper && !estimate) return {};
  const double threshold = judged.threshold.nearest_double();
  std::vector<double> points{threshold};
  for (const std::optional<double>& point : {lower, upper, estimate})
    if (point && std::isfinite(*point)) points.push_back(*point);
  const Axis axis(points, width);
  std::vector<std::string> cells(static_cast<std::size_t>(width), " ");
  const bool interval = lower || upper;
  if (interval && lower != upper) {
    const std::size_t first = lower ? axis.cell(*lower) : 0, last = upper ? axis.cell(*upper) : cells.size() - 1;
    for (std::size_t i = first; i <= last; ++i) cells[i] = "─";
    cells[first] = lower ? "├" : "◀";
    cells[last] = upper ? "┤" : "▶";
  }
  if (estimate) cells[axis.cell(*estimate)] = "●";
  std::string& mark = cells[axis.cell(threshold)];
  mark = mark == " " ? "┃" : mark == "●" ? "◍" : "╂";
  std::string line;
  for (const std::string& cell : cells) line += cell;
  return line;
}

}  // namespace proofmark::cli
