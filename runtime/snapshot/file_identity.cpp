// The times of a file advance in the ticks of the system's coarse clock, or in seconds on some file systems.
#include "runtime/snapshot/file_identity.h"

#include <sys/stat.h>

#include <algorithm>
#include <ctime>

namespace proofmark::snapshot {
namespace {

constexpr std::int64_t kNsPerS = 1'000'000'000;
constexpr std::int64_t kCoarsestTickNs = 2 * kNsPerS;

std::int64_t in_ns(const timespec& time) {
  return std::int64_t{time.tv_sec} * kNsPerS + time.tv_nsec;
}

bool has_settled(std::int64_t last_ns) {
  timespec now{};
  if (::clock_gettime(CLOCK_REALTIME_COARSE, &now) != 0) return false;
  const bool whole_seconds = last_ns % kNsPerS == 0;
  return in_ns(now) > last_ns + (whole_seconds ? kCoarsestTickNs : 0);
}

}  // namespace

FileIdentity identity_of(int descriptor) {
  struct stat status = {};
  if (::fstat(descriptor, &status) != 0) return {};
  FileIdentity file{status.st_dev, status.st_ino, static_cast<std::uint64_t>(status.st_size), in_ns(status.st_mtim),
                    in_ns(status.st_ctim)};
  file.settled = has_settled(std::max(file.modified_ns, file.changed_ns));
  return file;
}

}  // namespace proofmark::snapshot
