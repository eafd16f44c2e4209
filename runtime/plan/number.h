// Exact numbers of the plan: 128-bit integers and rationals that never round.
//
// A literal such as 99.9% is 999/1000 from the source text to the verdict. Operations that would not fit
// 128 bits say so by returning nothing; nobody sees a wrapped value.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace proofmark::plan {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 UInt128;

std::string to_string(Int128 value);
std::optional<Int128> parse_int128(std::string_view text);  // [-]digits, the whole of it

// numerator / denominator, in lowest terms, denominator > 0.
class Rational {
 public:
  constexpr Rational() = default;
  constexpr Rational(std::int64_t integer) : numerator_(integer) {}

  static std::optional<Rational> make(Int128 numerator, Int128 denominator);
  // "0.995", "12", "-3", "1e-3", "1/3": exact; nothing when the text is not a number or does not fit.
  static std::optional<Rational> parse(std::string_view text);

  Int128 numerator() const { return numerator_; }
  Int128 denominator() const { return denominator_; }
  bool is_integer() const { return denominator_ == 1; }
  bool is_zero() const { return numerator_ == 0; }
  bool is_negative() const { return numerator_ < 0; }

  Int128 floor() const;
  Int128 ceil() const;
  double nearest_double() const;  // correctly rounded

  // "999/1000" or "12": the canonical text, used in digests and transcripts.
  std::string to_string() const;
  // The shortest exact decimal ("0.999") when there is one of at most 40 digits, else to_string().
  std::string to_decimal() const;

  friend bool operator==(const Rational&, const Rational&) = default;
  friend std::strong_ordering operator<=>(const Rational& a, const Rational& b);

 private:
  Int128 numerator_ = 0;
  Int128 denominator_ = 1;
};

std::optional<Rational> add(const Rational& a, const Rational& b);
std::optional<Rational> subtract(const Rational& a, const Rational& b);
std::optional<Rational> multiply(const Rational& a, const Rational& b);
std::optional<Rational> divide(const Rational& a, const Rational& b);  // nothing when b is 0
std::optional<Rational> negate(const Rational& a);

}  // namespace proofmark::plan
