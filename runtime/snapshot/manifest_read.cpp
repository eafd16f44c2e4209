// The strict reader of manifests. Each accessor states the shape it wants; the first one that is disappointed says
// where it looked and what it found, and the rest is not read.
#include <algorithm>
#include <array>

#include "runtime/json/digest.h"
#include "runtime/json/json.h"
#include "runtime/json/utf8.h"
#include "runtime/plan/source_unit.h"
#include "runtime/snapshot/manifest.h"
#include "runtime/snapshot/problem_codes.h"
#include "runtime/snapshot/resolution.h"
#include "runtime/snapshot/time_text.h"

namespace proofmark::snapshot {
namespace {

using json::Array;
using json::Object;
using json::Value;

constexpr std::string_view kRemake = "make the snapshot again from its telemetry; a manifest is never edited";
constexpr std::string_view kCutOff =
    "copy the snapshot's folder again as a whole, or make it again from its telemetry; a manifest is never edited";

using json::is_lower_hex;
using json::is_sha256;

// A place in the manifest, "streams[2].columns[0].nulls", and the first thing found wrong.
class Shape {
 public:
  explicit Shape(std::string_view file) : file_(file) {}

  void wrong(const std::string& where, const std::string& what) {
    if (!problem_) problem_ = file_problem(code::kManifest, file_, "`" + where + "` " + what, std::string(kRemake));
  }
  bool failed() const { return problem_.has_value(); }
  Diagnostic take() { return std::move(*problem_); }

  const Object& object(const Value& value, const std::string& where, std::initializer_list<std::string_view> keys,
                       std::initializer_list<std::string_view> optional_keys = {}) {
    const Object* found = value.as_object();
    if (found == nullptr) return wrong(where, "must be an object, it is " + std::string(value.kind())), kNoObject;
    for (const auto key : keys)
      if (found->find(key) == nullptr) wrong(where, "has no `" + std::string(key) + "`");
    for (const auto& [key, member] : found->members())
      if (std::find(keys.begin(), keys.end(), key) == keys.end() &&
          std::find(optional_keys.begin(), optional_keys.end(), key) == optional_keys.end())
        wrong(where, "has the unknown key `" + json::printable(key) + "`");
    return failed() ? kNoObject : *found;
  }
  const Array& array(const Object& object, std::string_view key, const std::string& where) {
    const Value* value = object.find(key);
    if (value != nullptr && value->as_array() != nullptr) return *value->as_array();
    return wrong(path(where, key), "must be an array"), kNoArray;
  }
  std::string string(const Object& object, std::string_view key, const std::string& where) {
    const Value* value = object.find(key);
    if (value != nullptr && value->as_string() != nullptr) return *value->as_string();
    return wrong(path(where, key), "must be a string"), std::string();
  }
  std::string digest(const Object& object, std::string_view key, const std::string& where) {
    std::string text = string(object, key, where);
    if (!is_sha256(text)) wrong(path(where, key), "must be `sha256:` and 64 lower-case hexadecimal digits");
    return text;
  }
  std::uint64_t count(const Object& object, std::string_view key, const std::string& where) {
    const Value* value = object.find(key);
    if (value != nullptr && value->as_integer() != nullptr && *value->as_integer() >= 0)
      return static_cast<std::uint64_t>(*value->as_integer());
    return wrong(path(where, key), "must be a count"), 0;
  }
  std::int64_t time(const Object& object, std::string_view key, const std::string& where) {
    const std::string text = string(object, key, where);
    const auto ns = parse_rfc3339(text);
    if (ns && format_rfc3339(*ns) == text) return *ns;
    return wrong(path(where, key), "must be a time such as `2026-01-31T12:00:00.250Z`"), 0;
  }
  static std::string path(const std::string& where, std::string_view key) {
    return where.empty() ? std::string(key) : where + "." + std::string(key);
  }

 private:
  static const Object kNoObject;
  static const Array kNoArray;
  std::string file_;
  std::optional<Diagnostic> problem_;
};

const Object Shape::kNoObject;
const Array Shape::kNoArray;

template <typename Enum, std::size_t N, typename Name>
std::optional<Enum> named(std::string_view text, const std::array<Enum, N>& all, Name name_of) {
  for (const Enum one : all)
    if (name_of(one) == text) return one;
  return std::nullopt;
}

std::optional<plan::FieldType> field_type_named(std::string_view name) {
  using enum plan::FieldType;
  return named(name, std::array{integer, real, duration, bytes, timestamp, label, text, boolean},
               plan::field_type_name);
}

std::optional<Physical> physical_named(std::string_view text) {
  using enum Physical;
  return named(text, std::array{i8, i16, i32, i64, u8, u16, u32, f64, bit, utf8}, physical_name);
}

std::string indexed(const std::string& where, std::string_view key, std::size_t i) {
  return Shape::path(where, key) + "[" + std::to_string(i) + "]";
}

void read_dictionary(Shape& shape, const Object& column, const std::string& where, ColumnRecord& record) {
  const Value* value = column.find("dictionary");
  if ((value != nullptr) != (record.type == plan::FieldType::label))
    return shape.wrong(where, "must have a `dictionary` exactly when its type is label");
  if (value == nullptr) return;
  const std::string inside = Shape::path(where, "dictionary");
  const Object& object = shape.object(*value, inside, {"entries", "xxh3"});
  record.dictionary = DictionaryRecord{shape.count(object, "entries", inside), shape.string(object, "xxh3", inside)};
  if (!is_lower_hex(record.dictionary->xxh3, 32))
    shape.wrong(inside + ".xxh3", "must be 32 lower-case hexadecimal digits");
}

ColumnRecord read_column(Shape& shape, const Value& value, const std::string& where) {
  ColumnRecord record;
  const Object& object =
      shape.object(value, where, {"name", "type", "physical", "nulls", "chunks"}, {"dictionary", "unit", "resolution"});
  if (shape.failed()) return record;
  record.name = shape.string(object, "name", where);
  const auto type = field_type_named(shape.string(object, "type", where));
  const auto physical = physical_named(shape.string(object, "physical", where));
  if (!type) return shape.wrong(where + ".type", "is no type that Proofmark knows"), record;
  if (!physical || !suits(*type, *physical, 1))
    return shape.wrong(where + ".physical", "is no width that a column of its type has"), record;
  record.type = *type;
  record.physical = *physical;
  if (object.find("resolution") != nullptr) {
    const auto resolution = resolution_named(shape.string(object, "resolution", where));
    if (!resolution || *resolution == 1 || !suits(*type, *physical, *resolution))
      shape.wrong(where + ".resolution", "is no unit that a column of its type and width is stored in");
    record.scale = resolution.value_or(1);
  }
  record.nulls = shape.count(object, "nulls", where);
  if (object.find("unit") != nullptr) {
    record.unit = shape.string(object, "unit", where);
    if (!plan::is_source_unit(*type, record.unit))
      shape.wrong(where + ".unit", "is no unit that a column of its type is written in");
  }
  const Array& chunks = shape.array(object, "chunks", where);
  for (std::size_t i = 0; i < chunks.size() && !shape.failed(); ++i) {
    const std::string* digest = chunks[i].as_string();
    if (digest == nullptr || !is_lower_hex(*digest, 32))
      return shape.wrong(indexed(where, "chunks", i), "must be 32 lower-case hexadecimal digits"), record;
    record.chunks.push_back(*digest);
  }
  read_dictionary(shape, object, where, record);
  return record;
}

void read_columns(Shape& shape, const Object& object, const std::string& where, StreamRecord& stream) {
  const Array& columns = shape.array(object, "columns", where);
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < columns.size() && !shape.failed(); ++i) {
    stream.columns.push_back(read_column(shape, columns[i], indexed(where, "columns", i)));
    if (stream.columns.back().nulls > stream.rows)
      shape.wrong(indexed(where, "columns", i) + ".nulls", "exceeds the stream's rows");
  }
  if (shape.failed()) return;
  for (const ColumnRecord& column : stream.columns) names.push_back(column.name);
  std::sort(names.begin(), names.end());
  if (const auto twice = std::adjacent_find(names.begin(), names.end()); twice != names.end())
    shape.wrong(Shape::path(where, "columns"), "names `" + json::printable(*twice) + "` twice");
}

void read_time(Shape& shape, const Object& object, const std::string& where, StreamRecord& stream) {
  const bool timed = !object.find("timeColumn")->is_null(), covered = !object.find("coverage")->is_null(),
             zoned = !object.find("zones")->is_null();
  if (timed) {
    stream.time_column = shape.string(object, "timeColumn", where);
    const auto column = std::find_if(stream.columns.begin(), stream.columns.end(),
                                     [&](const ColumnRecord& one) { return one.name == *stream.time_column; });
    if (column == stream.columns.end() || column->type != plan::FieldType::timestamp)
      shape.wrong(where + ".timeColumn", "must name a column of type timestamp");
  }
  if (zoned != timed) shape.wrong(where + ".zones", "must be there exactly when there is a time column");
  if (covered && !timed) shape.wrong(where + ".coverage", "needs a time column");
  if (covered && !shape.failed()) {
    const std::string inside = where + ".coverage";
    const Object& coverage = shape.object(*object.find("coverage"), inside, {"from", "to"});
    stream.covers_from = shape.time(coverage, "from", inside);
    stream.covers_to = shape.time(coverage, "to", inside);
    if (*stream.covers_from > *stream.covers_to) shape.wrong(inside, "ends before it starts");
  }
  if (zoned && !shape.failed()) {
    const std::string inside = where + ".zones";
    const Object& zones = shape.object(*object.find("zones"), inside, {"file", "sha256"});
    if (shape.string(zones, "file", inside) != zone_file_of(stream.name))
      shape.wrong(inside + ".file", "must be `" + zone_file_of(stream.name) + "`");
    stream.zones_sha256 = shape.digest(zones, "sha256", inside);
  }
}

SourceFile read_source(Shape& shape, const Value& value, const std::string& where) {
  SourceFile source;
  const Object& object = shape.object(value, where, {"name", "format", "compression", "sha256", "bytes"});
  source.name = shape.string(object, "name", where);
  source.format = shape.string(object, "format", where);
  source.compression = shape.string(object, "compression", where);
  source.sha256 = shape.digest(object, "sha256", where);
  source.bytes = shape.count(object, "bytes", where);
  return source;
}

void read_sources(Shape& shape, const Object& object, const std::string& where, StreamRecord& stream) {
  stream.sources.push_back(read_source(shape, *object.find("source"), where + ".source"));
  if (object.find("moreSources") == nullptr) return;
  const Array& more = shape.array(object, "moreSources", where);
  if (more.empty()) shape.wrong(where + ".moreSources", "is left out where there are none");
  for (std::size_t i = 0; i < more.size() && !shape.failed(); ++i)
    stream.sources.push_back(read_source(shape, more[i], indexed(where, "moreSources", i)));
}

constexpr std::array<std::string_view, 5> kTalliedKeys = {"samples", "series", "resets", "lateSeries", "lateEvents"};

// All of it, or nothing.
void read_tallied(Shape& shape, const Object& quality, const std::string& where, QualityRecord& record) {
  const auto has = [&](std::string_view key) { return quality.find(key) != nullptr; };
  if (std::none_of(kTalliedKeys.begin(), kTalliedKeys.end(), has)) return;
  if (!std::all_of(kTalliedKeys.begin(), kTalliedKeys.end(), has))
    return shape.wrong(where, "must have `samples`, `series`, `resets`, `lateSeries` and `lateEvents` together");
  const Tallied& tallied =
      record.tallied.emplace(Tallied{shape.count(quality, "samples", where), shape.count(quality, "series", where),
                                     shape.count(quality, "resets", where), shape.count(quality, "lateSeries", where),
                                     shape.count(quality, "lateEvents", where)});
  if (tallied.late_series > tallied.series)
    return shape.wrong(where + ".lateSeries", "must not be more than all series");
  if (tallied.late_events > 0 && tallied.late_series == 0)
    return shape.wrong(where + ".lateEvents", "must be 0 where no series began late");
}

// Columns of whole numbers, each of which the stream has.
std::vector<std::string> read_side(Shape& shape, const Object& check, std::string_view key, const std::string& where,
                                   const StreamRecord& stream) {
  std::vector<std::string> names;
  for (const Value& one : shape.array(check, key, where)) {
    const std::string* name = one.as_string();
    const bool known =
        name != nullptr && std::any_of(stream.columns.begin(), stream.columns.end(), [&](const ColumnRecord& column) {
          return column.name == *name && plan::is_integer_valued(column.type) &&
                 column.type != plan::FieldType::timestamp;
        });
    if (!known) {
      shape.wrong(Shape::path(where, key), "must name columns of whole numbers");
      return names;
    }
    names.push_back(*name);
  }
  if (names.empty()) shape.wrong(Shape::path(where, key), "must name a column");
  return names;
}

void read_checks(Shape& shape, const Object& quality, const std::string& where, StreamRecord& stream) {
  if (quality.find("checks") == nullptr) return;
  const Array& checks = shape.array(quality, "checks", where);
  if (checks.empty()) shape.wrong(where + ".checks", "is left out where nothing was checked");
  for (std::size_t i = 0; i < checks.size() && !shape.failed(); ++i) {
    const std::string inside = indexed(where, "checks", i);
    const Object& check = shape.object(checks[i], inside, {"left", "right"});
    if (shape.failed()) return;
    auto left = read_side(shape, check, "left", inside, stream);
    stream.quality.checks.push_back({std::move(left), read_side(shape, check, "right", inside, stream)});
  }
}

StreamRecord read_stream(Shape& shape, const Value& value, const std::string& where) {
  StreamRecord stream;
  const Object& object = shape.object(value, where,
                                      {"name", "file", "sha256", "rows", "skippedRows", "timeColumn", "coverage",
                                       "columns", "zones", "source", "quality"},
                                      {"moreSources"});
  if (shape.failed()) return stream;
  stream.name = shape.string(object, "name", where);
  if (!is_stream_name(stream.name))
    shape.wrong(where + ".name", "must be letters, digits, `_` and `-`, a letter or `_` first");
  if (shape.string(object, "file", where) != arrow_file_of(stream.name))
    shape.wrong(where + ".file", "must be `" + arrow_file_of(stream.name) + "`");
  stream.sha256 = shape.digest(object, "sha256", where);
  stream.rows = shape.count(object, "rows", where);
  stream.skipped_rows = shape.count(object, "skippedRows", where);
  read_columns(shape, object, where, stream);
  if (!shape.failed()) read_time(shape, object, where, stream);
  read_sources(shape, object, where, stream);
  const Object& quality =
      shape.object(*object.find("quality"), where + ".quality", {"outOfOrderRows"},
                   {"checks", "negativeValues", "samples", "series", "resets", "lateSeries", "lateEvents"});
  stream.quality.out_of_order_rows = shape.count(quality, "outOfOrderRows", where + ".quality");
  read_tallied(shape, quality, where + ".quality", stream.quality);
  read_checks(shape, quality, where + ".quality", stream);
  if (quality.find("negativeValues") == nullptr) return stream;
  stream.quality.negative_values = shape.count(quality, "negativeValues", where + ".quality");
  if (stream.quality.negative_values == 0) shape.wrong(where + ".quality.negativeValues", "is left out where it is 0");
  return stream;
}

void read_document(Shape& shape, const Value& value, Manifest& manifest) {
  const Object& object = shape.object(value, "manifest", {"format", "asOf", "streams"});
  if (shape.failed()) return;
  const std::string format = shape.string(object, "format", "");
  if (format != kManifestFormat)
    return shape.wrong("format",
                       "must be `" + std::string(kManifestFormat) + "`, it is `" + json::printable(format) + "`");
  if (!object.find("asOf")->is_null()) manifest.as_of = shape.time(object, "asOf", "");
  const Array& streams = shape.array(object, "streams", "");
  for (std::size_t i = 0; i < streams.size() && !shape.failed(); ++i) {
    manifest.streams.push_back(read_stream(shape, streams[i], indexed("", "streams", i)));
    if (i > 0 && manifest.streams[i - 1].name >= manifest.streams[i].name)
      shape.wrong(indexed("", "streams", i) + ".name", "must follow the name before it");
  }
}

}  // namespace

Result<Manifest> read_manifest(std::string_view bytes, std::string_view file) {
  const auto value = json::parse(bytes, file, code::kManifest);
  if (!value) {
    Diagnostics problems = value.problems();
    for (Diagnostic& problem : problems) problem.help = kCutOff;  // and not how to mend JSON
    return problems;
  }
  Shape shape(file);
  Manifest manifest;
  read_document(shape, *value, manifest);
  if (shape.failed()) return shape.take();
  if (json::canonical(*value) != bytes)
    return file_problem(code::kManifest, std::string(file), "the manifest is not in canonical form (RFC 8785)",
                        std::string(kRemake));
  return manifest;
}

}  // namespace proofmark::snapshot
