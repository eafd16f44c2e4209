// Cutting blocks at the ends of steps, by halving, and reading the counters there.
#include "runtime/engine/step_runs.h"

#include <algorithm>

#include "runtime/engine/column_values.h"

namespace proofmark::engine {

StepRuns::StepRuns(const BoundScan& bound, const KernelProgram& program, KernelCalls& calls, Partial& out)
    : bound_(bound), calls_(calls) {
  for (const CountedInSteps& series : program.series) {
    const auto& what = std::get<plan::CountSeries>(bound.scan->accumulators[series.accumulator].what);
    const SeriesGrid* grid = &bound.grids[what.window];
    auto place = std::find(grids_.begin(), grids_.end(), grid);
    if (place == grids_.end()) place = grids_.insert(place, grid);
    series_.push_back({static_cast<std::size_t>(place - grids_.begin()), series.rows, series.part,
                       &std::get<Series>(out.states[series.accumulator])});
  }
}

// The zone map settles most blocks without a look at their times.
std::optional<TimeSpan> StepRuns::enter(const Block& block) {
  if (grids_.empty()) return TimeSpan{};
  if (bound_.time->chunks[block.batch].nulls != 0) return std::nullopt;
  const snapshot::Zone& zone = bound_.stream->zones[block.index];
  if (current_.steps.empty() || !current_.span.holds(*zone.minimum, *zone.maximum)) {
    Place place = place_of(*zone.minimum);
    if (*zone.maximum > place.span.last) return std::nullopt;
    move_to(std::move(place));
  }
  return current_.span;
}

void StepRuns::run_in_pieces(const Block& block) {
  for (std::uint32_t row = 0; row < block.rows;) {
    Place place = place_at(block, row);
    const std::uint32_t end = end_of(place, block, row);
    move_to(std::move(place));
    calls_.run_rows(block, row, end);
    row = end;
  }
}

StepRuns::Place StepRuns::place_of(std::int64_t time) const {
  Place place;
  for (const SeriesGrid* grid : grids_) {
    if (grid->steps == 0) {
      place.steps.push_back(1);
    } else if (time < grid->first) {
      place.steps.push_back(0);
      place.span.cut(INT64_MIN, grid->first - 1);
    } else if (time > grid->last) {
      place.steps.push_back(grid->steps + 1);
      place.span.cut(grid->last + 1, INT64_MAX);
    } else {
      const std::size_t step = grid->step_of(time);
      place.steps.push_back(1 + step);
      place.span.cut(grid->start_of(step), grid->end_of(step));
    }
  }
  return place;
}

StepRuns::Place StepRuns::place_at(const Block& block, std::uint32_t row) const {
  const std::uint64_t at = block.offset + row;
  if (is_valid(bound_.time->chunks[block.batch], at))
    return place_of(value_at<std::int64_t>(*bound_.time, block.batch, at));
  Place nowhere{{}, {INT64_MAX, INT64_MIN}};
  for (const SeriesGrid* grid : grids_) nowhere.steps.push_back(grid->steps + 2);
  return nowhere;
}

// The first row after `from` that lies elsewhere; rows without a time come last.
std::uint32_t StepRuns::end_of(const Place& place, const Block& block, std::uint32_t from) const {
  const snapshot::Chunk& times = bound_.time->chunks[block.batch];
  const bool timed = is_valid(times, block.offset + from);
  const auto lies_there = [&](std::uint32_t row) {
    const std::uint64_t at = block.offset + row;
    return !timed || (is_valid(times, at) && value_at<std::int64_t>(*bound_.time, block.batch, at) <= place.span.last);
  };
  std::uint32_t same = from, end = block.rows;
  while (end - same > 1) {
    const std::uint32_t middle = same + (end - same) / 2;
    (lies_there(middle) ? same : end) = middle;
  }
  return end;
}

// From here on rows belong to these steps.
void StepRuns::move_to(Place&& place) {
  if (place.steps != current_.steps) {
    for (Counted& series : series_) {
      const std::uint64_t rows = series.rows_counter ? calls_.count(*series.rows_counter) : 0;
      const std::uint64_t part = series.part_counter ? calls_.count(*series.part_counter) : 0;
      if (!current_.steps.empty()) {
        const std::size_t step = current_.steps[series.grid];
        if (step >= 1 && step <= grids_[series.grid]->steps)
          series.into->add_to_step(step - 1, rows - series.rows, part - series.part);
      }
      series.rows = rows;
      series.part = part;
    }
  }
  current_ = std::move(place);
}

}  // namespace proofmark::engine
