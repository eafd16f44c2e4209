// flock(2) on the directory itself: nothing is left behind when its holder is killed.
#include "runtime/snapshot/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "runtime/snapshot/problem_codes.h"

namespace proofmark::snapshot {
namespace {

bool still_has_the_name(int descriptor, const std::filesystem::path& directory) {
  struct stat held = {}, named = {};
  return ::fstat(descriptor, &held) == 0 && ::stat(directory.c_str(), &named) == 0 && held.st_dev == named.st_dev &&
         held.st_ino == named.st_ino;
}

}  // namespace

Result<DirectoryLock> DirectoryLock::take(const std::filesystem::path& directory) {
  for (;;) {
    const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return DirectoryLock(-1);
    DirectoryLock lock(descriptor);
    int locked = 0;
    do {
      locked = ::flock(descriptor, LOCK_EX);
    } while (locked != 0 && errno == EINTR);
    if (locked != 0)
      return file_problem(code::kOutputFailed, directory.string(),
                          std::string("cannot lock the snapshot: ") + std::strerror(errno),
                          "write the longer snapshot to a new directory with `--out`");
    if (still_has_the_name(descriptor, directory)) return lock;
  }
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

DirectoryLock::~DirectoryLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace proofmark::snapshot
