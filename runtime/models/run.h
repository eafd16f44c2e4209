// Running models: in goes a model, out come counts of trials and order statistics.
//
// Two ways with the same bits. The reference takes one trial after the other through scalar formulas. The blocks take
// 512 trials at once, a loop a node, by as many threads as are wanted. A trial in which some node is no finite number
// is unknown, and in no count and no order statistic. Nothing here judges.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "runtime/plan/model.h"
#include "runtime/statistics/elementary_blocks.h"

namespace proofmark::models {

struct Way {
  bool reference = false;
  unsigned threads = 0;  // 0: as many as the machine has
  statistics::Lanes lanes = statistics::widest_lanes();
  std::atomic<std::uint64_t>* done = nullptr;  // trials are added while they run, for whoever looks; null: nobody does
};

// For a model with a source: its recorded values in the order of rows, NaN where one is unknown. All of them, or where
// there are more than `rows_worth_keeping` so many of them, chosen without regard to the values; `rows` counts all.
plan::ModelFact run(const plan::Model& model, const Way& way, std::span<const double> recorded = {},
                    std::uint64_t rows = 0);
std::uint64_t rows_worth_keeping(const plan::Model& model);

}  // namespace proofmark::models
