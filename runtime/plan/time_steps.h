// The steps of time in which rows are counted, so that it shows whether they depend on those before them.
//
// Of a stretch from one row time to another there are about kSeriesSteps. They have one length, of a ladder of lengths
// that people use, and end at its multiples since 1970: neither a row that is added at the end nor a window that slides
// moves them, so that what was counted of a step can be kept. The first and the last are cut short by the stretch.
#pragma once

#include <cstddef>
#include <cstdint>

namespace proofmark::plan {

// From `first` to `last`, both in a step.
struct TimeSteps {
  std::int64_t first = 0, last = -1;  // ns since 1970
  std::int64_t step_ns = 0;
  std::int64_t first_number = 0;  // of the first step; step n lies from n step_ns on
  std::size_t steps = 0;          // none where there is no stretch

  // first <= time <= last.
  std::size_t step_of(std::int64_t time) const { return static_cast<std::size_t>(number_of(time) - first_number); }
  // The first and the last time of a step.
  std::int64_t start_of(std::size_t step) const { return step == 0 ? first : boundary(step); }
  std::int64_t end_of(std::size_t step) const { return step + 1 == steps ? last : boundary(step + 1) - 1; }

  std::int64_t number_of(std::int64_t time) const { return time / step_ns - (time % step_ns < 0 ? 1 : 0); }

 private:
  std::int64_t boundary(std::size_t step) const { return (first_number + static_cast<std::int64_t>(step)) * step_ns; }
};

// Pre: first <= last. Of the ladder the greatest length of which the stretch has more than three quarters of
// kSeriesSteps: 46 to 114 steps, where it is that many ns long. The length depends on that of the stretch alone.
TimeSteps time_steps(std::int64_t first, std::int64_t last);

}  // namespace proofmark::plan
