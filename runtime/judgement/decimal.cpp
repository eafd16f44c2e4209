// Long division of 128-bit integers, one decimal digit at a time; nothing wider than 128 bits is ever needed.
#include "runtime/judgement/decimal.h"

#include <cmath>

namespace proofmark::judgement {
namespace {

using plan::Int128;
using plan::Rational;
using plan::UInt128;

constexpr std::size_t kMaximumFractionDigits = 60;

// The next decimal digit of remainder / divisor; the remainder becomes 10 remainder mod divisor. Doubling and adding
// keep below 2 divisor < 2^128, where a plain multiplication by ten would overflow.
int next_digit(UInt128& remainder, UInt128 divisor) {
  const UInt128 once = remainder;
  UInt128 rest = 0;
  int digit = 0;
  for (const bool add : {true, false, true, false}) {  // ten in binary
    rest <<= 1;
    digit <<= 1;
    if (rest >= divisor) rest -= divisor, ++digit;
    if (!add) continue;
    rest += once;
    if (rest >= divisor) rest -= divisor, ++digit;
  }
  remainder = rest;
  return digit;
}

// Adds one unit in the last place to a text of digits with at most one point.
void increment(std::string& digits) {
  for (std::size_t i = digits.size(); i-- > 0;) {
    if (digits[i] == '.') continue;
    if (digits[i] != '9') {
      ++digits[i];
      return;
    }
    digits[i] = '0';
  }
  digits.insert(0, 1, '1');
}

void strip_zeros(std::string& digits) {
  if (digits.find('.') == std::string::npos) return;
  while (digits.back() == '0') digits.pop_back();
  if (digits.back() == '.') digits.pop_back();
}

bool rounds_away(UInt128 remainder, UInt128 divisor, bool odd, bool negative, Rounding rounding) {
  if (remainder == 0) return false;
  switch (rounding) {
    case Rounding::down:
      return negative;
    case Rounding::up:
      return !negative;
    case Rounding::half_even:
      break;
  }
  const UInt128 other_half = divisor - remainder;
  return remainder > other_half || (remainder == other_half && odd);
}

}  // namespace

std::string decimal(const Rational& value, int significant, Rounding rounding) {
  const bool negative = value.is_negative();
  const auto divisor = static_cast<UInt128>(value.denominator());
  const UInt128 magnitude = negative ? UInt128(0) - UInt128(value.numerator()) : UInt128(value.numerator());
  UInt128 remainder = magnitude % divisor;
  std::string digits = plan::to_string(static_cast<Int128>(magnitude / divisor));
  int found = digits == "0" ? 0 : static_cast<int>(digits.size());
  std::size_t places = 0;
  while (remainder != 0 && found < significant && places < kMaximumFractionDigits) {
    if (places == 0) digits += '.';
    const int digit = next_digit(remainder, divisor);
    digits += static_cast<char>('0' + digit);
    if (found > 0 || digit != 0) ++found;
    ++places;
  }
  const bool odd = (digits.back() - '0') % 2 != 0;
  if (rounds_away(remainder, divisor, odd, negative, rounding)) increment(digits);
  strip_zeros(digits);
  return negative && digits != "0" ? "-" + digits : digits;
}

std::optional<Rational> exact_rational(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  if (value == 0) return Rational();
  int exponent = 0;
  const double fraction = std::frexp(value, &exponent);  // in [1/2, 1)
  auto mantissa = static_cast<std::int64_t>(std::ldexp(fraction, 53));
  exponent -= 53;
  while (mantissa % 2 == 0) mantissa /= 2, ++exponent;
  if (exponent > 0) {
    const int bits = 64 - __builtin_clzll(static_cast<std::uint64_t>(std::llabs(mantissa)));
    if (bits + exponent > 126) return std::nullopt;
    return Rational::make(Int128(mantissa) * (Int128(1) << exponent), 1);
  }
  if (exponent < -126) return std::nullopt;
  return Rational::make(mantissa, Int128(1) << -exponent);
}

}  // namespace proofmark::judgement
