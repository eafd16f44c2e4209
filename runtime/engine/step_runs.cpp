// Cutting blocks at the ends of steps, by halving, and reading the counters there.
#include "runtime/engine/step_runs.h"

#include <algorithm>

#include "runtime/engine/column_values.h"

namespace proofmark::engine {

StepRuns::StepRuns(const BoundScan& bound, const KernelProgram& program, KernelCalls& calls, Partial& out)
    : bound_(bound), calls_(calls), out_(out), before_(program.counter_count), gained_(program.counter_count) {
  for (const CountedInSteps& series : program.series) {
    counted_.push_back(on_grid(series, out));
    read(series.rows);
    read(series.part);
  }
  std::sort(read_.begin(), read_.end());
  read_.erase(std::unique(read_.begin(), read_.end()), read_.end());
  for (const ToldByCounts& series : program.told_series) {
    told_.push_back(on_grid(series, out));
    begin_from_counts(told_.back());
  }
}

template <typename By>
StepRuns::OnGrid<By> StepRuns::on_grid(const By& series, Partial& out) {
  const auto& what = std::get<plan::CountSeries>(bound_.scan->accumulators[series.accumulator].what);
  const SeriesGrid* grid = &bound_.grids[what.window];
  auto place = std::find(grids_.begin(), grids_.end(), grid);
  if (place == grids_.end()) place = grids_.insert(place, grid);
  return {static_cast<std::size_t>(place - grids_.begin()), &series, &std::get<Series>(out.states[series.accumulator])};
}

void StepRuns::read(const std::optional<Difference>& count) {
  if (!count) return;
  read_.push_back(count->from);
  read_.insert(read_.end(), count->less.begin(), count->less.end());
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
  hand_over_counts();
  for (std::uint32_t row = 0; row < block.rows;) {
    Place place = place_at(block, row);
    const std::uint32_t end = end_of(place, block, row);
    move_to(std::move(place));
    calls_.run_rows(block, row, end);
    row = end;
  }
}

void StepRuns::add_rows(const Collector& collector, const Block& block, const BlockState& state) {
  for (OnGrid<ToldByCounts>& series : told_) {
    const plan::Accumulator& node = bound_.scan->accumulators[series.by->accumulator];
    const auto& what = std::get<plan::CountSeries>(node.what);
    series.into->add(bound_, block, state.masks[what.mask], state.masks[what.part],
                     collector.groups_of_rows(node, state));
    begin_from_counts(series);
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
    hand_over_counters();
    hand_over_counts();
  }
  current_ = std::move(place);
}

// Of the current place on a grid, where it is a step.
std::optional<std::size_t> StepRuns::current_step(std::size_t grid) const {
  if (current_.steps.empty()) return std::nullopt;
  const std::size_t step = current_.steps[grid];
  return step >= 1 && step <= grids_[grid]->steps ? std::optional(step - 1) : std::nullopt;
}

std::uint64_t StepRuns::gain_of(const std::optional<Difference>& count) const {
  if (!count) return 0;
  std::uint64_t gain = gained_[count->from];
  for (const std::uint32_t counter : count->less) gain -= gained_[counter];
  return gain;
}

void StepRuns::hand_over_counters() {
  for (const std::uint32_t counter : read_) {
    const std::uint64_t now = calls_.count(counter);
    gained_[counter] = now - before_[counter];
    before_[counter] = now;
  }
  for (OnGrid<CountedInSteps>& series : counted_)
    if (const auto step = current_step(series.grid))
      series.into->add_to_step(*step, series.by->group, gain_of(series.by->rows), gain_of(series.by->part));
}

void StepRuns::hand_over_counts() {
  for (OnGrid<ToldByCounts>& series : told_) {
    const std::vector<std::uint64_t> rows = std::move(series.rows), part = std::move(series.part);
    begin_from_counts(series);
    const auto step = current_step(series.grid);
    for (std::size_t group = 0; step && group < rows.size(); ++group)
      series.into->add_to_step(*step, group, series.rows[group] - rows[group], series.part[group] - part[group]);
  }
}

// Without those of no group, which come last.
void StepRuns::begin_from_counts(OnGrid<ToldByCounts>& series) {
  const auto counts_of = [&](plan::Id id) {
    const std::vector<std::uint64_t>& counts = std::get<CountState>(out_.states[id]).counts;
    return std::vector<std::uint64_t>(counts.begin(), counts.end() - 1);
  };
  series.rows = counts_of(series.by->rows);
  series.part = counts_of(series.by->part);
}

}  // namespace proofmark::engine
