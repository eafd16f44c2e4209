// Evaluating one row value over one block.
#include "runtime/engine/values.h"

#include <algorithm>
#include <cmath>

#include "runtime/engine/kernels.h"
#include "runtime/engine/rows_where.h"
#include "runtime/plan/match.h"

namespace proofmark::engine {
namespace {

using plan::Arithmetic;
using snapshot::Physical;

void both_known(const Words& a, const Words& b, Words& out) {
  for (std::size_t w = 0; w < kBlockWords; ++w) out[w] = a[w] & b[w];
}

void use_integers(ValueBlock& value) {
  value.integer_memory.resize(kBlockRows);
  value.integers = value.integer_memory.data();
}

void use_reals(ValueBlock& value) {
  value.real_memory.resize(kBlockRows);
  value.reals = value.real_memory.data();
}

void read_integers(const snapshot::Column& column, std::int64_t scale, const Block& block, ValueBlock& out) {
  if (column.physical == Physical::i64 && scale == 1) {
    out.integers = values_of<std::int64_t>(column, block);
    return;
  }
  use_integers(out);
  widen(column, scale, block, out.integer_memory.data());
}

void read_reals(const snapshot::Column& column, const Block& block, ValueBlock& out) {
  out.reals = values_of<double>(column, block);
  Words numbers;
  rows_not_nan(out.reals, block.rows, numbers);
  both_known(out.known, numbers, out.known);
}

void read_field(const snapshot::Column* column, std::int64_t scale, bool real, const Block& block, ValueBlock& out) {
  if (column == nullptr) {
    real ? use_reals(out) : use_integers(out);
    return out.known.fill(false);
  }
  existing_rows(block, out.known);
  if (column->chunks[block.batch].validity != nullptr) {
    Words valid;
    valid_rows(*column, block, valid);
    both_known(out.known, valid, out.known);
  } else {
    out.everywhere = block.rows == kBlockRows && column->physical != Physical::f64;
  }
  if (column->physical == Physical::f64) return read_reals(*column, block, out);
  read_integers(*column, scale, block, out);
  if (!real) return;
  use_reals(out);
  to_doubles(out.integers, block.rows, out.real_memory.data());
}

void fill_constant(const plan::Rational& value, bool real, const Block& block, ValueBlock& out) {
  existing_rows(block, out.known);
  if (real) {
    use_reals(out);
    return std::fill(out.real_memory.begin(), out.real_memory.end(), value.nearest_double());
  }
  use_integers(out);
  const bool fits = value.is_integer() && value.numerator() >= INT64_MIN && value.numerator() <= INT64_MAX;
  if (!fits) return out.known.fill(false);
  std::fill(out.integer_memory.begin(), out.integer_memory.end(), static_cast<std::int64_t>(value.numerator()));
}

// Clears the known bit of the rows whose flag is set.
void forget(const std::vector<std::uint8_t>& flags, const Block& block, Words& known) {
  Words good;
  rows_where(block.rows, good, [&](std::uint32_t i) { return flags[i] == 0; });
  both_known(known, good, known);
}

template <typename Operation>
void integer_loop(const std::int64_t* left, const std::int64_t* right, const Block& block, ValueBlock& out,
                  Operation overflows) {
  std::vector<std::uint8_t> overflowed(kBlockRows);
  for (std::uint32_t i = 0; i < block.rows; ++i)
    overflowed[i] = overflows(left[i], right[i], &out.integer_memory[i]) ? 1 : 0;
  forget(overflowed, block, out.known);
}

using Int64 = std::int64_t;

void compute_integers(Arithmetic operation, const Int64* left, const Int64* right, const Block& block,
                      ValueBlock& out) {
  switch (operation) {
    case Arithmetic::add:
      return integer_loop(left, right, block, out,
                          [](Int64 a, Int64 b, Int64* r) { return __builtin_add_overflow(a, b, r); });
    case Arithmetic::subtract:
      return integer_loop(left, right, block, out,
                          [](Int64 a, Int64 b, Int64* r) { return __builtin_sub_overflow(a, b, r); });
    case Arithmetic::multiply:
      return integer_loop(left, right, block, out,
                          [](Int64 a, Int64 b, Int64* r) { return __builtin_mul_overflow(a, b, r); });
    case Arithmetic::negate:
      return integer_loop(left, right, block, out,
                          [](Int64 a, Int64, Int64* r) { return __builtin_sub_overflow(Int64{0}, a, r); });
    case Arithmetic::divide:
      break;
  }
  PROOFMARK_CHECK(operation != Arithmetic::divide);  // divide always yields a real
}

template <typename Operation>
void real_loop(const double* left, const double* right, const Block& block, ValueBlock& out, Operation compute) {
  for (std::uint32_t i = 0; i < block.rows; ++i) out.real_memory[i] = compute(left[i], right[i]);
}

void compute_reals(Arithmetic operation, const double* left, const double* right, const Block& block, ValueBlock& out) {
  switch (operation) {
    case Arithmetic::add:
      real_loop(left, right, block, out, [](double a, double b) { return a + b; });
      break;
    case Arithmetic::subtract:
      real_loop(left, right, block, out, [](double a, double b) { return a - b; });
      break;
    case Arithmetic::multiply:
      real_loop(left, right, block, out, [](double a, double b) { return a * b; });
      break;
    case Arithmetic::negate:
      real_loop(left, right, block, out, [](double a, double) { return -a; });
      break;
    case Arithmetic::divide: {
      real_loop(left, right, block, out, [](double a, double b) { return b == 0 ? std::nan("") : a / b; });
      break;
    }
  }
  Words numbers;
  rows_not_nan(out.reals, block.rows, numbers);
  both_known(out.known, numbers, out.known);
}

void compute(const plan::ComputedValue& node, bool real, const Block& block, std::vector<ValueBlock>& values,
             ValueBlock& out) {
  const ValueBlock& left = values[node.left];
  const ValueBlock& right = values[node.operation == Arithmetic::negate ? node.left : node.right];
  both_known(left.known, right.known, out.known);
  if (!real) {
    PROOFMARK_CHECK(left.integers != nullptr && right.integers != nullptr);
    use_integers(out);
    return compute_integers(node.operation, left.integers, right.integers, block, out);
  }
  std::vector<double> left_memory, right_memory;
  use_reals(out);
  compute_reals(node.operation, as_doubles(left, block, left_memory), as_doubles(right, block, right_memory), block,
                out);
}

}  // namespace

const double* as_doubles(const ValueBlock& value, const Block& block, std::vector<double>& memory) {
  if (value.reals != nullptr) return value.reals;
  memory.resize(kBlockRows);
  to_doubles(value.integers, block.rows, memory.data());
  return memory.data();
}

void evaluate_value(const BoundScan& bound, plan::Id id, const Block& block, std::vector<ValueBlock>& values) {
  const plan::RowValue& row_value = bound.scan->values[id];
  ValueBlock& out = values[id];
  out.integers = nullptr;
  out.reals = nullptr;
  out.everywhere = false;
  plan::match(
      row_value.node,
      [&](const plan::FieldValue& node) {
        read_field(bound.fields[node.field], bound.scales[node.field], row_value.real, block, out);
      },
      [&](const plan::ConstantValue& node) { fill_constant(node.value, row_value.real, block, out); },
      [&](const plan::ComputedValue& node) { compute(node, row_value.real, block, values, out); });
  if (row_value.real) out.integers = nullptr;
}

}  // namespace proofmark::engine
