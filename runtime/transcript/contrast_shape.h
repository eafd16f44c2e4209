// Whether what two samples have to each other is what any two samples could have.
#pragma once

#include <optional>
#include <string>

#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"

namespace proofmark::transcript {

// One side of a contrast: its values, which of them were collected, and what those tell.
struct ContrastSide {
  std::optional<std::uint64_t> rows;
  const plan::ValueSummary& values;
  plan::Told told = plan::Told::exactly;
};

// What contradicts what; nothing: it is possible.
std::optional<std::string> wrong_contrast(const plan::ContrastSums& sums, const ContrastSide& first,
                                          const ContrastSide& second);

}  // namespace proofmark::transcript
