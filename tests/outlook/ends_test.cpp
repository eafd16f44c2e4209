// The ends that a calculation may have hold every interval that the judge's arithmetic makes.
#include "runtime/outlook/ends.h"

#include <gtest/gtest.h>

#include <array>

#include "runtime/judgement/interval.h"

namespace proofmark::outlook {
namespace {

using judgement::Range;
using plan::Calculation;
using plan::Comparison;
using plan::Rational;

End end_of(const std::optional<Rational>& value) {
  if (!value) return End::absent;
  return value->is_zero() ? End::zero : value->is_negative() ? End::negative : End::positive;
}

std::vector<Range> some_ranges() {
  std::vector<std::optional<Rational>> ends{std::nullopt};
  for (const std::int64_t value : {-7, -2, -1, 0, 1, 2, 9}) ends.emplace_back(value);
  std::vector<Range> ranges;
  for (const auto& lower : ends)
    for (const auto& upper : ends)
      if (!lower || !upper || *lower <= *upper) ranges.push_back({lower, upper});
  return ranges;
}

TEST(Ends, HoldWhateverTheIntervalArithmeticMakes) {
  constexpr std::array kOperations{Calculation::add,    Calculation::subtract, Calculation::multiply,
                                   Calculation::divide, Calculation::minimum,  Calculation::maximum};
  const std::vector<Range> ranges = some_ranges();
  for (const Calculation operation : kOperations)
    for (const Range& a : ranges)
      for (const Range& b : ranges) {
        const auto made = judgement::calculate(operation, {a, b});
        const Ends ends = calculate_ends(
            operation, {Ends::pair(end_of(a.lower), end_of(a.upper)), Ends::pair(end_of(b.lower), end_of(b.upper))});
        EXPECT_EQ(made.has_value(), !ends.is_empty());
        if (!made) continue;
        EXPECT_TRUE(ends.has(end_of(made->lower), end_of(made->upper)));
        for (const std::int64_t t : {-3, 0, 3})
          for (const Comparison op :
               {Comparison::less, Comparison::at_most, Comparison::greater, Comparison::at_least}) {
            const judgement::Claimed claimed = judgement::claim_over(*made, op, t);
            EXPECT_TRUE(claimed != judgement::Claimed::everywhere || can_meet(ends, op, t));
            EXPECT_TRUE(claimed != judgement::Claimed::nowhere || can_miss(ends, op, t));
          }
      }
}

TEST(Ends, OfWhatHasNoBoundsAreNone) {
  const Ends unknown = Ends::bounded(false, false), known = Ends::bounded(true, true);
  for (const Calculation operation : {Calculation::add, Calculation::subtract, Calculation::divide}) {
    const Ends ends = calculate_ends(operation, {unknown, known});
    EXPECT_FALSE(can_meet(ends, Comparison::at_most, 5));
    EXPECT_FALSE(can_miss(ends, Comparison::at_most, 5));
  }
  EXPECT_TRUE(can_meet(calculate_ends(Calculation::minimum, {unknown, known}), Comparison::at_most, 5));
  EXPECT_TRUE(can_meet(calculate_ends(Calculation::subtract, {known, known}), Comparison::at_most, -5));
  EXPECT_FALSE(can_meet(Ends::of_constant(5), Comparison::at_most, -5));
}

}  // namespace
}  // namespace proofmark::outlook
