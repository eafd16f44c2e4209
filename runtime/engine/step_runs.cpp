// Cutting blocks at the ends of steps, by halving, and reading the counters there.
#include "runtime/engine/step_runs.h"

#include <algorithm>

#include "runtime/engine/column_values.h"

namespace proofmark::engine {

using plan::Id;

StepRuns::StepRuns(const BoundScan& bound, const KernelProgram& program, KernelCalls& calls, BlockState& state)
    : bound_(bound), program_(program), calls_(calls), state_(state) {
  for (const CountedInSteps& series : program.series) {
    const auto& what = std::get<plan::CountSeries>(bound.scan->accumulators[series.accumulator].what);
    const SeriesGrid* grid = &bound.grids[what.window];
    auto place = std::find(grids_.begin(), grids_.end(), grid);
    if (place == grids_.end()) place = grids_.insert(place, grid);
    before_.push_back({static_cast<std::size_t>(place - grids_.begin()), 0, 0});
  }
}

// The zone map settles most blocks without a look at their times.
void StepRuns::run(const Block& block) {
  if (grids_.empty()) return calls_.run(block);
  if (bound_.time->chunks[block.batch].nulls == 0) {
    const snapshot::Zone& zone = bound_.stream->zones[block.index];
    find_steps(*zone.minimum, first_);
    find_steps(*zone.maximum, last_);
    if (first_ == last_) {
      enter(first_);
      return calls_.run(block);
    }
  }
  run_rows(block, 0, block.rows);
}

void StepRuns::find_steps(std::int64_t time, Steps& out) const {
  out.clear();
  for (const SeriesGrid* grid : grids_) {
    if (grid->steps == 0 || time > grid->last) {
      out.push_back(grid->steps + 1);
    } else {
      out.push_back(time < grid->first ? 0 : 1 + grid->step_of(time));
    }
  }
}

StepRuns::Steps StepRuns::steps_at(const Block& block, std::uint32_t row) const {
  const std::uint64_t place = block.offset + row;
  Steps steps;
  if (is_valid(bound_.time->chunks[block.batch], place)) {
    find_steps(value_at<std::int64_t>(*bound_.time, block.batch, place), steps);
  } else {
    for (const SeriesGrid* grid : grids_) steps.push_back(grid->steps + 2);
  }
  return steps;
}

// Rows [from, to) of the block.
void StepRuns::run_rows(const Block& block, std::uint32_t from, std::uint32_t to) {
  const Steps first = steps_at(block, from);
  std::uint32_t end = to;
  if (steps_at(block, to - 1) != first) {
    std::uint32_t same = from;  // a row of the first steps; `end` is none
    --end;
    while (end - same > 1) {
      const std::uint32_t middle = same + (end - same) / 2;
      (steps_at(block, middle) == first ? same : end) = middle;
    }
  }
  enter(first);
  if (from == 0 && end == block.rows) return calls_.run(block);
  const Words present = state_.present;
  for (std::uint32_t row = 0; row < kBlockRows; ++row)
    if (row < from || row >= end) state_.present[row / kWordBits] &= ~(std::uint64_t{1} << (row % kWordBits));
  calls_.run(block);
  state_.present = present;
  std::vector<Words> stored;
  for (const Id mask : program_.outputs) stored.push_back(state_.masks[mask]);
  if (end == to) return;
  run_rows(block, end, to);
  for (std::size_t i = 0; i < stored.size(); ++i)
    for (std::size_t w = 0; w < kBlockWords; ++w) state_.masks[program_.outputs[i]][w] |= stored[i][w];
}

// From here on rows belong to these steps.
void StepRuns::enter(const Steps& steps) {
  if (steps == current_) return;
  for (std::size_t i = 0; i < before_.size(); ++i) {
    const CountedInSteps& series = program_.series[i];
    Gained& before = before_[i];
    const std::uint64_t rows = series.rows ? calls_.count(*series.rows) : 0;
    const std::uint64_t part = series.part ? calls_.count(*series.part) : 0;
    if (!current_.empty()) {
      const std::size_t step = current_[before.grid];
      if (step >= 1 && step <= grids_[before.grid]->steps)
        found_.push_back({i, step - 1, rows - before.rows, part - before.part});
    }
    before.rows = rows;
    before.part = part;
  }
  current_ = steps;
}

void StepRuns::finish(Partial& out) {
  if (grids_.empty()) return;
  enter({});
  for (const Found& found : found_)
    std::get<Series>(out.states[program_.series[found.series].accumulator])
        .add_to_step(found.step, found.rows, found.part);
}

}  // namespace proofmark::engine
