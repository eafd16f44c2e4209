// The loops over rows: one operation over one block, values in, bits out.
//
// They know nothing of plans, and they are where the interpreter's time goes. Each reads exactly the block's rows and
// leaves the bits past them zero. Rows without a value are computed like any other (their memory is there, its content
// unspecified) and masked out by the caller.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/engine/bind.h"
#include "runtime/engine/rows.h"
#include "runtime/plan/plan.h"

namespace proofmark::engine {

// Integer columns of any width.
void rows_in_range(const snapshot::Column& column, const Block& block, const IntegerRange& range, Words& out);
void rows_in_range(const std::int64_t* values, std::uint32_t rows, const IntegerRange& range, Words& out);
void rows_against(const double* values, std::uint32_t rows, plan::Comparison op, double bound, Words& out);
void rows_against(const std::int64_t* left, const std::int64_t* right, std::uint32_t rows, plan::Comparison op,
                  Words& out);
void rows_against(const double* left, const double* right, std::uint32_t rows, plan::Comparison op, Words& out);
// Rows whose code is one of `codes`, which should be few.
void rows_with_one_of(const snapshot::Column& column, const Block& block, const std::vector<std::uint32_t>& codes,
                      Words& out);
void rows_not_nan(const double* values, std::uint32_t rows, Words& out);
// Label columns: rows whose code has a non-zero entry; `member` has code_space(column) entries, the last one zero
// where the space is not the type's whole range.
void rows_with_code(const snapshot::Column& column, const Block& block, const std::vector<std::uint8_t>& member,
                    Words& out);

// out[row] = entries[code]; entries as `member` above.
void look_up_codes(const snapshot::Column& column, const Block& block, const std::vector<std::uint32_t>& entries,
                   std::uint32_t* out);
// Adds the values of the mask's rows to 16 lanes in the shape of real_sum.h; false when the mask is empty.
bool add_to_lanes(const double* values, const Words& mask, std::size_t words, double* lanes);
// The same for all rows of neighbouring blocks of 4096: the lanes of each, 16 a block, are those of none before.
void sum_blocks(const double* values, std::size_t blocks, double* lanes);
std::uint64_t count_rows(const Words& mask, std::size_t words);
// Each value times `scale`, which fits 64 bits.
void widen(const snapshot::Column& column, std::int64_t scale, const Block& block, std::int64_t* out);
void to_doubles(const std::int64_t* values, std::uint32_t rows, double* out);

}  // namespace proofmark::engine
