// Decimal text times an exact scale, as a whole number of base units: "0.011" in seconds is 11000000 ns.
// No double is involved, so no value is ever off by one.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/plan/number.h"

namespace proofmark::snapshot {

enum class DecimalProblem : std::uint8_t {
  none,
  not_a_number,  // not spelt as JSON spells numbers
  not_whole,     // exact, but between two base units
  out_of_range,  // beyond 64 bits
};

struct DecimalReading {
  std::int64_t value = 0;
  DecimalProblem problem = DecimalProblem::none;
};

class Scale {
 public:
  explicit Scale(const plan::Rational& base_units_in_one);
  DecimalReading read(std::string_view text) const;
  // A whole number of units, where the scale is a power of ten and the value fits; otherwise read() says what it is.
  bool scale_whole(bool negative, std::uint64_t magnitude, std::int64_t& value) const {
    std::uint64_t scaled = 0;
    const std::uint64_t largest = static_cast<std::uint64_t>(INT64_MAX) + (negative ? 1 : 0);
    if (factor_ == 0 || __builtin_mul_overflow(magnitude, factor_, &scaled) || scaled > largest) return false;
    value = static_cast<std::int64_t>(negative ? 0 - scaled : scaled);
    return true;
  }
  const plan::Rational& ratio() const { return ratio_; }

 private:
  DecimalReading read_slowly(std::string_view text) const;

  plan::Rational ratio_;
  std::uint64_t factor_ = 0;  // 10^power_of_ten_; 0: there is none
  int power_of_ten_ = -1;     // the ratio is 10^this; -1: it is not a power of ten from 1 to 10^18
};

enum class NumberShape : std::uint8_t { not_a_number, integer, real };

// How JSON's grammar for numbers sees the whole of `text`; "024", "+1", ".5" and "1." are no numbers.
NumberShape shape_of_number(std::string_view text);

}  // namespace proofmark::snapshot
