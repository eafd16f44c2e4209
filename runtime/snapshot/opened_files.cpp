// Opening: the manifest says what there must be, the files must agree with it in every structural detail.
#include "runtime/snapshot/opened_files.h"

#include <algorithm>

#include "runtime/json/digest.h"
#include "runtime/json/utf8.h"
#include "runtime/snapshot/arrow_layout.h"
#include "runtime/snapshot/problem_codes.h"
#include "runtime/snapshot/resolution.h"
#include "runtime/snapshot/time_text.h"
#include "runtime/snapshot/zone_map.h"

namespace proofmark::snapshot {
namespace {

namespace fs = std::filesystem;

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
    if (said.scale != found.scale)
      return "column " + json::in_backticks(said.name) + " is stored in `" + std::string(resolution_word(found.scale)) +
             "`, the manifest says `" + std::string(resolution_word(said.scale)) + "`";
    if (said.nulls != nulls)
      return "column " + json::in_backticks(said.name) + " has another number of nulls in the manifest";
    if (said.chunks.size() != found.chunks.size())
      return "column " + json::in_backticks(said.name) + " has another number of chunks in the manifest";
    if (said.dictionary && said.dictionary->entries != found.dictionary.size())
      return "column " + json::in_backticks(said.name) + " has another number of labels in the manifest";
  }
  return std::nullopt;
}

std::string covered_text(const std::optional<std::int64_t>& from, const std::optional<std::int64_t>& to) {
  return from && to ? format_rfc3339(*from) + " to " + format_rfc3339(*to) : "no time";
}

// Rates and gates rest on how far the rows reach, and of a zone map it is known that its times are the rows'.
Result<std::vector<Zone>> open_zones(const fs::path& directory, const StreamRecord& record) {
  if (!record.zones_sha256) return std::vector<Zone>();
  const std::string name = (directory / zone_file_of(record.name)).string();
  const auto file = MappedFile::open(directory / zone_file_of(record.name), name);
  if (!file) return file.problems();
  if (const Status sound = check_sha256(*file, name, *record.zones_sha256); !sound) return sound.problems();
  auto zones = read_zone_map(file->text(), name, record.rows);
  if (!zones) return zones;
  const Zone covered = whole_extent(*zones);
  if (covered.minimum != record.covers_from || covered.maximum != record.covers_to)
    return file_problem(code::kZoneMap, name,
                        "the zone map covers " + covered_text(covered.minimum, covered.maximum) +
                            ", the manifest says " + covered_text(record.covers_from, record.covers_to),
                        std::string(kRestore));
  return zones;
}

}  // namespace

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

Status check_sha256(const MappedFile& file, std::string_view path, std::string_view sha256, Measures* measures) {
  constexpr std::size_t kPiece = std::size_t{1} << 20;
  json::Sha256 digest;
  for (std::string_view rest = file.text(); !rest.empty(); rest.remove_prefix(std::min(kPiece, rest.size()))) {
    const std::string_view piece = rest.substr(0, kPiece);
    digest.update(piece);
    if (measures != nullptr) measures->hashed_bytes.more(piece.size());
  }
  if (digest.finish() == sha256) return Done{};
  return file_problem(code::kFileDigest, std::string(path),
                      "the file is altered: its SHA-256 is not the one that the manifest records",
                      std::string(kRestore));
}

Result<OpenStream> open_stream(const fs::path& directory, StreamRecord record) {
  const fs::path path = directory / arrow_file_of(record.name);
  auto file = MappedFile::open(path, path.string());
  if (!file) return file.problems();
  auto contents = read_arrow(*file, path.string());
  if (!contents) return contents.problems();
  if (auto what = disagreement(record, *contents))
    return file_problem(code::kArrowDisagrees, path.string(), std::move(*what), std::string(kRestore));
  auto zones = open_zones(directory, record);
  if (!zones) return zones.problems();
  return OpenStream{std::move(record), std::move(*file), std::move(*contents), std::move(*zones)};
}

}  // namespace proofmark::snapshot
