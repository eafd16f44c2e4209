// The steps follow from the stretch, and the stretch lies in the window.
#include "runtime/transcript/series_shape.h"

#include "runtime/plan/number.h"
#include "runtime/plan/time_steps.h"

namespace proofmark::transcript {

bool lies_within(const plan::Window& window, std::int64_t first_ns, std::int64_t last_ns,
                 std::optional<std::int64_t> as_of_ns) {
  if (as_of_ns && last_ns > *as_of_ns) return false;
  if (window.kind == plan::WindowKind::since) return first_ns >= window.anchor_ns;
  if (window.kind == plan::WindowKind::last)
    return as_of_ns && plan::Int128(first_ns) > plan::Int128(*as_of_ns) - window.length_ns;
  return true;
}

std::optional<std::string> wrong_steps(const Stretch& stretch, std::int64_t step_ns, std::size_t steps,
                                       const plan::Window& window, std::optional<std::int64_t> as_of_ns) {
  if (!stretch.first_ns && !stretch.last_ns) {
    if (steps == 0 && step_ns == 0) return std::nullopt;
    return "has steps of no time";
  }
  if (!stretch.first_ns || !stretch.last_ns || *stretch.last_ns < *stretch.first_ns)
    return "ends before it begins, or not at all";
  if (!lies_within(window, *stretch.first_ns, *stretch.last_ns, as_of_ns)) return "does not lie within its window";
  const plan::TimeSteps wanted = plan::time_steps(*stretch.first_ns, *stretch.last_ns);
  if (step_ns == wanted.step_ns && steps == wanted.steps) return std::nullopt;
  return "has " + std::to_string(steps) + " steps of " + std::to_string(step_ns) + " ns, and its times give " +
         std::to_string(wanted.steps) + " of " + std::to_string(wanted.step_ns) + " ns";
}

}  // namespace proofmark::transcript
