// Opening a snapshot: the manifest says what there must be, the files must agree with it in every structural detail.
#include "runtime/snapshot/snapshot.h"

#include <algorithm>
#include <set>

#include "runtime/json/digest.h"
#include "runtime/json/utf8.h"
#include "runtime/snapshot/arrow_layout.h"
#include "runtime/snapshot/arrow_read.h"
#include "runtime/snapshot/chunk_check.h"
#include "runtime/snapshot/manifest.h"
#include "runtime/snapshot/mapped_file.h"
#include "runtime/snapshot/problem_codes.h"
#include "runtime/snapshot/zone_map.h"

namespace proofmark::snapshot {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kManifestFile = "manifest.json";
constexpr std::string_view kRestore = "restore the file from a copy, or make the snapshot again from its telemetry";

struct OpenStream {
  StreamRecord record;
  MappedFile arrow;
  std::vector<ArrowColumn> columns;  // their `column` members lie in Stream::columns too
};

Result<MappedFile> open_manifest(const fs::path& directory) {
  std::error_code error;
  const auto status = fs::status(directory, error);
  if (!fs::exists(status))
    return file_problem(code::kSnapshotMissing, directory.string(), "there is no such snapshot",
                        "make one with `proofmark snapshot create`");
  if (!fs::is_directory(status))
    return file_problem(code::kSnapshotMissing, directory.string(), "a snapshot is a directory, this is not one",
                        "make one with `proofmark snapshot create`");
  const std::string name = (directory / kManifestFile).string();
  auto file = MappedFile::open(directory / kManifestFile, name);
  if (!file && file.problems().front().code == code::kFileMissing)
    return file_problem(code::kSnapshotMissing, name, "the directory is no snapshot: it has no `manifest.json`",
                        "make one with `proofmark snapshot create`");
  return file;
}

// What the manifest says of a stream against what its Arrow file holds.
std::optional<std::string> disagreement(const StreamRecord& record, const ArrowContents& contents) {
  std::uint64_t rows = 0;
  for (const std::uint64_t batch : contents.batch_rows) rows += batch;
  if (rows != record.rows)
    return "the manifest says " + std::to_string(record.rows) + " rows, the file has " + std::to_string(rows);
  if (contents.columns.size() != record.columns.size())
    return "the manifest and the file have different numbers of columns";
  for (std::size_t i = 0; i < record.columns.size(); ++i) {
    const ColumnRecord& said = record.columns[i];
    const Column& found = contents.columns[i].column;
    std::uint64_t nulls = 0;
    for (const Chunk& chunk : found.chunks) nulls += chunk.nulls;
    if (said.name != found.name)
      return "the manifest has column " + json::in_backticks(said.name) + " where the file has " +
             json::in_backticks(found.name);
    if (said.type != found.type || said.physical != found.physical)
      return "column " + json::in_backticks(said.name) + " has another type in the manifest";
    if (said.nulls != nulls)
      return "column " + json::in_backticks(said.name) + " has another number of nulls in the manifest";
    if (said.chunks.size() != found.chunks.size())
      return "column " + json::in_backticks(said.name) + " has another number of chunks in the manifest";
    if (said.dictionary && said.dictionary->entries != found.dictionary.size())
      return "column " + json::in_backticks(said.name) + " has another number of labels in the manifest";
  }
  return std::nullopt;
}

Result<std::vector<Zone>> open_zones(const fs::path& directory, const StreamRecord& record) {
  if (!record.zones_sha256) return std::vector<Zone>();
  const std::string name = (directory / zone_file_of(record.name)).string();
  const auto file = MappedFile::open(directory / zone_file_of(record.name), name);
  if (!file) return file.problems();
  if (json::sha256(file->text()) != *record.zones_sha256)
    return file_problem(code::kFileDigest, name,
                        "the file is altered: its SHA-256 is not the one that the manifest records",
                        std::string(kRestore));
  return read_zone_map(file->text(), name, record.rows);
}

Stream stream_of(const StreamRecord& record, const ArrowContents& contents, std::vector<Zone> zones) {
  Stream stream;
  stream.name = record.name;
  stream.origin = {record.source.name,
                   record.source.format,
                   record.source.compression,
                   record.source.sha256,
                   record.source.bytes,
                   record.quality.out_of_order_rows,
                   record.quality.negative_values};
  stream.rows = record.rows;
  stream.skipped_rows = record.skipped_rows;
  stream.covers_from = record.covers_from;
  stream.covers_to = record.covers_to;
  stream.batch_rows = contents.batch_rows;
  stream.zones = std::move(zones);
  for (const ArrowColumn& column : contents.columns) {
    if (column.column.name == record.time_column) stream.time_column = stream.columns.size();
    stream.columns.push_back(column.column);
    stream.columns.back().unit = record.columns[stream.columns.size() - 1].unit;
  }
  return stream;
}

}  // namespace

struct Snapshot::State {
  fs::path directory;
  std::string id;
  std::optional<std::int64_t> as_of;
  std::vector<Stream> streams;
  std::vector<OpenStream> open;  // beside `streams`

  Status open_stream(StreamRecord record);
  std::optional<Diagnostic> check_column(const Stream& stream, const OpenStream& files, std::size_t column) const;
  Status verify_file(const std::string& name, const std::string& digest) const;
  Status verify_no_strays(const std::string& folder, const std::set<std::string>& known) const;
};

Status Snapshot::State::open_stream(StreamRecord record) {
  const fs::path path = directory / arrow_file_of(record.name);
  auto file = MappedFile::open(path, path.string());
  if (!file) return file.problems();
  auto contents = read_arrow(file->bytes(), path.string());
  if (!contents) return contents.problems();
  if (auto what = disagreement(record, *contents))
    return file_problem(code::kArrowDisagrees, path.string(), std::move(*what), std::string(kRestore));
  auto zones = open_zones(directory, record);
  if (!zones) return zones.problems();
  streams.push_back(stream_of(record, *contents, std::move(*zones)));
  open.push_back({std::move(record), std::move(*file), std::move(contents->columns)});
  return Done{};
}

Result<Snapshot> Snapshot::open(const fs::path& directory) {
  const auto file = open_manifest(directory);
  if (!file) return file.problems();
  auto manifest = read_manifest(file->text(), (directory / kManifestFile).string());
  if (!manifest) return manifest.problems();
  auto state = std::make_unique<State>();
  state->directory = directory;
  state->id = json::sha256(file->text());
  state->as_of = manifest->as_of;
  for (StreamRecord& record : manifest->streams)
    if (auto opened = state->open_stream(std::move(record)); !opened) return opened.problems();
  return Snapshot(std::move(state));
}

Snapshot::Snapshot(std::unique_ptr<State> state) : state_(std::move(state)) {}
Snapshot::Snapshot(Snapshot&&) noexcept = default;
Snapshot& Snapshot::operator=(Snapshot&&) noexcept = default;
Snapshot::~Snapshot() = default;

const std::string& Snapshot::id() const {
  return state_->id;
}
std::optional<std::int64_t> Snapshot::as_of() const {
  return state_->as_of;
}
const std::vector<Stream>& Snapshot::streams() const {
  return state_->streams;
}

const Stream* Snapshot::find(std::string_view stream_name) const {
  const auto found = std::find_if(state_->streams.begin(), state_->streams.end(),
                                  [&](const Stream& stream) { return stream.name == stream_name; });
  return found == state_->streams.end() ? nullptr : &*found;
}

const Column* Stream::find(std::string_view column_name) const {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const Column& column) { return column.name == column_name; });
  return found == columns.end() ? nullptr : &*found;
}

std::optional<Diagnostic> Snapshot::State::check_column(const Stream& stream, const OpenStream& files,
                                                        std::size_t place) const {
  const ColumnRecord& record = files.record.columns[place];
  const ArrowColumn& column = files.columns[place];
  const auto problem = [&](const ChunkProblem& found, const std::string& where) {
    return file_problem(found.code, (directory / arrow_file_of(stream.name)).string(),
                        "column " + json::in_backticks(record.name) + where + " " + found.what, std::string(kRestore));
  };
  if (record.dictionary && xxh3(column.dictionary.begin, column.dictionary.size) != record.dictionary->xxh3)
    return problem({code::kChunkDigest, "is altered: its digest is not the one that the manifest records"},
                   ", dictionary,");
  for (std::size_t i = 0; i < column.chunks.size(); ++i)
    if (const auto found = check_chunk(column, i, record.chunks[i]))
      return problem(*found, ", chunk " + std::to_string(i) + ",");
  if (stream.time_column == place)
    if (const auto found = check_times(column.column, stream.zones)) return problem(*found, "");
  return std::nullopt;
}

Status Snapshot::verify_chunks(std::string_view stream_name, std::span<const std::string_view> column_names) const {
  const Stream* stream = find(stream_name);
  PROOFMARK_CHECK(stream != nullptr);
  const OpenStream& files = state_->open[static_cast<std::size_t>(stream - state_->streams.data())];
  Diagnostics problems;
  for (const std::string_view name : column_names) {
    const Column* column = stream->find(name);
    PROOFMARK_CHECK(column != nullptr);
    if (auto problem = state_->check_column(*stream, files, static_cast<std::size_t>(column - stream->columns.data())))
      problems.push_back(std::move(*problem));
  }
  if (!problems.empty()) return problems;
  return Done{};
}

Status Snapshot::State::verify_file(const std::string& name, const std::string& digest) const {
  const std::string path = (directory / name).string();
  const auto file = MappedFile::open(path, path);
  if (!file) return file.problems();
  if (json::sha256(file->text()) == digest) return Done{};
  return file_problem(code::kFileDigest, path,
                      "the file is altered: its SHA-256 is not the one that the manifest records",
                      std::string(kRestore));
}

Status Snapshot::State::verify_no_strays(const std::string& folder, const std::set<std::string>& known) const {
  std::error_code error;
  if (!fs::exists(directory / folder, error)) return Done{};
  std::set<std::string> strays;
  for (auto at = fs::directory_iterator(directory / folder, error); !error && at != fs::end(at); at.increment(error)) {
    const std::string name = (folder.empty() ? "" : folder + "/") + at->path().filename().string();
    const fs::file_status status = at->symlink_status(error);
    const bool of_its_kind =
        name == "streams" || name == "zones" ? fs::is_directory(status) : fs::is_regular_file(status);
    if (!known.contains(name) || !of_its_kind) strays.insert(name);
  }
  if (error)
    return file_problem(code::kSnapshotUnreadable, (directory / folder).string(),
                        "cannot list the directory: " + error.message());
  Diagnostics problems;
  for (const std::string& stray : strays)
    problems.push_back(
        file_problem(code::kStrayFile, (directory / stray).string(),
                     known.contains(stray) ? "a snapshot's files are regular files, this is a link or something else"
                                           : "the manifest does not name this file",
                     "remove it: a snapshot holds only what its manifest names, no links and no folders"));
  if (!problems.empty()) return problems;
  return Done{};
}

Status Snapshot::verify_files() const {
  Diagnostics problems;
  std::set<std::string> known{std::string(kManifestFile), "streams", "zones"};
  const auto collect = [&](const Status& status) {
    if (!status) problems.insert(problems.end(), status.problems().begin(), status.problems().end());
  };
  for (const OpenStream& stream : state_->open) {
    const StreamRecord& record = stream.record;
    known.insert(arrow_file_of(record.name));
    collect(state_->verify_file(arrow_file_of(record.name), record.sha256));
    if (!record.zones_sha256) continue;
    known.insert(zone_file_of(record.name));
    collect(state_->verify_file(zone_file_of(record.name), *record.zones_sha256));
  }
  collect(state_->verify_no_strays("", known));
  collect(state_->verify_no_strays("streams", known));
  collect(state_->verify_no_strays("zones", known));
  if (!problems.empty()) return problems;
  return Done{};
}

}  // namespace proofmark::snapshot
