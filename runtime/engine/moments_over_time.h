// Moments over time: SumMoments of each group of rows in each step of a stretch of time. Of integers they are exact; of
// reals each step's sums have the fixed shape of all sums, so that neither threads nor engines show.
#pragma once

#include <cstdint>
#include <variant>

#include "runtime/engine/moments.h"
#include "runtime/engine/series.h"
#include "runtime/engine/values.h"
#include "runtime/plan/facts.h"

namespace proofmark::engine {

class MomentsOverTime {
 public:
  MomentsOverTime(const SeriesGrid& grid, std::size_t groups, const plan::MomentSeries& what, bool real);
  // Rows of `mask`, whose values are known.
  void add(const BoundScan& bound, const Block& block, const Words& mask, const ValueBlock& value,
           const GroupsOfRows& groups);
  // The same of rows that stand for so many events each.
  void add_events(const BoundScan& bound, const Block& block, const Words& mask, const ValueBlock& value,
                  const std::uint64_t* weights, const GroupsOfRows& groups);
  void append(MomentsOverTime&& next);
  plan::MomentSeriesFact fact(std::uint64_t blocks) const;

 private:
  friend struct StateArchive;  // partial_archive.cpp

  std::uint32_t place(std::size_t step, std::uint32_t group) const {
    return static_cast<std::uint32_t>(step * groups_ + group);
  }

  SeriesGrid grid_;
  std::size_t groups_;
  std::variant<IntegerMoments, RealMoments> places_;  // the groups of a step side by side
};

}  // namespace proofmark::engine
