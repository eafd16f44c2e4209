// Resampling.
#include "runtime/methods/families.h"

namespace proofmark::methods {

std::span<const Method> bootstrap_methods() {
  return {};
}

}  // namespace proofmark::methods
