// Whether sums over clusters are those of any clusters.
#pragma once

#include "runtime/plan/facts.h"

namespace proofmark::transcript {

bool could_be_clusters(const plan::ClusterSums& sums);

// Whether both can be of the same clusters, where whatever is in the part for certain is in the possible one.
bool could_be_of_one_clustering(const plan::ClusterSums& certain, const plan::ClusterSums& possible);

}  // namespace proofmark::transcript
