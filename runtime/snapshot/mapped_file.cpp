// Opening and mapping, with the two ways to fail kept apart: the file is not there, or it cannot be read.
#include "runtime/snapshot/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "runtime/snapshot/problem_codes.h"

namespace proofmark::snapshot {
namespace {

constexpr int kDescriptorsKept = 512;  // of the 1024 that a process mostly may have

Diagnostic unreadable(std::string_view name, int error) {
  if (error == ENOENT || error == ENOTDIR)
    return file_problem(code::kFileMissing, std::string(name), "the snapshot lacks this file, its manifest names it",
                        "copy the whole snapshot directory, or make the snapshot again");
  return file_problem(code::kSnapshotUnreadable, std::string(name),
                      std::string("cannot read the file: ") + std::strerror(error));
}

}  // namespace

Result<MappedFile> MappedFile::open(const std::filesystem::path& file, std::string_view name) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe is refused below
  if (descriptor < 0) return unreadable(name, errno);
  struct stat status = {};
  int error = ::fstat(descriptor, &status) == 0 ? 0 : errno;
  if (error == 0 && !S_ISREG(status.st_mode)) error = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
  void* begin = nullptr;
  const auto size = error == 0 ? static_cast<std::size_t>(status.st_size) : 0;
  if (size != 0) {
    begin = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (begin == MAP_FAILED) error = errno;
  }
  const FileIdentity identity = identity_of(descriptor);
  const bool kept = error == 0 && descriptor < kDescriptorsKept;
  if (!kept) ::close(descriptor);
  if (error != 0) return unreadable(name, error);
  return MappedFile(kept ? descriptor : -1, static_cast<const std::byte*>(begin), size, identity);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      begin_(std::exchange(other.begin_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      identity_(other.identity_) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(begin_, other.begin_);
  std::swap(size_, other.size_);
  std::swap(identity_, other.identity_);
  return *this;
}

MappedFile::~MappedFile() {
  if (begin_ != nullptr) ::munmap(const_cast<std::byte*>(begin_), size_);
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool MappedFile::read(std::size_t offset, std::span<std::byte> into) const {
  if (offset > size_ || into.size() > size_ - offset) return false;
  if (descriptor_ < 0) {
    std::copy_n(begin_ + offset, into.size(), into.begin());
    return true;
  }
  while (!into.empty()) {
    const ssize_t got = ::pread(descriptor_, into.data(), into.size(), static_cast<off_t>(offset));
    if (got == 0 || (got < 0 && errno != EINTR)) return false;
    if (got < 0) continue;
    offset += static_cast<std::size_t>(got);
    into = into.subspan(static_cast<std::size_t>(got));
  }
  return true;
}

}  // namespace proofmark::snapshot
