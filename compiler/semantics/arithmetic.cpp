// Arithmetic and its units. Sums need equal units; a product needs a plain number on one side; a quotient of equal
// units is a number. Constants are computed exactly, here and now; row values and estimates become nodes.
#include <fmt/format.h>

#include "compiler/semantics/analyser.h"
#include "compiler/semantics/words.h"

namespace proofmark::semantics {
namespace {

plan::Arithmetic arithmetic(syntax::BinaryOperator op) {
  switch (op) {
    case syntax::BinaryOperator::subtract:
      return plan::Arithmetic::subtract;
    case syntax::BinaryOperator::multiply:
      return plan::Arithmetic::multiply;
    case syntax::BinaryOperator::divide:
      return plan::Arithmetic::divide;
    default:
      return plan::Arithmetic::add;
  }
}

std::string_view operation_phrase(plan::Arithmetic op) {
  switch (op) {
    case plan::Arithmetic::subtract:
      return "minus";
    case plan::Arithmetic::multiply:
      return "times";
    case plan::Arithmetic::divide:
      return "divided by";
    default:
      return "plus";
  }
}

bool is_numeric(Sort sort) {
  return sort == Sort::constant || sort == Sort::row_value || sort == Sort::estimate;
}

}  // namespace

TypedId Analyser::type_arithmetic(const syntax::Binary& binary, Span span, Scope scope) {
  const TypedId left = type(binary.left, scope), right = type(binary.right, scope);
  if (sort(left) == Sort::error || sort(right) == Sort::error) return error_node(span);
  for (const TypedId side : {left, right})
    if (!is_numeric(sort(side))) return wrong_sort(at(side).span, side, "a number");
  const plan::Arithmetic op = arithmetic(binary.op);
  if (sort(left) == Sort::estimate || sort(right) == Sort::estimate) return estimate_arithmetic(op, left, right, span);
  if (sort(left) == Sort::constant && sort(right) == Sort::constant) return constant_arithmetic(op, left, right, span);
  return row_arithmetic(op, left, right, span);
}

// Addition needs equal units; a product needs a plain number on one side; a quotient of equal units is a number.
std::optional<Unit> Analyser::arithmetic_unit(plan::Arithmetic op, TypedId left, TypedId right, Span span) {
  const Unit a = at(left).type.unit, b = at(right).type.unit;
  const auto plain = [](Unit unit) { return unit == Unit::number || unit == Unit::ratio; };
  if (op == plan::Arithmetic::add || op == plan::Arithmetic::subtract) {
    if (a == Unit::timestamp || b == Unit::timestamp) {
      if (op == plan::Arithmetic::subtract && a == b) return Unit::duration;
      if (a == Unit::timestamp && b == Unit::duration) return Unit::timestamp;
      if (op == plan::Arithmetic::add && a == Unit::duration) return Unit::timestamp;
    } else if (a == b) {
      return a;
    } else if (plain(a) && plain(b)) {
      return Unit::ratio;
    }
  } else if (a != Unit::timestamp && b != Unit::timestamp) {
    if (op == plan::Arithmetic::divide && a == b) return Unit::number;
    if (op == plan::Arithmetic::multiply && plain(a)) return a == Unit::ratio && b == Unit::number ? Unit::ratio : b;
    if (plain(b)) return b == Unit::ratio && a == Unit::number && op == plan::Arithmetic::multiply ? Unit::ratio : a;
  }
  auto& problem = error(
      "PM0301", span,
      fmt::format("units do not match: {} {} {} has no meaning", unit_phrase(a), operation_phrase(op), unit_phrase(b)));
  point_at_parts(problem, {right, unit_phrase(b)}, {left, unit_phrase(a)});
  return std::nullopt;
}

TypedId Analyser::constant_arithmetic(plan::Arithmetic op, TypedId left, TypedId right, Span span) {
  const auto unit = arithmetic_unit(op, left, right, span);
  if (!unit) return error_node(span);
  const auto a = constant(left), b = constant(right);
  std::optional<Rational> value;
  if (a && b) {
    switch (op) {
      case plan::Arithmetic::add:
        value = plan::add(*a, *b);
        break;
      case plan::Arithmetic::subtract:
        value = plan::subtract(*a, *b);
        break;
      case plan::Arithmetic::multiply:
        value = plan::multiply(*a, *b);
        break;
      case plan::Arithmetic::divide:
        value = plan::divide(*a, *b);
        break;
      case plan::Arithmetic::negate:
        value = plan::negate(*a);
        break;
    }
    if (!value) {
      error("PM0308", span,
            op == plan::Arithmetic::divide && b->is_zero() ? "division by zero"
                                                           : "this number has too many digits to be held exactly");
      return error_node(span);
    }
  }
  return add({ConstantNode{value}, {Sort::constant, *unit}, span});
}

TypedId Analyser::row_arithmetic(plan::Arithmetic op, TypedId left, TypedId right, Span span) {
  const auto unit = arithmetic_unit(op, left, right, span);
  if (!unit) return error_node(span);
  if (const auto divisor = constant(right); op == plan::Arithmetic::divide && divisor && divisor->is_zero()) {
    error("PM0308", span, "division by zero: every row would be unknown");
    return error_node(span);
  }
  return add({RowArithmeticNode{op, left, right}, {Sort::row_value, *unit}, span});
}

}  // namespace proofmark::semantics
