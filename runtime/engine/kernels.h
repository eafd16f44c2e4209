// The loops over rows: one operation over one block, values in, bits out.
//
// They know nothing of plans. Each reads exactly the block's rows and leaves the bits past them zero. Rows without a
// value are computed like any other (their memory is there, its content unspecified) and masked out by the caller.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/engine/bind.h"
#include "runtime/engine/rows.h"
#include "runtime/plan/plan.h"

namespace proofmark::engine {

// out bit = test(row). The inner loop writes bytes, which compilers turn into vector compares, then packs eight of
// them into eight bits by one multiplication.
template <typename Test>
void rows_where(std::uint32_t rows, Words& out, Test test) {
  constexpr std::uint64_t kGather = 0x0102040810204080;  // moves bit 8i to bit 56+i
  out.fill(false);
  const std::uint32_t whole = rows / kWordBits;
  for (std::uint32_t w = 0; w < whole; ++w) {
    alignas(64) std::uint8_t flags[kWordBits];
    for (std::uint32_t i = 0; i < kWordBits; ++i) flags[i] = test(w * kWordBits + i) ? 1 : 0;
    std::uint64_t bits = 0;
    for (std::uint32_t i = 0; i < 8; ++i) {
      std::uint64_t eight = 0;
      std::memcpy(&eight, flags + 8 * i, sizeof eight);
      bits |= (eight * kGather >> 56) << (8 * i);
    }
    out[w] = bits;
  }
  for (std::uint32_t row = whole * kWordBits; row < rows; ++row)
    out[whole] |= std::uint64_t{test(row) ? 1U : 0U} << (row % kWordBits);
}

// Integer columns of any width.
void rows_in_range(const snapshot::Column& column, const Block& block, const IntegerRange& range, Words& out);
void rows_in_range(const std::int64_t* values, std::uint32_t rows, const IntegerRange& range, Words& out);
void rows_against(const double* values, std::uint32_t rows, plan::Comparison op, double bound, Words& out);
void rows_against(const std::int64_t* left, const std::int64_t* right, std::uint32_t rows, plan::Comparison op,
                  Words& out);
void rows_against(const double* left, const double* right, std::uint32_t rows, plan::Comparison op, Words& out);
void rows_not_nan(const double* values, std::uint32_t rows, Words& out);
// Label columns: rows whose code has a non-zero entry; `member` has code_space(column) entries, the last one zero
// where the space is not the type's whole range.
void rows_with_code(const snapshot::Column& column, const Block& block, const std::vector<std::uint8_t>& member,
                    Words& out);

// out[row] = entries[code]; entries as `member` above.
void look_up_codes(const snapshot::Column& column, const Block& block, const std::vector<std::uint32_t>& entries,
                   std::uint32_t* out);
void widen(const snapshot::Column& column, const Block& block, std::int64_t* out);
void to_doubles(const std::int64_t* values, std::uint32_t rows, double* out);

}  // namespace proofmark::engine
