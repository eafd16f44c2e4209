// The pages of `snapshot create` and `snapshot inspect`. Names and labels come from telemetry, so whatever could move a
// terminal's cursor is replaced.
#include "cli/snapshot_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/cost_text.h"
#include "runtime/json/utf8.h"
#include "runtime/judgement/quantity.h"
#include "runtime/snapshot/manifest.h"
#include "runtime/snapshot/resolution.h"
#include "runtime/snapshot/summary.h"
#include "runtime/snapshot/time_text.h"

namespace proofmark::cli {
namespace {

using json::Array;
using json::Object;
using json::Value;
using snapshot::Column;
using snapshot::Stream;

constexpr std::size_t kValueWidth = 32;

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", with_commas(count), noun, count == 1 ? "" : "s");
}

// Columns on a terminal: a code point each, which is right for nearly every label.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

struct Cell {
  std::string text;
  bool to_the_right = false;
};

std::string table(const std::vector<std::vector<Cell>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i].text));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line = "  ";
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string space(widths[i] - width_of(row[i].text), ' ');
      line += row[i].to_the_right ? space + row[i].text : row[i].text + space;
      if (i + 1 < row.size()) line += "  ";
    }
    line.resize(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string time_span(const Stream& stream) {
  if (!stream.covers_from) return "no time in any row";
  std::int64_t length = 0;
  const bool fits = !__builtin_sub_overflow(*stream.covers_to, *stream.covers_from, &length);
  return fmt::format("{} to {}{}", snapshot::format_rfc3339(*stream.covers_from),
                     snapshot::format_rfc3339(*stream.covers_to),
                     fits ? fmt::format(" ({})", judgement::span_text(length)) : "");
}

std::string column_table(const Stream& stream) {
  std::vector<std::vector<Cell>> rows{
      {{"column"}, {"type"}, {"stored"}, {"nulls", true}, {"distinct", true}, {"least"}, {"greatest"}}};
  for (const Column& column : stream.columns) {
    const snapshot::ColumnSummary summary = snapshot::summarise(column);
    const auto shown = [](const std::optional<std::string>& value) -> std::string {
      if (!value) return "-";
      return value->empty() ? "\"\"" : json::printable(*value, kValueWidth);
    };
    rows.push_back({{json::printable(column.name)},
                    {std::string(plan::field_type_name(column.type)) +
                     (column.unit.empty() ? "" : " in " + json::printable(column.unit))},
                    {std::string(snapshot::physical_name(column.physical)) +
                     (column.scale == 1 ? "" : " of " + std::string(snapshot::resolution_word(column.scale)))},
                    {with_commas(summary.nulls), true},
                    {(summary.distinct_is_more ? "> " : "") + with_commas(summary.distinct), true},
                    {shown(summary.least)},
                    {shown(summary.greatest)}});
  }
  return table(rows);
}

std::string late_text(const snapshot::Tallied& tallied) {
  if (tallied.late_series == 0) return "";
  return fmt::format(
      "; {} series began late, {}", with_commas(tallied.late_series),
      tallied.late_events == 0 ? "counted from 0" : fmt::format("{} in no row", counted(tallied.late_events, "event")));
}

std::string stream_text(const Stream& stream) {
  const snapshot::Origin& origin = stream.origin;
  std::string text = fmt::format("\nstream {}: {}", stream.name, counted(stream.rows, "row"));
  if (stream.skipped_rows != 0) text += fmt::format(", {} skipped", with_commas(stream.skipped_rows));
  text += "\n";
  for (const snapshot::SourceFile& file : origin.files) {
    text += fmt::format("  {}  {} ({}{}, {})\n", &file == &origin.files.front() ? "from  " : "and   ",
                        json::printable(file.name), file.format,
                        file.compression == "none" ? "" : ", " + file.compression, counted(file.bytes, "byte"));
    text += fmt::format("          {}\n", file.sha256);
  }
  if (stream.time_column) {
    text +=
        fmt::format("  time    {}: {}", json::printable(stream.columns[*stream.time_column].name), time_span(stream));
    if (origin.out_of_order_rows != 0)
      text += fmt::format("; {} stood behind a later one", counted(origin.out_of_order_rows, "row"));
    text += "\n";
  } else {
    text += "  time    no time column: rows in the order of the file\n";
  }
  if (origin.negative_values != 0)
    text += fmt::format("  below 0 {} in columns of durations and sizes\n", counted(origin.negative_values, "value"));
  for (const plan::SumCheck& check : origin.checks)
    text += fmt::format("  checked in every row {}\n", json::printable(plan::spelled(check)));
  if (const auto& tallied = origin.tallied)
    text += fmt::format("  counts  {} of {} series; {}{}\n", counted(tallied->samples, "sample"),
                        with_commas(tallied->series), counted(tallied->resets, "reset"), late_text(*tallied));
  return text + "\n" + column_table(stream);
}

Value time_value(const std::optional<std::int64_t>& ns) {
  return ns ? Value(snapshot::format_rfc3339(*ns)) : Value();
}

Value column_json(const Column& column) {
  const snapshot::ColumnSummary summary = snapshot::summarise(column);
  const auto text = [](const std::optional<std::string>& value) { return value ? Value(*value) : Value(); };
  return Object{{"name", column.name},
                {"type", plan::field_type_name(column.type)},
                {"unit", column.unit.empty() ? Value() : Value(column.unit)},
                {"physical", snapshot::physical_name(column.physical)},
                {"resolution",
                 column.type == plan::FieldType::duration ? Value(snapshot::resolution_word(column.scale)) : Value()},
                {"nulls", summary.nulls},
                {"distinct", summary.distinct},
                {"distinctIsMore", summary.distinct_is_more},
                {"least", text(summary.least)},
                {"greatest", text(summary.greatest)}};
}

Value source_json(const snapshot::SourceFile& file) {
  return Object{{"name", file.name},
                {"format", file.format},
                {"compression", file.compression},
                {"sha256", file.sha256},
                {"bytes", file.bytes}};
}

Value stream_json(const Stream& stream) {
  Array columns;
  for (const Column& column : stream.columns) columns.push_back(column_json(column));
  Value coverage;
  if (stream.covers_from)
    coverage = Object{{"from", time_value(stream.covers_from)}, {"to", time_value(stream.covers_to)}};
  const snapshot::Origin& origin = stream.origin;
  Array more;
  for (std::size_t i = 1; i < origin.files.size(); ++i) more.push_back(source_json(origin.files[i]));
  Object object{{"name", stream.name},
                {"rows", stream.rows},
                {"skippedRows", stream.skipped_rows},
                {"timeColumn", stream.time_column ? Value(stream.columns[*stream.time_column].name) : Value()},
                {"coverage", std::move(coverage)},
                {"outOfOrderRows", origin.out_of_order_rows},
                {"negativeValues", origin.negative_values},
                {"source", source_json(origin.files.front())},
                {"moreSources", std::move(more)},
                {"columns", std::move(columns)}};
  if (!origin.checks.empty()) {
    Array checks;
    for (const plan::SumCheck& check : origin.checks) checks.emplace_back(plan::spelled(check));
    object.set("checks", std::move(checks));
  }
  if (const auto& tallied = origin.tallied)
    object.set("counts", Object{{"samples", tallied->samples},
                                {"series", tallied->series},
                                {"resets", tallied->resets},
                                {"lateSeries", tallied->late_series},
                                {"lateEvents", tallied->late_events}});
  return object;
}

}  // namespace

std::string created_text(const std::string& directory, const snapshot::Created& created) {
  std::string text = fmt::format("{}\n  id      {}\n", directory, created.id);
  for (const snapshot::CreatedStream& stream : created.streams)
    text += fmt::format("  stream  {}: {}{}\n", stream.name, counted(stream.rows, "row"),
                        stream.skipped == 0 ? "" : fmt::format(", {} skipped", with_commas(stream.skipped)));
  return text;
}

Value created_json(const snapshot::Created& created) {
  Array streams;
  for (const snapshot::CreatedStream& stream : created.streams)
    streams.push_back(Object{{"name", stream.name}, {"rows", stream.rows}, {"skippedRows", stream.skipped}});
  return Object{{"id", created.id}, {"streams", std::move(streams)}};
}

std::string appended_text(const std::string& directory, const snapshot::Appended& appended) {
  std::string text = fmt::format("{}\n  id      {}\n  was     {}\n", directory, appended.id, appended.old_id);
  for (const snapshot::AppendedStream& stream : appended.streams)
    text += fmt::format("  stream  {}: {}, {} of them new{}\n", stream.name, counted(stream.rows, "row"),
                        with_commas(stream.added),
                        stream.skipped == 0 ? "" : fmt::format(", {} skipped", with_commas(stream.skipped)));
  return text;
}

Value appended_json(const snapshot::Appended& appended) {
  Array streams;
  for (const snapshot::AppendedStream& stream : appended.streams)
    streams.push_back(Object{{"name", stream.name},
                             {"rows", stream.rows},
                             {"newRows", stream.added},
                             {"newSkippedRows", stream.skipped},
                             {"keptRows", stream.kept}});
  return Object{{"id", appended.id}, {"oldId", appended.old_id}, {"streams", std::move(streams)}};
}

std::string snapshot_text(const std::string& directory, const snapshot::Snapshot& snapshot) {
  std::string text = fmt::format(
      "snapshot {}\n  id      {}\n  as of   {}\n", directory, snapshot.id(),
      snapshot.as_of() ? snapshot::format_rfc3339(*snapshot.as_of()) : "not said: no stream has a time column");
  for (const Stream& stream : snapshot.streams()) text += stream_text(stream);
  return text;
}

Value snapshot_json(const snapshot::Snapshot& snapshot) {
  Array streams;
  for (const Stream& stream : snapshot.streams()) streams.push_back(stream_json(stream));
  return Object{{"id", snapshot.id()}, {"asOf", time_value(snapshot.as_of())}, {"streams", std::move(streams)}};
}

}  // namespace proofmark::cli
