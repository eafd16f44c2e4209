// Rows that come in clusters, told by a label each.
#pragma once

#include "runtime/methods/method.h"
#include "runtime/statistics/bootstrap.h"

namespace proofmark::methods {

// By the parameter `clusters` of a call for `n` rows, in the order in which labels first occur; none where it is not
// given. Refused: another number of labels than rows, a label NaN, fewer than ten clusters, rows drawn in another way
// as well.
Result<statistics::RowClusters> clusters_of_rows(const Arguments& call, std::size_t n);

}  // namespace proofmark::methods
