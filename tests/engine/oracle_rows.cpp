// Fields, values, atoms, masks, in exact arithmetic where the values are whole.
#include "tests/engine/oracle_rows.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "runtime/plan/match.h"
#include "runtime/plan/number.h"

namespace proofmark::engine::testing {
namespace {

using plan::FieldType;
using plan::Rational;

Rational decimal_of(double value) {
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return *Rational::parse({text.data(), static_cast<std::size_t>(end - text.data())});
}

// A cell as its field's type reads it; Null where nothing is known.
Cell read_cell(const plan::Field& field, const TableColumn& column, const Cell& cell) {
  if (std::holds_alternative<Null>(cell)) return cell;
  if (const auto* real = std::get_if<double>(&cell); real != nullptr && std::isnan(*real)) return Null{};
  const auto* integer = std::get_if<std::int64_t>(&cell);
  if ((field.type == FieldType::label || field.type == FieldType::text) && integer != nullptr)
    return std::to_string(*integer);
  if (field.type == FieldType::real && integer != nullptr) return static_cast<double>(*integer);
  const bool in_base_units = field.type == column.type && field.type != FieldType::integer;
  if (!plan::is_integer_valued(field.type) || in_base_units) return cell;
  const Rational exact = integer != nullptr ? *Rational::make(*integer, 1) : decimal_of(std::get<double>(cell));
  return static_cast<std::int64_t>(plan::multiply(exact, field.scale)->numerator());
}

template <typename T>
bool compare(plan::Comparison op, const T& a, const T& b) {
  switch (op) {
    case plan::Comparison::less:
      return a < b;
    case plan::Comparison::at_most:
      return a <= b;
    case plan::Comparison::greater:
      return a > b;
    case plan::Comparison::at_least:
      return a >= b;
    case plan::Comparison::equal:
      return a == b;
    case plan::Comparison::not_equal:
      return a != b;
  }
  return false;
}

double as_double(const plan::Number& number) {
  return plan::match(
      number, [](std::int64_t value) { return static_cast<double>(value); }, [](double value) { return value; });
}

MaybeNumber real_result(double value) {
  if (std::isnan(value)) return std::nullopt;
  return value;
}

MaybeNumber integer_result(plan::Int128 value) {
  if (value < INT64_MIN || value > INT64_MAX) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

MaybeNumber real_arithmetic(plan::Arithmetic operation, double a, double b) {
  switch (operation) {
    case plan::Arithmetic::add:
      return real_result(a + b);
    case plan::Arithmetic::subtract:
      return real_result(a - b);
    case plan::Arithmetic::multiply:
      return real_result(a * b);
    case plan::Arithmetic::divide:
      return b == 0 ? std::nullopt : real_result(a / b);
    case plan::Arithmetic::negate:
      return real_result(-a);
  }
  return std::nullopt;
}

MaybeNumber integer_arithmetic(plan::Arithmetic operation, plan::Int128 a, plan::Int128 b) {
  switch (operation) {
    case plan::Arithmetic::add:
      return integer_result(a + b);
    case plan::Arithmetic::subtract:
      return integer_result(a - b);
    case plan::Arithmetic::multiply:
      return integer_result(a * b);
    case plan::Arithmetic::negate:
      return integer_result(-a);
    case plan::Arithmetic::divide:
      break;
  }
  return std::nullopt;
}

}  // namespace

using plan::Id;

Rows::Rows(const plan::Scan& scan, const Table& table, std::optional<std::int64_t> as_of)
    : scan_(scan), as_of_(as_of), count_(table.rows()) {
  for (const plan::Field& field : scan.fields) {
    cells_.emplace_back(count_, Null{});
    const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                    [&](const TableColumn& column) { return column.name == field.source; });
    if (found == table.columns.end()) continue;
    for (std::size_t row = 0; row < count_; ++row) cells_.back()[row] = read_cell(field, *found, found->cells[row]);
  }
}

MaybeNumber Rows::value(Id id, std::size_t row) const {
  const plan::RowValue& node = scan_.values[id];
  const MaybeNumber number = plan::match(
      node.node,
      [&](const plan::FieldValue& field) -> MaybeNumber {
        if (const auto* integer = std::get_if<std::int64_t>(&cell(field.field, row))) return *integer;
        if (const auto* real = std::get_if<double>(&cell(field.field, row))) return *real;
        return std::nullopt;
      },
      [&](const plan::ConstantValue& constant) -> MaybeNumber {
        if (node.real) return constant.value.nearest_double();
        return integer_result(constant.value.numerator());
      },
      [&](const plan::ComputedValue& computed) { return compute(computed, node.real, row); });
  if (number && node.real) return as_double(*number);
  return number;
}

bool Rows::atom(Id id, std::size_t row) const {
  const Truth answer = std::visit([&](const auto& test) { return ask(test, row); }, scan_.atoms[id].test);
  return answer == (scan_.atoms[id].negated ? Truth::no : Truth::yes);
}

bool Rows::in_window(Id id, std::size_t row) const {
  const plan::Window& window = scan_.windows[id];
  if (window.kind == plan::WindowKind::whole) return true;
  if (!time(row)) return false;
  const plan::Int128 t = *time(row);
  if (window.kind == plan::WindowKind::since) return t >= window.anchor_ns;
  return t > plan::Int128(*as_of_) - window.length_ns;
}

bool Rows::mask(Id id, std::size_t row) const {
  if (future(row)) return false;
  return plan::match(
      scan_.masks[id], [&](const plan::InWindow& node) { return in_window(node.window, row); },
      [&](const plan::AtomHolds& node) { return atom(node.atom, row); },
      [&](const plan::Both& node) { return mask(node.left, row) && mask(node.right, row); },
      [&](const plan::Either& node) { return mask(node.left, row) || mask(node.right, row); },
      [&](const plan::Except& node) { return mask(node.left, row) && !mask(node.right, row); });
}

MaybeNumber Rows::compute(const plan::ComputedValue& node, bool real, std::size_t row) const {
  const MaybeNumber left = value(node.left, row);
  const MaybeNumber right = node.operation == plan::Arithmetic::negate ? left : value(node.right, row);
  if (!left || !right) return std::nullopt;
  if (real) return real_arithmetic(node.operation, as_double(*left), as_double(*right));
  return integer_arithmetic(node.operation, std::get<std::int64_t>(*left), std::get<std::int64_t>(*right));
}

Rows::Truth Rows::ask(const plan::CompareBound& test, std::size_t row) const {
  const MaybeNumber number = value(test.value, row);
  if (!number) return Truth::unknown;
  if (const auto* real = std::get_if<double>(&*number))
    return truth(compare(test.op, *real, test.bound.nearest_double()));
  return truth(compare(test.op, *Rational::make(std::get<std::int64_t>(*number), 1), test.bound));
}
Rows::Truth Rows::ask(const plan::CompareValues& test, std::size_t row) const {
  const MaybeNumber left = value(test.left, row), right = value(test.right, row);
  if (!left || !right) return Truth::unknown;
  if (left->index() == 0 && right->index() == 0)
    return truth(compare(test.op, std::get<std::int64_t>(*left), std::get<std::int64_t>(*right)));
  return truth(compare(test.op, as_double(*left), as_double(*right)));
}
Rows::Truth Rows::ask(const plan::OneOf& test, std::size_t row) const {
  if (!known(test.field, row)) return Truth::unknown;
  const auto& text = std::get<std::string>(cell(test.field, row));
  return truth(std::find(test.values.begin(), test.values.end(), text) != test.values.end());
}
Rows::Truth Rows::ask(const plan::Matches& test, std::size_t row) const {
  if (!known(test.field, row)) return Truth::unknown;
  return truth(re2::RE2::PartialMatch(std::get<std::string>(cell(test.field, row)), re2::RE2(test.pattern)));
}
Rows::Truth Rows::ask(const plan::IsTrue& test, std::size_t row) const {
  if (!known(test.field, row)) return Truth::unknown;
  return truth(std::get<bool>(cell(test.field, row)));
}
Rows::Truth Rows::ask(const plan::IsKnown& test, std::size_t row) const {
  return truth(known(test.field, row));
}

}  // namespace proofmark::engine::testing
