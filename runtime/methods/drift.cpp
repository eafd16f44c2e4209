// Change over time.
#include "runtime/methods/families.h"

namespace proofmark::methods {

std::span<const Method> drift_methods() {
  return {};
}

}  // namespace proofmark::methods
