// Ranks over time: what steps of time hold of the order of all values of a group. Integers alone, so that neither
// threads nor engines show.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/engine/series.h"
#include "runtime/engine/values.h"
#include "runtime/plan/facts.h"

namespace proofmark::engine {

class RanksOverTime {
 public:
  RanksOverTime(const SeriesGrid& grid, std::size_t groups, bool real)
      : grid_(grid), real_(real), groups_(groups, std::vector<Step>(grid.steps)) {}
  // Rows of `mask`, whose values are known; `weights`, where there are any, say how many events each stands for.
  void add(const BoundScan& bound, const Block& block, const Words& mask, const ValueBlock& value,
           const GroupsOfRows& groups, const std::uint64_t* weights = nullptr);
  void append(RanksOverTime&& next);
  // Sorts what there is.
  plan::MomentSeriesFact fact();

 private:
  struct Step {
    std::vector<std::int64_t> keys;      // order keys; the two zeros are one value
    std::vector<std::uint64_t> weights;  // of these, in a scan with a weight
  };
  static void append(std::vector<Step>& steps, std::vector<Step>&& next);
  static std::vector<plan::MomentSums> ranked(std::vector<Step>& steps);

  SeriesGrid grid_;
  bool real_;
  std::vector<std::vector<Step>> groups_;  // of each all steps
};

}  // namespace proofmark::engine
