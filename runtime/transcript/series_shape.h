// Whether steps of time are those that an engine counts in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runtime/plan/plan.h"

namespace proofmark::transcript {

struct Stretch {
  std::optional<std::int64_t> first_ns, last_ns;
  friend bool operator==(const Stretch&, const Stretch&) = default;
};

// Whether rows from the first time to the last are rows of the window.
bool lies_within(const plan::Window& window, std::int64_t first_ns, std::int64_t last_ns,
                 std::optional<std::int64_t> as_of_ns);

// What is wrong with so many steps, in words; nothing when they are those of a stretch within the window.
std::optional<std::string> wrong_steps(const Stretch& stretch, std::int64_t step_ns, std::size_t steps,
                                       const plan::Window& window, std::optional<std::int64_t> as_of_ns);

}  // namespace proofmark::transcript
