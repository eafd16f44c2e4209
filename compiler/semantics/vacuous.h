// Conditions that say nothing: that hold for every row in which they are known, or for none.
//
// Decided over the cells that the constants of a condition cut its values into. A number is below, at, between or above
// the constants that it is compared with (whole numbers have no room between 499 and 500), a label one of those named
// or another; of two values of a row one is less, or they are equal; a pattern or a truth may hold or not. Within a
// cell no comparison changes, so that a condition which holds in every combination of cells holds for every row. The
// values are taken as independent of each other, which only adds combinations: what is found is proven, and not
// everything is found.
#pragma once

#include <optional>
#include <span>

#include "compiler/semantics/typed_policy.h"

namespace proofmark::semantics {

enum class Holding : std::uint8_t {
  untold,  // of some rows and not of others, or too much to ask
  always,
  never,
};

// Of rows that meet all of `given`. Without such rows (`given` contradicts itself): `never`.
Holding holding_of(const Policy& policy, std::span<const TypedId> given, TypedId condition);

// Whether no row can meet all of these.
bool is_contradiction(const Policy& policy, std::span<const TypedId> given);

}  // namespace proofmark::semantics
