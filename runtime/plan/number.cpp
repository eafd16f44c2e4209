// Exact 128-bit integers and rationals: parsing, printing, checked arithmetic, correct rounding.
#include "runtime/plan/number.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>

namespace proofmark::plan {
namespace {

UInt128 magnitude(Int128 value) {
  return value < 0 ? UInt128(0) - UInt128(value) : UInt128(value);
}

bool is_narrow(UInt128 value) {
  return value >> 64 == 0;
}

// Nearly all numbers of policies and counts are narrow, where a division is one instruction and not a call.
UInt128 gcd(UInt128 a, UInt128 b) {
  while (b != 0) {
    if (is_narrow(a) && is_narrow(b)) return std::gcd(static_cast<std::uint64_t>(a), static_cast<std::uint64_t>(b));
    a %= b;
    std::swap(a, b);
  }
  return a;
}

Int128 quotient(Int128 value, UInt128 divisor) {
  if (divisor == 1) return value;
  const UInt128 size = magnitude(value);
  if (!is_narrow(size) || !is_narrow(divisor)) return value / static_cast<Int128>(divisor);
  const auto narrow = Int128(static_cast<std::uint64_t>(size) / static_cast<std::uint64_t>(divisor));
  return value < 0 ? -narrow : narrow;
}

int bit_length(UInt128 value) {
  const auto high = static_cast<std::uint64_t>(value >> 64);
  const auto low = static_cast<std::uint64_t>(value);
  if (high != 0) return 128 - __builtin_clzll(high);
  return low == 0 ? 0 : 64 - __builtin_clzll(low);
}

std::optional<Int128> power_of_ten(int exponent) {
  Int128 result = 1;
  for (int i = 0; i < exponent; ++i)
    if (__builtin_mul_overflow(result, Int128(10), &result)) return std::nullopt;
  return result;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The 256-bit product of two 128-bit magnitudes, most significant limb first: for exact comparison.
std::array<std::uint64_t, 4> wide_product(UInt128 a, UInt128 b) {
  const std::uint64_t a1 = a >> 64, a0 = static_cast<std::uint64_t>(a);
  const std::uint64_t b1 = b >> 64, b0 = static_cast<std::uint64_t>(b);
  const UInt128 low = UInt128(a0) * b0, mid1 = UInt128(a1) * b0, mid2 = UInt128(a0) * b1, high = UInt128(a1) * b1;
  const UInt128 carry = (low >> 64) + static_cast<std::uint64_t>(mid1) + static_cast<std::uint64_t>(mid2);
  const UInt128 top = high + (mid1 >> 64) + (mid2 >> 64) + (carry >> 64);
  return {static_cast<std::uint64_t>(top >> 64), static_cast<std::uint64_t>(top), static_cast<std::uint64_t>(carry),
          static_cast<std::uint64_t>(low)};
}

}  // namespace

std::string to_string(Int128 value) {
  if (value >= INT64_MIN && value <= INT64_MAX) return std::to_string(static_cast<std::int64_t>(value));
  std::string digits;
  UInt128 rest = magnitude(value);
  do {
    digits += static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  } while (rest != 0);
  if (value < 0) digits += '-';
  std::reverse(digits.begin(), digits.end());
  return digits;
}

std::optional<Int128> parse_int128(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  Int128 value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    if (__builtin_mul_overflow(value, Int128(10), &value)) return std::nullopt;
    if (__builtin_sub_overflow(value, Int128(c - '0'), &value)) return std::nullopt;  // downwards: reaches the minimum
  }
  if (!negative && __builtin_sub_overflow(Int128(0), value, &value)) return std::nullopt;
  return value;
}

std::optional<Rational> Rational::make(Int128 numerator, Int128 denominator) {
  constexpr Int128 kMinimum = Int128(UInt128(1) << 127);
  if (denominator == 0 || numerator == kMinimum || denominator == kMinimum) return std::nullopt;
  const UInt128 divisor = denominator == 1 ? 1 : gcd(magnitude(numerator), magnitude(denominator));
  Rational result;
  result.numerator_ = quotient(numerator, divisor);
  result.denominator_ = quotient(denominator, divisor);
  if (result.denominator_ < 0) {
    result.numerator_ = -result.numerator_;
    result.denominator_ = -result.denominator_;
  }
  return result;
}

std::optional<Rational> Rational::parse(std::string_view text) {
  if (const auto slash = text.find('/'); slash != std::string_view::npos) {
    const auto above = parse_int128(text.substr(0, slash)), below = parse_int128(text.substr(slash + 1));
    return above && below ? make(*above, *below) : std::nullopt;
  }
  long exponent = 0;
  if (const auto e = text.find_first_of("eE"); e != std::string_view::npos) {
    std::string_view digits = text.substr(e + 1);
    const bool negative = !digits.empty() && digits.front() == '-';
    if (!digits.empty() && (digits.front() == '-' || digits.front() == '+')) digits.remove_prefix(1);
    if (digits.empty() || digits.size() > 4 || !std::all_of(digits.begin(), digits.end(), is_digit))
      return std::nullopt;
    for (const char c : digits) exponent = exponent * 10 + (c - '0');
    if (negative) exponent = -exponent;
    text = text.substr(0, e);
  }
  std::string digits(text);
  if (const auto point = digits.find('.'); point != std::string::npos) {
    if (point + 1 == digits.size() || point == 0 || !is_digit(digits[point - 1])) return std::nullopt;
    exponent -= static_cast<long>(digits.size() - point - 1);
    digits.erase(point, 1);
  }
  const auto mantissa = parse_int128(digits);
  if (!mantissa) return std::nullopt;
  if (*mantissa == 0) return Rational();
  const auto scale = power_of_ten(static_cast<int>(std::min(std::labs(exponent), 60L)));
  if (!scale) return std::nullopt;
  if (exponent <= 0) return make(*mantissa, *scale);
  Int128 value = 0;
  if (__builtin_mul_overflow(*mantissa, *scale, &value)) return std::nullopt;
  return make(value, 1);
}

Int128 Rational::floor() const {
  const Int128 quotient = numerator_ / denominator_;
  return numerator_ % denominator_ < 0 ? quotient - 1 : quotient;
}

Int128 Rational::ceil() const {
  const Int128 quotient = numerator_ / denominator_;
  return numerator_ % denominator_ > 0 ? quotient + 1 : quotient;
}

double Rational::nearest_double() const {
  if (numerator_ == 0) return 0.0;
  // Long division: 55 significant quotient bits and a sticky bit, then one rounding. First the integer
  // part, then fraction bits until 55 significant ones are known (a rational is never subnormal here).
  const UInt128 d = magnitude(denominator_);
  const UInt128 whole = magnitude(numerator_) / d;
  UInt128 remainder = magnitude(numerator_) % d;
  std::uint64_t bits = 0;
  int scale = 0;
  bool sticky = false;
  const int whole_bits = bit_length(whole);
  if (whole_bits > 55) {
    const int drop = whole_bits - 55;
    sticky = (whole & ((UInt128(1) << drop) - 1)) != 0;
    bits = static_cast<std::uint64_t>(whole >> drop);
    scale = drop;
  } else {
    bits = static_cast<std::uint64_t>(whole);
    for (int produced = whole_bits; produced < 55;) {
      remainder <<= 1;  // remainder < d < 2^127: doubling fits
      const bool one = remainder >= d;
      if (one) remainder -= d;
      bits = bits << 1 | (one ? 1U : 0U);
      if (produced > 0 || one) ++produced;
      --scale;
    }
  }
  sticky = sticky || remainder != 0;
  std::uint64_t rounded = bits >> 2;
  const std::uint64_t tail = (bits & 3U) << 1 | (sticky ? 1U : 0U);
  if (tail > 4 || (tail == 4 && (rounded & 1U) != 0)) ++rounded;
  const double result = std::ldexp(static_cast<double>(rounded), scale + 2);
  return numerator_ < 0 ? -result : result;
}

std::string Rational::to_string() const {
  std::string text = plan::to_string(numerator_);
  return denominator_ == 1 ? text : text + "/" + plan::to_string(denominator_);
}

std::string Rational::to_decimal() const {
  Int128 rest = denominator_;
  int twos = 0, fives = 0;
  while (rest % 2 == 0) rest /= 2, ++twos;
  while (rest % 5 == 0) rest /= 5, ++fives;
  const int places = std::max(twos, fives);
  if (rest != 1 || places > 36) return to_string();
  if (places == 0) return plan::to_string(numerator_);
  const auto scale = power_of_ten(places);
  Int128 scaled = 0;
  if (!scale || __builtin_mul_overflow(numerator_, *scale / denominator_, &scaled)) return to_string();
  std::string digits = plan::to_string(scaled < 0 ? -scaled : scaled);
  if (digits.size() <= static_cast<std::size_t>(places))
    digits.insert(0, static_cast<std::size_t>(places) + 1 - digits.size(), '0');
  digits.insert(digits.size() - static_cast<std::size_t>(places), 1, '.');
  return scaled < 0 ? "-" + digits : digits;
}

std::strong_ordering operator<=>(const Rational& a, const Rational& b) {
  const bool negative_a = a.numerator_ < 0, negative_b = b.numerator_ < 0;
  if (negative_a != negative_b) return negative_a ? std::strong_ordering::less : std::strong_ordering::greater;
  const auto left = wide_product(magnitude(a.numerator_), magnitude(b.denominator_));
  const auto right = wide_product(magnitude(b.numerator_), magnitude(a.denominator_));
  const auto order = left <=> right;
  if (order == 0) return std::strong_ordering::equal;
  return (order < 0) != negative_a ? std::strong_ordering::less : std::strong_ordering::greater;
}

std::optional<Rational> add(const Rational& a, const Rational& b) {
  // Over the least common denominator, so that sums of literals fit as long as their result does.
  const auto common = static_cast<Int128>(gcd(magnitude(a.denominator()), magnitude(b.denominator())));
  Int128 left = 0, right = 0, sum = 0, denominator = 0;
  if (__builtin_mul_overflow(a.numerator(), b.denominator() / common, &left) ||
      __builtin_mul_overflow(b.numerator(), a.denominator() / common, &right) ||
      __builtin_add_overflow(left, right, &sum) ||
      __builtin_mul_overflow(a.denominator() / common, b.denominator(), &denominator))
    return std::nullopt;
  return Rational::make(sum, denominator);
}

std::optional<Rational> negate(const Rational& a) {
  return Rational::make(-a.numerator(), a.denominator());
}

std::optional<Rational> subtract(const Rational& a, const Rational& b) {
  const auto opposite = negate(b);
  return opposite ? add(a, *opposite) : std::nullopt;
}

std::optional<Rational> multiply(const Rational& a, const Rational& b) {
  // Cross-cancel first, so that products of literals fit as long as their result does.
  const auto left = Rational::make(a.numerator(), b.denominator()),
             right = Rational::make(b.numerator(), a.denominator());
  Int128 numerator = 0, denominator = 0;
  if (!left || !right || __builtin_mul_overflow(left->numerator(), right->numerator(), &numerator) ||
      __builtin_mul_overflow(left->denominator(), right->denominator(), &denominator))
    return std::nullopt;
  return Rational::make(numerator, denominator);
}

std::optional<Rational> divide(const Rational& a, const Rational& b) {
  if (b.is_zero()) return std::nullopt;
  const auto inverse = Rational::make(b.denominator(), b.numerator());
  return inverse ? multiply(a, *inverse) : std::nullopt;
}

}  // namespace proofmark::plan
