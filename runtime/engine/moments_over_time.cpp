// Rows are put into steps one by one where a step ends in their block.
#include "runtime/engine/moments_over_time.h"

#include "runtime/plan/match.h"

namespace proofmark::engine {
namespace {

std::variant<IntegerMoments, RealMoments> moments_in(std::size_t steps, const plan::MomentSeries& what, bool real) {
  if (real) return RealMoments(steps, what.low, what.high);
  return IntegerMoments(steps, what.low, what.high);
}

}  // namespace

MomentsOverTime::MomentsOverTime(const SeriesGrid& grid, const plan::MomentSeries& what, bool real)
    : grid_(grid), steps_(moments_in(grid.steps, what, real)) {}

void MomentsOverTime::add(const BoundScan& bound, const Block& block, const Words& mask, const ValueBlock& value) {
  if (auto* integers = std::get_if<IntegerMoments>(&steps_))
    return for_each_row_in_step(bound, grid_, block, mask, [&](std::uint32_t row, std::size_t step) {
      integers->add(static_cast<std::uint32_t>(step), value.integers[row]);
    });
  auto& reals = std::get<RealMoments>(steps_);
  for_each_row_in_step(bound, grid_, block, mask, [&](std::uint32_t row, std::size_t step) {
    reals.add(static_cast<std::uint32_t>(step), row, value.reals[row]);
  });
  reals.close(block.index);
}

void MomentsOverTime::add_events(const BoundScan& bound, const Block& block, const Words& mask, const ValueBlock& value,
                                 const std::uint64_t* weights) {
  PROOFMARK_CHECK(value.integers != nullptr);
  auto& integers = std::get<IntegerMoments>(steps_);
  for_each_row_in_step(bound, grid_, block, mask, [&](std::uint32_t row, std::size_t step) {
    integers.add(static_cast<std::uint32_t>(step), value.integers[row], weights[row]);
  });
}

void MomentsOverTime::append(MomentsOverTime&& next) {
  plan::match(
      steps_, [&](IntegerMoments& steps) { steps.append(std::get<IntegerMoments>(next.steps_)); },
      [&](RealMoments& steps) { steps.append(std::get<RealMoments>(std::move(next.steps_))); });
}

plan::MomentSeriesFact MomentsOverTime::fact(std::uint64_t blocks) const {
  auto fact = fact_over<plan::MomentSeriesFact>(grid_);
  fact.steps = plan::match(
      steps_, [](const IntegerMoments& steps) { return steps.sums(); },
      [&](const RealMoments& steps) { return steps.sums(blocks); });
  return fact;
}

}  // namespace proofmark::engine
