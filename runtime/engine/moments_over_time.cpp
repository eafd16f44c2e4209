// Rows are put into steps one by one where a step ends in their block.
#include "runtime/engine/moments_over_time.h"

#include "runtime/plan/match.h"

namespace proofmark::engine {
namespace {

std::variant<IntegerMoments, RealMoments> moments_in(std::size_t places, const plan::MomentSeries& what, bool real) {
  if (real) return RealMoments(places, what.low, what.high);
  return IntegerMoments(places, what.low, what.high);
}

}  // namespace

MomentsOverTime::MomentsOverTime(const SeriesGrid& grid, std::size_t groups, const plan::MomentSeries& what, bool real)
    : grid_(grid), groups_(groups), places_(moments_in(grid.steps * groups, what, real)) {}

void MomentsOverTime::add(const BoundScan& bound, const Block& block, const Words& mask, const ValueBlock& value,
                          const GroupsOfRows& groups) {
  if (auto* integers = std::get_if<IntegerMoments>(&places_))
    return for_each_grouped_row_in_step(bound, grid_, block, mask, groups,
                                        [&](std::uint32_t row, std::size_t step, std::uint32_t group) {
                                          integers->add(place(step, group), value.integers[row]);
                                        });
  auto& reals = std::get<RealMoments>(places_);
  for_each_grouped_row_in_step(bound, grid_, block, mask, groups,
                               [&](std::uint32_t row, std::size_t step, std::uint32_t group) {
                                 reals.add(place(step, group), row, value.reals[row]);
                               });
  reals.close(block.index);
}

void MomentsOverTime::add_events(const BoundScan& bound, const Block& block, const Words& mask, const ValueBlock& value,
                                 const std::uint64_t* weights, const GroupsOfRows& groups) {
  PROOFMARK_CHECK(value.integers != nullptr);
  auto& integers = std::get<IntegerMoments>(places_);
  for_each_grouped_row_in_step(bound, grid_, block, mask, groups,
                               [&](std::uint32_t row, std::size_t step, std::uint32_t group) {
                                 integers.add(place(step, group), value.integers[row], weights[row]);
                               });
}

void MomentsOverTime::append(MomentsOverTime&& next) {
  plan::match(
      places_, [&](IntegerMoments& places) { places.append(std::get<IntegerMoments>(next.places_)); },
      [&](RealMoments& places) { places.append(std::get<RealMoments>(std::move(next.places_))); });
}

plan::MomentSeriesFact MomentsOverTime::fact(std::uint64_t blocks) const {
  auto fact = fact_over<plan::MomentSeriesFact>(grid_);
  fact.groups = steps_of_groups(plan::match(
                                    places_, [](const IntegerMoments& places) { return places.sums(); },
                                    [&](const RealMoments& places) { return places.sums(blocks); }),
                                groups_);
  return fact;
}

}  // namespace proofmark::engine
