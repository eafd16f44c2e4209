// The tables that make up the whole, one a family.
#pragma once

#include <span>

#include "runtime/methods/method.h"

namespace proofmark::methods {

std::span<const Method> kernel_methods();      // the distributions everything stands on
std::span<const Method> proportion_methods();  // intervals, tests and verdicts of one proportion

}  // namespace proofmark::methods
