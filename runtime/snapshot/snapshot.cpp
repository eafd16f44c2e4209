// A snapshot as its readers see it: streams whose columns lie in mapped files.
#include "runtime/snapshot/snapshot.h"

#include <algorithm>
#include <numeric>

#include "runtime/json/digest.h"
#include "runtime/json/utf8.h"
#include "runtime/snapshot/batch_reader.h"
#include "runtime/snapshot/column_check.h"
#include "runtime/snapshot/manifest.h"
#include "runtime/snapshot/opened_files.h"
#include "runtime/snapshot/problem_codes.h"
#include "runtime/snapshot/stray_files.h"

namespace proofmark::snapshot {
namespace {

namespace fs = std::filesystem;

Origin origin_of(const StreamRecord& record) {
  return {record.sources, record.quality.out_of_order_rows, record.quality.negative_values, record.quality.tallied,
          record.quality.checks};
}

Stream stream_of(const OpenStream& open) {
  const StreamRecord& record = open.record;
  const ArrowContents& contents = open.contents;
  Stream stream;
  stream.name = record.name;
  stream.origin = origin_of(record);
  stream.rows = record.rows;
  stream.skipped_rows = record.skipped_rows;
  stream.covers_from = record.covers_from;
  stream.covers_to = record.covers_to;
  stream.batch_rows = contents.batch_rows;
  stream.zones = open.zones;
  stream.file = open.arrow.identity();
  for (const ArrowColumn& column : contents.columns) {
    if (column.column.name == record.time_column) stream.time_column = stream.columns.size();
    stream.columns.push_back(column.column);
    const ColumnRecord& said = record.columns[stream.columns.size() - 1];
    stream.columns.back().unit = said.unit;
    stream.columns.back().digests = said.chunks;  // the list stays where it is when the record moves
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

  struct NamedFile {
    std::string name, sha256;
  };
  std::vector<NamedFile> files() const;  // that the manifest names
  Status verify_file(const NamedFile& file, Measures* measures) const;
};

Result<Snapshot> Snapshot::open(const fs::path& directory) {
  const auto file = open_manifest(directory);
  if (!file) return file.problems();
  auto manifest = read_manifest(file->text(), (directory / kManifestFile).string());
  if (!manifest) return manifest.problems();
  auto state = std::make_unique<State>();
  state->directory = directory;
  state->id = json::sha256(file->text());
  state->as_of = manifest->as_of;
  for (StreamRecord& record : manifest->streams) {
    auto opened = open_stream(directory, std::move(record));
    if (!opened) return opened.problems();
    state->streams.push_back(stream_of(*opened));
    state->open.push_back(std::move(*opened));
  }
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

// Each byte is mapped and read once, which a single thread does more slowly than it scans.
constexpr unsigned kAllThreads = 0;

Status Snapshot::verify_chunks(std::string_view stream_name, std::span<const std::string_view> column_names) const {
  return verify(stream_name, column_names, nullptr);
}

Status Snapshot::verify_batches(std::string_view stream_name, std::span<const std::string_view> column_names,
                                const std::vector<std::size_t>& batches) const {
  return verify(stream_name, column_names, &batches);
}

std::vector<std::size_t> Snapshot::places_of(const Stream& stream,
                                             std::span<const std::string_view> column_names) const {
  std::vector<std::size_t> places;
  for (const std::string_view name : column_names) {
    const Column* column = stream.find(name);
    PROOFMARK_CHECK(column != nullptr);
    places.push_back(static_cast<std::size_t>(column - stream.columns.data()));
  }
  return places;
}

template <typename What>
std::unique_ptr<BatchReader> Snapshot::reader_of(std::string_view stream_name,
                                                 std::span<const std::string_view> column_names,
                                                 std::vector<What> what) const {
  const Stream* stream = find(stream_name);
  PROOFMARK_CHECK(stream != nullptr);
  const auto place = static_cast<std::size_t>(stream - state_->streams.data());
  std::vector<std::size_t> columns = places_of(*stream, column_names);
  std::sort(columns.begin(), columns.end());
  return std::make_unique<BatchReader>(state_->directory, state_->open[place], state_->streams[place],
                                       std::move(columns), std::move(what));
}

std::unique_ptr<BatchReader> Snapshot::reader(std::string_view stream_name,
                                              std::span<const std::string_view> column_names,
                                              std::vector<std::size_t> batches) const {
  return reader_of(stream_name, column_names, std::move(batches));
}

std::unique_ptr<BatchReader> Snapshot::reader(std::string_view stream_name,
                                              std::span<const std::string_view> column_names,
                                              std::vector<PieceOfBatch> pieces) const {
  return reader_of(stream_name, column_names, std::move(pieces));
}

Status Snapshot::verify(std::string_view stream_name, std::span<const std::string_view> column_names,
                        const std::vector<std::size_t>* batches) const {
  const Stream* stream = find(stream_name);
  PROOFMARK_CHECK(stream != nullptr);
  const OpenStream& files = state_->open[static_cast<std::size_t>(stream - state_->streams.data())];
  const std::vector<std::size_t> places = places_of(*stream, column_names);
  Diagnostics problems = batches == nullptr ? check_columns(state_->directory, files, places, kAllThreads)
                                            : check_batches(state_->directory, files, places, *batches, kAllThreads);
  if (!problems.empty()) return problems;
  return Done{};
}

Status Snapshot::verify_all_chunks(Measures* measures) const {
  if (measures != nullptr) {
    measures->stage = Stage::checking;
    for (const OpenStream& files : state_->open) measures->checked_bytes.expect(chunk_bytes(files));
  }
  Diagnostics problems;
  for (const OpenStream& files : state_->open) {
    std::vector<std::size_t> places(files.record.columns.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    const Diagnostics found = check_columns(state_->directory, files, places, kAllThreads, measures);
    problems.insert(problems.end(), found.begin(), found.end());
  }
  if (!problems.empty()) return problems;
  return Done{};
}

std::vector<Snapshot::State::NamedFile> Snapshot::State::files() const {
  std::vector<NamedFile> files;
  for (const OpenStream& stream : open) {
    const StreamRecord& record = stream.record;
    files.push_back({arrow_file_of(record.name), record.sha256});
    if (record.zones_sha256) files.push_back({zone_file_of(record.name), *record.zones_sha256});
  }
  return files;
}

Status Snapshot::State::verify_file(const NamedFile& named, Measures* measures) const {
  const std::string path = (directory / named.name).string();
  const auto file = MappedFile::open(path, path);
  if (!file) return file.problems();
  return check_sha256(*file, path, named.sha256, measures);
}

Status Snapshot::verify_files(Measures* measures) const {
  const std::vector<State::NamedFile> files = state_->files();
  if (measures != nullptr) {
    measures->stage = Stage::hashing;
    for (const auto& file : files) measures->hashed_bytes.expect(size_or_zero(state_->directory / file.name));
  }
  Diagnostics problems;
  const auto collect = [&](const Status& status) {
    if (!status) problems.insert(problems.end(), status.problems().begin(), status.problems().end());
  };
  for (const State::NamedFile& file : files) collect(state_->verify_file(file, measures));
  collect(check_no_strays(state_->directory, state_->open));
  if (!problems.empty()) return problems;
  return Done{};
}

}  // namespace proofmark::snapshot
