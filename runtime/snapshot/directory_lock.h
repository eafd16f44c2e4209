// One at a time: whoever replaces a directory holds it locked, so that of two that do neither one's work is lost.
#pragma once

#include <filesystem>

#include "runtime/diagnostic/diagnostic.h"

namespace proofmark::snapshot {

class DirectoryLock {
 public:
  // Waits for the directory that has the name then, which may not be the one that had it when the waiting began. A
  // directory that is not there is not locked; whoever opens it will say so.
  static Result<DirectoryLock> take(const std::filesystem::path& directory);
  DirectoryLock(DirectoryLock&& other) noexcept;
  DirectoryLock& operator=(DirectoryLock&&) = delete;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace proofmark::snapshot
