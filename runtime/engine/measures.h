// What a run cost, for people: `--stats` and the progress line. Nothing here is a fact, and none of it reaches a
// transcript.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "runtime/snapshot/measures.h"

namespace proofmark::engine {

struct ScanMeasure {  // of one pass over a stream, whichever plans it was for
  std::string stream, tier;
  std::uint64_t rows = 0, bytes = 0;  // of the columns that were read
  std::int64_t check_ns = 0, bind_ns = 0, code_ns = 0, pass_ns = 0;
  std::uint64_t kept_rows = 0;  // whose facts an earlier run had kept
};

struct ModelMeasure {
  std::string name, tier;
  std::uint64_t trials = 0;
  std::int64_t ns = 0;  // with the reading of the values that it samples
};

struct Measures {
  std::vector<ScanMeasure> scans;
  std::vector<ModelMeasure> models;
  // May be read while they grow.
  std::atomic<std::uint64_t> rows_done = 0;    // of all passes
  std::atomic<std::uint64_t> trials_done = 0;  // of all models, which run when all passes are over
};

using snapshot::Stopwatch;

}  // namespace proofmark::engine
