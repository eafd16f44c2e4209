// The hint for samples of a population that ends: from a twentieth of it on, what is exact for endless ones wastes
// much.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>

#include "runtime/statistics/finite_population.h"

namespace proofmark::methods {

// "25.9 % of the population are looked at", where that is a large part.
inline std::optional<std::string> large_part(std::uint64_t sample, std::uint64_t population) {
  if (sample <= population / statistics::kLargePartIsOneIn) return std::nullopt;
  return fmt::format("{:.1f} % of the population are looked at",
                     100 * static_cast<double>(sample) / static_cast<double>(population));
}

}  // namespace proofmark::methods
