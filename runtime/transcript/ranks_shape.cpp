// Twice the midranks of n values come to n (n + 1). k of them are at least the least k ranks together, and at most the
// greatest. Their squares come to 2 n (n + 1) (2 n + 1) / 3 where no values are equal, and to (t^3 - t) / 3 less, which
// is even, for t equal ones: n (n + 1)^2 where all are.
#include "runtime/transcript/ranks_shape.h"

#include "runtime/transcript/moments_shape.h"

namespace proofmark::transcript {
namespace {

using plan::Int128;
using plan::MomentSums;

// n (n + 1) (2 n + 1) has 127 bits up to here.
constexpr Int128 kMostSquared = Int128(1) << 41;

// As distances to 2, which no rank is below.
bool could_be_step(const MomentSums& step, Int128 n) {
  const Int128 k = step.known, sum = std::get<Int128>(step.sum);
  if (k == 0) return true;
  if (sum < k * (k + 1) || sum > k * (2 * n - k + 1)) return false;
  if (!step.squares) return true;
  const Int128 shifted = sum - 2 * k;
  MomentSums distances = step;
  distances.sum = shifted;
  distances.squares = std::get<Int128>(*step.squares) - 4 * shifted - 4 * k;
  return could_be_moments({0, 0, plan::Rational(0), *plan::Rational::make(2 * n - 2, 1)}, distances);
}

}  // namespace

std::optional<std::string> wrong_ranks(const std::vector<MomentSums>& steps) {
  const Int128 n = plan::rows_of(steps);
  plan::UInt128 sum = 0, squares = 0;
  bool squared = n <= kMostSquared;
  for (const MomentSums& step : steps) {
    if (step.below + step.above > 0) return "holds ranks outside of their range";
    if (!could_be_step(step, n)) return "holds ranks that no so many values have";
    sum += plan::UInt128(std::get<Int128>(step.sum));
    squared = squared && step.squares;
    if (squared) squares += plan::UInt128(std::get<Int128>(*step.squares));
  }
  if (sum != plan::UInt128(n * (n + 1))) return "holds ranks that no values have";
  const auto least = plan::UInt128(n * (n + 1)) * plan::UInt128(n + 1);
  const auto greatest = squared ? plan::UInt128(n * (n + 1) * (2 * n + 1)) / 3 * 2 : 0;
  if (squared && (squares < least || squares > greatest || squares % 2 != 0))
    return "holds squares of ranks that no values have";
  return std::nullopt;
}

}  // namespace proofmark::transcript
