// Corners of monotone operations over signs, as runtime/judgement/interval.cpp has them over values.
#include "runtime/outlook/ends.h"

#include <algorithm>
#include <array>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/plan/match.h"

namespace proofmark::outlook {
namespace {

using plan::Calculation;
using plan::Comparison;
using plan::Rational;

constexpr std::array<End, 4> kAll{End::absent, End::negative, End::zero, End::positive};
constexpr int kInfinite = 2;  // signs are -1, 0, 1; beyond these lies what has no end

struct Pair {
  End lower = End::absent, upper = End::absent;
};

std::uint16_t bit_of(const Pair& pair) {
  return static_cast<std::uint16_t>(1U << (4 * static_cast<unsigned>(pair.lower) + static_cast<unsigned>(pair.upper)));
}

int sign_of(End end) {
  return static_cast<int>(end) - static_cast<int>(End::zero);
}

End end_of(int sign) {
  return sign < 0 ? End::negative : sign > 0 ? End::positive : End::zero;
}

bool exists(End end) {
  return end != End::absent;
}

std::vector<Pair> pairs_of(const Ends& ends) {
  std::vector<Pair> pairs;
  for (const End lower : kAll)
    for (const End upper : kAll)
      if (ends.has(lower, upper)) pairs.push_back({lower, upper});
  return pairs;
}

// Signs that a sum can have.
std::vector<End> sum_of(End a, End b) {
  if (!exists(a) || !exists(b)) return {End::absent};
  if (sign_of(a) * sign_of(b) < 0) return {End::negative, End::zero, End::positive};
  return {end_of(sign_of(a) + sign_of(b))};
}

Ends sum(const Pair& a, const Pair& b) {
  return Ends::any_of(sum_of(a.lower, b.lower), sum_of(a.upper, b.upper));
}

Pair negated(const Pair& pair) {
  const auto turned = [](End end) { return exists(end) ? end_of(-sign_of(end)) : End::absent; };
  return {turned(pair.upper), turned(pair.lower)};
}

// The sign of an end, or an infinite one.
int extended(End end, bool upper) {
  return exists(end) ? sign_of(end) : upper ? kInfinite : -kInfinite;
}

Ends product(const Pair& a, const Pair& b) {
  int low = kInfinite, high = -kInfinite;
  for (const int left : {extended(a.lower, false), extended(a.upper, true)})
    for (const int right : {extended(b.lower, false), extended(b.upper, true)}) {
      const int corner = std::clamp(left * right, -kInfinite, kInfinite);  // 0 times an unbounded one is 0
      low = std::min(low, corner);
      high = std::max(high, corner);
    }
  const auto end = [](int sign) { return std::abs(sign) == kInfinite ? End::absent : end_of(sign); };
  return Ends::pair(end(low), end(high));
}

bool holds_zero(const Pair& pair) {
  return pair.lower != End::positive && pair.upper != End::negative;
}

// An end that is absent becomes 0, the limit.
Ends quotient(const Pair& a, const Pair& b) {
  if (holds_zero(b)) return Ends::none();
  const auto inverse = [](End end) { return exists(end) ? end : End::zero; };
  return product(a, {inverse(b.upper), inverse(b.lower)});
}

Ends smaller(const Pair& a, const Pair& b) {
  const auto least = [](End one, End other) { return end_of(std::min(sign_of(one), sign_of(other))); };
  const End lower = exists(a.lower) && exists(b.lower) ? least(a.lower, b.lower) : End::absent;
  const End upper = !exists(a.upper) ? b.upper : !exists(b.upper) ? a.upper : least(a.upper, b.upper);
  return Ends::pair(lower, upper);
}

Ends negated(const Ends& ends) {
  Ends result;
  for (const Pair& pair : pairs_of(ends)) {
    const Pair turned = negated(pair);
    result.add(Ends::pair(turned.lower, turned.upper));
  }
  return result;
}

template <typename Operation>
Ends over_pairs(const Ends& left, const Ends& right, Operation operation) {
  Ends result;
  for (const Pair& a : pairs_of(left))
    for (const Pair& b : pairs_of(right)) result.add(operation(a, b));
  return result;
}

template <typename Operation>
Ends fold(const std::vector<Ends>& operands, Operation operation) {
  PROOFMARK_CHECK(!operands.empty());
  Ends result = operands.front();
  for (std::size_t i = 1; i < operands.size(); ++i) result = over_pairs(result, operands[i], operation);
  return result;
}

bool at_least_like(Comparison op) {
  return op == Comparison::at_least || op == Comparison::greater;
}

bool is_strict(Comparison op) {
  return op == Comparison::less || op == Comparison::greater;
}

// Whether a value of this sign can lie at or above the threshold; `strict`: above it alone.
bool can_be_above(End end, const Rational& threshold, bool strict) {
  if (!exists(end)) return false;
  if (threshold.is_zero()) return end == End::positive || (end == End::zero && !strict);
  return threshold.is_negative() || end == End::positive;
}

bool can_be_below(End end, const Rational& threshold, bool strict) {
  if (!exists(end)) return false;
  if (threshold.is_zero()) return end == End::negative || (end == End::zero && !strict);
  return !threshold.is_negative() || end == End::negative;
}

}  // namespace

Ends Ends::pair(End lower, End upper) {
  Ends one;
  one.pairs_ = bit_of({lower, upper});
  return one;
}

Ends Ends::any_of(const std::vector<End>& lower, const std::vector<End>& upper) {
  Ends all;
  for (const End low : lower)
    for (const End high : upper)
      if (!exists(low) || !exists(high) || sign_of(low) <= sign_of(high)) all.add(pair(low, high));
  return all;
}

Ends Ends::bounded(bool below, bool above, bool never_negative) {
  std::vector<End> any{End::zero, End::positive};
  const std::vector<End> absent{End::absent};
  if (!never_negative) any.push_back(End::negative);
  return any_of(below ? any : absent, above ? any : absent);
}

Ends Ends::of_constant(const Rational& value) {
  const End end = value.is_zero() ? End::zero : value.is_negative() ? End::negative : End::positive;
  return pair(end, end);
}

bool Ends::has(End lower, End upper) const {
  return (pairs_ & bit_of({lower, upper})) != 0;
}

Ends calculate_ends(Calculation operation, const std::vector<Ends>& operands) {
  switch (operation) {
    case Calculation::add:
      return fold(operands, sum);
    case Calculation::multiply:
      return fold(operands, product);
    case Calculation::minimum:
      return fold(operands, smaller);
    case Calculation::maximum: {
      std::vector<Ends> turned;
      for (const Ends& operand : operands) turned.push_back(negated(operand));
      return negated(fold(turned, smaller));
    }
    case Calculation::negate:
      PROOFMARK_CHECK(operands.size() == 1);
      return negated(operands[0]);
    case Calculation::subtract:
      PROOFMARK_CHECK(operands.size() == 2);
      return over_pairs(operands[0], negated(operands[1]), sum);
    case Calculation::divide:
      break;
  }
  PROOFMARK_CHECK(operands.size() == 2);
  return over_pairs(operands[0], operands[1], quotient);
}

Ends calculate_ends(const plan::Requirement& requirement, const std::vector<Ends>& leaves) {
  std::vector<Ends> terms;
  for (const plan::Term& term : requirement.terms)
    terms.push_back(plan::match(
        term, [&](const plan::LeafTerm& node) { return leaves[node.leaf]; },
        [](const plan::ConstantTerm& node) { return Ends::of_constant(node.value); },
        [&](const plan::CalculatedTerm& node) {
          std::vector<Ends> operands;
          for (const plan::Id id : node.operands) operands.push_back(terms[id]);
          return calculate_ends(node.operation, operands);
        }));
  return terms.back();
}

bool can_meet(const Ends& ends, Comparison op, const Rational& threshold) {
  const std::vector<Pair> pairs = pairs_of(ends);
  return std::any_of(pairs.begin(), pairs.end(), [&](const Pair& pair) {
    return at_least_like(op) ? can_be_above(pair.lower, threshold, is_strict(op))
                             : can_be_below(pair.upper, threshold, is_strict(op));
  });
}

bool can_miss(const Ends& ends, Comparison op, const Rational& threshold) {
  const std::vector<Pair> pairs = pairs_of(ends);
  return std::any_of(pairs.begin(), pairs.end(), [&](const Pair& pair) {
    return at_least_like(op) ? can_be_below(pair.upper, threshold, !is_strict(op))
                             : can_be_above(pair.lower, threshold, !is_strict(op));
  });
}

}  // namespace proofmark::outlook
