// Which ends the interval of a calculation can have, when nobody knows yet what will be measured.
//
// A bound of a quantile exists or does not; where it does, its value may be any. So an interval is known by its two
// ends alone, each of which is absent or has a sign, and a calculation by all that its operands allow. The rules are
// those of the judge's interval arithmetic (runtime/judgement/interval.h): whatever ends that can come to stand here,
// and perhaps some that cannot, where signs do not tell which of two values is the greater. So an end that is not
// among these is an end that no telemetry has.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/plan/plan.h"

namespace proofmark::outlook {

enum class End : std::uint8_t { absent, negative, zero, positive };

// A set of pairs of ends.
class Ends {
 public:
  static Ends none() { return {}; }
  static Ends pair(End lower, End upper);
  // Every pair of these whose lower end does not lie above the upper one.
  static Ends any_of(const std::vector<End>& lower, const std::vector<End>& upper);
  // A bound on each side, or none, of a value that may be anything, or anything but negative.
  static Ends bounded(bool below, bool above, bool never_negative = false);
  static Ends of_constant(const plan::Rational& value);

  bool has(End lower, End upper) const;
  bool is_empty() const { return pairs_ == 0; }
  void add(const Ends& other) { pairs_ |= other.pairs_; }

 private:
  std::uint16_t pairs_ = 0;
};

// Of operands as the plan has them: negate one, subtract and divide two, others any. Empty where a denominator may
// always be 0.
Ends calculate_ends(plan::Calculation operation, const std::vector<Ends>& operands);

// Of a requirement's whole calculation, from those of each of its leaves.
Ends calculate_ends(const plan::Requirement& requirement, const std::vector<Ends>& leaves);

// Whether some interval of the set can lie wholly on the side that `op threshold` asks for, and wholly beside it.
bool can_meet(const Ends& ends, plan::Comparison op, const plan::Rational& threshold);
bool can_miss(const Ends& ends, plan::Comparison op, const plan::Rational& threshold);

}  // namespace proofmark::outlook
