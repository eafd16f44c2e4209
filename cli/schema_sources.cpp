// Telemetry declarations to column descriptions.
#include "cli/schema_sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/policy_input.h"
#include "compiler/source/render.h"
#include "runtime/plan/source_unit.h"

namespace proofmark::cli {
namespace {

const semantics::Stream* find_stream(const Compilation& compilation, const std::string& name,
                                     std::vector<std::string>& known) {
  for (const auto& policy : compilation.policies)
    for (const auto& stream : policy.streams) {
      if (stream.name == name) return &stream;
      known.push_back(stream.name);
    }
  return nullptr;
}

Result<snapshot::ColumnSpec> column_of(const Compilation& compilation, const semantics::Stream& stream,
                                       std::size_t index) {
  const plan::Field& field = stream.fields[index];
  snapshot::ColumnSpec spec{.source = field.source,
                            .type = field.type,
                            .scale = field.scale,
                            .text_time = false,
                            .optional = field.optional,
                            .unit = {}};
  spec.unit = plan::source_unit_word(field.type, field.scale);
  if (!field.scale.is_zero()) return spec;
  spec.scale = plan::Rational(1);
  spec.text_time = field.type == plan::FieldType::timestamp;  // RFC 3339 unless the policy says otherwise
  if (spec.text_time) {
    spec.unit = "rfc3339";
    return spec;
  }
  Diagnostic problem;
  problem.code = "PM0710";
  problem.message = fmt::format("the policy does not say in which unit `{}` is written", field.name);
  problem.primary.place = compilation.file.place(stream.field_spans[index]);
  problem.help = fmt::format("write `{} : duration from \"{}\" in s` (or ms, us, ns)", field.name, field.source);
  return problem;
}

// Two fields may read one column; then the first says how it is read.
bool reads_same_column(const std::vector<snapshot::ColumnSpec>& columns, const std::string& source) {
  return std::any_of(columns.begin(), columns.end(), [&](const auto& column) { return column.source == source; });
}

// Fields that read what is made of counters and histograms when the snapshot is.
std::set<std::size_t> tallied_fields(const semantics::Stream& stream) {
  std::set<std::size_t> fields;
  for (std::size_t i = 0; i < stream.bucketed.size(); ++i)
    if (stream.bucketed[i]) fields.insert({i, stream.bucketed[i]->lower});
  if (stream.weight_field && (stream.cumulative || !fields.empty())) fields.insert(*stream.weight_field);
  return fields;
}

snapshot::ColumnSpec as_spelled(const std::string& source) {
  snapshot::ColumnSpec spec;
  spec.source = source;
  spec.arrays = true;
  return spec;
}

Result<snapshot::Tally> tally_of(const Compilation& compilation, const semantics::Stream& stream) {
  snapshot::Tally tally{.count = stream.weight_source,
                        .cumulative = stream.cumulative.has_value(),
                        .edges = {},
                        .from_zero = stream.from_zero};
  for (std::size_t i = 0; i < stream.bucketed.size(); ++i) {
    if (!stream.bucketed[i]) continue;
    auto edges = column_of(compilation, stream, i);
    if (!edges) return edges.problems();
    edges->source = stream.bucketed[i]->source;
    tally.edges = std::move(*edges);
  }
  return tally;
}

Result<snapshot::StreamSource> source_of(const Compilation& compilation, const semantics::Stream& stream,
                                         const std::filesystem::path& file) {
  snapshot::StreamSource source{
      .name = stream.name, .file = file, .columns = {}, .time_column = {}, .tally = {}, .checks = stream.checks};
  if (stream.time_field) source.time_column = stream.fields[*stream.time_field].source;
  const std::set<std::size_t> tallied = tallied_fields(stream);
  if (!tallied.empty()) {
    auto tally = tally_of(compilation, stream);
    if (!tally) return tally.problems();
    source.tally = std::move(*tally);
    source.columns.push_back(as_spelled(source.tally->count));
    if (source.tally->edges) source.columns.push_back(as_spelled(source.tally->edges->source));
  }
  for (std::size_t i = 0; i < stream.fields.size(); ++i) {
    if (tallied.contains(i)) continue;
    if (reads_same_column(source.columns, stream.fields[i].source)) continue;
    auto column = column_of(compilation, stream, i);
    if (!column) return column.problems();
    column->counts = stream.weight_field == i;
    source.columns.push_back(std::move(*column));
  }
  return source;
}

}  // namespace

Result<std::vector<snapshot::StreamSource>> schema_sources(
    const std::string& policy, const std::vector<std::pair<std::string, std::filesystem::path>>& streams) {
  auto file = source::SourceFile::read(policy);
  if (!file) return file.problems();
  const Compilation compilation = compile(std::move(*file), {}, Stage::typed);
  if (has_errors(compilation.diagnostics)) return compilation.diagnostics;
  std::vector<snapshot::StreamSource> sources;
  for (const auto& [name, path] : streams) {
    std::vector<std::string> known;
    const semantics::Stream* stream = find_stream(compilation, name, known);
    if (stream == nullptr) {
      const std::string best = source::closest(name, known);
      return plain_problem("PM0707", fmt::format("`--stream {}`: `{}` declares no telemetry `{}`", name, policy, name),
                           !best.empty() ? fmt::format("did you mean `--stream {}=…`?", best)
                                         : fmt::format("it declares {}", fmt::join(known, ", ")));
    }
    auto source = source_of(compilation, *stream, path);
    if (!source) return source.problems();
    sources.push_back(std::move(*source));
  }
  return sources;
}

}  // namespace proofmark::cli
