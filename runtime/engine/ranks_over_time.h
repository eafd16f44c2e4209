// Ranks over time: what steps of time hold of the order of all values of a group. Integers alone, so that neither
// threads nor engines show.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/engine/midranks.h"
#include "runtime/engine/series.h"
#include "runtime/engine/values.h"
#include "runtime/plan/facts.h"

namespace proofmark::engine {

class RanksOverTime {
 public:
  RanksOverTime(const SeriesGrid& grid, std::size_t groups, bool real)
      : grid_(grid), real_(real), groups_(groups, std::vector<KeyedPart>(grid.steps)) {}
  // Rows of `mask`, whose values are known; `weights`, where there are any, say how many events each stands for.
  void add(const BoundScan& bound, const Block& block, const Words& mask, const ValueBlock& value,
           const GroupsOfRows& groups, const std::uint64_t* weights = nullptr);
  void append(RanksOverTime&& next);
  // Sorts what there is.
  plan::MomentSeriesFact fact(unsigned threads);

 private:
  static void append(std::vector<KeyedPart>& steps, std::vector<KeyedPart>&& next);

  SeriesGrid grid_;
  bool real_;
  std::vector<std::vector<KeyedPart>> groups_;  // of each all steps; the two zeros are one key
};

}  // namespace proofmark::engine
