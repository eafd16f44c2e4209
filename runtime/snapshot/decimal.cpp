// The short way holds nearly every number in a log: at most 19 digits and a scale that is a power of ten. All
// others go through exact rationals.
#include "runtime/snapshot/decimal.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <optional>

#include "runtime/snapshot/text_scan.h"

namespace proofmark::snapshot {
namespace {

constexpr int kLargestPower = 18;

bool is_digit(char c) {
  return static_cast<unsigned char>(c - '0') < 10;
}

constexpr std::size_t kDigitsAtOnce = 8;
constexpr std::uint64_t kBytes = 0x0101010101010101;  // times a byte: eight of it

// Eight digits, or nothing.
std::optional<std::uint64_t> eight_digits(const char* text) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, text, sizeof bytes);
  const std::uint64_t values = bytes ^ kBytes * '0';
  if (((values + kBytes * (0x7F - 9)) | values) & kBytes * 0x80) return std::nullopt;
  return number_of_digits(values);
}

// Appends a run of digits to `value`; the number of digits taken, which stops at `room`.
std::size_t take_digits(std::string_view text, std::size_t at, std::size_t room, std::uint64_t& value) {
  std::size_t digits = 0;
  if constexpr (std::endian::native == std::endian::little)
    while (room - digits >= kDigitsAtOnce && text.size() - at - digits >= kDigitsAtOnce) {
      const auto eight = eight_digits(text.data() + at + digits);
      if (!eight) break;
      value = value * 100'000'000 + *eight;
      digits += kDigitsAtOnce;
    }
  while (digits < room && at + digits < text.size() && is_digit(text[at + digits]))
    value = value * 10 + static_cast<unsigned>(text[at + digits++] - '0');
  return digits;
}

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
    if (ratio_ == plan::Rational(static_cast<std::int64_t>(kPowersOfTen[static_cast<std::size_t>(power)])))
      power_of_ten_ = power;
  if (power_of_ten_ >= 0) factor_ = kPowersOfTen[static_cast<std::size_t>(power_of_ten_)];
}

DecimalReading Scale::read(std::string_view text) const {
  const bool negative = !text.empty() && text.front() == '-';
  const std::size_t first = negative ? 1 : 0;
  std::uint64_t mantissa = 0;
  const std::size_t whole_digits = take_digits(text, first, kMostDigits, mantissa);
  std::size_t at = first + whole_digits, fraction_digits = 0;
  if (whole_digits == 0 || (whole_digits > 1 && text[first] == '0')) return {0, DecimalProblem::not_a_number};
  if (at < text.size() && text[at] == '.') {
    fraction_digits = take_digits(text, ++at, kMostDigits - whole_digits, mantissa);
    at += fraction_digits;
  }
  const bool bare_point = text[at - 1] == '.';
  if (at != text.size() || bare_point || power_of_ten_ < static_cast<int>(fraction_digits)) return read_slowly(text);
  const std::uint64_t factor = kPowersOfTen[static_cast<std::size_t>(power_of_ten_) - fraction_digits];
  std::uint64_t magnitude = 0;
  const std::uint64_t largest = static_cast<std::uint64_t>(INT64_MAX) + (negative ? 1 : 0);
  if (__builtin_mul_overflow(mantissa, factor, &magnitude) || magnitude > largest)
    return {0, DecimalProblem::out_of_range};
  return {static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude), DecimalProblem::none};
}

DecimalReading Scale::read_slowly(std::string_view text) const {
  if (shape_of_number(text) == NumberShape::not_a_number) return {0, DecimalProblem::not_a_number};
  if (text.substr(0, text.find_first_of("eE")).find_first_of("123456789") == std::string_view::npos)
    return {0, DecimalProblem::none};  // whatever its exponent
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
