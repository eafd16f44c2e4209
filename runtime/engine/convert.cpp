// Conversion of whole columns: scaling to base units, integers as reals, integers and texts as labels.
#include "runtime/engine/convert.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <string_view>
#include <unordered_map>
#include <variant>

#include "runtime/engine/column_values.h"

namespace proofmark::engine {
namespace {

using snapshot::Chunk;
using snapshot::Column;
using snapshot::Physical;

constexpr int kMostPlaces = 9;
constexpr double kMantissaLimit = 9007199254740992.0;  // 2^53
constexpr std::array<std::int64_t, kMostPlaces + 1> kPowersOfTen = {1,      10,      100,      1000,      10000,
                                                                    100000, 1000000, 10000000, 100000000, 1000000000};

std::uint64_t total_rows(const Column& column) {
  std::uint64_t rows = 0;
  for (const Chunk& chunk : column.chunks) rows += chunk.rows;
  return rows;
}

std::byte* memory_of(OwnedColumn& owned) {
  return owned.values.data()->bytes;
}

// A column like `source`, whose values will live in `values`. Every chunk starts on a line, as chunks are multiples of
// 4096 rows (the last excepted).
std::shared_ptr<OwnedColumn> like(const Column& source, plan::FieldType type, Physical physical) {
  auto owned = std::make_shared<OwnedColumn>();
  owned->column = source;
  owned->column.type = type;
  owned->column.physical = physical;
  owned->column.dictionary.clear();
  const std::size_t width = snapshot::width_bytes(physical);
  owned->values.resize(total_rows(source) * width / sizeof(Line) + 1);
  std::uint64_t row = 0;
  for (Chunk& chunk : owned->column.chunks) {
    chunk.values = memory_of(*owned) + row * width;
    chunk.offsets = nullptr;
    row += chunk.rows;
  }
  return owned;
}

template <typename T>
void store(std::byte* memory, std::uint64_t row, T value) {
  std::memcpy(memory + row * sizeof(T), &value, sizeof(T));
}

std::string row_of(std::uint64_t row) {
  return "row " + std::to_string(row + 1);
}

std::string shown(std::int64_t value) {
  return std::to_string(value);
}
std::string shown(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

std::string_view base_unit(plan::FieldType type) {
  switch (type) {
    case plan::FieldType::duration:
    case plan::FieldType::timestamp:
      return "nanoseconds";
    case plan::FieldType::bytes:
      return "bytes";
    default:
      return "units";
  }
}

struct BadValue {
  std::string_view code;
  std::string what;  // "is not a whole number of nanoseconds"
};
using Scaled = std::variant<std::int64_t, BadValue>;

Scaled scaled_fraction(std::int64_t value, std::int64_t divisor, const plan::Field& field) {
  const std::string unit(base_unit(field.type));
  const auto decimal = plan::Rational::make(value, divisor);
  const auto product = decimal ? plan::multiply(*decimal, field.scale) : std::nullopt;
  if (!product) return BadValue{"PM0605", "does not fit 64 bits of " + unit};
  if (!product->is_integer()) return BadValue{"PM0604", "is not a whole number of " + unit};
  if (product->numerator() < INT64_MIN || product->numerator() > INT64_MAX)
    return BadValue{"PM0605", "does not fit 64 bits of " + unit};
  return static_cast<std::int64_t>(product->numerator());
}

Scaled scaled(std::int64_t value, const plan::Field& field) {
  return scaled_fraction(value, 1, field);
}

Scaled scaled(double value, const plan::Field& field) {
  const auto decimal = shortest_decimal(value);
  if (!decimal)
    return BadValue{"PM0604", "is no decimal of at most nine places that a double holds, so not a whole number of " +
                                  std::string(base_unit(field.type))};
  return scaled_fraction(decimal->mantissa, kPowersOfTen[static_cast<std::size_t>(decimal->places)], field);
}

// The common scales are integers and the common values small: no rational is built for them.
struct Scaler {
  const plan::Field& field;
  std::optional<std::int64_t> whole_scale;

  explicit Scaler(const plan::Field& f) : field(f) {
    if (f.scale.is_integer() && f.scale.numerator() > 0 && f.scale.numerator() <= 1000000000000000)
      whole_scale = static_cast<std::int64_t>(f.scale.numerator());
  }
  Scaled operator()(std::int64_t value) const {
    std::int64_t product = 0;
    if (whole_scale && !__builtin_mul_overflow(value, *whole_scale, &product)) return product;
    return scaled(value, field);
  }
  Scaled operator()(double value) const {
    const auto decimal = whole_scale ? shortest_decimal(value) : std::nullopt;
    if (decimal) {
      const std::int64_t divisor = kPowersOfTen[static_cast<std::size_t>(decimal->places)];
      std::int64_t product = 0;
      if (*whole_scale % divisor == 0 && !__builtin_mul_overflow(decimal->mantissa, *whole_scale / divisor, &product))
        return product;
    }
    return scaled(value, field);
  }
};

bool is_null_value(std::int64_t) {
  return false;
}
bool is_null_value(double value) {
  return std::isnan(value);
}

// Marks a row of a chunk as null in the owned validity, which starts as a copy of the source's.
void make_null(OwnedColumn& owned, std::size_t chunk_index, std::uint64_t row) {
  Chunk& chunk = owned.column.chunks[chunk_index];
  auto& bits = owned.validity[chunk_index];
  if (bits.empty()) {
    bits.resize(chunk.rows / (8 * sizeof(Line)) + 1);
    std::byte* copy = bits.data()->bytes;
    std::memset(copy, 0xFF, bits.size() * sizeof(Line));
    if (chunk.validity != nullptr) std::memcpy(copy, chunk.validity, (chunk.rows + 7) / 8);
    chunk.validity = copy;
  }
  std::byte* byte = bits[row / (8 * sizeof(Line))].bytes + row / 8 % sizeof(Line);
  *byte &= ~(std::byte{1} << (row % 8));
  ++chunk.nulls;
}

template <typename T>
Converted scale_column(const plan::Field& field, const Column& source, const std::string& stream) {
  auto owned = like(source, field.type, Physical::i64);
  owned->validity.resize(source.chunks.size());
  const Scaler scaler(field);
  std::uint64_t first = 0;
  for (std::size_t c = 0; c < source.chunks.size(); ++c) {
    const Chunk& chunk = source.chunks[c];
    std::byte* out = memory_of(*owned) + first * sizeof(std::int64_t);
    for (std::uint64_t row = 0; row < chunk.rows; ++row) {
      if (!is_valid(chunk, row)) continue;
      const T value = value_at<T>(source, c, row);
      if (is_null_value(value)) {
        make_null(*owned, c, row);
        continue;
      }
      const Scaled result = scaler(value);
      if (const auto* good = std::get_if<std::int64_t>(&result)) {
        store(out, row, *good);
        continue;
      }
      const auto& bad = std::get<BadValue>(result);
      return plain_problem(bad.code,
                           "column `" + source.name + "` of stream `" + stream + "` holds `" + shown(value) + "` in " +
                               row_of(first + row) + ", which " + bad.what + " for field `" + field.name + "`",
                           "name the unit that the column is in (`in s`, `in ms`, …), or record it in whole " +
                               std::string(base_unit(field.type)));
    }
    first += chunk.rows;
  }
  return std::shared_ptr<const OwnedColumn>(std::move(owned));
}

// Gives out codes in order of first appearance and keeps the texts.
class CodeBook {
 public:
  std::uint32_t code_of(std::string_view text) {
    const auto [entry, fresh] = codes_.try_emplace(std::string(text), static_cast<std::uint32_t>(codes_.size()));
    if (fresh) texts_.push_back(entry->first);
    return entry->second;
  }
  std::vector<std::string> take() { return std::move(texts_); }

 private:
  std::unordered_map<std::string, std::uint32_t> codes_;
  std::vector<std::string> texts_;
};

}  // namespace

std::optional<ShortDecimal> shortest_decimal(double value) {
  for (int places = 0; places <= kMostPlaces; ++places) {
    const auto power = static_cast<double>(kPowersOfTen[static_cast<std::size_t>(places)]);
    const double nearest = std::nearbyint(value * power);
    // The product is rounded: with all 53 bits in use the mantissa may be a neighbour of its nearest integer.
    for (const double step : {0.0, -1.0, 1.0}) {
      const double mantissa = nearest + step;
      if (std::fabs(mantissa) < kMantissaLimit && mantissa / power == value)
        return ShortDecimal{static_cast<std::int64_t>(mantissa), places};
    }
  }
  return std::nullopt;
}

Converted to_base_units(const plan::Field& field, const Column& source, const std::string& stream) {
  return source.physical == Physical::f64 ? scale_column<double>(field, source, stream)
                                          : scale_column<std::int64_t>(field, source, stream);
}

std::shared_ptr<const OwnedColumn> to_reals(const Column& source) {
  auto owned = like(source, plan::FieldType::real, Physical::f64);
  std::uint64_t out = 0;
  for (std::size_t c = 0; c < source.chunks.size(); ++c)
    for (std::uint64_t row = 0; row < source.chunks[c].rows; ++row)
      store(memory_of(*owned), out++, static_cast<double>(value_at<std::int64_t>(source, c, row)));
  return owned;
}

std::shared_ptr<const OwnedColumn> to_labels(const Column& source) {
  auto owned = like(source, plan::FieldType::label, Physical::u32);
  CodeBook book;
  std::uint64_t out = 0;
  for (std::size_t c = 0; c < source.chunks.size(); ++c) {
    const Chunk& chunk = source.chunks[c];
    for (std::uint64_t row = 0; row < chunk.rows; ++row, ++out) {
      if (!is_valid(chunk, row)) continue;
      const std::uint32_t code = source.physical == Physical::utf8
                                     ? book.code_of(text_at(chunk, row))
                                     : book.code_of(shown(value_at<std::int64_t>(source, c, row)));
      store(memory_of(*owned), out, code);
    }
  }
  owned->dictionary = book.take();
  owned->column.dictionary.assign(owned->dictionary.begin(), owned->dictionary.end());
  return owned;
}

}  // namespace proofmark::engine
