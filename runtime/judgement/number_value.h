// Measured values (integers in base units, or doubles) against exact thresholds, and as text.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"

namespace proofmark::judgement {

using Sum = std::variant<plan::Int128, double>;
Sum as_sum(const plan::Number& value);

// Integers exactly; doubles against the threshold's nearest double, as the engines compare rows.
bool compare(const plan::Number& value, plan::Comparison op, const plan::Rational& threshold);
bool compare(const Sum& value, plan::Comparison op, const plan::Rational& threshold);

// The value nearest to the threshold that meets `value op threshold`; nothing when int64 has none.
std::optional<plan::Number> nearest_meeting(plan::Comparison op, const plan::Rational& threshold, bool real);

// Integer digits, or the shortest text that reads back as the same double; empty for an infinite one.
std::string number_text(const plan::Number& value);
std::string number_text(const Sum& value);

}  // namespace proofmark::judgement
