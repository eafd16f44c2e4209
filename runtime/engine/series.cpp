// Finding the stretch, and counting into its steps.
#include "runtime/engine/series.h"

#include <algorithm>

#include "runtime/engine/column_values.h"
#include "runtime/engine/kernels.h"
#include "runtime/engine/weights.h"

namespace proofmark::engine {
namespace {

// Of a block all of whose rows have a time and stand for an event.
const snapshot::Zone* zone_of(const BoundScan& bound, const Block& block) {
  if (bound.weighted() || !bound.zoned || bound.time->chunks[block.batch].nulls != 0) return nullptr;
  return &bound.stream->zones[block.index];
}

// A series that grows step by step finds room for most of them at once.
constexpr std::size_t kStepsAtOnce = 2 * plan::kSeriesSteps;

struct Extent {
  std::int64_t first = INT64_MAX, last = INT64_MIN;
  void widen(std::int64_t time) {
    first = std::min(first, time);
    last = std::max(last, time);
  }
};

bool lies_in(const TimeRange& range, std::int64_t time) {
  return time >= range.first && time <= range.last;
}

Status widen_by_block(const BoundScan& bound, const Block& block, const TimeRange& range, Extent& extent) {
  if (const snapshot::Zone* zone = zone_of(bound, block)) {
    if (*zone->maximum < range.first || *zone->minimum > range.last) return Done{};
    if (lies_in(range, *zone->minimum) && lies_in(range, *zone->maximum)) {
      extent.widen(*zone->minimum);
      extent.widen(*zone->maximum);
      return Done{};
    }
  }
  if (Status checked = check(bound.rows, {block.batch}); !checked) return checked;
  Words timed;
  valid_rows(*bound.time, block, timed);
  Words rows;
  existing_rows(block, rows);
  for (std::size_t w = 0; w < kBlockWords; ++w) timed[w] &= rows[w];
  if (bound.weighted()) leave_out_weightless(bound, block, timed);
  for (std::uint32_t row = 0; row < block.rows; ++row) {
    if ((timed[row / kWordBits] >> (row % kWordBits) & 1U) == 0) continue;
    const auto time = value_at<std::int64_t>(*bound.time, block.batch, block.offset + row);
    if (lies_in(range, time)) extent.widen(time);
  }
  return Done{};
}

}  // namespace

Result<SeriesGrid> series_grid(const BoundScan& bound, plan::Id window) {
  if (bound.time == nullptr) return SeriesGrid{};
  Extent extent;
  for (const Block& block : bound.blocks)
    if (const Status widened = widen_by_block(bound, block, bound.windows[window], extent); !widened)
      return widened.problems();
  if (extent.first > extent.last) return SeriesGrid{};
  return plan::time_steps(extent.first, extent.last);
}

BlockSteps steps_of(const BoundScan& bound, const SeriesGrid& grid, const Block& block) {
  if (grid.steps == 0) return {true, {}};
  const snapshot::Zone* zone = zone_of(bound, block);
  if (zone == nullptr) return {};
  if (*zone->maximum < grid.first || *zone->minimum > grid.last) return {true, {}};
  const bool inside = *zone->minimum >= grid.first && *zone->maximum <= grid.last;
  if (!inside || grid.step_of(*zone->minimum) != grid.step_of(*zone->maximum)) return {};
  return {false, grid.step_of(*zone->minimum)};
}

void Series::add(const BoundScan& bound, const Block& block, const Words& mask, const Words& part) {
  if (const auto common = steps_of(bound, grid_, block).common) {
    plan::SeriesStep& step = at(*common);
    step.rows += count_rows(mask, block.words());
    for (std::size_t w = 0; w < block.words(); ++w)
      step.part += static_cast<std::uint64_t>(std::popcount(mask[w] & part[w]));
    return;
  }
  for_each_row_in_step(bound, grid_, block, mask, [&](std::uint32_t row, std::size_t step) {
    plan::SeriesStep& into = at(step);
    into.rows += 1;
    into.part += part[row / kWordBits] >> (row % kWordBits) & 1U;
  });
}

void Series::append(const Series& next) {
  for (std::size_t i = 0; i < next.steps_.size(); ++i)
    add_to_step(next.from_ + i, next.steps_[i].rows, next.steps_[i].part);
}

plan::SeriesStep& Series::at(std::size_t step) {
  if (steps_.empty()) {
    from_ = step;
    steps_.reserve(std::min<std::size_t>(grid_.steps - step, kStepsAtOnce));
  }
  if (step < from_) {
    steps_.insert(steps_.begin(), from_ - step, {});
    from_ = step;
  }
  if (step - from_ >= steps_.size()) steps_.resize(step - from_ + 1);
  return steps_[step - from_];
}

plan::SeriesFact Series::fact() const {
  plan::SeriesFact fact = fact_over<plan::SeriesFact>(grid_);
  fact.steps.resize(grid_.steps);
  std::copy(steps_.begin(), steps_.end(), fact.steps.begin() + static_cast<std::ptrdiff_t>(from_));
  return fact;
}

}  // namespace proofmark::engine
