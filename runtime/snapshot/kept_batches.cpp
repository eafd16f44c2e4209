// Old bytes go over as they lie in the mapping; what must change takes the way of rows that were just read.
#include "runtime/snapshot/kept_batches.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "runtime/plan/match.h"
#include "runtime/snapshot/arrow_layout.h"

namespace proofmark::snapshot {
namespace {

bool bit_at(const std::byte* bits, std::uint64_t row) {
  return (std::to_integer<unsigned>(bits[row / 8]) >> (row % 8) & 1U) != 0;
}

template <typename Wire, typename Out>
void append_numbers(std::vector<Out>& out, const Chunk& chunk) {
  const auto* values = reinterpret_cast<const Wire*>(chunk.values);
  out.insert(out.end(), values, values + chunk.rows);
}

template <typename Out>
void append_whole_numbers(std::vector<Out>& out, const Chunk& chunk, Physical physical) {
  switch (physical) {
    case Physical::i8:
      return append_numbers<std::int8_t>(out, chunk);
    case Physical::i16:
      return append_numbers<std::int16_t>(out, chunk);
    case Physical::i32:
      return append_numbers<std::int32_t>(out, chunk);
    case Physical::i64:
      return append_numbers<std::int64_t>(out, chunk);
    case Physical::u8:
      return append_numbers<std::uint8_t>(out, chunk);
    case Physical::u16:
      return append_numbers<std::uint16_t>(out, chunk);
    case Physical::u32:
      return append_numbers<std::uint32_t>(out, chunk);
    case Physical::f64:
    case Physical::bit:
    case Physical::utf8:
      break;
  }
  PROOFMARK_CHECK(false && "a column of whole numbers has an integer width");
}

void append_text(TextData& text, const Chunk& chunk) {
  const std::uint64_t before = text.bytes.size();
  text.bytes.append(reinterpret_cast<const char*>(chunk.values), static_cast<std::size_t>(chunk.offsets[chunk.rows]));
  for (std::uint64_t row = 1; row <= chunk.rows; ++row)
    text.ends.push_back(before + static_cast<std::uint64_t>(chunk.offsets[row]));
}

void append_values(ColumnData& data, const Chunk& chunk, Physical physical, std::int64_t scale) {
  plan::match(
      data.values,
      [&](IntegerData& values) {
        const std::size_t before = values.size();
        append_whole_numbers(values, chunk, physical);
        if (scale != 1)
          for (std::size_t i = before; i < values.size(); ++i) values[i] *= scale;
      },
      [&](RealData& values) { append_numbers<double>(values, chunk); },
      [&](BooleanData& booleans) {
        for (std::uint64_t row = 0; row < chunk.rows; ++row)
          booleans.values.push_back(bit_at(chunk.values, row) ? 1 : 0);
      },
      [&](LabelData& label) { append_whole_numbers(label.codes, chunk, physical); },
      [&](TextData& text) { append_text(text, chunk); });
}

void append_validity(ColumnData& data, const Chunk& chunk, std::uint64_t rows_before) {
  if (chunk.validity == nullptr && data.valid.empty()) return;
  data.valid.resize(rows_before, 1);
  for (std::uint64_t row = 0; row < chunk.rows; ++row)
    data.valid.push_back(chunk.validity == nullptr || bit_at(chunk.validity, row) ? 1 : 0);
}

ColumnData without_rows(const Column& column) {
  ColumnData data;
  data.name = column.name;
  data.type = column.type;
  if (column.type == plan::FieldType::label) {
    data.values = LabelData{{}, {column.dictionary.begin(), column.dictionary.end()}};
  } else if (column.physical == Physical::utf8) {
    data.values = TextData{};
  } else if (column.physical == Physical::bit) {
    data.values = BooleanData{};
  } else if (column.physical == Physical::f64) {
    data.values = RealData{};
  }
  return data;
}

template <typename Wire>
void widen(IntegerRange& range, const Chunk& chunk, const Column& column) {
  const auto* values = reinterpret_cast<const Wire*>(chunk.values);
  Wire least = 0, greatest = 0;
  for (std::uint64_t row = 0; row < chunk.rows; ++row) {
    least = std::min(least, values[row]);
    greatest = std::max(greatest, values[row]);
  }
  range.least = std::min(range.least, static_cast<std::int64_t>(least) * column.scale);
  range.greatest = std::max(range.greatest, static_cast<std::int64_t>(greatest) * column.scale);
  if (column.type == plan::FieldType::duration)
    range.resolution = resolution_of(std::span(values, chunk.rows), column.scale, range.resolution);
}

void widen(IntegerRange& range, const Chunk& chunk, const Column& column) {
  switch (column.physical) {
    case Physical::i8:
      return widen<std::int8_t>(range, chunk, column);
    case Physical::i16:
      return widen<std::int16_t>(range, chunk, column);
    case Physical::i32:
      return widen<std::int32_t>(range, chunk, column);
    case Physical::i64:
      return widen<std::int64_t>(range, chunk, column);
    case Physical::u8:
      return widen<std::uint8_t>(range, chunk, column);
    case Physical::u16:
      return widen<std::uint16_t>(range, chunk, column);
    case Physical::u32:
      return widen<std::uint32_t>(range, chunk, column);
    case Physical::f64:
    case Physical::bit:
    case Physical::utf8:
      break;
  }
  PROOFMARK_CHECK(false && "a column of whole numbers has an integer width");
}

// A buffer of a mapped column, which is padded there as it is here.
void append_buffer(Body& body, const void* bytes, std::size_t size) {
  std::byte* out = body.append(size);
  if (size != 0) std::memcpy(out, bytes, size);
}

void append_as_it_is(Body& body, const Chunk& chunk, const ChunkBytes& bytes, Physical physical) {
  append_buffer(body, chunk.validity, chunk.validity == nullptr ? 0 : bits_to_bytes(chunk.rows));
  if (physical == Physical::utf8) {
    append_buffer(body, chunk.offsets, (chunk.rows + 1) * sizeof(std::int32_t));
    append_buffer(body, chunk.values, bytes.characters);
  } else {
    append_buffer(body, chunk.values,
                  physical == Physical::bit ? bits_to_bytes(chunk.rows) : chunk.rows * width_bytes(physical));
  }
}

}  // namespace

std::uint64_t KeptBatches::rows() const {
  const auto& all = stream->contents.batch_rows;
  return std::accumulate(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count), std::uint64_t{0});
}

ColumnData rows_of(const ArrowColumn& column, std::size_t first, std::size_t last) {
  ColumnData data = without_rows(column.column);
  std::uint64_t rows = 0;
  for (std::size_t batch = first; batch < last; ++batch) {
    const Chunk& chunk = column.column.chunks[batch];
    append_values(data, chunk, column.column.physical, column.column.scale);
    append_validity(data, chunk, rows);
    rows += chunk.rows;
  }
  return data;
}

void recode(ColumnData& column, std::span<const std::uint32_t> codes) {
  if (codes.empty()) return;
  auto& label = std::get<LabelData>(column.values);
  for (std::size_t row = 0; row < label.codes.size(); ++row)
    label.codes[row] = column.valid.empty() || column.valid[row] != 0 ? codes[label.codes[row]] : 0;
}

IntegerRange range_of(const KeptBatches& kept, std::size_t column) {
  const Column& found = kept.stream->contents.columns[column].column;
  IntegerRange range;
  for (std::size_t batch = 0; batch < kept.count; ++batch) widen(range, found.chunks[batch], found);
  return range;
}

std::string append_kept(Body& body, const KeptBatches& kept, std::size_t column, std::size_t batch, Storage storage) {
  const ArrowColumn& whole = kept.stream->contents.columns[column];
  if (storage == Storage{whole.column.physical, whole.column.scale} && kept.codes[column].empty()) {
    append_as_it_is(body, whole.column.chunks[batch], whole.chunks[batch], storage.physical);
    return kept.stream->record.columns[column].chunks[batch];
  }
  const std::size_t begin = body.bytes.size();
  ColumnData data = rows_of(whole, batch, batch + 1);
  recode(data, kept.codes[column]);
  std::vector<std::uint32_t> rows(whole.column.chunks[batch].rows);
  std::iota(rows.begin(), rows.end(), 0U);
  append_column(body, data, storage, rows);
  return xxh3(body.bytes.data() + begin, body.bytes.size() - begin);
}

}  // namespace proofmark::snapshot
