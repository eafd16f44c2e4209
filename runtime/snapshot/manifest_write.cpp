// The manifest as canonical JSON, and the small vocabulary it shares with its reader.
#include <algorithm>

#include "runtime/json/json.h"
#include "runtime/snapshot/manifest.h"
#include "runtime/snapshot/resolution.h"
#include "runtime/snapshot/time_text.h"

namespace proofmark::snapshot {
namespace {

using json::Array;
using json::Object;
using json::Value;

Value time_or_null(const std::optional<std::int64_t>& ns) {
  return ns ? Value(format_rfc3339(*ns)) : Value();
}

Value column_value(const ColumnRecord& column) {
  Array chunks(column.chunks.begin(), column.chunks.end());
  Object object{{"name", column.name},
                {"type", plan::field_type_name(column.type)},
                {"physical", physical_name(column.physical)},
                {"nulls", column.nulls},
                {"chunks", std::move(chunks)}};
  if (!column.unit.empty()) object.set("unit", column.unit);
  if (column.scale != 1) object.set("resolution", resolution_word(column.scale));
  if (column.dictionary)
    object.set("dictionary", Object{{"entries", column.dictionary->entries}, {"xxh3", column.dictionary->xxh3}});
  return object;
}

Value source_value(const SourceFile& source) {
  return Object{{"name", source.name},
                {"format", source.format},
                {"compression", source.compression},
                {"sha256", source.sha256},
                {"bytes", source.bytes}};
}

Value checks_value(const std::vector<plan::SumCheck>& checks) {
  Array all;
  for (const plan::SumCheck& check : checks)
    all.push_back(Object{{"left", Array(check.left.begin(), check.left.end())},
                         {"right", Array(check.right.begin(), check.right.end())}});
  return all;
}

Value stream_value(const StreamRecord& stream) {
  Array columns;
  for (const ColumnRecord& column : stream.columns) columns.push_back(column_value(column));
  Value coverage, zones;
  if (stream.covers_from)
    coverage = Object{{"from", time_or_null(stream.covers_from)}, {"to", time_or_null(stream.covers_to)}};
  if (stream.zones_sha256) zones = Object{{"file", zone_file_of(stream.name)}, {"sha256", *stream.zones_sha256}};
  Object quality{{"outOfOrderRows", stream.quality.out_of_order_rows}};
  if (stream.quality.negative_values > 0) quality.set("negativeValues", stream.quality.negative_values);
  if (!stream.quality.checks.empty()) quality.set("checks", checks_value(stream.quality.checks));
  if (const auto& tallied = stream.quality.tallied) {
    quality.set("samples", tallied->samples);
    quality.set("series", tallied->series);
    quality.set("resets", tallied->resets);
    quality.set("lateSeries", tallied->late_series);
    quality.set("lateEvents", tallied->late_events);
  }
  Object object{{"name", stream.name},
                {"file", arrow_file_of(stream.name)},
                {"sha256", stream.sha256},
                {"rows", stream.rows},
                {"skippedRows", stream.skipped_rows},
                {"timeColumn", stream.time_column ? Value(*stream.time_column) : Value()},
                {"coverage", std::move(coverage)},
                {"columns", std::move(columns)},
                {"zones", std::move(zones)},
                {"source", source_value(stream.sources.front())},
                {"quality", std::move(quality)}};
  Array more;
  for (std::size_t i = 1; i < stream.sources.size(); ++i) more.push_back(source_value(stream.sources[i]));
  if (!more.empty()) object.set("moreSources", std::move(more));
  return object;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

std::string arrow_file_of(std::string_view stream) {
  return "streams/" + std::string(stream) + ".arrow";
}

std::string zone_file_of(std::string_view stream) {
  return "zones/" + std::string(stream) + ".json";
}

bool is_stream_name(std::string_view name) {
  if (name.empty() || name.size() > 64 || !(is_letter(name.front()) || name.front() == '_')) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-'; });
}

std::string_view physical_name(Physical physical) {
  switch (physical) {
    case Physical::i8:
      return "i8";
    case Physical::i16:
      return "i16";
    case Physical::i32:
      return "i32";
    case Physical::i64:
      return "i64";
    case Physical::u8:
      return "u8";
    case Physical::u16:
      return "u16";
    case Physical::u32:
      return "u32";
    case Physical::f64:
      return "f64";
    case Physical::bit:
      return "bit";
    case Physical::utf8:
      return "utf8";
  }
  return "";
}

bool suits(plan::FieldType type, Physical physical, std::int64_t scale) {
  if (scale != 1)
    return type == plan::FieldType::duration && physical <= Physical::u32 && physical != Physical::i64 &&
           !resolution_word(scale).empty();
  switch (type) {
    case plan::FieldType::integer:
    case plan::FieldType::bytes:
    case plan::FieldType::duration:
      return physical <= Physical::u32;
    case plan::FieldType::timestamp:
      return physical == Physical::i64;
    case plan::FieldType::label:
      return physical >= Physical::u8 && physical <= Physical::u32;
    case plan::FieldType::real:
      return physical == Physical::f64;
    case plan::FieldType::boolean:
      return physical == Physical::bit;
    case plan::FieldType::text:
      return physical == Physical::utf8;
  }
  return false;
}

std::string write_manifest(const Manifest& manifest) {
  Array streams;
  for (const StreamRecord& stream : manifest.streams) streams.push_back(stream_value(stream));
  return json::canonical(
      Object{{"format", kManifestFormat}, {"asOf", time_or_null(manifest.as_of)}, {"streams", std::move(streams)}});
}

}  // namespace proofmark::snapshot
