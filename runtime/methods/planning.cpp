// Sample sizes and power.
#include "runtime/methods/families.h"

namespace proofmark::methods {

std::span<const Method> planning_methods() {
  return {};
}

}  // namespace proofmark::methods
