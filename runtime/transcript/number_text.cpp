// A real is told from an integer by its spelling; each value has exactly one text.
#include "runtime/transcript/number_text.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "runtime/json/number_text.h"

namespace proofmark::transcript {
namespace {

using Sum = std::variant<plan::Int128, double>;

std::string real_text(double value) {
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  if (value == 0) return std::signbit(value) ? "-0.0" : "0.0";
  std::string text = json::ecmascript_number(value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::optional<double> parse_real(std::string_view text) {
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  if (text.find_first_of(".e") == std::string_view::npos) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return real_text(value) == text ? std::optional<double>(value) : std::nullopt;
}

std::optional<plan::Int128> parse_integer(std::string_view text) {
  const std::optional<plan::Int128> value = plan::parse_int128(text);
  return value && plan::to_string(*value) == text ? value : std::nullopt;
}

}  // namespace

std::string exact_text(const plan::Number& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  return real_text(std::get<double>(value));
}

std::string exact_text(const Sum& value) {
  if (const auto* integer = std::get_if<plan::Int128>(&value)) return plan::to_string(*integer);
  return real_text(std::get<double>(value));
}

std::optional<plan::Number> parse_number(std::string_view text) {
  if (const std::optional<plan::Int128> integer = parse_integer(text)) {
    if (*integer < std::numeric_limits<std::int64_t>::min() || *integer > std::numeric_limits<std::int64_t>::max())
      return std::nullopt;
    return plan::Number(static_cast<std::int64_t>(*integer));
  }
  const std::optional<double> real = parse_real(text);
  return real ? std::optional<plan::Number>(*real) : std::nullopt;
}

std::optional<Sum> parse_sum(std::string_view text) {
  if (const std::optional<plan::Int128> integer = parse_integer(text)) return Sum(*integer);
  const std::optional<double> real = parse_real(text);
  return real ? std::optional<Sum>(*real) : std::nullopt;
}

// Every digit that the double has, so that the printed tail stands to alpha as the verdict says.
std::string probability_text(double p) {
  if (p == 0) return "0";
  if (p == 1) return "1";
  char buffer[32];
  const auto format = p >= 1e-4 ? std::chars_format::fixed : std::chars_format::scientific;
  return std::string(buffer, std::to_chars(buffer, buffer + sizeof buffer, p, format).ptr);
}

}  // namespace proofmark::transcript
