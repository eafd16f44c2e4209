// Counts over time: how many rows of a mask, and of a part of it, lie in each step of a stretch of time.
//
// The stretch goes from the first to the last row time of the stream that lies in the window, whatever the mask, so
// that every series of one window has the same steps. A block that lies in one step is counted by its bits; only the
// few blocks that a step ends in are looked at row by row.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/engine/bind.h"
#include "runtime/plan/facts.h"

namespace proofmark::engine {

// Where no row of the stream has a time in the window there are no steps.
Result<SeriesGrid> series_grid(const BoundScan& bound, plan::Id window);

class Series {
 public:
  explicit Series(const SeriesGrid& grid) : grid_(grid), steps_(grid.steps) {}
  void add(const BoundScan& bound, const Block& block, const Words& mask, const Words& part);
  void add_to_step(std::size_t step, std::uint64_t rows, std::uint64_t part) {
    steps_[step].rows += rows;
    steps_[step].part += part;
  }
  void append(const Series& next);
  plan::SeriesFact fact() const { return {static_cast<std::int64_t>(grid_.step_ns), steps_}; }

 private:
  SeriesGrid grid_;
  std::vector<plan::SeriesStep> steps_;
};

}  // namespace proofmark::engine
