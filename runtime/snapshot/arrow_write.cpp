// The writer: schema, dictionaries, batches, footer. The schema stands twice, in front for readers of streams and in
// the footer for readers of files.
#include "runtime/snapshot/arrow_write.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <optional>
#include <span>
#include <thread>
#include <utility>

#include "arrow_metadata_generated.h"
#include "runtime/plan/match.h"
#include "runtime/snapshot/arrow_buffers.h"
#include "runtime/snapshot/arrow_layout.h"
#include "runtime/snapshot/arrow_schema.h"
#include "runtime/snapshot/ordered_pipeline.h"
#include "runtime/snapshot/resolution.h"

namespace proofmark::snapshot {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
using plan::FieldType;

Physical narrowest_integer(std::int64_t least, std::int64_t greatest) {
  if (least >= 0) {
    if (greatest <= UINT8_MAX) return Physical::u8;
    if (greatest <= UINT16_MAX) return Physical::u16;
    return greatest <= UINT32_MAX ? Physical::u32 : Physical::i64;
  }
  if (least >= INT8_MIN && greatest <= INT8_MAX) return Physical::i8;
  if (least >= INT16_MIN && greatest <= INT16_MAX) return Physical::i16;
  return least >= INT32_MIN && greatest <= INT32_MAX ? Physical::i32 : Physical::i64;
}

// In eight bytes there is nothing to be gained from a resolution.
Storage narrowest_whole(FieldType type, const IntegerRange& range) {
  const std::int64_t scale = type == FieldType::duration ? range.resolution : 1;
  const Physical physical = narrowest_integer(range.least / scale, range.greatest / scale);
  return {physical, physical == Physical::i64 ? 1 : scale};
}

// Every width holds zero, so that a range may begin with it.
IntegerRange range_of(const IntegerData& values, FieldType type, IntegerRange range) {
  for (const std::int64_t value : values) {
    range.least = std::min(range.least, value);
    range.greatest = std::max(range.greatest, value);
  }
  if (type == FieldType::duration)
    range.resolution = resolution_of(std::span<const std::int64_t>(values), 1, range.resolution);
  return range;
}

Physical narrowest_code(const LabelData& label) {
  if (label.dictionary.size() <= std::size_t{UINT8_MAX} + 1) return Physical::u8;
  return label.dictionary.size() <= std::size_t{UINT16_MAX} + 1 ? Physical::u16 : Physical::u32;
}

// What holds every value of a column, and those of a range beside it, in the fewest bytes.
Storage narrowest(const ColumnData& column, const IntegerRange& range) {
  if (column.type == FieldType::timestamp) return {Physical::i64};
  return plan::match(
      column.values,
      [&](const IntegerData& values) { return narrowest_whole(column.type, range_of(values, column.type, range)); },
      [](const RealData&) { return Storage{Physical::f64}; }, [](const BooleanData&) { return Storage{Physical::bit}; },
      [](const LabelData& label) { return Storage{narrowest_code(label)}; },
      [](const TextData&) { return Storage{Physical::utf8}; });
}

Storage storage_of(const ColumnRecord& record) {
  return {record.physical, record.scale};
}

unsigned processors() {
  return std::max(1U, std::thread::hardware_concurrency());
}

struct AppendedChunk {
  std::uint64_t nulls = 0;
  std::string xxh3;
};

struct Batch {
  std::uint64_t rows = 0;
  Body body;
  std::vector<AppendedChunk> chunks;  // a column each
};

class ArrowWriter {
 public:
  ArrowWriter(OutputFile& out, const Table& table, const ArrowOptions& options)
      : out_(out), table_(table), options_(options) {}
  std::vector<ColumnRecord> write();

 private:
  Offset<arrow::Schema> schema(FlatBufferBuilder& builder) const;
  Offset<arrow::Field> field(FlatBufferBuilder& builder, std::size_t column) const;
  arrow::Block write_message(FlatBufferBuilder& builder, arrow::MessageHeader kind, Offset<void> header,
                             std::vector<std::byte> body);
  void describe_columns();
  void write_dictionary(std::size_t column);
  Storage storage_for(std::size_t column) const;
  void write_kept();
  void write_table();
  Batch batch_of(std::uint64_t from, std::uint64_t rows) const;
  void write_batch(Batch batch);
  std::uint64_t rows_of_next_batch(std::uint64_t from) const;
  void write_footer();
  void write_zeros(std::uint64_t count);
  template <typename Number>
  void write_number(Number number) {
    out_.write(std::as_bytes(std::span(&number, 1)));
  }

  OutputFile& out_;
  const Table& table_;
  const ArrowOptions& options_;
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

Offset<arrow::KeyValue> key_value(FlatBufferBuilder& builder, std::string_view key, std::string_view value) {
  const auto key_text = builder.CreateString(key.data(), key.size());
  return arrow::CreateKeyValue(builder, key_text, builder.CreateString(value.data(), value.size()));
}

Offset<arrow::Field> ArrowWriter::field(FlatBufferBuilder& builder, std::size_t column) const {
  const ColumnRecord& record = records_[column];
  const Notes said = notes_of(record.type, record.scale);
  std::vector<Offset<arrow::KeyValue>> notes{key_value(builder, kTypeKey, said.type)};
  if (!said.unit.empty()) notes.push_back(key_value(builder, kUnitKey, said.unit));
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

Offset<arrow::RecordBatch> batch_metadata(FlatBufferBuilder& builder, std::uint64_t rows,
                                          std::span<const arrow::FieldNode> nodes, const Body& body) {
  std::vector<arrow::Buffer> places;
  for (const BufferPlace& place : body.buffers) places.emplace_back(place.offset, place.length);
  const auto node_vector = builder.CreateVectorOfStructs(nodes.data(), nodes.size());
  const auto buffer_vector = builder.CreateVectorOfStructs(places);
  return arrow::CreateRecordBatch(builder, static_cast<std::int64_t>(rows), node_vector, buffer_vector);
}

void ArrowWriter::write_zeros(std::uint64_t count) {
  static constexpr std::byte kZeros[kAlignment] = {};
  out_.write(std::span(kZeros).first(count));
}

// Metadata padded so that the body, and with it the next message, starts at a multiple of 64.
arrow::Block ArrowWriter::write_message(FlatBufferBuilder& builder, arrow::MessageHeader kind, Offset<void> header,
                                        std::vector<std::byte> body) {
  const auto body_length = static_cast<std::int64_t>(body.size());
  builder.Finish(arrow::CreateMessage(builder, arrow::MetadataVersion::V5, kind, header, body_length));
  const std::uint64_t begin = out_.position();
  const std::uint64_t unpadded = begin + 8 + builder.GetSize();
  const std::uint64_t zeros = padded(unpadded) - unpadded;
  const auto metadata_size = static_cast<std::int32_t>(builder.GetSize() + zeros);
  write_number(kMessageMarker);
  write_number(metadata_size);
  out_.write(std::as_bytes(std::span(builder.GetBufferPointer(), builder.GetSize())));
  write_zeros(zeros);
  out_.write_beside(std::move(body));
  return {static_cast<std::int64_t>(begin), metadata_size + 8, body_length};
}

void ArrowWriter::write_dictionary(std::size_t column) {
  const auto& dictionary = std::get<LabelData>(table_.columns[column].values).dictionary;
  Body body;
  append_dictionary(body, dictionary);
  records_[column].dictionary = DictionaryRecord{dictionary.size(), xxh3(body.bytes.data(), body.bytes.size())};
  FlatBufferBuilder builder;
  const arrow::FieldNode node(static_cast<std::int64_t>(dictionary.size()), 0);
  const auto data = batch_metadata(builder, dictionary.size(), std::span(&node, 1), body);
  const auto header = arrow::CreateDictionaryBatch(builder, static_cast<std::int64_t>(column), data);
  dictionaries_.push_back(
      write_message(builder, arrow::MessageHeader::DictionaryBatch, header.Union(), std::move(body.bytes)));
}

void ArrowWriter::write_batch(Batch batch) {
  std::vector<arrow::FieldNode> nodes;
  for (std::size_t i = 0; i < records_.size(); ++i) {
    AppendedChunk& chunk = batch.chunks[i];
    nodes.emplace_back(static_cast<std::int64_t>(batch.rows), static_cast<std::int64_t>(chunk.nulls));
    records_[i].nulls += chunk.nulls;
    records_[i].chunks.push_back(std::move(chunk.xxh3));
  }
  FlatBufferBuilder builder;
  const auto header = batch_metadata(builder, batch.rows, nodes, batch.body);
  batches_.push_back(
      write_message(builder, arrow::MessageHeader::RecordBatch, header.Union(), std::move(batch.body.bytes)));
  if (options_.measures != nullptr) options_.measures->written_rows.more(batch.rows);
}

void ArrowWriter::write_kept() {
  const ArrowContents& contents = options_.kept->stream->contents;
  for (std::size_t b = 0; b < options_.kept->count; ++b) {
    Batch batch{contents.batch_rows[b], {}, {}};
    for (std::size_t i = 0; i < records_.size(); ++i) {
      const std::uint64_t nulls = contents.columns[i].column.chunks[b].nulls;
      batch.chunks.push_back({nulls, append_kept(batch.body, *options_.kept, i, b, storage_of(records_[i]))});
    }
    write_batch(std::move(batch));
  }
}

Batch ArrowWriter::batch_of(std::uint64_t from, std::uint64_t count) const {
  std::vector<std::uint32_t> rows(count);
  if (table_.order.empty()) {
    std::iota(rows.begin(), rows.end(), static_cast<std::uint32_t>(from));
  } else {
    std::copy_n(table_.order.begin() + static_cast<std::ptrdiff_t>(from), count, rows.begin());
  }
  Batch batch{count, {}, {}};
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < records_.size(); ++i)
    bytes += bytes_of_column(table_.columns[i], records_[i].physical, rows);
  batch.body.bytes.reserve(bytes);
  for (std::size_t i = 0; i < records_.size(); ++i) {
    const std::size_t begin = batch.body.bytes.size();
    const std::uint64_t nulls = append_column(batch.body, table_.columns[i], storage_of(records_[i]), rows);
    const std::size_t size = batch.body.bytes.size() - begin;
    batch.chunks.push_back({nulls, xxh3(batch.body.bytes.data() + begin, size)});
  }
  return batch;
}

// Batches are laid out by all processors, and hashed in their order by whichever has made the next one.
void ArrowWriter::write_table() {
  struct Rows {
    std::uint64_t from = 0, count = 0;
  };
  std::vector<Rows> all;
  for (std::uint64_t from = 0; from < table_.rows; from += all.back().count)
    all.push_back({from, rows_of_next_batch(from)});
  auto at = all.begin();
  const auto next = [&] { return at == all.end() ? std::nullopt : std::optional(&*at++); };
  run_in_order(
      processors(), next, [this](const Rows* rows) { return batch_of(rows->from, rows->count); },
      [this](Batch batch) {
        write_batch(std::move(batch));
        return true;
      });
}

Storage ArrowWriter::storage_for(std::size_t column) const {
  const ColumnData& data = table_.columns[column];
  const bool ranged = options_.kept != nullptr && std::holds_alternative<IntegerData>(data.values);
  return narrowest(data, ranged ? range_of(*options_.kept, column) : IntegerRange{});
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
      if (bytes > options_.maximum_batch_text) break;
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

// Widths and resolutions are found by all processors: each is a pass over its column.
void ArrowWriter::describe_columns() {
  std::size_t begun = 0;
  const auto next = [&] { return begun == table_.columns.size() ? std::nullopt : std::optional(begun++); };
  run_in_order(
      processors(), next, [this](std::size_t i) { return std::pair(i, storage_for(i)); },
      [this](const std::pair<std::size_t, Storage>& found) {
        const ColumnData& column = table_.columns[found.first];
        ColumnRecord record;
        record.name = column.name;
        record.type = column.type;
        record.unit = column.unit;
        record.physical = found.second.physical;
        record.scale = found.second.scale;
        records_.push_back(std::move(record));
        return true;
      });
}

std::vector<ColumnRecord> ArrowWriter::write() {
  describe_columns();
  out_.write(kArrowMagic);
  write_zeros(2);
  FlatBufferBuilder builder;
  const auto fields = schema(builder);
  write_message(builder, arrow::MessageHeader::Schema, fields.Union(), {});
  for (std::size_t i = 0; i < records_.size(); ++i)
    if (records_[i].type == FieldType::label) write_dictionary(i);
  if (options_.kept != nullptr) write_kept();
  write_table();
  write_footer();
  return std::move(records_);
}

}  // namespace

std::vector<ColumnRecord> write_arrow(OutputFile& out, const Table& table, const ArrowOptions& options) {
  return ArrowWriter(out, table, options).write();
}

}  // namespace proofmark::snapshot
