// From telemetry files to a published directory: read every stream, decide about bad rows, write, rename.
#include "runtime/snapshot/create.h"

#include <algorithm>

#include "runtime/json/digest.h"
#include "runtime/json/utf8.h"
#include "runtime/snapshot/arrow_write.h"
#include "runtime/snapshot/ingest.h"
#include "runtime/snapshot/manifest.h"
#include "runtime/snapshot/output_file.h"
#include "runtime/snapshot/problem_codes.h"
#include "runtime/snapshot/zone_map.h"

namespace proofmark::snapshot {
namespace {

namespace fs = std::filesystem;

void append(Diagnostics& all, const Diagnostics& more) {
  all.insert(all.end(), more.begin(), more.end());
}

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

std::string rows_text(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " row" : " rows");
}

// The shown rows of one file and, in a last diagnostic, how many there are in all.
Diagnostics refusal(const std::string& file, const BadRows& bad, std::uint64_t in_all) {
  Diagnostics problems = bad.diagnostics(file, Severity::error);
  std::string message = rows_text(bad.count()) + " cannot be read";
  if (bad.count() > kShownBadRows) message += ", the first " + std::to_string(kShownBadRows) + " are shown";
  problems.push_back(file_problem(code::kBadRows, file, std::move(message),
                                  "mend the file, or allow so many with `--skip-bad-rows " + std::to_string(in_all) +
                                      "`: a skipped row counts against every pass"));
  return problems;
}

Diagnostics skipped(const std::string& file, const BadRows& bad) {
  Diagnostics warnings = bad.diagnostics(file, Severity::warning);
  warnings.push_back(
      file_problem(code::kRowsSkipped, file,
                   rows_text(bad.count()) + " could not be read and " + (bad.count() == 1 ? "is" : "are") + " skipped",
                   "a skipped row counts against every pass"));
  warnings.back().severity = Severity::warning;
  return warnings;
}

class Creation {
 public:
  explicit Creation(const CreateOptions& options) : options_(options) {}
  Result<Created> run();

 private:
  Result<std::vector<Ingested>> read_streams();
  Status write_stream(const fs::path& directory, const StreamSource& source, const Ingested& ingested);
  Result<WrittenFile> write_text(const fs::path& file, std::string_view text) const;

  const CreateOptions& options_;
  Manifest manifest_;
  Created created_;
};

Result<std::vector<Ingested>> Creation::read_streams() {
  std::vector<Ingested> all;
  Diagnostics problems;
  std::uint64_t bad = 0;
  for (const StreamSource& stream : options_.streams) {
    auto ingested = ingest(stream, {});
    if (!ingested) {
      append(problems, ingested.problems());
      continue;
    }
    bad += ingested->bad.count();
    append(created_.warnings, ingested->warnings);
    all.push_back(std::move(*ingested));
  }
  if (problems.empty() && bad <= options_.skip_bad_rows) {
    for (const Ingested& one : all)
      if (one.bad.count() != 0) append(created_.warnings, skipped(one.file, one.bad));
    return all;
  }
  for (const Ingested& one : all)
    if (one.bad.count() != 0 && bad > options_.skip_bad_rows) append(problems, refusal(one.file, one.bad, bad));
  return problems;
}

Result<WrittenFile> Creation::write_text(const fs::path& file, std::string_view text) const {
  auto out = OutputFile::create(file);
  if (!out) return out.problems();
  out->write(text);
  return out->finish();
}

Status Creation::write_stream(const fs::path& directory, const StreamSource& source, const Ingested& ingested) {
  StreamRecord record;
  record.name = source.name;
  record.rows = ingested.table.rows;
  record.skipped_rows = ingested.bad.count();
  record.source = ingested.source;
  record.quality = {ingested.out_of_order_rows, ingested.negative_values};
  auto out = OutputFile::create(directory / arrow_file_of(source.name));
  if (!out) return out.problems();
  record.columns = write_arrow(*out, ingested.table);
  const auto written = out->finish();
  if (!written) return written.problems();
  record.sha256 = written->sha256;
  if (ingested.time_column) {
    const ColumnData& column = ingested.table.columns[*ingested.time_column];
    record.time_column = column.name;
    const auto zones = zones_of(ingested.table, column);
    for (const Zone& zone : zones) {
      if (!zone.minimum) continue;
      record.covers_from = std::min(record.covers_from.value_or(*zone.minimum), *zone.minimum);
      record.covers_to = std::max(record.covers_to.value_or(*zone.maximum), *zone.maximum);
    }
    const auto zone_file = write_text(directory / zone_file_of(source.name), write_zone_map(zones));
    if (!zone_file) return zone_file.problems();
    record.zones_sha256 = zone_file->sha256;
  }
  created_.streams.push_back({record.name, record.rows, record.skipped_rows});
  manifest_.streams.push_back(std::move(record));
  return Done{};
}

Result<Created> Creation::run() {
  if (auto named = check_names(options_.streams); !named) return named.problems();
  auto directory = OutputDirectory::create(options_.out);
  if (!directory) return directory.problems();
  auto streams = read_streams();
  if (!streams) return streams.problems();
  for (const char* folder : {"streams", "zones"}) {
    std::error_code error;
    if (!fs::create_directory(directory->path() / folder, error))
      return file_problem(code::kOutputFailed, options_.out.string(), "cannot create a directory: " + error.message());
  }
  for (std::size_t i = 0; i < streams->size(); ++i)
    if (auto written = write_stream(directory->path(), options_.streams[i], (*streams)[i]); !written)
      return written.problems();
  std::sort(manifest_.streams.begin(), manifest_.streams.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  manifest_.as_of = options_.as_of;
  if (!manifest_.as_of)
    for (const StreamRecord& stream : manifest_.streams) manifest_.as_of = std::max(manifest_.as_of, stream.covers_to);
  const std::string manifest = write_manifest(manifest_);
  if (auto written = write_text(directory->path() / "manifest.json", manifest); !written) return written.problems();
  if (auto published = directory->publish(); !published) return published.problems();
  created_.id = json::sha256(manifest);
  created_.as_of = manifest_.as_of;
  return std::move(created_);
}

}  // namespace

Result<Created> create(const CreateOptions& options) {
  return Creation(options).run();
}

}  // namespace proofmark::snapshot
