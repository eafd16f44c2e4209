// Interval arithmetic for requirements that calculate with several measured quantities.
//
// Ends are exact rationals, so that a calculation over exact counts keeps its ties (5 of 10 meets `<= 50%`). Where
// 128 bits do not hold a result, both operands are first rounded outward to fewer bits: the range only ever grows, so
// whatever lies in the operands lies in the result.
#pragma once

#include <optional>
#include <vector>

#include "runtime/plan/number.h"
#include "runtime/plan/plan.h"

namespace proofmark::judgement {

// Nothing: unbounded on that side.
struct Range {
  std::optional<plan::Rational> lower, upper;

  static Range point(const plan::Rational& value) { return {value, value}; }
  static Range everything() { return {}; }
  bool is_point() const { return lower && upper && *lower == *upper; }
  bool holds_zero() const;
};

// Encloses the double ends, infinite ones as unbounded.
Range enclose(double lower, double upper);

// Nothing when a denominator may be 0. Operand counts are the plan's: negate one, subtract and divide two, others any.
std::optional<Range> calculate(plan::Calculation operation, const std::vector<Range>& operands);

enum class Claimed : std::uint8_t { everywhere, nowhere, somewhere };
// Whether every value of the range meets `value op threshold`, none does, or the range cannot tell.
Claimed claim_over(const Range& range, plan::Comparison op, const plan::Rational& threshold);

}  // namespace proofmark::judgement
