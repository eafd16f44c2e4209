// Laying cells out as snapshots do: batches, narrowed integers, dictionary codes, bitmaps, 64-byte padding. Memory
// that no row owns (padding, the slots of nulls) is filled with ones, so that a kernel that reads it is found out.
#include "tests/engine/table.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <stdexcept>

namespace proofmark::engine::testing {
namespace {

using plan::FieldType;
using snapshot::Physical;

bool is_null(const Cell& cell) {
  return std::holds_alternative<Null>(cell);
}

Physical narrowest_integer(const std::vector<Cell>& cells, std::int64_t scale) {
  std::int64_t least = 0, greatest = 0;
  for (const Cell& cell : cells)
    if (const auto* value = std::get_if<std::int64_t>(&cell)) {
      least = std::min(least, *value / scale);
      greatest = std::max(greatest, *value / scale);
    }
  if (least >= 0 && greatest <= UINT32_MAX)
    return greatest <= UINT8_MAX ? Physical::u8 : greatest <= UINT16_MAX ? Physical::u16 : Physical::u32;
  if (least >= INT8_MIN && greatest <= INT8_MAX) return Physical::i8;
  if (least >= INT16_MIN && greatest <= INT16_MAX) return Physical::i16;
  if (least >= INT32_MIN && greatest <= INT32_MAX) return Physical::i32;
  return Physical::i64;
}

Physical physical_of(const TableColumn& source, std::size_t dictionary) {
  if (source.physical) return *source.physical;
  switch (source.type) {
    case FieldType::label:
      return dictionary <= 256 ? Physical::u8 : dictionary <= 65536 ? Physical::u16 : Physical::u32;
    case FieldType::real:
      return Physical::f64;
    case FieldType::boolean:
      return Physical::bit;
    case FieldType::text:
      return Physical::utf8;
    default:
      return narrowest_integer(source.cells, source.scale);
  }
}

template <typename T>
void put(std::byte* values, std::size_t row, T value) {
  std::memcpy(values + row * sizeof(T), &value, sizeof(T));
}

void put_number(Physical physical, std::byte* values, std::size_t row, std::int64_t value) {
  switch (physical) {
    case Physical::i8:
      return put(values, row, static_cast<std::int8_t>(value));
    case Physical::i16:
      return put(values, row, static_cast<std::int16_t>(value));
    case Physical::i32:
      return put(values, row, static_cast<std::int32_t>(value));
    case Physical::i64:
      return put(values, row, value);
    case Physical::u8:
      return put(values, row, static_cast<std::uint8_t>(value));
    case Physical::u16:
      return put(values, row, static_cast<std::uint16_t>(value));
    case Physical::u32:
      return put(values, row, static_cast<std::uint32_t>(value));
    default:
      throw std::logic_error("not a physical integer");
  }
}

void put_bit(std::byte* bits, std::size_t row, bool value) {
  const auto bit = std::byte{1} << (row % 8);
  bits[row / 8] = value ? bits[row / 8] | bit : bits[row / 8] & ~bit;
}

}  // namespace

const TableColumn& Table::column(const std::string& wanted) const {
  for (const TableColumn& candidate : columns)
    if (candidate.name == wanted) return candidate;
  throw std::logic_error("no column " + wanted);
}

MadeStream::MadeStream(const Table& table) {
  stream_.name = table.name;
  stream_.rows = table.rows();
  stream_.skipped_rows = table.skipped;
  if (table.late > 0)
    stream_.origin.tallied = snapshot::Tallied{.series = 1, .late_series = 1, .late_events = table.late};
  stream_.batch_rows = table.batch_rows;
  if (stream_.batch_rows.empty() && stream_.rows > 0) stream_.batch_rows = {stream_.rows};
  stream_.columns.reserve(table.columns.size());
  for (const TableColumn& column : table.columns) add_column(column);
  if (!table.time) return;
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    if (table.columns[c].name == *table.time) stream_.time_column = c;
  if (table.zones) add_zones(table.column(*table.time));
}

std::byte* MadeStream::allocate(std::size_t bytes, std::byte fill) {
  const std::size_t lines = bytes / sizeof(Line) + (bytes % sizeof(Line) != 0 ? 1 : 0);
  memory_.emplace_back(new Line[std::max<std::size_t>(lines, 1)]);
  std::byte* memory = memory_.back()[0].bytes;
  std::memset(memory, static_cast<int>(fill), std::max<std::size_t>(lines, 1) * sizeof(Line));
  return memory;
}

void MadeStream::add_column(const TableColumn& source) {
  snapshot::Column column;
  column.name = source.name;
  column.type = source.type;
  dictionaries_.push_back(std::make_unique<std::vector<std::string>>(source.spare_labels));
  auto& dictionary = *dictionaries_.back();
  if (source.type == FieldType::label) {
    std::vector<std::string> sorted;
    for (const Cell& cell : source.cells)
      if (const auto* text = std::get_if<std::string>(&cell)) sorted.push_back(*text);
    std::sort(sorted.begin(), sorted.end(), std::greater<>());  // not in byte order: the engine must sort groups itself
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    for (std::string& text : sorted)
      if (std::find(source.spare_labels.begin(), source.spare_labels.end(), text) == source.spare_labels.end())
        dictionary.push_back(std::move(text));
    column.dictionary.assign(dictionary.begin(), dictionary.end());
  }
  column.physical = physical_of(source, dictionary.size());
  column.scale = source.scale;
  std::size_t first = 0;
  for (const std::uint64_t rows : stream_.batch_rows) {
    column.chunks.push_back(make_chunk(source, column, first, rows));
    first += rows;
  }
  stream_.columns.push_back(std::move(column));
}

snapshot::Chunk MadeStream::make_chunk(const TableColumn& source, const snapshot::Column& column, std::size_t first,
                                       std::size_t rows) {
  snapshot::Chunk chunk;
  chunk.rows = rows;
  const auto begin = source.cells.begin() + static_cast<std::ptrdiff_t>(first);
  const auto end = begin + static_cast<std::ptrdiff_t>(rows);
  chunk.nulls = static_cast<std::uint64_t>(std::count_if(begin, end, is_null));
  if (chunk.nulls > 0 || source.always_validity) {
    std::byte* bits = allocate((rows + 7) / 8, std::byte{0xFF});
    for (std::size_t row = 0; row < rows; ++row) put_bit(bits, row, !is_null(begin[static_cast<std::ptrdiff_t>(row)]));
    chunk.validity = bits;
  }
  std::string characters;
  std::vector<std::int32_t> offsets = {0};
  const std::size_t bytes = column.physical == Physical::bit ? (rows + 7) / 8 : rows * width_bytes(column.physical);
  std::byte* values = allocate(bytes, std::byte{0xFF});
  std::vector<std::pair<std::string_view, std::size_t>> codes;
  for (std::size_t code = 0; code < column.dictionary.size(); ++code) codes.emplace_back(column.dictionary[code], code);
  std::sort(codes.begin(), codes.end());
  for (std::size_t row = 0; row < rows; ++row) {
    const Cell& cell = begin[static_cast<std::ptrdiff_t>(row)];
    if (const auto* value = std::get_if<std::int64_t>(&cell))
      put_number(column.physical, values, row, *value / column.scale);
    if (const auto* value = std::get_if<double>(&cell)) put(values, row, *value);
    if (const auto* value = std::get_if<bool>(&cell)) put_bit(values, row, *value);
    const auto* text = std::get_if<std::string>(&cell);
    if (text != nullptr && column.type == FieldType::label) {
      const auto found =
          std::lower_bound(codes.begin(), codes.end(), std::pair(std::string_view(*text), std::size_t{0}));
      put_number(column.physical, values, row, static_cast<std::int64_t>(found->second));
    }
    if (text != nullptr && column.type == FieldType::text) characters += *text;
    offsets.push_back(static_cast<std::int32_t>(characters.size()));
  }
  chunk.values = values;
  if (column.physical == Physical::utf8) {
    std::byte* text = allocate(characters.size(), std::byte{0xFF});
    std::copy(characters.begin(), characters.end(), reinterpret_cast<char*>(text));
    std::byte* places = allocate(offsets.size() * sizeof(std::int32_t), std::byte{0});
    std::memcpy(places, offsets.data(), offsets.size() * sizeof(std::int32_t));
    chunk.values = text;
    chunk.offsets = reinterpret_cast<const std::int32_t*>(places);
  }
  return chunk;
}

void MadeStream::add_zones(const TableColumn& time) {
  for (std::size_t first = 0; first < time.cells.size(); first += snapshot::kBlockRows) {
    snapshot::Zone zone;
    const std::size_t last = std::min<std::size_t>(first + snapshot::kBlockRows, time.cells.size());
    for (std::size_t row = first; row < last; ++row)
      if (const auto* value = std::get_if<std::int64_t>(&time.cells[row])) {
        zone.minimum = std::min(zone.minimum.value_or(*value), *value);
        zone.maximum = std::max(zone.maximum.value_or(*value), *value);
      }
    stream_.zones.push_back(zone);
  }
}

}  // namespace proofmark::engine::testing
