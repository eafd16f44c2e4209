// The values of a population row by row, for models that draw from them.
#pragma once

#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"
#include "runtime/snapshot/snapshot.h"

namespace proofmark::engine {

struct RecordedValues {
  std::vector<double> values;  // in the order of rows, NaN where one is unknown; then those that may belong, unknown
  std::uint64_t rows = 0;      // of the population, and those that may belong
};

// At most `most` of them, evenly spread over the rows. `facts` are those of the plan's scans.
Result<RecordedValues> recorded_values(const plan::Plan& plan, const plan::ModelSource& source,
                                       const snapshot::Snapshot& snapshot, const plan::Facts& facts,
                                       std::uint64_t most);

}  // namespace proofmark::engine
