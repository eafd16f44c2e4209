// Measured numbers as texts that read back as the same number of the same type.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/plan/facts.h"

namespace proofmark::transcript {

std::string exact_text(const plan::Number& value);  // "300000000", "0.25", "3.0", "Infinity"
std::string exact_text(const std::variant<plan::Int128, double>& value);

std::optional<plan::Number> parse_number(std::string_view text);  // only what exact_text writes
std::optional<std::variant<plan::Int128, double>> parse_sum(std::string_view text);

std::string probability_text(double p);  // all its digits: "0.03125", "2.1034e-07"

}  // namespace proofmark::transcript
