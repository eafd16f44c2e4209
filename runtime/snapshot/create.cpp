// From telemetry files to a published directory: read every stream, write, rename.
#include "runtime/snapshot/create.h"

#include <algorithm>

#include "runtime/json/utf8.h"
#include "runtime/snapshot/manifest.h"
#include "runtime/snapshot/output_file.h"
#include "runtime/snapshot/problem_codes.h"
#include "runtime/snapshot/read_streams.h"
#include "runtime/snapshot/write_stream.h"

namespace proofmark::snapshot {
namespace {

Status check_names(const std::vector<StreamSource>& streams) {
  Diagnostics problems;
  std::vector<std::string> names;
  for (const StreamSource& stream : streams) {
    const std::string name = json::in_backticks(stream.name);
    if (!is_stream_name(stream.name))
      problems.push_back(plain_problem(code::kStreamName, "the stream name " + name + " cannot be used",
                                       "use at most 64 letters, digits, `_` and `-`, a letter or `_` first"));
    if (std::find(names.begin(), names.end(), stream.name) != names.end())
      problems.push_back(
          plain_problem(code::kStreamName, "the stream " + name + " is given twice", "give each stream its own name"));
    names.push_back(stream.name);
  }
  if (streams.empty())
    problems.push_back(
        plain_problem(code::kStreamName, "a snapshot needs at least one stream", "add `--stream NAME=FILE`"));
  if (!problems.empty()) return problems;
  return Done{};
}

StreamRecord record_of(const StreamSource& source, const Ingested& ingested) {
  StreamRecord record;
  record.name = source.name;
  record.skipped_rows = ingested.bad.count();
  record.sources = {ingested.source};
  record.quality = {ingested.out_of_order_rows, ingested.negative_values, ingested.tallied, source.checks};
  return record;
}

void expect_rows(const std::vector<Ingested>& streams, Measures& measures) {
  for (const Ingested& stream : streams) measures.written_rows.expect(stream.table.rows);
  measures.stage = Stage::writing;
}

}  // namespace

Result<Created> create(const CreateOptions& options) {
  if (auto named = check_names(options.streams); !named) return named.problems();
  auto directory = OutputDirectory::create(options.out, options.lasting);
  if (!directory) return directory.problems();
  Measures unasked;
  Measures& measures = options.measures != nullptr ? *options.measures : unasked;
  Created created;
  const auto streams = read_streams(options.streams, options.skip_bad_rows, created.warnings, &measures);
  if (!streams) return streams.problems();
  if (auto made = make_folders(directory->path()); !made) return made.problems();
  Stopwatch watch;
  expect_rows(*streams, measures);
  Manifest manifest;
  for (std::size_t i = 0; i < streams->size(); ++i) {
    const Ingested& ingested = (*streams)[i];
    StreamRecord record = record_of(options.streams[i], ingested);
    if (auto written = write_stream(directory->path(), ingested.table, ingested.time_column,
                                    {.measures = &measures, .lasting = options.lasting}, record);
        !written)
      return written.problems();
    created.streams.push_back({record.name, record.rows, record.skipped_rows});
    manifest.streams.push_back(std::move(record));
  }
  std::sort(manifest.streams.begin(), manifest.streams.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  manifest.as_of = options.as_of;
  if (!manifest.as_of)
    for (const StreamRecord& stream : manifest.streams) manifest.as_of = std::max(manifest.as_of, stream.covers_to);
  const auto id = write_manifest_file(directory->path(), manifest, options.lasting);
  if (!id) return id.problems();
  measures.write_ns = watch.lap_ns();
  measures.stage = Stage::publishing;
  if (auto published = directory->publish(); !published) return published.problems();
  measures.publish_ns = watch.lap_ns();
  created.id = *id;
  created.as_of = manifest.as_of;
  return created;
}

}  // namespace proofmark::snapshot
