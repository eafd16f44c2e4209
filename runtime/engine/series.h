// Counts over time: how many rows of a mask, and of a part of it, lie in each step of a stretch of time.
//
// The stretch goes from the first to the last row time of the stream that lies in the window, whatever the mask, so
// that every series of one window has the same steps. Without groups a block that lies in one step is counted by its
// bits, and only the few blocks that a step ends in are looked at row by row.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "runtime/engine/bind.h"
#include "runtime/engine/column_values.h"
#include "runtime/engine/kernels.h"
#include "runtime/plan/facts.h"

namespace proofmark::engine {

// Where no row of the stream has a time in the window there are no steps.
Result<SeriesGrid> series_grid(const BoundScan& bound, plan::Id window);

// What is known of the steps of a block's rows without a look at their times.
struct BlockSteps {
  bool none = false;                  // no row lies in one
  std::optional<std::size_t> common;  // all rows lie in this one
};
BlockSteps steps_of(const BoundScan& bound, const SeriesGrid& grid, const Block& block);

// Calls visit(row, step) for the rows of the mask that lie in a step.
template <typename Visit>
void for_each_row_in_step(const BoundScan& bound, const SeriesGrid& grid, const Block& block, const Words& mask,
                          Visit visit) {
  const BlockSteps steps = steps_of(bound, grid, block);
  if (steps.none) return;
  if (steps.common) return for_each_row(mask, block.words(), [&](std::uint32_t row) { visit(row, *steps.common); });
  Words timed;
  valid_rows(*bound.time, block, timed);
  for (std::size_t w = 0; w < kBlockWords; ++w) timed[w] &= mask[w];
  for_each_row(timed, block.words(), [&](std::uint32_t row) {
    const auto time = value_at<std::int64_t>(*bound.time, block.batch, block.offset + row);
    if (time >= grid.first && time <= grid.last) visit(row, grid.step_of(time));
  });
}

// Which group each row of a block is in; without groups all rows are in the one.
struct GroupsOfRows {
  const std::uint32_t* of = nullptr;  // a row
  std::uint32_t none = 1;             // the number of those that are in no group

  std::uint32_t at(std::uint32_t row) const { return of == nullptr ? 0 : of[row]; }
};

// Calls visit(row, step, group) for the rows of the mask that lie in a step and belong to a group.
template <typename Visit>
void for_each_grouped_row_in_step(const BoundScan& bound, const SeriesGrid& grid, const Block& block, const Words& mask,
                                  const GroupsOfRows& groups, Visit visit) {
  for_each_row_in_step(bound, grid, block, mask, [&](std::uint32_t row, std::size_t step) {
    if (const std::uint32_t group = groups.at(row); group != groups.none) visit(row, step, group);
  });
}

// What was collected in all steps, the groups of a step side by side, as the steps of each group.
template <typename Collected>
std::vector<std::vector<Collected>> steps_of_groups(std::vector<Collected>&& places, std::size_t groups) {
  std::vector<std::vector<Collected>> all(groups);
  for (std::size_t i = 0; i < places.size(); ++i) all[i % groups].push_back(std::move(places[i]));
  return all;
}

// A fact whose steps are yet to come.
template <typename Fact>
Fact fact_over(const SeriesGrid& grid) {
  Fact fact;
  fact.step_ns = grid.step_ns;
  if (grid.steps > 0) fact.first_ns = grid.first, fact.last_ns = grid.last;
  return fact;
}

class Series {
 public:
  Series(const SeriesGrid& grid, std::size_t groups) : grid_(grid), groups_(groups) {}
  void add(const BoundScan& bound, const Block& block, const Words& mask, const Words& part,
           const GroupsOfRows& groups = {});
  void add_to_step(std::size_t step, std::size_t group, std::uint64_t rows, std::uint64_t part) {
    plan::SeriesStep& into = at(step)[group];
    into.rows += rows;
    into.part += part;
  }
  void append(const Series& next);
  plan::SeriesFact fact() const;

 private:
  friend struct StateArchive;  // partial_archive.cpp
  void add_to_step(std::size_t step, const Block& block, const Words& mask, const Words& part,
                   const GroupsOfRows& groups);
  plan::SeriesStep* at(std::size_t step);  // its groups

  SeriesGrid grid_;
  std::size_t groups_;
  std::size_t from_ = 0;  // on the grid
  // From there on as far as rows have come: a run of blocks lies in few steps. The groups of a step side by side.
  std::vector<plan::SeriesStep> places_;
};

}  // namespace proofmark::engine
