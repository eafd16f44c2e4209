// Exact rationals as decimal text, rounded in a stated direction. No exponent, no locale, no trailing zeros.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runtime/plan/number.h"

namespace proofmark::judgement {

inline constexpr int kReportedDigits = 10;

enum class Rounding : std::uint8_t { down, half_even, up };  // down: towards minus infinity

// At least the integer part, and `significant` digits from the first one that is not 0.
std::string decimal(const plan::Rational& value, int significant, Rounding rounding);

// The exact value of a finite double, when 128 bits hold it.
std::optional<plan::Rational> exact_rational(double value);

}  // namespace proofmark::judgement
