// Masks are in topological order, so one pass from the first to the last knows them all.
#include "runtime/plan/windowed_masks.h"

#include "runtime/plan/match.h"

namespace proofmark::plan {

std::vector<bool> windowed_masks(const Scan& scan) {
  std::vector<bool> windowed;
  windowed.reserve(scan.masks.size());
  for (const Mask& mask : scan.masks)
    windowed.push_back(match(
        mask, [&](const InWindow& in) { return scan.windows[in.window].kind != WindowKind::whole; },
        [](const AtomHolds&) { return false; },
        [&](const auto& of) { return windowed[of.left] || windowed[of.right]; }));
  return windowed;
}

Id mask_of(const Accumulator& accumulator) {
  return std::visit([](const auto& what) { return what.mask; }, accumulator.what);
}

std::optional<Id> window_of_series(const Accumulator& accumulator) {
  return std::visit(
      [](const auto& what) -> std::optional<Id> {
        if constexpr (requires { what.window; })
          return what.window;
        else
          return std::nullopt;
      },
      accumulator.what);
}

}  // namespace proofmark::plan
