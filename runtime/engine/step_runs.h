// Counting in steps of time with counters that only ever grow: rows of a step lie together in a sorted stream, so what
// the counters have gained between two ends of steps belongs to the step between them.
//
// Nearly every block lies in one step of every series. A block that a step ends in is run over once for each side, the
// rows of the other side left out by the mask of those that take part.
#pragma once

#include <vector>

#include "runtime/engine/kernel_calls.h"

namespace proofmark::engine {

class StepRuns {
 public:
  StepRuns(const BoundScan& bound, const KernelProgram& program, KernelCalls& calls, BlockState& state);

  void run(const Block& block);
  // Hands the last steps' counts over; `out` has a Series for each of the program's.
  void finish(Partial& out);

 private:
  // A place on a grid, ascending with time: before it, its steps from 1 on, behind it, and no time at all.
  using Steps = std::vector<std::size_t>;  // a grid

  void find_steps(std::int64_t time, Steps& out) const;
  Steps steps_at(const Block& block, std::uint32_t row) const;
  void run_rows(const Block& block, std::uint32_t from, std::uint32_t to);
  void enter(const Steps& steps);

  struct Gained {
    std::size_t grid = 0;  // in grids_
    std::uint64_t rows = 0, part = 0;
  };
  struct Found {
    std::size_t series, step;
    std::uint64_t rows, part;
  };

  const BoundScan& bound_;
  const KernelProgram& program_;
  KernelCalls& calls_;
  BlockState& state_;
  std::vector<const SeriesGrid*> grids_;
  std::vector<Gained> before_;  // a series: its counters when the current steps began
  Steps current_, first_, last_;
  std::vector<Found> found_;
};

}  // namespace proofmark::engine
