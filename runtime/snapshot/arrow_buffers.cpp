// Gathering rows into Arrow buffers. Rows arrive as indices because a stream may have to be sorted; reading through
// them costs little beside the hashing that follows.
#include "runtime/snapshot/arrow_buffers.h"

#include <cstring>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/plan/match.h"
#include "runtime/snapshot/arrow_layout.h"
#include "runtime/snapshot/resolution.h"

namespace proofmark::snapshot {
namespace {

using Rows = std::span<const std::uint32_t>;

template <typename Wire, typename Source>
void gather(Body& body, const Source& source, Rows rows) {
  std::byte* out = body.append(rows.size() * sizeof(Wire));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Wire value = static_cast<Wire>(source[rows[i]]);
    std::memcpy(out + i * sizeof(Wire), &value, sizeof(Wire));
  }
}

template <typename Source>
void gather_whole_numbers(Body& body, const Source& source, Physical physical, Rows rows) {
  switch (physical) {
    case Physical::i8:
      return gather<std::int8_t>(body, source, rows);
    case Physical::i16:
      return gather<std::int16_t>(body, source, rows);
    case Physical::i32:
      return gather<std::int32_t>(body, source, rows);
    case Physical::i64:
      return gather<std::int64_t>(body, source, rows);
    case Physical::u8:
      return gather<std::uint8_t>(body, source, rows);
    case Physical::u16:
      return gather<std::uint16_t>(body, source, rows);
    case Physical::u32:
      return gather<std::uint32_t>(body, source, rows);
    case Physical::f64:
    case Physical::bit:
    case Physical::utf8:
      break;
  }
  PROOFMARK_CHECK(false && "an integer column has an integer width");
}

void gather_scaled(Body& body, const IntegerData& values, Storage storage, Rows rows) {
  with_resolution(storage.scale, [&](auto scale) {
    struct Divided {
      const IntegerData& values;
      std::int64_t operator[](std::size_t row) const { return values[row] / decltype(scale)::value; }
    };
    gather_whole_numbers(body, Divided{values}, storage.physical, rows);
  });
}

void gather_bits(Body& body, const std::vector<std::uint8_t>& source, Rows rows) {
  std::byte* out = body.append(bits_to_bytes(rows.size()));
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (source[rows[i]] != 0) out[i / 8] |= std::byte{1} << (i % 8);
}

void gather_text(Body& body, const TextData& text, Rows rows) {
  const auto begin_of = [&](std::uint32_t row) { return row == 0 ? 0 : text.ends[row - 1]; };
  std::byte* offsets = body.append((rows.size() + 1) * sizeof(std::int32_t));
  std::int32_t total = 0;
  std::memcpy(offsets, &total, sizeof total);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    total += static_cast<std::int32_t>(text.ends[rows[i]] - begin_of(rows[i]));
    std::memcpy(offsets + (i + 1) * sizeof total, &total, sizeof total);
  }
  std::byte* characters = body.append(static_cast<std::size_t>(total));
  for (const std::uint32_t row : rows) {
    const std::size_t size = text.ends[row] - begin_of(row);
    if (size != 0) std::memcpy(characters, text.bytes.data() + begin_of(row), size);
    characters += size;
  }
}

}  // namespace

std::byte* Body::append(std::size_t size) {
  const std::size_t begin = bytes.size();
  bytes.resize(begin + padded(size));
  buffers.push_back({static_cast<std::int64_t>(begin), static_cast<std::int64_t>(size)});
  return bytes.data() + begin;
}

std::uint64_t append_column(Body& body, const ColumnData& column, Storage storage, Rows rows) {
  std::uint64_t nulls = 0;
  if (!column.valid.empty())
    for (const std::uint32_t row : rows) nulls += column.valid[row] == 0 ? 1 : 0;
  if (nulls == 0) {
    body.append(0);
  } else {
    gather_bits(body, column.valid, rows);
  }
  plan::match(
      column.values, [&](const IntegerData& values) { gather_scaled(body, values, storage, rows); },
      [&](const RealData& values) { gather<double>(body, values, rows); },
      [&](const BooleanData& data) { gather_bits(body, data.values, rows); },
      [&](const LabelData& label) { gather_whole_numbers(body, label.codes, storage.physical, rows); },
      [&](const TextData& text) { gather_text(body, text, rows); });
  return nulls;
}

std::size_t bytes_of_column(const ColumnData& column, Physical physical, Rows rows) {
  const std::size_t validity = column.valid.empty() ? 0 : padded(bits_to_bytes(rows.size()));
  if (physical == Physical::bit) return validity + padded(bits_to_bytes(rows.size()));
  if (physical != Physical::utf8) return validity + padded(rows.size() * width_bytes(physical));
  const auto& ends = std::get<TextData>(column.values).ends;
  std::size_t characters = 0;
  for (const std::uint32_t row : rows) characters += ends[row] - (row == 0 ? 0 : ends[row - 1]);
  return validity + padded((rows.size() + 1) * sizeof(std::int32_t)) + padded(characters);
}

void append_dictionary(Body& body, std::span<const std::string> entries) {
  body.append(0);
  std::byte* offsets = body.append((entries.size() + 1) * sizeof(std::int32_t));
  std::int32_t total = 0;
  std::memcpy(offsets, &total, sizeof total);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    total += static_cast<std::int32_t>(entries[i].size());
    std::memcpy(offsets + (i + 1) * sizeof total, &total, sizeof total);
  }
  std::byte* characters = body.append(static_cast<std::size_t>(total));
  for (const std::string& entry : entries) {
    if (!entry.empty()) std::memcpy(characters, entry.data(), entry.size());
    characters += entry.size();
  }
}

}  // namespace proofmark::snapshot
