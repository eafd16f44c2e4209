// A manifest remembers of every column its type and the unit that it was written in; that is enough to read more of it.
#include "runtime/snapshot/append_sources.h"

#include <algorithm>
#include <map>

#include "runtime/diagnostic/closest_name.h"
#include "runtime/json/utf8.h"
#include "runtime/plan/source_unit.h"
#include "runtime/snapshot/problem_codes.h"

namespace proofmark::snapshot {
namespace {

using plan::FieldType;

Diagnostic mismatch(const StreamSource& source, std::string what) {
  return file_problem(code::kAppendSchema, source.file.string(),
                      "stream " + json::in_backticks(source.name) + ": " + std::move(what),
                      "rows of two readings do not mix: give the policy that the snapshot was made with, or make a new "
                      "snapshot of all files");
}

bool needs_unit(FieldType type) {
  return type == FieldType::duration || type == FieldType::bytes || type == FieldType::timestamp;
}

Result<ColumnSpec> spec_of(const StreamSource& source, const ColumnRecord& column) {
  ColumnSpec spec{.source = column.name,
                  .type = column.type,
                  .scale = 1,
                  .text_time = false,
                  .optional = column.nulls > 0,  // so it has been absent before, or unknown
                  .unit = column.unit};
  for (const plan::SourceUnit& unit : plan::kSourceUnits)
    if (unit.type == column.type && unit.word == column.unit) {
      spec.scale = plan::Rational(unit.scale);
      spec.text_time = unit.text_time;
    }
  if (!column.unit.empty() || !needs_unit(column.type)) return spec;
  Diagnostic problem = mismatch(
      source, "the snapshot does not say in which unit column " + json::in_backticks(column.name) + " was written");
  problem.help = "give the policy that the snapshot was made with as `--schema`";
  return problem;
}

std::string reading_text(FieldType type, const std::string& unit) {
  return std::string(plan::field_type_name(type)) + (unit.empty() ? "" : " in " + json::printable(unit));
}

// The policy's way to read a column, which must be the snapshot's.
Result<ColumnSpec> spec_among(const StreamSource& source, const ColumnRecord& column) {
  const auto found = std::find_if(source.columns.begin(), source.columns.end(),
                                  [&](const ColumnSpec& spec) { return spec.source == column.name; });
  const std::string name = json::in_backticks(column.name);
  if (found == source.columns.end())
    return mismatch(source, "the snapshot has column " + name + ", the policy does not read it");
  const bool same_unit = column.unit.empty() || found->unit.empty() || column.unit == found->unit;
  if (found->type == column.type && same_unit) return *found;
  return mismatch(source, "column " + name + " is " + reading_text(found->type, found->unit) + " by the policy and " +
                              reading_text(column.type, column.unit) + " in the snapshot");
}

// What is added to a total since the last sample is not to be told from a snapshot that holds differences.
Diagnostic holds_totals(const StreamSource& source) {
  return file_problem(
      code::kAppendTotals, source.file.string(),
      "stream " + json::in_backticks(source.name) + " is made of counters or histograms, sample after sample",
      "make a new snapshot of all samples in one file: what was added between two files is in neither");
}

std::string checks_text(const std::vector<plan::SumCheck>& checks) {
  std::string text;
  for (const plan::SumCheck& check : checks)
    text += (text.empty() ? "`" : ", `") + json::printable(plan::spelled(check)) + "`";
  return text.empty() ? "nothing" : text;
}

Result<StreamSource> matching_source(const StreamRecord& stream, const StreamSource& given) {
  if (given.tally || stream.quality.tallied) return holds_totals(given);
  StreamSource source{given.name, given.file, {}, stream.time_column};
  Diagnostics problems;
  for (const ColumnRecord& column : stream.columns) {
    auto spec = given.columns.empty() ? spec_of(given, column) : spec_among(given, column);
    if (spec) {
      source.columns.push_back(std::move(*spec));
    } else {
      problems.insert(problems.end(), spec.problems().begin(), spec.problems().end());
    }
  }
  for (const ColumnSpec& spec : given.columns)
    if (std::none_of(stream.columns.begin(), stream.columns.end(),
                     [&](const ColumnRecord& column) { return column.name == spec.source; }))
      problems.push_back(mismatch(
          given, "the policy reads column " + json::in_backticks(spec.source) + ", the snapshot does not have it"));
  if (!given.columns.empty() && given.time_column != stream.time_column)
    problems.push_back(mismatch(
        given,
        "rows are ordered " +
            (given.time_column ? "by " + json::in_backticks(*given.time_column) : std::string("by no column")) +
            " by the policy and " +
            (stream.time_column ? "by " + json::in_backticks(*stream.time_column) : std::string("by no column")) +
            " in the snapshot"));
  if (!given.columns.empty() && given.checks != stream.quality.checks)
    problems.push_back(mismatch(given, "what adds up in every row is " + checks_text(given.checks) +
                                           " by the policy and " + checks_text(stream.quality.checks) +
                                           " in the snapshot"));
  if (!problems.empty()) return problems;
  source.checks = stream.quality.checks;
  return source;
}

Diagnostic no_such_stream(const Manifest& manifest, const StreamSource& source) {
  std::vector<std::string> names;
  for (const StreamRecord& stream : manifest.streams) names.push_back(stream.name);
  const auto near = closest_name(source.name, names);
  return plain_problem(code::kNoSuchStream, "the snapshot has no stream " + json::in_backticks(source.name),
                       near ? "did you mean " + json::in_backticks(*near) + "?"
                            : "appending adds rows to streams that are there; a further stream needs a new snapshot");
}

}  // namespace

Result<std::vector<StreamSource>> matching_sources(const Manifest& manifest, const std::vector<StreamSource>& given) {
  std::vector<StreamSource> sources;
  Diagnostics problems;
  for (const StreamSource& source : given) {
    const auto stream = std::find_if(manifest.streams.begin(), manifest.streams.end(),
                                     [&](const StreamRecord& one) { return one.name == source.name; });
    if (stream == manifest.streams.end()) {
      problems.push_back(no_such_stream(manifest, source));
      continue;
    }
    auto matching = matching_source(*stream, source);
    if (matching) {
      sources.push_back(std::move(*matching));
    } else {
      problems.insert(problems.end(), matching.problems().begin(), matching.problems().end());
    }
  }
  if (!problems.empty()) return problems;
  return sources;
}

Status check_files_are_new(const Manifest& manifest, const std::vector<StreamSource>& sources,
                           const std::vector<Ingested>& ingested) {
  std::map<std::pair<std::string, std::string>, std::string> known;  // stream and digest -> name
  for (const StreamRecord& stream : manifest.streams)
    for (const SourceFile& file : stream.sources) known.emplace(std::pair(stream.name, file.sha256), file.name);
  Diagnostics problems;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const SourceFile& file = ingested[i].source;
    const auto [found, is_new] = known.emplace(std::pair(sources[i].name, file.sha256), file.name);
    if (!is_new && ingested[i].table.rows != 0)
      problems.push_back(
          file_problem(code::kFileTwice, ingested[i].file,
                       "the rows of this file are in stream " + json::in_backticks(sources[i].name) + " already, as " +
                           json::in_backticks(found->second),
                       "rows that are counted twice make a verdict surer than it is: give only files that are new"));
  }
  if (!problems.empty()) return problems;
  return Done{};
}

}  // namespace proofmark::snapshot
