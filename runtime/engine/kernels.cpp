// The loops, one a function; with_…_type turns a column's width into a type, with_comparison an operator into a
// functor.
//
// Where the compiler can, every loop is built three times, for x86-64 without and with 256- and 512-bit vectors, and
// the dynamic linker picks at start. That cannot change a bit: the loops compare, look up and convert, one row at a
// time.
#include "runtime/engine/kernels.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <type_traits>

#include "runtime/engine/bit_loops.h"
#include "runtime/engine/column_values.h"
#include "runtime/engine/rows_where.h"

// Sanitizers instrument the linker's resolvers, which run before they are ready.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__) && \
    !defined(__SANITIZE_ADDRESS__)
#define PROOFMARK_EVERY_PROCESSOR __attribute__((flatten, target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define PROOFMARK_EVERY_PROCESSOR
#endif

namespace proofmark::engine {
namespace {

using plan::Comparison;

template <typename Visit>
void with_comparison(Comparison op, Visit visit) {
  switch (op) {
    case Comparison::less:
      return visit(std::less<>{});
    case Comparison::at_most:
      return visit(std::less_equal<>{});
    case Comparison::greater:
      return visit(std::greater<>{});
    case Comparison::at_least:
      return visit(std::greater_equal<>{});
    case Comparison::equal:
      return visit(std::equal_to<>{});
    case Comparison::not_equal:
      return visit(std::not_equal_to<>{});
  }
}

// `range` in the column's own width: a bound that the width cannot reach cannot exclude either.
template <typename T>
void narrow_range(const T* values, std::uint32_t rows, const IntegerRange& range, Words& out) {
  constexpr auto kLeast = static_cast<std::int64_t>(std::numeric_limits<T>::min());
  constexpr auto kGreatest = static_cast<std::int64_t>(std::numeric_limits<T>::max());
  if (range.lowest > range.highest || range.lowest > kGreatest || range.highest < kLeast)
    return rows_where(rows, out, [&](std::uint32_t) { return range.outside; });
  const T lowest = static_cast<T>(std::max(range.lowest, kLeast));
  const T highest = static_cast<T>(std::min(range.highest, kGreatest));
  if (range.outside)
    return rows_where(rows, out, [=](std::uint32_t i) { return (values[i] < lowest) | (values[i] > highest); });
  rows_where(rows, out, [=](std::uint32_t i) { return (values[i] >= lowest) & (values[i] <= highest); });
}

template <typename Code, typename Entry, typename Use>
void with_entries(const Code* codes, const std::vector<Entry>& entries, Use use) {
  const Entry* table = entries.data();
  if constexpr (sizeof(Code) < sizeof(std::uint32_t)) {
    use([=](std::uint32_t i) { return table[codes[i]]; });
  } else {
    const auto last = static_cast<Code>(entries.size() - 1);
    use([=](std::uint32_t i) { return table[std::min(codes[i], last)]; });
  }
}

template <typename Visit>
void with_code_type(snapshot::Physical physical, Visit visit) {
  switch (physical) {
    case snapshot::Physical::u8:
      return visit(std::uint8_t{});
    case snapshot::Physical::u16:
      return visit(std::uint16_t{});
    default:
      break;
  }
  PROOFMARK_CHECK(physical == snapshot::Physical::u32);
  visit(std::uint32_t{});
}

template <typename Visit>
void with_integer_type(snapshot::Physical physical, Visit visit) {
  PROOFMARK_CHECK(physical != snapshot::Physical::f64);
  with_type(physical, [&](auto tag) {
    if constexpr (std::is_integral_v<decltype(tag)>) visit(tag);
  });
}

}  // namespace

PROOFMARK_EVERY_PROCESSOR
void rows_in_range(const snapshot::Column& column, const Block& block, const IntegerRange& range, Words& out) {
  with_integer_type(column.physical,
                    [&](auto tag) { narrow_range(values_of<decltype(tag)>(column, block), block.rows, range, out); });
}

PROOFMARK_EVERY_PROCESSOR
void rows_in_range(const std::int64_t* values, std::uint32_t rows, const IntegerRange& range, Words& out) {
  narrow_range(values, rows, range, out);
}

PROOFMARK_EVERY_PROCESSOR
void rows_against(const double* values, std::uint32_t rows, Comparison op, double bound, Words& out) {
  with_comparison(op,
                  [&](auto holds) { rows_where(rows, out, [=](std::uint32_t i) { return holds(values[i], bound); }); });
}

PROOFMARK_EVERY_PROCESSOR
void rows_against(const std::int64_t* left, const std::int64_t* right, std::uint32_t rows, Comparison op, Words& out) {
  with_comparison(
      op, [&](auto holds) { rows_where(rows, out, [=](std::uint32_t i) { return holds(left[i], right[i]); }); });
}

PROOFMARK_EVERY_PROCESSOR
void rows_against(const double* left, const double* right, std::uint32_t rows, Comparison op, Words& out) {
  with_comparison(
      op, [&](auto holds) { rows_where(rows, out, [=](std::uint32_t i) { return holds(left[i], right[i]); }); });
}

PROOFMARK_EVERY_PROCESSOR
void rows_with_one_of(const snapshot::Column& column, const Block& block, const std::vector<std::uint32_t>& codes,
                      Words& out) {
  out.fill(false);
  with_code_type(column.physical, [&](auto tag) {
    const auto* values = values_of<decltype(tag)>(column, block);
    for (const std::uint32_t wanted : codes) {
      const auto code = static_cast<decltype(tag)>(wanted);
      Words rows;
      rows_where(block.rows, rows, [=](std::uint32_t i) { return values[i] == code; });
      for (std::size_t w = 0; w < kBlockWords; ++w) out[w] |= rows[w];
    }
  });
}

PROOFMARK_EVERY_PROCESSOR
void rows_not_nan(const double* values, std::uint32_t rows, Words& out) {
  rows_where(rows, out, [=](std::uint32_t i) { return !std::isnan(values[i]); });
}

PROOFMARK_EVERY_PROCESSOR
void rows_with_code(const snapshot::Column& column, const Block& block, const std::vector<std::uint8_t>& member,
                    Words& out) {
  with_code_type(column.physical, [&](auto tag) {
    with_entries(values_of<decltype(tag)>(column, block), member,
                 [&](auto entry) { rows_where(block.rows, out, [=](std::uint32_t i) { return entry(i) != 0; }); });
  });
}

PROOFMARK_EVERY_PROCESSOR
void look_up_codes(const snapshot::Column& column, const Block& block, const std::vector<std::uint32_t>& entries,
                   std::uint32_t* out) {
  with_code_type(column.physical, [&](auto tag) {
    with_entries(values_of<decltype(tag)>(column, block), entries, [&](auto entry) {
      for (std::uint32_t i = 0; i < block.rows; ++i) out[i] = entry(i);
    });
  });
}

// A row that is not selected adds +0.0, which changes no lane (real_sum.h). Vectors go over lanes, never over rows:
// each lane sees its rows in ascending order at any width.
PROOFMARK_EVERY_PROCESSOR
bool add_to_lanes(const double* values, const Words& mask, std::size_t words, double* lanes) {
  constexpr std::size_t kLanes = 16;
  bool any = false;
  double sums[kLanes];
  for (std::size_t l = 0; l < kLanes; ++l) sums[l] = lanes[l];
  for (std::size_t w = 0; w < words; ++w) {
    const double* at = values + w * kWordBits;
    const std::uint64_t bits = mask[w];
    if (bits == 0) continue;
    any = true;
    if (bits == ~std::uint64_t{0}) {
      for (std::size_t row = 0; row < kWordBits; row += kLanes)
        for (std::size_t l = 0; l < kLanes; ++l) sums[l] += at[row + l];
      continue;
    }
    for (std::uint64_t rest = bits; rest != 0; rest &= rest - 1) {
      const auto row = static_cast<std::size_t>(std::countr_zero(rest));
      sums[row % kLanes] += at[row];
    }
  }
  for (std::size_t l = 0; l < kLanes; ++l) lanes[l] = sums[l];
  return any;
}

std::uint64_t count_rows(const Words& mask, std::size_t words) {
  return bit_loops().count(mask.word.data(), words);
}

PROOFMARK_EVERY_PROCESSOR
void widen(const snapshot::Column& column, const Block& block, std::int64_t* out) {
  with_integer_type(column.physical, [&](auto tag) {
    const auto* values = values_of<decltype(tag)>(column, block);
    std::copy(values, values + block.rows, out);
  });
}

PROOFMARK_EVERY_PROCESSOR
void to_doubles(const std::int64_t* values, std::uint32_t rows, double* out) {
  for (std::uint32_t i = 0; i < rows; ++i) out[i] = static_cast<double>(values[i]);
}

}  // namespace proofmark::engine
