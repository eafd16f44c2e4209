// Every byte goes through OutputFile, which hashes it on its way and reports a disk that is full.
#include "runtime/snapshot/write_stream.h"

#include <algorithm>

#include "runtime/json/digest.h"
#include "runtime/snapshot/problem_codes.h"
#include "runtime/snapshot/zone_map.h"

namespace proofmark::snapshot {
namespace {

namespace fs = std::filesystem;

Result<WrittenFile> write_text(const fs::path& file, std::string_view text, Lasting lasting) {
  auto out = OutputFile::create(file, lasting);
  if (!out) return out.problems();
  out->write(text);
  return out->finish();
}

std::vector<Zone> all_zones(const Table& table, const ColumnData& times, const KeptBatches* kept) {
  std::vector<Zone> zones;
  if (kept != nullptr)
    zones.assign(kept->stream->zones.begin(),
                 kept->stream->zones.begin() + static_cast<std::ptrdiff_t>(kept->rows() / kBlockRows));
  const std::vector<Zone> of_table = zones_of(table, times);
  zones.insert(zones.end(), of_table.begin(), of_table.end());
  return zones;
}

}  // namespace

Status make_folders(const fs::path& directory) {
  for (const char* folder : {"streams", "zones"}) {
    std::error_code error;
    if (!fs::create_directory(directory / folder, error))
      return file_problem(code::kOutputFailed, directory.string(), "cannot create a directory: " + error.message());
  }
  return Done{};
}

namespace {

Result<WrittenFile> write_columns(const fs::path& directory, const Table& table, const ArrowOptions& options,
                                  StreamRecord& record) {
  auto out = OutputFile::create(directory / arrow_file_of(record.name), options.lasting);
  if (!out) return out.problems();
  record.rows = table.rows + (options.kept == nullptr ? 0 : options.kept->rows());
  record.columns = write_arrow(*out, table, options);
  auto written = out->finish();
  if (written) record.sha256 = written->sha256;
  return written;
}

Result<WrittenFile> write_zones(const fs::path& directory, const Table& table, const ColumnData& times,
                                const ArrowOptions& options, StreamRecord& record) {
  record.time_column = times.name;
  const auto zones = all_zones(table, times, options.kept);
  const Zone covered = whole_extent(zones);
  record.covers_from = covered.minimum;
  record.covers_to = covered.maximum;
  auto written = write_text(directory / zone_file_of(record.name), write_zone_map(zones), options.lasting);
  if (written) record.zones_sha256 = written->sha256;
  return written;
}

}  // namespace

Status write_stream(const fs::path& directory, const Table& table, std::optional<std::size_t> time_column,
                    const ArrowOptions& options, StreamRecord& record) {
  Stopwatch watch;
  const auto columns = write_columns(directory, table, options, record);
  if (!columns) return columns.problems();
  StreamMeasure measure{.stream = record.name, .rows = record.rows};
  measure.bytes = columns->bytes;
  measure.sha256_ns = columns->sha256_ns;
  if (time_column) {
    const auto zones = write_zones(directory, table, table.columns[*time_column], options, record);
    if (!zones) return zones.problems();
    measure.bytes += zones->bytes;
    measure.sha256_ns += zones->sha256_ns;
  }
  measure.write_ns = watch.lap_ns();
  if (options.measures != nullptr) options.measures->streams.push_back(std::move(measure));
  return Done{};
}

Result<std::string> write_manifest_file(const fs::path& directory, const Manifest& manifest, Lasting lasting) {
  const std::string text = write_manifest(manifest);
  if (auto written = write_text(directory / "manifest.json", text, lasting); !written) return written.problems();
  return json::sha256(text);
}

}  // namespace proofmark::snapshot
