// Counting in steps of time with counters that only ever grow: rows of a step lie together in a sorted stream, so what
// the counters have gained between two ends of steps belongs to the step between them.
//
// Nearly every block lies in one step of every series. A block that a step ends in is run over piece by piece, the rows
// of the others left out by the mask of those that take part. Counts of many groups are no kernel's: what these gain is
// taken in the same way, and of a block that a step ends in the rows are looked at one by one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "runtime/engine/kernel_calls.h"

namespace proofmark::engine {

// Times from `first` to `last`, both included; none where last < first.
struct TimeSpan {
  std::int64_t first = INT64_MIN, last = INT64_MAX;

  void cut(std::int64_t from, std::int64_t to) {
    first = std::max(first, from);
    last = std::min(last, to);
  }
  bool holds(std::int64_t from, std::int64_t to) const { return first <= from && to <= last; }
};

class StepRuns {
 public:
  // Steps' counts go to `out`, which has a Series for each of the program's.
  StepRuns(const BoundScan& bound, const KernelProgram& program, KernelCalls& calls, Partial& out);

  // What the kernel counts from here on belongs to the steps that the block lies in, as do all times of the answer.
  // Nothing: a step ends in the block, or not all of its rows have a time.
  std::optional<TimeSpan> enter(const Block& block);
  // Runs the kernel over a block that could not be entered.
  void run_in_pieces(const Block& block);
  // The rows of such a block, once they have been counted, in the series that counts tell.
  void add_rows(const Collector& collector, const Block& block, const BlockState& state);
  // Hands the last steps' counts over.
  void finish() { move_to({}); }

 private:
  // A place on a grid, ascending with time: before it, its steps from 1 on, behind it, and no time at all.
  struct Place {
    std::vector<std::size_t> steps;  // a grid
    TimeSpan span;                   // of the times with the same
  };

  // A series' place among the grids, and what its steps are told by.
  template <typename By>
  struct OnGrid {
    std::size_t grid = 0;  // in grids_
    const By* by = nullptr;
    Series* into = nullptr;
    std::vector<std::uint64_t> rows = {}, part = {};  // a group: what counts told when the current steps began
  };

  template <typename By>
  OnGrid<By> on_grid(const By& series, Partial& out);
  void read(const std::optional<Difference>& count);
  std::uint64_t gain_of(const std::optional<Difference>& count) const;
  std::optional<std::size_t> current_step(std::size_t grid) const;
  Place place_of(std::int64_t time) const;
  Place place_at(const Block& block, std::uint32_t row) const;
  std::uint32_t end_of(const Place& place, const Block& block, std::uint32_t from) const;
  void move_to(Place&& place);
  void hand_over_counters();
  void hand_over_counts();
  void begin_from_counts(OnGrid<ToldByCounts>& series);

  const BoundScan& bound_;
  KernelCalls& calls_;
  Partial& out_;
  std::vector<const SeriesGrid*> grids_;
  std::vector<OnGrid<CountedInSteps>> counted_;
  std::vector<OnGrid<ToldByCounts>> told_;
  std::vector<std::uint32_t> read_;             // counters that steps are told by
  std::vector<std::uint64_t> before_, gained_;  // of all counters: when the current steps began, and since then
  Place current_;
};

}  // namespace proofmark::engine
