// Arrow files that other writers could make, and that nobody but an attacker would: each is refused for its own reason.
#include <gtest/gtest.h>

#include <cstring>

#include "arrow_metadata_generated.h"
#include "runtime/snapshot/arrow_layout.h"
#include "runtime/snapshot/arrow_read.h"
#include "tests/snapshot/support.h"

namespace proofmark::snapshot {
namespace {

using namespace testing_support;
using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

// One column "c" and one batch of it; each knob bends one thing.
struct Forgery {
  arrow::MetadataVersion version = arrow::MetadataVersion::V5;
  arrow::Endianness endianness = arrow::Endianness::Little;
  arrow::Type type = arrow::Type::Int;
  int bits = 64;
  bool is_signed = true, feature = false, child = false, dictionary = false, dictionary_batch = false,
       compressed = false, no_value = false;
  bool schema_message_for_batch = false, variadic = false, ordered = false, no_name = false;
  std::int64_t rows = 4, length = 4, nulls = 0;
  std::vector<std::pair<std::int64_t, std::int64_t>> buffers{{0, 0}, {0, 32}};
  std::int64_t body = 64, body_length_said = 64;
  int shift = 0;    // bytes by which the body is moved off its 64-byte border
  int batches = 1;  // how often the footer names the batch
  std::int64_t block_offset_change = 0;
  std::string_view time_zone = "UTC";
  arrow::TimeUnit unit = arrow::TimeUnit::Nanosecond;
  std::vector<std::string> entries{"a", "b"};
  std::vector<std::int32_t> entry_offsets;  // instead of the true ones
  std::int64_t dictionary_id = 0, entry_count_change = 0;
  std::vector<std::pair<std::string, std::string>> notes;  // instead of those that its type has
  const Forgery* front = nullptr;                          // whose schema stands in front
  bool front_batch = false;                                // a message of another kind does
  std::int32_t front_size_change = 0;

  std::string bytes() const;

 private:
  Offset<void> type_table(FlatBufferBuilder& builder) const;
  std::vector<std::pair<std::string, std::string>> notes_of_type() const;
  Offset<arrow::Schema> schema(FlatBufferBuilder& builder) const;
  Offset<arrow::RecordBatch> batch(FlatBufferBuilder& builder, std::int64_t count, std::int64_t null_count,
                                   const std::vector<std::pair<std::int64_t, std::int64_t>>& places) const;
  arrow::Block add(std::string& file, FlatBufferBuilder& builder, arrow::MessageHeader kind, Offset<void> header,
                   const std::string& content, std::int64_t said) const;
};

Offset<void> Forgery::type_table(FlatBufferBuilder& builder) const {
  if (no_value) return {};
  switch (type) {
    case arrow::Type::Int:
      return arrow::CreateInt(builder, bits, is_signed).Union();
    case arrow::Type::FloatingPoint:
      return arrow::CreateFloatingPoint(builder, bits == 32 ? arrow::Precision::Single : arrow::Precision::Double)
          .Union();
    case arrow::Type::Timestamp:
      return arrow::CreateTimestamp(builder, unit, builder.CreateString(std::string(time_zone))).Union();
    case arrow::Type::Bool:
      return arrow::CreateBool(builder).Union();
    default:
      return arrow::CreateUtf8(builder).Union();
  }
}

std::vector<std::pair<std::string, std::string>> Forgery::notes_of_type() const {
  if (!notes.empty()) return notes;
  if (dictionary) return {{"proofmark.type", "label"}};
  switch (type) {
    case arrow::Type::FloatingPoint:
      return {{"proofmark.type", "float"}};
    case arrow::Type::Timestamp:
      return {{"proofmark.type", "timestamp"}, {"proofmark.unit", "ns"}};
    case arrow::Type::Bool:
      return {{"proofmark.type", "bool"}};
    case arrow::Type::Utf8:
      return {{"proofmark.type", "text"}};
    default:
      return {{"proofmark.type", "int"}};
  }
}

Offset<arrow::Schema> Forgery::schema(FlatBufferBuilder& builder) const {
  const auto name = builder.CreateString("c");
  const auto value = type_table(builder);
  Offset<arrow::DictionaryEncoding> encoding;
  if (dictionary) encoding = arrow::CreateDictionaryEncoding(builder, 0, arrow::CreateInt(builder, 8, false), ordered);
  Offset<flatbuffers::Vector<Offset<arrow::Field>>> children;
  if (child) children = builder.CreateVector(std::vector{arrow::CreateField(builder, builder.CreateString("inner"))});
  std::vector<Offset<arrow::KeyValue>> all_notes;
  for (const auto& [key, said] : notes_of_type())
    all_notes.push_back(arrow::CreateKeyValue(builder, builder.CreateString(key), builder.CreateString(said)));
  const auto metadata = builder.CreateVector(all_notes);
  const auto field = arrow::CreateField(builder, no_name ? 0 : name, true, type, value, encoding, children, metadata);
  const auto fields = builder.CreateVector(std::vector{field});
  Offset<flatbuffers::Vector<std::int64_t>> features;
  if (feature) features = builder.CreateVector(std::vector<std::int64_t>{1});
  return arrow::CreateSchema(builder, endianness, fields, 0, features);
}

Offset<arrow::RecordBatch> Forgery::batch(FlatBufferBuilder& builder, std::int64_t count, std::int64_t null_count,
                                          const std::vector<std::pair<std::int64_t, std::int64_t>>& places) const {
  std::vector<arrow::Buffer> all;
  for (const auto& [offset, size] : places) all.emplace_back(offset, size);
  const arrow::FieldNode node(count, null_count);
  const auto nodes = builder.CreateVectorOfStructs(&node, 1);
  const auto buffer_vector = builder.CreateVectorOfStructs(all);
  Offset<arrow::BodyCompression> compression;
  if (compressed) compression = arrow::CreateBodyCompression(builder, 1, 0);
  Offset<flatbuffers::Vector<std::int64_t>> counts;
  if (variadic) counts = builder.CreateVector(std::vector<std::int64_t>{1});
  return arrow::CreateRecordBatch(builder, length == rows ? count : length, nodes, buffer_vector, compression, counts);
}

arrow::Block Forgery::add(std::string& file, FlatBufferBuilder& builder, arrow::MessageHeader kind, Offset<void> header,
                          const std::string& content, std::int64_t said) const {
  builder.Finish(arrow::CreateMessage(builder, version, kind, header, said));
  const std::size_t begin = file.size();
  std::string metadata(reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize());
  while ((begin + 8 + metadata.size()) % 64 != 0) metadata += '\0';
  if (!content.empty()) metadata.append(static_cast<std::size_t>(shift), '\0');
  const auto size = static_cast<std::int32_t>(metadata.size());
  file.append("\xFF\xFF\xFF\xFF", 4).append(reinterpret_cast<const char*>(&size), 4) += metadata + content;
  return {static_cast<std::int64_t>(begin) + block_offset_change, size + 8, static_cast<std::int64_t>(content.size())};
}

std::string Forgery::bytes() const {
  std::string file("ARROW1\0\0", 8);
  std::vector<arrow::Block> dictionaries, batch_blocks;
  FlatBufferBuilder leading;
  if (front_batch) {
    add(file, leading, arrow::MessageHeader::RecordBatch, batch(leading, rows, nulls, buffers).Union(), "", 0);
  } else {
    const Forgery& whose = front == nullptr ? *this : *front;
    add(file, leading, arrow::MessageHeader::Schema, whose.schema(leading).Union(), "", 0);
  }
  file[12] = static_cast<char>(file[12] + front_size_change);
  if (dictionary_batch) {
    std::string characters;
    std::vector<std::int32_t> offsets{0};
    for (const std::string& entry : entries) offsets.push_back(static_cast<std::int32_t>((characters += entry).size()));
    if (!entry_offsets.empty()) offsets = entry_offsets;
    std::string content(reinterpret_cast<const char*>(offsets.data()), offsets.size() * 4);
    const auto offset_bytes = static_cast<std::int64_t>(content.size());
    content.resize(padded(content.size()));
    const auto begin = static_cast<std::int64_t>(content.size());
    content += characters;
    content.resize(padded(content.size()));
    FlatBufferBuilder builder;
    const auto count = static_cast<std::int64_t>(entries.size()) + entry_count_change;
    const auto data =
        batch(builder, count, 0, {{0, 0}, {0, offset_bytes}, {begin, static_cast<std::int64_t>(characters.size())}});
    dictionaries.push_back(add(file, builder, arrow::MessageHeader::DictionaryBatch,
                               arrow::CreateDictionaryBatch(builder, dictionary_id, data).Union(), content,
                               static_cast<std::int64_t>(content.size())));
  }
  FlatBufferBuilder builder;
  const Offset<void> header =
      schema_message_for_batch ? schema(builder).Union() : batch(builder, rows, nulls, buffers).Union();
  const auto kind = schema_message_for_batch ? arrow::MessageHeader::Schema : arrow::MessageHeader::RecordBatch;
  const arrow::Block block =
      add(file, builder, kind, header, std::string(static_cast<std::size_t>(body), '\0'), body_length_said);
  for (int i = 0; i < batches; ++i) batch_blocks.push_back(block);
  while (file.size() % 8 != 0) file += '\0';
  FlatBufferBuilder footer;
  const auto fields = schema(footer);
  const auto dictionary_vector = footer.CreateVectorOfStructs(dictionaries),
             batch_vector = footer.CreateVectorOfStructs(batch_blocks);
  footer.Finish(arrow::CreateFooter(footer, version, fields, dictionary_vector, batch_vector));
  file.append(reinterpret_cast<const char*>(footer.GetBufferPointer()), footer.GetSize());
  const auto size = static_cast<std::int32_t>(footer.GetSize());
  return file.append(reinterpret_cast<const char*>(&size), 4) + "ARROW1";
}

std::string outcome(const std::string& file) {
  std::vector<std::uint64_t> aligned(file.size() / 8 + 1);
  std::memcpy(aligned.data(), file.data(), file.size());
  const auto contents = read_arrow(std::as_bytes(std::span(aligned)).first(file.size()), "f.arrow");
  return contents ? "read " + std::to_string(contents->columns[0].column.dictionary.size())
                  : first_problem(contents.problems());
}

template <typename Bend>
std::string bent(Bend bend) {
  Forgery forgery;
  bend(forgery);
  return outcome(forgery.bytes());
}

TEST(ArrowForgery, UnbentIsRead) {
  EXPECT_EQ(bent([](Forgery&) {}), "read 0");
}

TEST(ArrowForgery, WhatOtherWritersMake) {
  EXPECT_EQ(bent([](Forgery& f) { f.compressed = true; }),
            "PM0835 batch 0 is compressed, columns must lie in the file as they are in memory");
  EXPECT_EQ(bent([](Forgery& f) { f.endianness = arrow::Endianness::Big; }),
            "PM0836 the Arrow file is big-endian, columns must lie in little-endian order");
  const std::string type = "PM0837 column `c` has an Arrow type that Proofmark does not use";
  EXPECT_EQ(bent([](Forgery& f) { f.type = static_cast<arrow::Type>(8); }), type);  // Date
  EXPECT_EQ(bent([](Forgery& f) { f.type = arrow::Type::NONE; }), type);
  EXPECT_EQ(bent([](Forgery& f) { f.bits = 24; }), type);
  EXPECT_EQ(bent([](Forgery& f) { f.is_signed = false; }), type);  // 64 bits without a sign
  EXPECT_EQ(bent([](Forgery& f) { f.type = arrow::Type::FloatingPoint, f.bits = 32; }), type);
  EXPECT_EQ(bent([](Forgery& f) { f.type = arrow::Type::Timestamp, f.unit = arrow::TimeUnit::Millisecond; }), type);
  EXPECT_EQ(bent([](Forgery& f) { f.type = arrow::Type::Timestamp, f.time_zone = "Europe/Berlin"; }), type);
  EXPECT_EQ(bent([](Forgery& f) { f.child = true; }), type);
  EXPECT_EQ(bent([](Forgery& f) { f.dictionary = true; }), type);  // of integers
  EXPECT_EQ(bent([](Forgery& f) { f.dictionary = true, f.type = arrow::Type::Utf8, f.ordered = true; }), type);
  EXPECT_EQ(bent([](Forgery& f) { f.shift = 8; }),
            "PM0838 batch 0 has a body that does not start and end at multiples of 64 bytes");
  EXPECT_EQ(bent([](Forgery& f) { f.buffers = {{0, 0}, {8, 32}}; }),
            "PM0838 batch 0 has a buffer that does not start at a multiple of 64 bytes");
  EXPECT_EQ(bent([](Forgery& f) { f.version = arrow::MetadataVersion::V4; }),
            "PM0834 the Arrow file has no schema of metadata version 5");
  EXPECT_EQ(bent([](Forgery& f) { f.feature = true; }), "PM0834 the Arrow file uses optional features, ours use none");
  EXPECT_EQ(bent([](Forgery& f) { f.variadic = true; }), "PM0834 batch 0 does not have one node a column");
}

TEST(ArrowForgery, NotesThatSayOtherThanTheType) {
  const auto noted = [](std::vector<std::pair<std::string, std::string>> notes, arrow::Type type = arrow::Type::Int) {
    return bent([&](Forgery& f) { f.notes = std::move(notes), f.type = type; });
  };
  EXPECT_EQ(noted({{"proofmark.type", "duration"}, {"proofmark.unit", "ns"}}), "read 0");
  const std::string type = "PM0837 column `c` has an Arrow type that Proofmark does not use";
  for (const char* unit : {"m", "", "ms"})  // milliseconds need no 64 bits
    EXPECT_EQ(noted({{"proofmark.type", "duration"}, {"proofmark.unit", unit}}), type) << unit;
  EXPECT_EQ(
      noted({{"proofmark.type", "bytes"}, {"proofmark.unit", "ns"}}),
      "PM0837 column `c` must have the note `proofmark.type` `bytes`, the note `proofmark.unit` `bytes` and no other");
  const std::string integer = "PM0837 column `c` must have the note `proofmark.type` `int` and no other";
  EXPECT_EQ(noted({{"proofmark.type", "integer"}}), integer);
  EXPECT_EQ(noted({{"other", "note"}}), integer);
  EXPECT_EQ(noted({{"proofmark.type", "int"}, {"proofmark.unit", "ms"}}), integer);
  EXPECT_EQ(noted({{"proofmark.type", "timestamp"}, {"proofmark.unit", "us"}}, arrow::Type::Timestamp).substr(0, 31),
            "PM0837 column `c` must have the");
}

TEST(ArrowForgery, ASchemaInFrontThatIsAnother) {
  Forgery other;
  const std::string another = "PM0834 the schema in front is another than that of the footer";
  for (const auto& [key, said] : std::vector<std::pair<std::string, std::string>>{
           {"proofmark.type", "float"}, {"proofmark.type", "bytes"}, {"no", "note"}}) {
    other.notes = {{key, said}};
    EXPECT_EQ(bent([&](Forgery& f) { f.front = &other; }), another) << said;
  }
  other = {};
  other.bits = 32;
  EXPECT_EQ(bent([&](Forgery& f) { f.front = &other; }), another);
  other = {};
  other.no_name = true;
  EXPECT_EQ(bent([&](Forgery& f) { f.front = &other; }), another);
  EXPECT_EQ(bent([](Forgery& f) { f.front_batch = true; }), another);
  for (const std::int32_t change : {-8, 8, 64, -64})
    EXPECT_EQ(bent([&](Forgery& f) { f.front_size_change = change; }).substr(0, 5), "PM083") << change;
}

TEST(ArrowForgery, UnionsWithoutAValue) {
  for (const auto type : {arrow::Type::Int, arrow::Type::FloatingPoint, arrow::Type::Timestamp})
    EXPECT_EQ(bent([&](Forgery& f) { f.type = type, f.no_value = true; }).substr(0, 6), "PM0837");
  EXPECT_EQ(bent([](Forgery& f) { f.no_name = true; }), "PM0834 column 0 has no valid name");
  EXPECT_EQ(bent([](Forgery& f) { f.schema_message_for_batch = true; }), "PM0834 batch 0 is a message of another kind");
}

TEST(ArrowForgery, OffsetsAndLengthsThatLie) {
  EXPECT_EQ(bent([](Forgery& f) { f.buffers = {{0, 0}, {0, 64}}; }),
            "PM0834 batch 0 has a buffer that is too long or too short for its rows");
  EXPECT_EQ(bent([](Forgery& f) { f.buffers = {{0, 0}, {0, 128}}; }),
            "PM0834 batch 0 has a buffer that reaches beyond its batch");
  EXPECT_EQ(bent([](Forgery& f) { f.buffers = {{0, 0}, {0, INT64_MAX}}; }),
            "PM0834 batch 0 has a buffer that reaches beyond its batch");
  EXPECT_EQ(bent([](Forgery& f) { f.buffers = {{0, 0}, {-64, 32}}; }), "PM0834 batch 0 has a buffer of negative size");
  EXPECT_EQ(bent([](Forgery& f) { f.buffers = {{0, 0}, {0, -1}}; }), "PM0834 batch 0 has a buffer of negative size");
  EXPECT_EQ(bent([](Forgery& f) { f.buffers = {{0, 0}, {64, 32}}; }),
            "PM0834 batch 0 has buffers that overlap or leave gaps");
  EXPECT_EQ(bent([](Forgery& f) { f.buffers = {{0, 0}}; }), "PM0834 batch 0 has too few buffers");
  EXPECT_EQ(bent([](Forgery& f) { f.buffers = {{0, 0}, {0, 32}, {64, 0}}; }),
            "PM0834 batch 0 has more buffers or bytes than it needs");
  EXPECT_EQ(bent([](Forgery& f) { f.body = f.body_length_said = 128; }),
            "PM0834 batch 0 has more buffers or bytes than it needs");
  EXPECT_EQ(bent([](Forgery& f) { f.body_length_said = 128; }),
            "PM0834 batch 0 has another body length than the footer gives it");
  EXPECT_EQ(
      bent([](Forgery& f) { f.rows = f.length = 0, f.buffers = {{0, 0}, {0, 0}}, f.body = f.body_length_said = 0; }),
      "PM0834 batch 0 has 0 rows, where a multiple of 4096 is due");
  EXPECT_EQ(bent([](Forgery& f) { f.length = 5; }),
            "PM0834 batch 0 has a column with another number of rows, or an impossible number of nulls");
  EXPECT_EQ(bent([](Forgery& f) { f.length = INT64_MAX; }).substr(0, 14), "PM0834 batch 0");
  EXPECT_EQ(bent([](Forgery& f) { f.nulls = 5; }),
            "PM0834 batch 0 has a column with another number of rows, or an impossible number of nulls");
  EXPECT_EQ(bent([](Forgery& f) { f.nulls = -1; }),
            "PM0834 batch 0 has a column with another number of rows, or an impossible number of nulls");
  EXPECT_EQ(bent([](Forgery& f) { f.batches = 2; }), "PM0834 batch 0 has 4 rows, where a multiple of 4096 is due");
  EXPECT_EQ(bent([](Forgery& f) {
              f.rows = f.length = 4096, f.buffers = {{0, 0}, {0, 32'768}}, f.body = f.body_length_said = 32'768,
              f.batches = 2;
            }),
            "PM0834 batch 1 overlaps the message before it");
  for (const std::int64_t change : {-8L, 8L, -1L, 1L << 40, INT64_MIN})
    EXPECT_EQ(bent([&](Forgery& f) { f.block_offset_change = change; }).substr(0, 5), "PM083") << change;
}

TEST(ArrowForgery, DictionariesThatLie) {
  const auto label = [](auto bend) {
    return bent([&](Forgery& f) {
      f.dictionary = f.dictionary_batch = true, f.type = arrow::Type::Utf8, f.buffers = {{0, 0}, {0, 4}};
      bend(f);
    });
  };
  EXPECT_EQ(label([](Forgery&) {}), "read 2");
  EXPECT_EQ(label([](Forgery& f) { f.dictionary_batch = false; }), "PM0834 column `c` has no dictionary");
  EXPECT_EQ(label([](Forgery& f) { f.dictionary_id = 1; }),
            "PM0834 dictionary 0 belongs to no column, or to one that has one");
  EXPECT_EQ(label([](Forgery& f) { f.dictionary_id = -1; }),
            "PM0834 dictionary 0 belongs to no column, or to one that has one");
  EXPECT_EQ(label([](Forgery& f) { f.entries = {"b", "a"}; }),
            "PM0834 dictionary 0 is not sorted, or has an entry twice");
  EXPECT_EQ(label([](Forgery& f) { f.entries = {"a", "a"}; }),
            "PM0834 dictionary 0 is not sorted, or has an entry twice");
  EXPECT_EQ(label([](Forgery& f) { f.entries = {"a", "\xFF"}; }),
            "PM0834 dictionary 0 has an entry that is not valid UTF-8");
  EXPECT_EQ(label([](Forgery& f) { f.entry_offsets = {0, 2, 1}; }),
            "PM0834 dictionary 0 has offsets that do not span its characters");
  EXPECT_EQ(label([](Forgery& f) { f.entry_offsets = {0, 3, 2}; }),
            "PM0834 dictionary 0 has offsets that run backwards");
  EXPECT_EQ(label([](Forgery& f) { f.entry_offsets = {0, -1, 2}; }),
            "PM0834 dictionary 0 has offsets that run backwards");
  EXPECT_EQ(label([](Forgery& f) { f.entry_offsets = {1, 1, 2}; }),
            "PM0834 dictionary 0 has offsets that do not span its characters");
  EXPECT_EQ(label([](Forgery& f) { f.entry_count_change = 1; }).substr(0, 6), "PM0834");
  EXPECT_EQ(label([](Forgery& f) { f.entry_count_change = UINT32_MAX; }).substr(0, 6), "PM0834");
  EXPECT_EQ(label([](Forgery& f) { f.entry_count_change = -3; }).substr(0, 6), "PM0834");
}

}  // namespace
}  // namespace proofmark::snapshot
