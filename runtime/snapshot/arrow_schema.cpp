// What each Arrow type means to us; any other is refused by name of the column.
#include "runtime/snapshot/arrow_schema.h"

#include <optional>

#include "runtime/json/utf8.h"
#include "runtime/snapshot/arrow_layout.h"
#include "runtime/snapshot/manifest.h"
#include "runtime/snapshot/problem_codes.h"
#include "runtime/snapshot/resolution.h"

namespace proofmark::snapshot {
namespace {

using plan::FieldType;

std::optional<Physical> integer_width(const arrow::Int* type) {
  if (type == nullptr) return std::nullopt;
  switch (type->bit_width()) {
    case 8:
      return type->is_signed() ? Physical::i8 : Physical::u8;
    case 16:
      return type->is_signed() ? Physical::i16 : Physical::u16;
    case 32:
      return type->is_signed() ? Physical::i32 : Physical::u32;
    case 64:
      return type->is_signed() ? std::optional(Physical::i64) : std::nullopt;
    default:
      return std::nullopt;
  }
}

std::string_view note(const arrow::Field& field, std::string_view key) {
  const auto* notes = field.custom_metadata();
  for (flatbuffers::uoffset_t i = 0; notes != nullptr && i < notes->size(); ++i) {
    const arrow::KeyValue& one = *notes->Get(i);
    if (one.key() != nullptr && one.value() != nullptr && one.key()->string_view() == key)
      return one.value()->string_view();
  }
  return {};
}

struct Kind {
  FieldType type = FieldType::integer;
  Physical physical = Physical::i64;
  std::int64_t scale = 1;
};

// Integers are told apart by the note that our writer leaves; all others by the Arrow type alone.
std::optional<Kind> kind_of(const arrow::Field& field) {
  if (const auto* encoding = field.dictionary()) {
    const auto width = integer_width(encoding->index_type());
    if (field.type_type() != arrow::Type::Utf8 || !width || encoding->is_ordered()) return std::nullopt;
    return Kind{FieldType::label, *width};
  }
  switch (field.type_type()) {
    case arrow::Type::Int: {
      const auto width = integer_width(field.type_as_Int());
      if (!width) return std::nullopt;
      const std::string_view type = note(field, kTypeKey);
      if (type == plan::field_type_name(FieldType::duration)) {
        const auto resolution = resolution_named(note(field, kUnitKey));
        return resolution ? std::optional(Kind{FieldType::duration, *width, *resolution}) : std::nullopt;
      }
      if (type == plan::field_type_name(FieldType::bytes)) return Kind{FieldType::bytes, *width};
      return Kind{FieldType::integer, *width};
    }
    case arrow::Type::FloatingPoint:
      if (field.type_as_FloatingPoint() == nullptr) return std::nullopt;  // the verifier lets an absent value pass
      if (field.type_as_FloatingPoint()->precision() != arrow::Precision::Double) return std::nullopt;
      return Kind{FieldType::real, Physical::f64};
    case arrow::Type::Bool:
      return Kind{FieldType::boolean, Physical::bit};
    case arrow::Type::Utf8:
      return Kind{FieldType::text, Physical::utf8};
    case arrow::Type::Timestamp: {
      const auto* time = field.type_as_Timestamp();
      const bool ours = time != nullptr && time->unit() == arrow::TimeUnit::Nanosecond && time->timezone() != nullptr &&
                        time->timezone()->string_view() == "UTC";
      return ours ? std::optional(Kind{FieldType::timestamp, Physical::i64}) : std::nullopt;
    }
    case arrow::Type::NONE:
      break;
  }
  return std::nullopt;
}

}  // namespace

Notes notes_of(plan::FieldType type, std::int64_t scale) {
  Notes notes{plan::field_type_name(type), ""};
  if (type == FieldType::duration || type == FieldType::timestamp) notes.unit = resolution_word(scale);
  if (type == FieldType::bytes) notes.unit = "bytes";
  return notes;
}

Result<std::vector<Column>> read_schema(const arrow::Schema* schema, arrow::MetadataVersion version,
                                        std::string_view file) {
  const auto refuse = [&](std::string_view code, std::string what, std::string help) {
    return file_problem(code, std::string(file), std::move(what), std::move(help));
  };
  constexpr std::string_view kRemake = "make the snapshot with `proofmark snapshot create`";
  if (version != arrow::MetadataVersion::V5 || schema == nullptr || schema->fields() == nullptr)
    return refuse(code::kArrowDamaged, "the Arrow file has no schema of metadata version 5", std::string(kRemake));
  if (schema->endianness() != arrow::Endianness::Little)
    return refuse(code::kArrowBigEndian, "the Arrow file is big-endian, columns must lie in little-endian order",
                  std::string(kRemake));
  if (schema->features() != nullptr && schema->features()->size() != 0)
    return refuse(code::kArrowDamaged, "the Arrow file uses optional features, ours use none", std::string(kRemake));
  std::vector<Column> columns;
  for (flatbuffers::uoffset_t i = 0; i < schema->fields()->size(); ++i) {
    const arrow::Field& field = *schema->fields()->Get(i);
    Column column;
    if (field.name() == nullptr || json::first_invalid_utf8(field.name()->string_view()))
      return refuse(code::kArrowDamaged, "column " + std::to_string(i) + " has no valid name", std::string(kRemake));
    column.name = field.name()->str();
    const bool nested = field.children() != nullptr && field.children()->size() != 0;
    const bool own_dictionary =
        field.dictionary() == nullptr || field.dictionary()->id() == static_cast<std::int64_t>(i);
    const auto kind = kind_of(field);
    if (nested || !own_dictionary || !kind.has_value() || !suits(kind->type, kind->physical, kind->scale))
      return refuse(code::kArrowType,
                    "column `" + json::printable(column.name) + "` has an Arrow type that Proofmark does not use",
                    "use the types of docs/formats/snapshot.md: integers, float64, bool, UTF-8, timestamps in ns UTC");
    column.type = kind->type;
    column.physical = kind->physical;
    column.scale = kind->scale;
    columns.push_back(std::move(column));
  }
  return columns;
}

std::optional<std::string> wrong_notes(const arrow::Schema& schema, const std::vector<Column>& columns) {
  for (flatbuffers::uoffset_t i = 0; i < columns.size(); ++i) {
    const arrow::Field& field = *schema.fields()->Get(i);
    const Notes notes = notes_of(columns[i].type, columns[i].scale);
    const std::size_t count = field.custom_metadata() == nullptr ? 0 : field.custom_metadata()->size();
    if (count == (notes.unit.empty() ? 1U : 2U) && note(field, kTypeKey) == notes.type &&
        note(field, kUnitKey) == notes.unit)
      continue;
    const std::string unit =
        notes.unit.empty() ? "" : ", the note `" + std::string(kUnitKey) + "` `" + std::string(notes.unit) + "`";
    return "column `" + json::printable(columns[i].name) + "` must have the note `" + std::string(kTypeKey) + "` `" +
           std::string(notes.type) + "`" + unit + " and no other";
  }
  return std::nullopt;
}

}  // namespace proofmark::snapshot
