// How the values that a model samples lie in time: the ranks over time of what its source names, where the rows have a
// time. The lowering asks for them beside the source; they are found again by what they are of.
#pragma once

#include <optional>
#include <variant>

#include "runtime/plan/plan.h"

namespace proofmark::plan {

inline std::optional<FactRef> series_of(const Plan& plan, const ModelSource& source) {
  const auto& accumulators = plan.scans[source.scan].accumulators;
  for (Id id = 0; id < accumulators.size(); ++id)
    if (const auto* ranks = std::get_if<RankSeries>(&accumulators[id].what))
      if (!accumulators[id].grouping && ranks->mask == source.mask && ranks->value == source.value)
        return FactRef{source.scan, id};
  return std::nullopt;
}

}  // namespace proofmark::plan
