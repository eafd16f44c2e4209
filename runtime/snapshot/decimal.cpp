// The short way holds nearly every number in a log: at most 18 digits and a scale that is a power of ten. All
// others go through exact rationals.
#include "runtime/snapshot/decimal.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>

namespace proofmark::snapshot {
namespace {

constexpr int kLargestPower = 18;

constexpr auto kPowersOfTen = [] {
  std::array<std::int64_t, kLargestPower + 1> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t count_digits(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - from;
}

}  // namespace

NumberShape shape_of_number(std::string_view text) {
  std::size_t at = !text.empty() && text.front() == '-' ? 1 : 0;
  const std::size_t whole = count_digits(text, at);
  if (whole == 0 || (whole > 1 && text[at] == '0')) return NumberShape::not_a_number;
  at += whole;
  if (at == text.size()) return NumberShape::integer;
  if (text[at] == '.') {
    const std::size_t digits = count_digits(text, ++at);
    if (digits == 0) return NumberShape::not_a_number;
    at += digits;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t digits = count_digits(text, at);
    if (digits == 0) return NumberShape::not_a_number;
    at += digits;
  }
  return at == text.size() ? NumberShape::real : NumberShape::not_a_number;
}

Scale::Scale(const plan::Rational& base_units_in_one) : ratio_(base_units_in_one) {
  for (int power = 0; power <= kLargestPower; ++power)
    if (ratio_ == plan::Rational(kPowersOfTen[static_cast<std::size_t>(power)])) power_of_ten_ = power;
}

DecimalReading Scale::read(std::string_view text) const {
  const bool negative = !text.empty() && text.front() == '-';
  std::size_t at = negative ? 1 : 0;
  std::int64_t mantissa = 0;
  std::size_t digits = 0, fraction_digits = 0;
  for (; at < text.size() && is_digit(text[at]); ++at, ++digits) {
    if (digits == kLargestPower) return read_slowly(text);
    mantissa = mantissa * 10 + (text[at] - '0');
  }
  const bool padded = digits > 1 && text[at - digits] == '0';
  if (digits == 0 || padded) return {0, DecimalProblem::not_a_number};
  if (at < text.size() && text[at] == '.') {
    for (++at; at < text.size() && is_digit(text[at]); ++at, ++fraction_digits) {
      if (digits + fraction_digits == kLargestPower) return read_slowly(text);
      mantissa = mantissa * 10 + (text[at] - '0');
    }
    if (fraction_digits == 0) return {0, DecimalProblem::not_a_number};
  }
  if (at != text.size() || power_of_ten_ < static_cast<int>(fraction_digits)) return read_slowly(text);
  const std::int64_t factor = kPowersOfTen[static_cast<std::size_t>(power_of_ten_) - fraction_digits];
  std::int64_t value = 0;
  if (__builtin_mul_overflow(negative ? -mantissa : mantissa, factor, &value)) return {0, DecimalProblem::out_of_range};
  return {value, DecimalProblem::none};
}

DecimalReading Scale::read_slowly(std::string_view text) const {
  if (shape_of_number(text) == NumberShape::not_a_number) return {0, DecimalProblem::not_a_number};
  const auto number = plan::Rational::parse(text);
  const auto scaled = number ? plan::multiply(*number, ratio_) : std::nullopt;
  if (!scaled) {
    // More digits than 128 bits hold: either far too large, or far too fine. The double only says which.
    double nearly = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), nearly);
    const bool tiny_exponent = text.find("e-") != std::string_view::npos || text.find("E-") != std::string_view::npos;
    if (error != std::errc()) return {0, tiny_exponent ? DecimalProblem::not_whole : DecimalProblem::out_of_range};
    const bool large = std::fabs(nearly * ratio_.nearest_double()) >= 9.3e18;
    return {0, large ? DecimalProblem::out_of_range : DecimalProblem::not_whole};
  }
  if (!scaled->is_integer()) return {0, DecimalProblem::not_whole};
  const plan::Int128 value = scaled->numerator();
  if (value < INT64_MIN || value > INT64_MAX) return {0, DecimalProblem::out_of_range};
  return {static_cast<std::int64_t>(value), DecimalProblem::none};
}

}  // namespace proofmark::snapshot
