// Folder by folder; what is named must be a regular file, so that no link leads out of the directory.
#include "runtime/snapshot/stray_files.h"

#include <set>
#include <string>
#include <system_error>

#include "runtime/snapshot/problem_codes.h"

namespace proofmark::snapshot {
namespace {

namespace fs = std::filesystem;

Status check_folder(const fs::path& directory, const std::string& folder, const std::set<std::string>& known) {
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

}  // namespace

Status check_no_strays(const fs::path& directory, const std::vector<OpenStream>& streams) {
  std::set<std::string> known{std::string(kManifestFile), "streams", "zones"};
  for (const OpenStream& stream : streams) {
    known.insert(arrow_file_of(stream.record.name));
    if (stream.record.zones_sha256) known.insert(zone_file_of(stream.record.name));
  }
  Diagnostics problems;
  for (const char* folder : {"", "streams", "zones"})
    if (const Status clean = check_folder(directory, folder, known); !clean)
      problems.insert(problems.end(), clean.problems().begin(), clean.problems().end());
  if (!problems.empty()) return problems;
  return Done{};
}

}  // namespace proofmark::snapshot
