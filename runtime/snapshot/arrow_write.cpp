// The writer: schema, dictionaries, batches, footer. The schema stands twice, in front for readers of streams and in
// the footer for readers of files.
#include "runtime/snapshot/arrow_write.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <span>

#include "arrow_metadata_generated.h"
#include "runtime/plan/match.h"
#include "runtime/snapshot/arrow_buffers.h"
#include "runtime/snapshot/arrow_layout.h"

namespace proofmark::snapshot {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
using plan::FieldType;

Physical narrowest_integer(const IntegerData& values) {
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  if (least == values.end()) return Physical::u8;
  if (*least >= 0) {
    if (*greatest <= UINT8_MAX) return Physical::u8;
    if (*greatest <= UINT16_MAX) return Physical::u16;
    return *greatest <= UINT32_MAX ? Physical::u32 : Physical::i64;
  }
  if (*least >= INT8_MIN && *greatest <= INT8_MAX) return Physical::i8;
  if (*least >= INT16_MIN && *greatest <= INT16_MAX) return Physical::i16;
  return *least >= INT32_MIN && *greatest <= INT32_MAX ? Physical::i32 : Physical::i64;
}

Physical narrowest_duration(const IntegerData& values) {
  const bool fits =
      std::all_of(values.begin(), values.end(), [](std::int64_t ns) { return ns >= INT32_MIN && ns <= INT32_MAX; });
  return fits ? Physical::i32 : Physical::i64;
}

Physical narrowest_code(const LabelData& label) {
  if (label.dictionary.size() <= std::size_t{UINT8_MAX} + 1) return Physical::u8;
  return label.dictionary.size() <= std::size_t{UINT16_MAX} + 1 ? Physical::u16 : Physical::u32;
}

class ArrowWriter {
 public:
  ArrowWriter(OutputFile& out, const Table& table, std::uint64_t maximum_batch_text)
      : out_(out), table_(table), maximum_batch_text_(maximum_batch_text) {}
  std::vector<ColumnRecord> write();

 private:
  Offset<arrow::Schema> schema(FlatBufferBuilder& builder) const;
  Offset<arrow::Field> field(FlatBufferBuilder& builder, std::size_t column) const;
  Offset<arrow::RecordBatch> batch_metadata(FlatBufferBuilder& builder, std::uint64_t rows,
                                            std::span<const arrow::FieldNode> nodes) const;
  arrow::Block write_message(FlatBufferBuilder& builder, arrow::MessageHeader kind, Offset<void> header);
  void write_dictionary(std::size_t column);
  void write_batch(std::span<const std::uint32_t> rows);
  std::uint64_t rows_of_next_batch(std::uint64_t from) const;
  void write_footer();
  void write_zeros(std::uint64_t count);
  template <typename Number>
  void write_number(Number number) {
    out_.write(std::as_bytes(std::span(&number, 1)));
  }

  OutputFile& out_;
  const Table& table_;
  std::uint64_t maximum_batch_text_;
  Body body_;
  std::vector<ColumnRecord> records_;
  std::vector<arrow::Block> dictionaries_, batches_;
};

struct WireType {
  arrow::Type kind = arrow::Type::NONE;
  Offset<void> type;
};

Offset<arrow::Int> int_type(FlatBufferBuilder& builder, Physical physical) {
  const bool is_signed = physical <= Physical::i64;
  return arrow::CreateInt(builder, static_cast<int>(width_bytes(physical)) * 8, is_signed);
}

WireType wire_type(FlatBufferBuilder& builder, FieldType type, Physical physical) {
  switch (type) {
    case FieldType::integer:
    case FieldType::duration:
    case FieldType::bytes:
      return {arrow::Type::Int, int_type(builder, physical).Union()};
    case FieldType::real:
      return {arrow::Type::FloatingPoint, arrow::CreateFloatingPoint(builder, arrow::Precision::Double).Union()};
    case FieldType::boolean:
      return {arrow::Type::Bool, arrow::CreateBool(builder).Union()};
    case FieldType::label:
    case FieldType::text:
      return {arrow::Type::Utf8, arrow::CreateUtf8(builder).Union()};
    case FieldType::timestamp: {
      const auto zone = builder.CreateString("UTC");
      return {arrow::Type::Timestamp, arrow::CreateTimestamp(builder, arrow::TimeUnit::Nanosecond, zone).Union()};
    }
  }
  return {};
}

std::string_view unit_of(FieldType type) {
  if (type == FieldType::duration || type == FieldType::timestamp) return "ns";
  return type == FieldType::bytes ? "bytes" : "";
}

Offset<arrow::KeyValue> key_value(FlatBufferBuilder& builder, std::string_view key, std::string_view value) {
  const auto key_text = builder.CreateString(key.data(), key.size());
  return arrow::CreateKeyValue(builder, key_text, builder.CreateString(value.data(), value.size()));
}

Offset<arrow::Field> ArrowWriter::field(FlatBufferBuilder& builder, std::size_t column) const {
  const ColumnRecord& record = records_[column];
  std::vector<Offset<arrow::KeyValue>> notes{key_value(builder, kTypeKey, plan::field_type_name(record.type))};
  if (const auto unit = unit_of(record.type); !unit.empty()) notes.push_back(key_value(builder, kUnitKey, unit));
  const auto metadata = builder.CreateVector(notes);
  const auto children = builder.CreateVector(std::vector<Offset<arrow::Field>>());
  const auto name = builder.CreateString(record.name);
  const WireType type = wire_type(builder, record.type, record.physical);
  Offset<arrow::DictionaryEncoding> encoding;
  if (record.type == FieldType::label)
    encoding =
        arrow::CreateDictionaryEncoding(builder, static_cast<std::int64_t>(column), int_type(builder, record.physical));
  return arrow::CreateField(builder, name, true, type.kind, type.type, encoding, children, metadata);
}

Offset<arrow::Schema> ArrowWriter::schema(FlatBufferBuilder& builder) const {
  std::vector<Offset<arrow::Field>> fields;
  for (std::size_t column = 0; column < records_.size(); ++column) fields.push_back(field(builder, column));
  const auto all = builder.CreateVector(fields);
  return arrow::CreateSchema(builder, arrow::Endianness::Little, all);
}

Offset<arrow::RecordBatch> ArrowWriter::batch_metadata(FlatBufferBuilder& builder, std::uint64_t rows,
                                                       std::span<const arrow::FieldNode> nodes) const {
  std::vector<arrow::Buffer> places;
  for (const BufferPlace& place : body_.buffers) places.emplace_back(place.offset, place.length);
  const auto node_vector = builder.CreateVectorOfStructs(nodes.data(), nodes.size());
  const auto buffer_vector = builder.CreateVectorOfStructs(places);
  return arrow::CreateRecordBatch(builder, static_cast<std::int64_t>(rows), node_vector, buffer_vector);
}

void ArrowWriter::write_zeros(std::uint64_t count) {
  static constexpr std::byte kZeros[kAlignment] = {};
  out_.write(std::span(kZeros).first(count));
}

// Metadata padded so that the body, and with it the next message, starts at a multiple of 64.
arrow::Block ArrowWriter::write_message(FlatBufferBuilder& builder, arrow::MessageHeader kind, Offset<void> header) {
  const auto body_length = static_cast<std::int64_t>(body_.bytes.size());
  builder.Finish(arrow::CreateMessage(builder, arrow::MetadataVersion::V5, kind, header, body_length));
  const std::uint64_t begin = out_.position();
  const std::uint64_t unpadded = begin + 8 + builder.GetSize();
  const std::uint64_t zeros = padded(unpadded) - unpadded;
  const auto metadata_size = static_cast<std::int32_t>(builder.GetSize() + zeros);
  write_number(kMessageMarker);
  write_number(metadata_size);
  out_.write(std::as_bytes(std::span(builder.GetBufferPointer(), builder.GetSize())));
  write_zeros(zeros);
  out_.write(body_.bytes);
  return {static_cast<std::int64_t>(begin), metadata_size + 8, body_length};
}

void ArrowWriter::write_dictionary(std::size_t column) {
  const auto& dictionary = std::get<LabelData>(table_.columns[column].values).dictionary;
  body_.clear();
  append_dictionary(body_, dictionary);
  records_[column].dictionary = DictionaryRecord{dictionary.size(), xxh3(body_.bytes.data(), body_.bytes.size())};
  FlatBufferBuilder builder;
  const arrow::FieldNode node(static_cast<std::int64_t>(dictionary.size()), 0);
  const auto data = batch_metadata(builder, dictionary.size(), std::span(&node, 1));
  const auto header = arrow::CreateDictionaryBatch(builder, static_cast<std::int64_t>(column), data);
  dictionaries_.push_back(write_message(builder, arrow::MessageHeader::DictionaryBatch, header.Union()));
}

void ArrowWriter::write_batch(std::span<const std::uint32_t> rows) {
  body_.clear();
  std::vector<arrow::FieldNode> nodes;
  for (std::size_t i = 0; i < records_.size(); ++i) {
    const std::size_t begin = body_.bytes.size();
    const std::uint64_t nulls = append_column(body_, table_.columns[i], records_[i].physical, rows);
    nodes.emplace_back(static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(nulls));
    records_[i].nulls += nulls;
    records_[i].chunks.push_back(xxh3(body_.bytes.data() + begin, body_.bytes.size() - begin));
  }
  FlatBufferBuilder builder;
  const auto header = batch_metadata(builder, rows.size(), nodes);
  batches_.push_back(write_message(builder, arrow::MessageHeader::RecordBatch, header.Union()));
}

// Full batches, but never more than the limit of characters in one text column of one batch.
std::uint64_t ArrowWriter::rows_of_next_batch(std::uint64_t from) const {
  std::uint64_t rows = std::min(kBatchRows, table_.rows - from);
  for (const ColumnData& column : table_.columns) {
    const auto* text = std::get_if<TextData>(&column.values);
    if (text == nullptr) continue;
    std::uint64_t bytes = 0, fitting = 0;
    for (; fitting < rows; ++fitting) {
      const std::uint64_t row = table_.order.empty() ? from + fitting : table_.order[from + fitting];
      bytes += text->ends[row] - (row == 0 ? 0 : text->ends[row - 1]);
      if (bytes > maximum_batch_text_) break;
    }
    if (fitting < rows) rows = std::min(rows, std::max<std::uint64_t>(fitting / kBlockRows, 1) * kBlockRows);
  }
  return rows;
}

void ArrowWriter::write_footer() {
  write_number(kMessageMarker);
  write_number(std::int32_t{0});
  FlatBufferBuilder builder;
  const auto fields = schema(builder);
  const auto dictionaries = builder.CreateVectorOfStructs(dictionaries_),
             batches = builder.CreateVectorOfStructs(batches_);
  builder.Finish(arrow::CreateFooter(builder, arrow::MetadataVersion::V5, fields, dictionaries, batches));
  out_.write(std::as_bytes(std::span(builder.GetBufferPointer(), builder.GetSize())));
  write_number(static_cast<std::int32_t>(builder.GetSize()));
  out_.write(kArrowMagic);
}

std::vector<ColumnRecord> ArrowWriter::write() {
  for (const ColumnData& column : table_.columns) {
    ColumnRecord record;
    record.name = column.name;
    record.type = column.type;
    record.unit = column.unit;
    record.physical = narrowest(column);
    records_.push_back(std::move(record));
  }
  out_.write(kArrowMagic);
  write_zeros(2);
  FlatBufferBuilder builder;
  const auto fields = schema(builder);
  write_message(builder, arrow::MessageHeader::Schema, fields.Union());
  for (std::size_t i = 0; i < records_.size(); ++i)
    if (records_[i].type == FieldType::label) write_dictionary(i);
  std::vector<std::uint32_t> rows;
  for (std::uint64_t from = 0; from < table_.rows; from += rows.size()) {
    rows.resize(rows_of_next_batch(from));
    if (table_.order.empty()) {
      std::iota(rows.begin(), rows.end(), static_cast<std::uint32_t>(from));
    } else {
      std::copy_n(table_.order.begin() + static_cast<std::ptrdiff_t>(from), rows.size(), rows.begin());
    }
    write_batch(rows);
  }
  write_footer();
  return std::move(records_);
}

}  // namespace

Physical narrowest(const ColumnData& column) {
  return plan::match(
      column.values,
      [&](const IntegerData& values) {
        if (column.type == FieldType::timestamp) return Physical::i64;
        return column.type == FieldType::duration ? narrowest_duration(values) : narrowest_integer(values);
      },
      [](const RealData&) { return Physical::f64; }, [](const BooleanData&) { return Physical::bit; },
      [](const LabelData& label) { return narrowest_code(label); }, [](const TextData&) { return Physical::utf8; });
}

std::vector<ColumnRecord> write_arrow(OutputFile& out, const Table& table, std::uint64_t maximum_batch_text) {
  return ArrowWriter(out, table, maximum_batch_text).write();
}

}  // namespace proofmark::snapshot
