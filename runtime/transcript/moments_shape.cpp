// 0 <= x <= width gives x^2 <= width x; Cauchy's inequality gives sum^2 <= n squares; whole numbers have x <= x^2. Sums
// of doubles are given the room that their rounding takes.
#include "runtime/transcript/moments_shape.h"

#include <limits>

namespace proofmark::transcript {
namespace {

using plan::Int128;

constexpr Int128 kGreatest = static_cast<Int128>(~plan::UInt128(0) >> 1);
constexpr double kSlack = 1 + 1e-9;

bool of_reals(const plan::SumMoments& range, const plan::MomentSums& sums, std::uint64_t inside) {
  if (!sums.squares) return false;
  const double sum = std::get<double>(sums.sum), squares = std::get<double>(*sums.squares);
  const auto n = static_cast<double>(inside);
  const double width = (range.high.nearest_double() - range.low.nearest_double()) * kSlack;
  if (!(sum >= 0 && squares >= 0 && sum <= n * width && squares <= width * sum * kSlack)) return false;
  return inside == 0 || sum * (sum / n) <= squares * kSlack + std::numeric_limits<double>::min();
}

bool of_integers(const plan::SumMoments& range, const plan::MomentSums& sums, std::uint64_t inside) {
  const Int128 sum = std::get<Int128>(sums.sum), width = range.high.floor() - range.low.ceil();
  if (sum < 0 || width <= 0 || sum > width * Int128(inside)) return false;
  const bool may_overflow = sum > kGreatest / width;
  if (!sums.squares) return may_overflow;
  const Int128 squares = std::get<Int128>(*sums.squares);
  if (squares < sum || (!may_overflow && squares > width * sum)) return false;
  if (inside == 0 || sum == 0) return true;
  const Int128 mean = sum / Int128(inside);
  return mean <= kGreatest / sum && squares >= mean * sum;
}

}  // namespace

bool could_be_moments(const plan::SumMoments& range, const plan::MomentSums& sums) {
  const std::uint64_t inside = sums.known - sums.below - sums.above;
  return std::holds_alternative<double>(sums.sum) ? of_reals(range, sums, inside) : of_integers(range, sums, inside);
}

}  // namespace proofmark::transcript
