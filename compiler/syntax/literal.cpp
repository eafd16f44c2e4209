// Reading numbers exactly and strings strictly.
//
// A number never passes through a double: its digits become a rational. A unit that nobody knows is answered with the
// one that is meant; people write `msec`, `mins` and `Mib` for reasons of habit, and habit is a table.
#include "compiler/syntax/literal.h"

#include <algorithm>
#include <utility>

#include "compiler/source/render.h"
#include "runtime/json/utf8.h"

namespace proofmark::syntax {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

constexpr std::pair<std::string_view, std::string_view> kHabits[] = {
    {"nsec", "ns"},   {"nanos", "ns"},        {"nanoseconds", "ns"}, {"usec", "us"},
    {"micros", "us"}, {"microseconds", "us"}, {"msec", "ms"},        {"msecs", "ms"},
    {"millis", "ms"}, {"milli", "ms"},        {"millisecond", "ms"}, {"milliseconds", "ms"},
    {"sec", "s"},     {"secs", "s"},          {"second", "s"},       {"seconds", "s"},
    {"min", "m"},     {"mins", "m"},          {"minute", "m"},       {"minutes", "m"},
    {"hr", "h"},      {"hrs", "h"},           {"hour", "h"},         {"hours", "h"},
    {"day", "d"},     {"days", "d"},          {"wk", "w"},           {"week", "w"},
    {"weeks", "w"},   {"byte", "B"},          {"bytes", "B"},        {"b", "B"},
    {"k", "kB"},      {"kb", "kB"},           {"mb", "MB"},          {"gb", "GB"},
    {"ki", "KiB"},    {"mi", "MiB"},          {"gi", "GiB"},         {"percent", "%"},
};

// 1e6 and the like: how the number is written without an exponent.
std::string without_exponent(std::string_view digits, std::string_view unit) {
  if (unit.size() < 2 || (unit[0] != 'e' && unit[0] != 'E') || !std::all_of(unit.begin() + 1, unit.end(), is_digit))
    return {};
  const auto value = plan::Rational::parse(std::string(digits) + std::string(unit));
  if (!value || !value->is_integer()) return {};
  std::string text = plan::to_string(value->numerator());
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, 1, '_');
  return text;
}

void append_code_point(std::string_view digits, std::size_t begin, std::size_t end, StringReading& reading) {
  std::uint32_t value = 0;
  bool valid = !digits.empty() && digits.size() <= 6;
  for (const char c : digits) {
    const bool letter = (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    valid = valid && (is_digit(c) || letter);
    if (valid) value = value * 16 + static_cast<std::uint32_t>(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (!valid || value == 0 || surrogate || value > 0x10FFFF)
    reading.faults.push_back({EscapeFault::no_such_character, begin, end});
  else
    json::append_utf8(reading.value, value);
}

// `text[at]` is a backslash; returns the first offset after the escape.
std::size_t read_escape(std::string_view text, std::size_t at, StringReading& reading) {
  const char kind = text[at + 1];
  if (kind == '"' || kind == '\\') return reading.value += kind, at + 2;
  if (kind == 'n') return reading.value += '\n', at + 2;
  if (kind == 't') return reading.value += '\t', at + 2;
  if (kind != 'u') {
    const std::size_t length = std::max<std::size_t>(1, json::utf8_length(text.substr(at + 1)));
    reading.faults.push_back({EscapeFault::unknown_escape, at, at + 1 + length});
    return at + 1 + length;
  }
  const std::size_t close = text.find_first_of("}\"", at);
  if (close == std::string_view::npos || text[close] != '}' || text[at + 2] != '{') {
    reading.faults.push_back({EscapeFault::unclosed_code_point, at, at + 2});
    return at + 2;
  }
  append_code_point(text.substr(at + 3, close - at - 3), at, close + 1, reading);
  return close + 1;
}

}  // namespace

const std::vector<std::string>& units() {
  static const std::vector<std::string> kUnits = {"ns", "us", "ms", "s",   "m",   "h",   "d", "w",  "B",
                                                  "kB", "MB", "GB", "KiB", "MiB", "GiB", "%", "ppm"};
  return kUnits;
}

std::string suggested_unit(std::string_view wrong) {
  std::string lower(wrong);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (const auto& [habit, unit] : kHabits)
    if (habit == lower) return std::string(unit);
  return source::closest(wrong, units());
}

NumberReading read_number(std::string_view text) {
  NumberReading reading;
  std::size_t end = 0;
  while (end < text.size() && (is_digit(text[end]) || text[end] == '_' || text[end] == '.')) ++end;
  reading.unit_begin = end;
  reading.unit = text.substr(end);
  if (reading.unit == "\xC2\xB5s" || reading.unit == "\xCE\xBCs") reading.unit = "us";

  std::string digits = text.front() == '.' ? "0" : "";  // `.5` and `5.` have been told
  if (text[end - 1] == '.') --end;
  for (std::size_t i = 0; i < end; ++i) {
    if (text[i] != '_')
      digits += text[i];
    else if (!is_digit(text[i - 1]) || i + 1 == text.size() || !is_digit(text[i + 1]))
      reading.fault = NumberFault::underscore;
  }
  const auto value = plan::Rational::parse(digits);
  if (!value)
    reading.fault = NumberFault::too_precise;
  else
    reading.value = *value;
  if (reading.fault != NumberFault::none) return reading;
  if (reading.unit.empty() || std::count(units().begin(), units().end(), reading.unit) > 0) return reading;
  reading.suggestion = without_exponent(digits, reading.unit);
  const bool exponent = !reading.suggestion.empty() || reading.unit == "e" || reading.unit == "E";  // 1e6, 1e-3
  reading.fault = exponent ? NumberFault::exponent : NumberFault::unknown_unit;
  if (reading.fault == NumberFault::unknown_unit) reading.suggestion = suggested_unit(reading.unit);
  return reading;
}

StringReading read_string(std::string_view text) {
  StringReading reading;
  const std::size_t end = text.size() - 1;  // the closing quote
  for (std::size_t i = 1; i < end;) {
    if (text[i] == '\\')
      i = read_escape(text, i, reading);
    else
      reading.value += text[i++];
  }
  return reading;
}

}  // namespace proofmark::syntax
