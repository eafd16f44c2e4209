// A formula's truth table: what it says of every assignment of its variables, the primitives 1 ... kVariables.
#pragma once

#include <cstdint>

#include "runtime/engine/mask_algebra.h"

namespace proofmark::engine::testing {

inline constexpr std::uint32_t kVariables = 5, kAssignments = 1U << kVariables;

inline bool holds(const MaskAlgebra& algebra, Literal literal, std::uint32_t assignment) {
  bool value = true;
  if (literal.node() >= 1 && literal.node() <= kVariables) {
    value = (assignment >> (literal.node() - 1) & 1U) != 0;
  } else {
    for (const Literal factor : algebra.conjunction(literal.node()))
      value = value && holds(algebra, factor, assignment);
  }
  return value != literal.negated();
}

}  // namespace proofmark::engine::testing
