// Clusters, time series.
#include "runtime/methods/families.h"

namespace proofmark::methods {

std::span<const Method> dependence_methods() {
  return {};
}

}  // namespace proofmark::methods
