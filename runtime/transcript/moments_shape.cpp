// Of whole numbers the squares lie between what the sum allows (whole_squares.h), and are odd where the sum is. Of
// reals 0 <= x <= w gives x^2 <= w x, and Cauchy's inequality S^2 <= n squares; sums of doubles are given the room that
// their rounding takes.
#include "runtime/transcript/moments_shape.h"

#include <cmath>
#include <limits>

#include "runtime/transcript/whole_squares.h"

namespace proofmark::transcript {
namespace {

using plan::Int128;
using plan::MomentSums;

constexpr UInt128 kGreatest = kTooMuch >> 1;  // that a sum of squares is kept up to
constexpr double kSlack = 1 + 8 * kSumError;

UInt128 width_of(const plan::SumMoments& range) {
  const Int128 width = range.high.floor() - range.low.ceil();
  return width < 0 ? 0 : UInt128(width);
}

std::uint64_t inside_of(const MomentSums& sums) {
  return sums.known - sums.below - sums.above;
}

bool of_integers(const plan::SumMoments& range, const MomentSums& sums) {
  if (std::get<Int128>(sums.sum) < 0) return false;
  const UInt128 sum = UInt128(std::get<Int128>(sums.sum)), width = width_of(range), n = inside_of(sums);
  if (sum > capped_product(width, n)) return false;
  const UInt128 greatest = greatest_squares(sum, width);
  if (!sums.squares) return greatest > kGreatest;
  if (std::get<Int128>(*sums.squares) < 0) return false;
  const UInt128 squares = UInt128(std::get<Int128>(*sums.squares));
  return squares >= least_squares(sum, n) && squares <= greatest && squares % 2 == sum % 2;
}

bool of_reals(const plan::SumMoments& range, const MomentSums& sums) {
  if (!sums.squares) return false;
  const double sum = std::get<double>(sums.sum), squares = std::get<double>(*sums.squares);
  const double width = range.high.nearest_double() - range.low.nearest_double();
  const auto n = static_cast<double>(inside_of(sums));
  if (n == 0) return sum == 0 && squares == 0;
  if (!(sum >= 0 && squares >= 0)) return false;
  if (std::isfinite(width) && !(sum <= n * width * kSlack && squares <= width * sum * kSlack + n * 0x1p-1074))
    return false;
  return sum * (sum / n) <= squares * kSlack + std::numeric_limits<double>::min();
}

// Of all parts together; the squares as long as each has them and so has their sum.
MomentSums total_of(const std::vector<MomentSums>& parts) {
  Int128 sum = 0;
  UInt128 squares = 0;
  bool squared = true;
  MomentSums total;
  for (const MomentSums& part : parts) {
    total.known += part.known;
    total.below += part.below;
    total.above += part.above;
    sum += std::get<Int128>(part.sum);
    squared = squared && part.squares;
    if (squared) squares = capped_sum(squares, UInt128(std::get<Int128>(*part.squares)));
  }
  total.sum = sum;
  if (squared && squares <= kGreatest) total.squares = static_cast<Int128>(squares);
  return total;
}

std::pair<double, double> real_totals(const std::vector<MomentSums>& parts) {
  double sum = 0, squares = 0;
  for (const MomentSums& part : parts) {
    sum += std::get<double>(part.sum);
    squares += std::get<double>(*part.squares);
  }
  return {sum, squares};
}

bool integers_left(const plan::SumMoments& range, const MomentSums& whole, const std::vector<MomentSums>& parts,
                   MomentSums left) {
  const MomentSums total = total_of(parts);
  left.sum = std::get<Int128>(whole.sum) - std::get<Int128>(total.sum);
  if (std::get<Int128>(left.sum) < 0) return false;
  if (!total.squares) return !whole.squares;  // more than all of it may hold
  if (whole.squares) {
    left.squares = std::get<Int128>(*whole.squares) - std::get<Int128>(*total.squares);
    return could_be_moments(range, left);
  }
  const UInt128 sum = UInt128(std::get<Int128>(left.sum)), width = width_of(range);
  return sum <= capped_product(width, inside_of(left)) &&
         capped_sum(UInt128(std::get<Int128>(*total.squares)), greatest_squares(sum, width)) > kGreatest;
}

// What is left of a sum of reals: at most so much, and nothing where nothing is left, within the rounding of both.
bool may_leave(double whole, double parts, double most, std::size_t additions) {
  constexpr double kNearlyAll = std::numeric_limits<double>::max() * (1 - 1e-9);
  if (!std::isfinite(whole) || !std::isfinite(parts)) return whole >= kNearlyAll && (most > 0 || parts >= kNearlyAll);
  const double room = (2 * kSumError + static_cast<double>(additions) * 0x1p-53) * std::fmax(whole, parts);
  return whole - parts >= -room && !(whole - parts > most * kSlack + room);
}

bool reals_left(const plan::SumMoments& range, const MomentSums& whole, const std::vector<MomentSums>& parts,
                const MomentSums& left) {
  const auto [sum, squares] = real_totals(parts);
  const double width = range.high.nearest_double() - range.low.nearest_double();
  const auto n = static_cast<double>(inside_of(left));
  const double most = n == 0 ? 0 : n * width, most_squares = n == 0 ? 0 : most * width;
  return may_leave(std::get<double>(whole.sum), sum, most, parts.size()) &&
         may_leave(std::get<double>(*whole.squares), squares, most_squares, parts.size());
}

}  // namespace

bool could_be_moments(const plan::SumMoments& range, const MomentSums& sums) {
  return std::holds_alternative<double>(sums.sum) ? of_reals(range, sums) : of_integers(range, sums);
}

bool could_be_parts(const plan::SumMoments& range, const MomentSums& whole, const std::vector<MomentSums>& parts,
                    std::uint64_t most_left) {
  MomentSums left{whole.known, whole.below, whole.above, Int128(0), std::nullopt};
  for (const MomentSums& part : parts) {
    if (part.known > left.known || part.below > left.below || part.above > left.above) return false;
    left.known -= part.known;
    left.below -= part.below;
    left.above -= part.above;
  }
  if (left.known > most_left || left.below > left.known || left.above > left.known - left.below) return false;
  return std::holds_alternative<double>(whole.sum) ? reals_left(range, whole, parts, left)
                                                   : integers_left(range, whole, parts, left);
}

}  // namespace proofmark::transcript
