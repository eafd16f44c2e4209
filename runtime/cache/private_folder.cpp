// System calls relative to the folder's descriptor, so that nobody can put another folder in its place between two.
#include "runtime/cache/private_folder.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace proofmark::cache {
namespace {

constexpr mode_t kOthers = S_IRWXG | S_IRWXO;
constexpr mode_t kFolderMode = S_IRWXU, kFileMode = S_IRUSR | S_IWUSR;

std::string why_not_ours(const struct stat& status, mode_t kind) {
  if ((status.st_mode & S_IFMT) != kind) return kind == S_IFDIR ? "it is no folder" : "it is no plain file";
  if (status.st_uid != geteuid()) return "it belongs to another user";
  if ((status.st_mode & kOthers) != 0) return "others than its owner may use it";
  return {};
}

std::string reason(const char* what) {
  return std::string(what) + ": " + std::strerror(errno);
}

bool read_all(int file, std::string& into) {
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t got = read(file, into.data() + done, into.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    done += static_cast<std::size_t>(got);
  }
  return true;
}

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = write(file, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

std::string temporary_name() {
  std::array<unsigned char, 12> random{};
  if (getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) return {};
  std::string name(kTemporaryPrefix);
  for (const unsigned char byte : random) {
    name += "0123456789abcdef"[byte >> 4U];
    name += "0123456789abcdef"[byte & 15U];
  }
  return name;
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) close(number_);
}

OpenedFolder open_folder(const std::string& path) {
  Descriptor folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder && (errno == ENOTDIR || errno == ELOOP))
    return {Descriptor(-1), "it is no folder, and a symbolic link to one is not followed"};
  if (!folder) return {Descriptor(-1), errno == ENOENT ? "" : reason("it cannot be opened")};
  struct stat status{};
  if (fstat(folder.number(), &status) != 0) return {Descriptor(-1), reason("it cannot be looked at")};
  if (std::string why = why_not_ours(status, S_IFDIR); !why.empty()) return {Descriptor(-1), std::move(why)};
  return {std::move(folder), ""};
}

OpenedFolder open_or_make_folder(const std::string& path) {
  OpenedFolder there = open_folder(path);
  if (there.folder || !there.refused.empty()) return there;
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  std::filesystem::create_directories(parent.parent_path(), error);
  mkdir(parent.c_str(), kFolderMode);  // where it is ours too it shall be as closed
  if (mkdir(path.c_str(), kFolderMode) != 0 && errno != EEXIST) return {Descriptor(-1), reason("it cannot be made")};
  return open_folder(path);
}

Found read_private(const Descriptor& folder, const std::string& name) {
  const Descriptor file(openat(folder.number(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file) return {std::nullopt, errno == ENOENT ? "" : reason("it cannot be opened")};
  struct stat status{};
  if (fstat(file.number(), &status) != 0) return {std::nullopt, reason("it cannot be looked at")};
  if (std::string why = why_not_ours(status, S_IFREG); !why.empty()) return {std::nullopt, std::move(why)};
  if (status.st_nlink > 1) return {std::nullopt, "it has a second name"};
  if (static_cast<std::uint64_t>(status.st_size) > kMostFileBytes) return {std::nullopt, "it is too large"};
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  if (!read_all(file.number(), bytes)) return {std::nullopt, "it cannot be read whole"};
  futimens(file.number(), nullptr);  // used now; where that cannot be noted it grows old sooner
  return {std::move(bytes), ""};
}

std::string write_private(const Descriptor& folder, const std::string& name, std::string_view bytes) {
  if (bytes.size() > kMostFileBytes) return "it is too large";
  const std::string temporary = temporary_name();
  if (temporary.empty()) return reason("the system has no random number");
  const Descriptor file(
      openat(folder.number(), temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode));
  if (!file) return reason("no file can be made in it");
  const bool written = fchmod(file.number(), kFileMode) == 0 && write_all(file.number(), bytes);
  if (written && renameat(folder.number(), temporary.c_str(), folder.number(), name.c_str()) == 0) return {};
  std::string why = reason("it cannot be written");
  unlinkat(folder.number(), temporary.c_str(), 0);
  return why;
}

}  // namespace proofmark::cache
