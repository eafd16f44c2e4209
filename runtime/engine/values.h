// Row values of one block: fields, constants and arithmetic, each row known or not.
//
// Integers are int64 with checked operations; reals are doubles, one correctly rounded operation at a time. Overflow,
// division by zero and NaN make a row unknown; infinities are values.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/engine/bind.h"
#include "runtime/engine/rows.h"

namespace proofmark::engine {

// Either `integers` or `reals` is set, as the RowValue's `real` says, and points at the block's rows: into the column
// itself where it is stored so, else into the memory here.
struct ValueBlock {
  Words known;              // bits past the block's end are zero
  bool everywhere = false;  // surely: all of 4096 rows
  const std::int64_t* integers = nullptr;
  const double* reals = nullptr;
  std::vector<std::int64_t> integer_memory;
  std::vector<double> real_memory;
};

// Computes values[id]; the values that it is made of must have been computed for the same block.
void evaluate_value(const BoundScan& bound, plan::Id id, const Block& block, std::vector<ValueBlock>& values);

// The block's rows of a value as doubles; `memory` holds them when they are not stored so.
const double* as_doubles(const ValueBlock& value, const Block& block, std::vector<double>& memory);

}  // namespace proofmark::engine
