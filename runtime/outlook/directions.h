// Whether a calculation rises or falls with each of its estimates.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/plan/plan.h"

namespace proofmark::outlook {

enum class Direction : std::uint8_t { rising, falling, both };

// Per leaf. `both`: it stands at several places that pull apart, or is multiplied with something whose sign is not
// known. Shares, and means of values that are not negative, never are.
std::vector<Direction> directions_of(const plan::Requirement& requirement);

}  // namespace proofmark::outlook
