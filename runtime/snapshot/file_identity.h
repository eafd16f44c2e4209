// By what a file is known again without reading it: which one it is, how long, and when it was last changed.
#pragma once

#include <cstdint>

namespace proofmark::snapshot {

struct FileIdentity {
  std::uint64_t device = 0, inode = 0, bytes = 0;
  std::int64_t modified_ns = 0, changed_ns = 0;  // contents; contents or anything else of it
  // A change from now on would show in its times: the clock that they are taken from has moved on since the last one.
  bool settled = false;
};

// Of an open file, by its descriptor. All zeros and not settled when the system does not say.
FileIdentity identity_of(int descriptor);

}  // namespace proofmark::snapshot
