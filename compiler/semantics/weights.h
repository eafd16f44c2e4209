// What is decided by inclusion weights: shares and quantiles of telemetry that is `sampling tail weighted by FIELD`.
#pragma once

#include <optional>
#include <string>

#include "compiler/semantics/typed_policy.h"

namespace proofmark::semantics {

// What stands in the way of deciding the requirement by weights, and where it is written.
struct NotWeighed {
  Span span;
  std::string why;
};
// Of a requirement that reads telemetry with weights.
std::optional<NotWeighed> not_weighed(const Policy& policy, const Objective& objective, const Requirement& requirement);

// Its telemetry has weights, and they decide it.
bool is_weighed(const Policy& policy, const Objective& objective, const Requirement& requirement);

}  // namespace proofmark::semantics
