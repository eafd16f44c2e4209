// An exact number out of JSON: a number, or a string that spells one, such as "1/3" or "99.9%".
#pragma once

#include <cmath>
#include <optional>

#include "runtime/json/json.h"
#include "runtime/json/number_text.h"
#include "runtime/plan/number.h"

namespace proofmark::methods {

inline std::optional<plan::Rational> exact_of(const json::Value& value) {
  if (const auto* integer = value.as_integer()) return plan::Rational(*integer);
  if (const auto* real = value.as_real())
    return std::isfinite(*real) ? plan::Rational::parse(json::ecmascript_number(*real)) : std::nullopt;
  if (const auto* text = value.as_string()) return plan::Rational::parse(*text);
  return std::nullopt;
}

}  // namespace proofmark::methods
