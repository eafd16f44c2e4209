// One scan after it is bound: what is left is to pass over the rows. Apart, so that benchmarks can time that alone.
#pragma once

#include "runtime/engine/collect.h"
#include "runtime/engine/engine.h"
#include "runtime/engine/kept_facts.h"
#include "runtime/engine/native.h"

namespace proofmark::engine {

// How to pass over the rows. The facts are the same for whatever is said here.
struct PassOptions {
  unsigned threads = 0;
  Measures* measures = nullptr;
  const FactStore* store = nullptr;    // null: nothing is kept
  std::uint64_t* kept_rows = nullptr;  // set, with a store, to the rows that were not looked at
};

// Problems are those of rows that had not been checked before.
Result<plan::StreamFacts> facts_of(const Collector& collector, const NativeScan& scan, const PassOptions& options);
// Where all rows may be read.
inline plan::StreamFacts facts_of(const Collector& collector, const NativeScan& scan, unsigned threads) {
  return std::move(*facts_of(collector, scan, PassOptions{.threads = threads}));
}

// Of rows that are checked when they are asked for.
Result<RanScan> run_scan(const plan::Scan& scan, CheckedRows& rows, std::optional<std::int64_t> as_of_ns,
                         const Options& options);

}  // namespace proofmark::engine
