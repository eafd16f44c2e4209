// One pass over a column. Distinct values are counted exactly up to a bound, because beyond it the exact number tells
// a reader no more.
#include "runtime/snapshot/summary.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <unordered_set>

#include "runtime/plan/number.h"
#include "runtime/snapshot/time_text.h"

namespace proofmark::snapshot {
namespace {

bool is_valid(const Chunk& chunk, std::uint64_t row) {
  return chunk.validity == nullptr || (std::to_integer<unsigned>(chunk.validity[row / 8]) >> (row % 8) & 1U) != 0;
}

// The values of one representation, as the widest type that holds them.
template <typename Wire>
struct Numbers {
  using Value = std::conditional_t<std::is_floating_point_v<Wire>, double, std::int64_t>;
  static Value at(const Chunk& chunk, std::uint64_t row) {
    Wire value;
    std::memcpy(&value, chunk.values + row * sizeof value, sizeof value);
    return value;
  }
};
struct Bits {
  using Value = std::int64_t;
  static Value at(const Chunk& chunk, std::uint64_t row) {
    return std::to_integer<unsigned>(chunk.values[row / 8]) >> (row % 8) & 1U;
  }
};
struct Texts {
  using Value = std::string_view;
  static Value at(const Chunk& chunk, std::uint64_t row) {
    return {reinterpret_cast<const char*>(chunk.values) + chunk.offsets[row],
            static_cast<std::size_t>(chunk.offsets[row + 1] - chunk.offsets[row])};
  }
};

template <typename Value>
struct Extent {
  std::unordered_set<Value> distinct;
  bool more = false;
  std::optional<Value> least, greatest;

  void add(Value value) {
    least = std::min(least.value_or(value), value);
    greatest = std::max(greatest.value_or(value), value);
    if (distinct.size() < kCountedDistinct) {
      distinct.insert(value);
    } else if (!more) {
      more = !distinct.contains(value);
    }
  }
};

template <typename Representation>
Extent<typename Representation::Value> extent_of(const Column& column) {
  Extent<typename Representation::Value> extent;
  for (const Chunk& chunk : column.chunks)
    for (std::uint64_t row = 0; row < chunk.rows; ++row)
      if (is_valid(chunk, row)) extent.add(Representation::at(chunk, row));
  return extent;
}

std::string text_of(const Column& column, std::int64_t value) {
  if (column.type == plan::FieldType::label) return std::string(column.dictionary[static_cast<std::size_t>(value)]);
  return value_text(column.type, value * column.scale);
}
std::string text_of(const Column&, double value) {
  return value_text(value);
}
std::string text_of(const Column&, std::string_view value) {
  return std::string(value);
}

template <typename Representation>
ColumnSummary summary_of(const Column& column) {
  const auto extent = extent_of<Representation>(column);
  ColumnSummary summary;
  for (const Chunk& chunk : column.chunks) summary.nulls += chunk.nulls;
  summary.distinct = extent.distinct.size();
  summary.distinct_is_more = extent.more;
  if (extent.least) {
    summary.least = text_of(column, *extent.least);
    summary.greatest = text_of(column, *extent.greatest);
  }
  return summary;
}

}  // namespace

ColumnSummary summarise(const Column& column) {
  switch (column.physical) {
    case Physical::i8:
      return summary_of<Numbers<std::int8_t>>(column);
    case Physical::i16:
      return summary_of<Numbers<std::int16_t>>(column);
    case Physical::i32:
      return summary_of<Numbers<std::int32_t>>(column);
    case Physical::i64:
      return summary_of<Numbers<std::int64_t>>(column);
    case Physical::u8:
      return summary_of<Numbers<std::uint8_t>>(column);
    case Physical::u16:
      return summary_of<Numbers<std::uint16_t>>(column);
    case Physical::u32:
      return summary_of<Numbers<std::uint32_t>>(column);
    case Physical::f64:
      return summary_of<Numbers<double>>(column);
    case Physical::bit:
      return summary_of<Bits>(column);
    case Physical::utf8:
      return summary_of<Texts>(column);
  }
  return {};
}

std::string duration_text(std::int64_t ns) {
  struct Unit {
    std::int64_t ns;
    std::string_view name;
    std::size_t most_decimals;  // nobody reads 2.75155m
  };
  constexpr Unit kUnits[] = {{86'400'000'000'000, "d", 1},
                             {3'600'000'000'000, "h", 2},
                             {60'000'000'000, "m", 2},
                             {1'000'000'000, "s", 9},
                             {1'000'000, "ms", 6},
                             {1000, "us", 3},
                             {1, "ns", 0}};
  const plan::Int128 magnitude = ns < 0 ? -plan::Int128(ns) : plan::Int128(ns);
  for (const Unit& unit : kUnits) {
    if (magnitude < unit.ns) continue;
    const std::string number = plan::Rational::make(ns, unit.ns)->to_decimal();
    const std::size_t point = number.find('.');
    const std::size_t decimals = point == std::string::npos ? 0 : number.size() - point - 1;
    if (number.find('/') == std::string::npos && decimals <= unit.most_decimals) return number + std::string(unit.name);
  }
  return std::to_string(ns) + "ns";
}

std::string value_text(plan::FieldType type, std::int64_t value) {
  switch (type) {
    case plan::FieldType::timestamp:
      return format_rfc3339(value);
    case plan::FieldType::duration:
      return duration_text(value);
    case plan::FieldType::boolean:
      return value != 0 ? "true" : "false";
    default:
      return std::to_string(value);
  }
}

std::string value_text(double value) {
  char text[40];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

}  // namespace proofmark::snapshot
