// A random scan over random telemetry, made from one seed, for comparing engines with the oracle and each other.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/plan/plan.h"
#include "tests/engine/table.h"

namespace proofmark::engine::testing {

// What the shrinking of a failed case works on; everything else follows from the seed.
struct CaseSize {
  std::uint64_t seed = 0;
  std::size_t rows = 0, values = 0, atoms = 0, masks = 0, accumulators = 0;
};

struct Case {
  Table table;
  plan::Scan scan;
  std::optional<std::int64_t> as_of_ns;
};

Case random_case(const CaseSize& size);

}  // namespace proofmark::engine::testing
