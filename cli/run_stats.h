// Of a run of policies: where the time went (`--stats`), and how far it is.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/progress_line.h"
#include "runtime/engine/measures.h"
#include "runtime/plan/plan.h"
#include "runtime/snapshot/snapshot.h"

namespace proofmark::cli {

struct RunStats {
  std::int64_t load_ns = 0, open_ns = 0, run_ns = 0, judge_ns = 0;
  std::size_t policies = 0, kept_policies = 0;
  std::vector<std::string> refused;  // cache folders that are not used, and why
};

// A line for the run's phases, one for each pass and one for each model.
std::string stats_text(const RunStats& stats, const engine::Measures& measures);

struct RunSize {
  std::uint64_t rows = 0, trials = 0;
};

// What plans that are run together have to go through.
RunSize size_of_run(const std::vector<const plan::Plan*>& plans, const snapshot::Snapshot& snapshot);

// Rows, and then the models' trials.
Progress run_progress(const engine::Measures& measures, const RunSize& whole);

}  // namespace proofmark::cli
