// Moments over time: SumMoments in each step of a stretch of time, the steps in the place of groups. Of integers they
// are exact; of reals each step's sums have the fixed shape of all sums, so that neither threads nor engines show.
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
  MomentsOverTime(const SeriesGrid& grid, const plan::MomentSeries& what, bool real);
  // Rows of `mask`, whose values are known.
  void add(const BoundScan& bound, const Block& block, const Words& mask, const ValueBlock& value);
  // The same of rows that stand for so many events each.
  void add_events(const BoundScan& bound, const Block& block, const Words& mask, const ValueBlock& value,
                  const std::uint64_t* weights);
  void append(MomentsOverTime&& next);
  plan::MomentSeriesFact fact(std::uint64_t blocks) const;

 private:
  friend struct StateArchive;  // partial_archive.cpp

  SeriesGrid grid_;
  std::variant<IntegerMoments, RealMoments> steps_;
};

}  // namespace proofmark::engine
