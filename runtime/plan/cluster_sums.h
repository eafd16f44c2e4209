// What one cluster adds to the sums over all of them: the one place where they are taken, whoever counted the cluster.
#pragma once

#include <algorithm>

#include "runtime/plan/facts.h"

namespace proofmark::plan {

// A cluster without rows is none.
inline void add_cluster(ClusterSums& sums, std::uint64_t rows, std::uint64_t part) {
  if (rows == 0) return;
  const Int128 m = rows, y = part;
  sums.clusters += 1;
  sums.rows += rows;
  sums.part += part;
  sums.with_part += part > 0 ? 1 : 0;
  sums.with_rest += part < rows ? 1 : 0;
  sums.largest = std::max(sums.largest, rows);
  sums.rows_rows += m * m;
  sums.rows_part += m * y;
  sums.part_part += y * y;
}

}  // namespace proofmark::plan
