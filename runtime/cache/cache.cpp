// Finding, keeping, listing, growing old.
#include "runtime/cache/cache.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "runtime/cache/entry_file.h"
#include "runtime/cache/private_folder.h"
#include "runtime/json/digest.h"

namespace proofmark::cache {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostFolderBytes = std::uint64_t{256} << 20;
constexpr std::size_t kMostEntries = 1024;
constexpr std::int64_t kWritersLiveS = 3600;  // an older temporary file has lost its writer
constexpr std::string_view kDigestPrefix = "sha256:";

std::string name_of(const Key& key) {
  return key.kind() + "-" + key.hex();
}

bool is_entry(std::string_view name) {
  const std::size_t dash = name.find('-');
  return dash != std::string_view::npos && dash > 0 &&
         std::all_of(name.begin(), name.begin() + static_cast<std::ptrdiff_t>(dash),
                     [](char letter) { return letter >= 'a' && letter <= 'z'; }) &&
         json::is_lower_hex(name.substr(dash + 1), kDigestHex);
}

struct File {
  std::string name;
  std::uint64_t bytes = 0;
  std::int64_t used_s = 0;
};

// Entries and temporary files; whatever else somebody put there is not ours to see.
std::vector<File> files_of(const std::string& path, const Descriptor& folder) {
  std::vector<File> files;
  std::error_code error;
  for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    std::string name = at->path().filename().string();
    struct stat status{};
    if ((is_entry(name) || name.starts_with(kTemporaryPrefix)) &&
        fstatat(folder.number(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISDIR(status.st_mode))
      files.push_back({std::move(name), static_cast<std::uint64_t>(status.st_size), status.st_mtim.tv_sec});
  }
  return files;
}

// The longest unused go first when there are too many, and what killed writers left.
void make_room(const std::string& path, const Descriptor& folder) {
  std::vector<File> files = files_of(path, folder);
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.used_s > b.used_s; });
  const std::int64_t newest_s = files.empty() ? 0 : files.front().used_s;
  std::uint64_t bytes = 0;
  std::size_t entries = 0;
  for (const File& file : files) {
    const bool temporary = !is_entry(file.name);
    if (!temporary) {
      bytes += file.bytes;
      ++entries;
    }
    const bool abandoned = temporary && file.used_s < newest_s - kWritersLiveS;
    if (abandoned || bytes > kMostFolderBytes || entries > kMostEntries)
      unlinkat(folder.number(), file.name.c_str(), 0);
  }
}

// A slash behind a link's name makes the system follow the link.
std::string without_last_slashes(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

// Why nothing within this folder is used; nothing is asked of a folder without a name or of one that is not there.
std::string refused_around(const std::string& around) {
  const std::string why = around.empty() ? "" : open_folder(around).refused;
  return why.empty() ? "" : "the folder around it is not used: " + why;
}

OpenedFolder open_within(const std::string& around, const std::string& folder) {
  if (std::string why = refused_around(around); !why.empty()) return {Descriptor(-1), std::move(why)};
  return open_folder(folder);
}

}  // namespace

std::string users_folder() {
  if (const char* own = std::getenv("PROOFMARK_CACHE")) return without_last_slashes(own);
  if (const char* base = std::getenv("XDG_CACHE_HOME"); base != nullptr && *base == '/')
    return std::string(base) + "/proofmark";
  const char* home = std::getenv("HOME");
  return home != nullptr && *home == '/' ? std::string(home) + "/.cache/proofmark" : "";
}

Key::Key(std::string_view kind) : kind_(kind) {
  add(kind);
}

Key& Key::add(std::string_view part) {
  parts_.append(std::to_string(part.size())).append(":").append(part);
  return *this;
}

std::string Key::hex() const {
  return json::sha256(parts_).substr(kDigestPrefix.size());
}

Found Cache::find(const Key& key) const {
  if (folder_.empty()) return {};
  const OpenedFolder opened = open_within(around_, folder_);
  if (!opened.folder) return {std::nullopt, opened.refused.empty() ? "" : "the folder is not used: " + opened.refused};
  const std::string hex = key.hex();
  Found found = read_private(opened.folder, key.kind() + "-" + hex);
  if (!found.bytes) return found;
  found.bytes = entry_content(*found.bytes, key.kind(), hex);
  if (!found.bytes) found.refused = "it is damaged";
  return found;
}

std::string Cache::keep(const Key& key, std::string_view bytes) const {
  if (folder_.empty()) return "there is no folder for it";
  if (const std::string why = refused_around(around_); !why.empty()) return "the folder is not used: " + why;
  const OpenedFolder opened = open_or_make_folder(folder_);
  if (!opened.folder) return "the folder is not used: " + opened.refused;
  const std::string hex = key.hex();
  std::string problem = write_private(opened.folder, name_of(key), entry_file(key.kind(), hex, bytes));
  if (hex.front() == '0') make_room(folder_, opened.folder);  // one time in sixteen: looking through it takes time
  return problem;
}

std::string Cache::refused() const {
  return folder_.empty() ? "" : open_within(around_, folder_).refused;
}

Cache::Contents Cache::list() const {
  if (folder_.empty()) return {};
  const OpenedFolder opened = open_within(around_, folder_);
  Contents contents{{}, opened.refused};
  if (!opened.folder) return contents;
  for (const File& file : files_of(folder_, opened.folder))
    if (is_entry(file.name))
      contents.entries.push_back({file.name, file.name.substr(0, file.name.find('-')), file.bytes});
  std::sort(contents.entries.begin(), contents.entries.end(),
            [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return contents;
}

Cache::Cleared Cache::clear() const {
  if (folder_.empty()) return {};
  const OpenedFolder opened = open_within(around_, folder_);
  Cleared cleared{0, 0, opened.refused, ""};
  if (!opened.folder) return cleared;
  for (const File& file : files_of(folder_, opened.folder)) {
    if (unlinkat(opened.folder.number(), file.name.c_str(), 0) != 0) {
      if (errno != ENOENT) cleared.left = "`" + file.name + "` cannot be removed: " + std::strerror(errno);
      continue;
    }
    cleared.entries += is_entry(file.name) ? 1 : 0;
    cleared.bytes += file.bytes;
  }
  return cleared;
}

}  // namespace proofmark::cache
