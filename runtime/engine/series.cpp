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

void Series::add(const BoundScan& bound, const Block& block, const Words& mask, const Words& part,
                 const GroupsOfRows& groups) {
  if (groups_ == 0) return;
  if (const auto common = steps_of(bound, grid_, block).common) return add_to_step(*common, block, mask, part, groups);
  for_each_grouped_row_in_step(bound, grid_, block, mask, groups,
                               [&](std::uint32_t row, std::size_t step, std::uint32_t group) {
                                 plan::SeriesStep& into = at(step)[group];
                                 into.rows += 1;
                                 into.part += part[row / kWordBits] >> (row % kWordBits) & 1U;
                               });
}

void Series::add_to_step(std::size_t step, const Block& block, const Words& mask, const Words& part,
                         const GroupsOfRows& groups) {
  plan::SeriesStep* const into = at(step);
  if (groups.of == nullptr) {
    into->rows += count_rows(mask, block.words());
    for (std::size_t w = 0; w < block.words(); ++w)
      into->part += static_cast<std::uint64_t>(std::popcount(mask[w] & part[w]));
    return;
  }
  for_each_row(mask, block.words(), [&](std::uint32_t row) {
    const std::uint32_t group = groups.of[row];
    if (group == groups.none) return;
    into[group].rows += 1;
    into[group].part += part[row / kWordBits] >> (row % kWordBits) & 1U;
  });
}

void Series::append(const Series& next) {
  for (std::size_t i = 0; i < next.places_.size(); ++i)
    add_to_step(next.from_ + i / groups_, i % groups_, next.places_[i].rows, next.places_[i].part);
}

plan::SeriesStep* Series::at(std::size_t step) {
  if (places_.empty()) {
    from_ = step;
    places_.reserve(std::min<std::size_t>(grid_.steps - step, kStepsAtOnce) * groups_);
  }
  if (step < from_) {
    places_.insert(places_.begin(), (from_ - step) * groups_, {});
    from_ = step;
  }
  const std::size_t place = (step - from_) * groups_;
  if (place >= places_.size()) places_.resize(place + groups_);
  return places_.data() + place;
}

plan::SeriesFact Series::fact() const {
  plan::SeriesFact fact = fact_over<plan::SeriesFact>(grid_);
  std::vector<plan::SeriesStep> all(grid_.steps * groups_);
  std::copy(places_.begin(), places_.end(), all.begin() + static_cast<std::ptrdiff_t>(from_ * groups_));
  fact.groups = steps_of_groups(std::move(all), groups_);
  return fact;
}

}  // namespace proofmark::engine
