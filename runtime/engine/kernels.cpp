// The loops, one a function; with_…_type turns a column's width into a type, with_comparison an operator into a
// functor.
//
// Where the compiler can, every loop is built three times, for x86-64 without and with 256- and 512-bit vectors, and
// the dynamic linker picks at start. That cannot change a bit: the loops compare, look up and convert, one row at a
// time.
#include "runtime/engine/kernels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <type_traits>

#include "runtime/engine/bit_loops.h"
#include "runtime/engine/column_values.h"
#include "runtime/engine/real_sum.h"
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

template <typename T>
constexpr std::uint32_t kPhysical = [] {
  using snapshot::Physical;
  if (std::is_same_v<T, double>) return static_cast<std::uint32_t>(Physical::f64);
  if (std::is_unsigned_v<T>)
    return static_cast<std::uint32_t>(sizeof(T) == 1 ? Physical::u8 : sizeof(T) == 2 ? Physical::u16 : Physical::u32);
  return static_cast<std::uint32_t>(sizeof(T) == 1   ? Physical::i8
                                    : sizeof(T) == 2 ? Physical::i16
                                    : sizeof(T) == 4 ? Physical::i32
                                                     : Physical::i64);
}();

// One comparison over the block's whole words; the rows of the last, shorter one are asked one by one, for no more of
// them may be read.
template <typename T, typename Test>
void compare_rows(std::uint32_t code, const T* values, std::uint32_t rows, std::int64_t with, Words& out, Test test) {
  const std::size_t whole = rows / kWordBits;
  bit_loops().comparison({code, kPhysical<T>, 0, 0})(values, with, whole, out.word.data());
  for (std::size_t w = whole; w < kBlockWords; ++w) out[w] = 0;
  for (std::size_t row = whole * kWordBits; row < rows; ++row)
    out[whole] |= std::uint64_t{test(values[row]) ? 1U : 0U} << (row % kWordBits);
}

void turn(std::uint32_t rows, Words& mask) {
  Words there;
  existing_rows({.rows = rows}, there);
  for (std::size_t w = 0; w < kBlockWords; ++w) mask[w] = there[w] & ~mask[w];
}

// `range` in the column's own width: a bound that the width cannot reach cannot exclude either.
template <typename T>
void narrow_range(const T* values, std::uint32_t rows, const IntegerRange& range, Words& out) {
  constexpr auto kLeast = static_cast<std::int64_t>(std::numeric_limits<T>::min());
  constexpr auto kGreatest = static_cast<std::int64_t>(std::numeric_limits<T>::max());
  if (range.lowest > range.highest || range.lowest > kGreatest || range.highest < kLeast) {
    out.fill(false);
  } else {
    const T lowest = static_cast<T>(std::max(range.lowest, kLeast));
    const T highest = static_cast<T>(std::min(range.highest, kGreatest));
    compare_rows(PROOFMARK_AT_LEAST, values, rows, static_cast<std::int64_t>(lowest), out,
                 [=](T value) { return value >= lowest; });
    if (range.highest < kGreatest) {
      Words below;
      compare_rows(PROOFMARK_AT_MOST, values, rows, static_cast<std::int64_t>(highest), below,
                   [=](T value) { return value <= highest; });
      for (std::size_t w = 0; w < kBlockWords; ++w) out[w] &= below[w];
    }
  }
  if (range.outside) turn(rows, out);
}

std::uint32_t code_of(Comparison op) {
  switch (op) {
    case Comparison::less:
      return PROOFMARK_REAL_LESS;
    case Comparison::at_most:
      return PROOFMARK_REAL_AT_MOST;
    case Comparison::greater:
      return PROOFMARK_REAL_GREATER;
    case Comparison::at_least:
      return PROOFMARK_REAL_AT_LEAST;
    case Comparison::equal:
    case Comparison::not_equal:
      break;
  }
  return PROOFMARK_REAL_EQUAL;
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

void rows_in_range(const snapshot::Column& column, const Block& block, const IntegerRange& range, Words& out) {
  with_integer_type(column.physical,
                    [&](auto tag) { narrow_range(values_of<decltype(tag)>(column, block), block.rows, range, out); });
}

void rows_in_range(const std::int64_t* values, std::uint32_t rows, const IntegerRange& range, Words& out) {
  narrow_range(values, rows, range, out);
}

void rows_against(const double* values, std::uint32_t rows, Comparison op, double bound, Words& out) {
  with_comparison(op, [&](auto holds) {
    compare_rows(code_of(op), values, rows, std::bit_cast<std::int64_t>(bound), out,
                 [=](double value) { return op == Comparison::not_equal ? value == bound : holds(value, bound); });
  });
  if (op == Comparison::not_equal) turn(rows, out);
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

void rows_with_one_of(const snapshot::Column& column, const Block& block, const std::vector<std::uint32_t>& codes,
                      Words& out) {
  out.fill(false);
  with_code_type(column.physical, [&](auto tag) {
    using Code = decltype(tag);
    const auto* values = values_of<Code>(column, block);
    for (const std::uint32_t code : codes) {
      const auto wanted = static_cast<Code>(code);
      Words rows;
      compare_rows(PROOFMARK_EQUAL, values, block.rows, std::int64_t{wanted}, rows,
                   [=](Code value) { return value == wanted; });
      for (std::size_t w = 0; w < kBlockWords; ++w) out[w] |= rows[w];
    }
  });
}

void rows_not_nan(const double* values, std::uint32_t rows, Words& out) {
  compare_rows(PROOFMARK_NUMBER, values, rows, 0, out, [](double value) { return !std::isnan(value); });
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

void sum_blocks(const double* values, std::size_t blocks, double* lanes) {
  bit_loops().sum_blocks(values, blocks, lanes);
}

std::uint64_t count_rows(const Words& mask, std::size_t words) {
  return bit_loops().count(mask.word.data(), words);
}

// Processors multiply 32 bits by 32 to 64 at once, but not 64 by 64.
PROOFMARK_EVERY_PROCESSOR
void widen(const snapshot::Column& column, std::int64_t scale, const Block& block, std::int64_t* out) {
  with_integer_type(column.physical, [&](auto tag) {
    using Stored = decltype(tag);
    using Wide = std::conditional_t<std::is_signed_v<Stored>, std::int32_t, std::uint32_t>;
    using Product = std::conditional_t<std::is_signed_v<Stored>, std::int64_t, std::uint64_t>;
    const auto* values = values_of<Stored>(column, block);
    if (scale == 1) {
      std::copy(values, values + block.rows, out);
    } else if (sizeof(Stored) <= sizeof(Wide) && scale <= INT32_MAX) {
      const auto narrow = static_cast<Wide>(scale);
      for (std::uint32_t i = 0; i < block.rows; ++i)
        out[i] = static_cast<std::int64_t>(Product{static_cast<Wide>(values[i])} * narrow);
    } else {
      for (std::uint32_t i = 0; i < block.rows; ++i) out[i] = static_cast<std::int64_t>(values[i]) * scale;
    }
  });
}

PROOFMARK_EVERY_PROCESSOR
void to_doubles(const std::int64_t* values, std::uint32_t rows, double* out) {
  for (std::uint32_t i = 0; i < rows; ++i) out[i] = static_cast<double>(values[i]);
}

}  // namespace proofmark::engine
