// Growing a snapshot: rows of further telemetry files join the rows that are there.
//
// The outcome is the snapshot that `create` makes of all its files in one, byte for byte, except that the manifest
// names each file. Batches in front of the first new row go over as they are, from there on rows are merged; a snapshot
// that stands under a name is never changed, but put aside for the new one in one step.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "runtime/snapshot/create.h"

namespace proofmark::snapshot {

struct AppendOptions {
  std::filesystem::path snapshot;
  std::optional<std::filesystem::path> out;  // must not exist, or be empty; nothing: takes the place of `snapshot`
  std::vector<StreamSource> streams;  // of streams that are there, several files of one in the order to read them;
                                      // without columns: read as the snapshot's were
  std::optional<std::int64_t> as_of;  // nothing: the greatest time of any stream or, unless `latest`, the old
  bool latest = false;                // instant where that is later
  std::uint64_t skip_bad_rows = 0;    // of the new files
  Measures* measures = nullptr;       // filled while it is made; null: nobody asked
};

struct AppendedStream {
  std::string name;
  std::uint64_t rows = 0, added = 0, skipped = 0;  // in all; new rows; new rows that could not be read
  std::uint64_t kept = 0;                          // rows of batches that stayed where they were
};

struct Appended {
  std::string id, old_id;
  std::optional<std::int64_t> as_of;
  std::vector<AppendedStream> streams;  // those that grew
  Diagnostics warnings;
};

// The old snapshot is verified in full, its SHA-256 included: what is wrong with it must not get new digests.
Result<Appended> append(const AppendOptions& options);

}  // namespace proofmark::snapshot
