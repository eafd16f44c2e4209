// Two proportions: differences, ratios, tests.
#include "runtime/methods/families.h"

namespace proofmark::methods {

std::span<const Method> two_proportion_methods() {
  return {};
}

}  // namespace proofmark::methods
