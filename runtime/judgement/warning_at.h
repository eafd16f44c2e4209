// A warning that stands where the policy says what it is about.
#pragma once

#include <string>
#include <string_view>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/plan/plan.h"

namespace proofmark::judgement {

inline Diagnostic warning_at(const plan::Origin& origin, std::string_view code, std::string message, std::string help) {
  Diagnostic warning = plain_problem(code, std::move(message), std::move(help));
  warning.severity = Severity::warning;
  warning.primary.place.line = warning.primary.place.end_line = origin.line;
  warning.primary.place.column = warning.primary.place.end_column = origin.column;
  return warning;
}

}  // namespace proofmark::judgement
