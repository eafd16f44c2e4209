// A cluster has m rows, y of them in the part and r = m - y not. m is at least 1 and at most the largest, which one
// cluster has; y is at least 1 in those with a part, and r in those with a rest. So the squares of each lie between
// what whole numbers with their sum have, and y r, which is rows_part - part_part in all, is 0 but in clusters with
// both.
#include "runtime/transcript/clusters_shape.h"

#include "runtime/transcript/whole_squares.h"

namespace proofmark::transcript {
namespace {

using plan::Int128;

bool could_be_rows(const plan::ClusterSums& one) {
  if (one.clusters > one.rows || (one.clusters == 0) != (one.rows == 0)) return false;
  if (one.clusters == 0) return one.largest == 0 && one.rows_rows == 0;
  const UInt128 largest = one.largest;
  if (one.largest > one.rows || one.largest == 0 || UInt128(one.rows_rows) < largest * largest) return false;
  return could_be_squares(UInt128(one.rows_rows) - largest * largest, one.rows - one.largest, one.clusters - 1,
                          largest);
}

}  // namespace

bool could_be_clusters(const plan::ClusterSums& one) {
  if (!could_be_rows(one)) return false;
  if (one.part > one.rows || one.with_part > one.clusters || one.with_rest > one.clusters) return false;
  if (one.with_part + one.with_rest < one.clusters) return false;
  if (one.rows_part > one.rows_rows || one.part_part > one.rows_part) return false;
  const Int128 rest_rest = one.rows_rows - 2 * one.rows_part + one.part_part;
  if (rest_rest < 0 || !could_be_squares(UInt128(one.part_part), one.part, one.with_part, one.largest) ||
      !could_be_squares(UInt128(rest_rest), one.rows - one.part, one.with_rest, one.largest))
    return false;
  const UInt128 both = one.with_part + one.with_rest - one.clusters, mixed = UInt128(one.rows_part - one.part_part);
  return mixed >= both && mixed <= both * (UInt128(one.largest) * one.largest / 4);
}

bool could_be_of_one_clustering(const plan::ClusterSums& certain, const plan::ClusterSums& possible) {
  return certain.clusters == possible.clusters && certain.rows == possible.rows &&
         certain.largest == possible.largest && certain.rows_rows == possible.rows_rows &&
         certain.part <= possible.part && certain.with_part <= possible.with_part &&
         certain.with_rest >= possible.with_rest && certain.rows_part <= possible.rows_part &&
         certain.part_part <= possible.part_part;
}

}  // namespace proofmark::transcript
