// Corners of monotone operations over exact ends, with outward rounding when an end would not fit.
#include "runtime/judgement/interval.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/judgement/decimal.h"

namespace proofmark::judgement {
namespace {

using plan::Calculation;
using plan::Comparison;
using plan::Int128;
using plan::Rational;

using End = std::optional<Rational>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The double as an end that encloses it from its side: too large for 128 bits is unbounded, too small is 0 or a
// small power of two.
End enclosing_end(double value, bool up) {
  if (!std::isfinite(value)) return std::nullopt;
  if (End exact = exact_rational(value)) return exact;
  if (std::fabs(value) > 1) return std::nullopt;
  if ((value < 0) == up) return Rational();
  return Rational::make(up ? 1 : -1, Int128(1) << 60);
}

// The nearest value outward (down or up) with at most `bits` significant bits.
End round_outward(const Rational& value, int bits, bool up) {
  if (value.is_zero()) return value;
  const double beyond = std::nextafter(value.nearest_double(), up ? kInfinity : -kInfinity);
  int exponent = 0;
  const double scaled = std::ldexp(std::frexp(beyond, &exponent), bits);
  return enclosing_end(std::ldexp(up ? std::ceil(scaled) : std::floor(scaled), exponent - bits), up);
}

Range round_outward(const Range& range, int bits) {
  return {range.lower ? round_outward(*range.lower, bits, false) : End(),
          range.upper ? round_outward(*range.upper, bits, true) : End()};
}

// Exact first; then with ever shorter operands; a result that still does not fit is unbounded.
template <typename Operation>
Range with_fitting_ends(const Range& a, const Range& b, Operation operation) {
  if (const std::optional<Range> exact = operation(a, b)) return *exact;
  for (const int bits : {50, 40, 30, 20})
    if (const std::optional<Range> rounded = operation(round_outward(a, bits), round_outward(b, bits))) return *rounded;
  return Range::everything();
}

std::optional<Range> exact_sum(const Range& a, const Range& b) {
  const bool bounded_below = a.lower && b.lower, bounded_above = a.upper && b.upper;
  Range sum;
  if (bounded_below) sum.lower = add(*a.lower, *b.lower);
  if (bounded_above) sum.upper = add(*a.upper, *b.upper);
  if ((bounded_below && !sum.lower) || (bounded_above && !sum.upper)) return std::nullopt;
  return sum;
}

Range negated(const Range& range) {
  return {range.upper ? negate(*range.upper) : End(), range.lower ? negate(*range.lower) : End()};
}

// A corner of a product: a finite value, or the sign of an infinite one.
struct Corner {
  int infinite = 0;  // -1, 0, 1
  Rational value;
};

int sign(const Rational& value) {
  return value.is_negative() ? -1 : value.is_zero() ? 0 : 1;
}

Corner corner_of(const End& end, bool is_upper) {
  return end ? Corner{0, *end} : Corner{is_upper ? 1 : -1, {}};
}

std::optional<Corner> product(const Corner& a, const Corner& b) {
  const int sign_a = a.infinite != 0 ? a.infinite : sign(a.value),
            sign_b = b.infinite != 0 ? b.infinite : sign(b.value);
  if (sign_a == 0 || sign_b == 0) return Corner{};  // quantities are finite: 0 times an unbounded one is 0
  if (a.infinite != 0 || b.infinite != 0) return Corner{sign_a * sign_b, {}};
  const End value = multiply(a.value, b.value);
  return value ? std::optional<Corner>(Corner{0, *value}) : std::nullopt;
}

bool less(const Corner& a, const Corner& b) {
  return a.infinite != b.infinite ? a.infinite < b.infinite : a.infinite == 0 && a.value < b.value;
}

std::optional<Range> exact_product(const Range& a, const Range& b) {
  std::vector<Corner> corners;
  for (const Corner& left : {corner_of(a.lower, false), corner_of(a.upper, true)})
    for (const Corner& right : {corner_of(b.lower, false), corner_of(b.upper, true)}) {
      const std::optional<Corner> corner = product(left, right);
      if (!corner) return std::nullopt;
      corners.push_back(*corner);
    }
  const auto [low, high] = std::minmax_element(corners.begin(), corners.end(), less);
  return Range{low->infinite == 0 ? End(low->value) : End(), high->infinite == 0 ? End(high->value) : End()};
}

// Of a range that does not hold 0. An unbounded end becomes 0, the limit.
Range reciprocal(const Range& range) {
  const auto inverse = [](const End& end) { return end ? divide(Rational(1), *end) : End(Rational()); };
  return {inverse(range.upper), inverse(range.lower)};
}

Range sum_of(const Range& a, const Range& b) {
  return with_fitting_ends(a, b, exact_sum);
}
Range product_of(const Range& a, const Range& b) {
  return with_fitting_ends(a, b, exact_product);
}

Range smaller_of(const Range& a, const Range& b) {
  Range result;
  if (a.lower && b.lower) result.lower = std::min(*a.lower, *b.lower);
  if (a.upper && b.upper)
    result.upper = std::min(*a.upper, *b.upper);
  else
    result.upper = a.upper ? a.upper : b.upper;
  return result;
}

Range larger_of(const Range& a, const Range& b) {
  return negated(smaller_of(negated(a), negated(b)));
}

template <typename Fold>
Range fold(const std::vector<Range>& operands, Fold combine) {
  PROOFMARK_CHECK(!operands.empty());
  Range result = operands.front();
  for (std::size_t i = 1; i < operands.size(); ++i) result = combine(result, operands[i]);
  return result;
}

}  // namespace

bool Range::holds_zero() const {
  return (!lower || !(*lower > Rational(0))) && (!upper || !upper->is_negative());
}

Range enclose(double lower, double upper) {
  return {enclosing_end(lower, false), enclosing_end(upper, true)};
}

std::optional<Range> calculate(Calculation operation, const std::vector<Range>& operands) {
  switch (operation) {
    case Calculation::add:
      return fold(operands, sum_of);
    case Calculation::multiply:
      return fold(operands, product_of);
    case Calculation::minimum:
      return fold(operands, smaller_of);
    case Calculation::maximum:
      return fold(operands, larger_of);
    case Calculation::negate:
      PROOFMARK_CHECK(operands.size() == 1);
      return negated(operands[0]);
    case Calculation::subtract:
      PROOFMARK_CHECK(operands.size() == 2);
      return sum_of(operands[0], negated(operands[1]));
    case Calculation::divide:
      break;
  }
  PROOFMARK_CHECK(operands.size() == 2);
  if (operands[1].holds_zero()) return std::nullopt;
  return product_of(operands[0], reciprocal(operands[1]));
}

Claimed claim_over(const Range& range, Comparison op, const Rational& threshold) {
  const bool strict = op == Comparison::less || op == Comparison::greater;
  const bool at_least = op == Comparison::at_least || op == Comparison::greater;
  const End& worst = at_least ? range.lower : range.upper;
  const End& best = at_least ? range.upper : range.lower;
  const auto meets = [&](const Rational& value) {
    if (value == threshold) return !strict;
    return (value > threshold) == at_least;
  };
  if (worst && meets(*worst)) return Claimed::everywhere;
  if (best && !meets(*best)) return Claimed::nowhere;
  return Claimed::somewhere;
}

}  // namespace proofmark::judgement
