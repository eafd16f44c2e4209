// The files of a snapshot's directory, mapped and held against its manifest: what reading and appending share. In go a
// directory and a record of the manifest, out come columns whose structure is sound and whose values nobody has looked
// at yet; column_check.h looks at them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/snapshot/arrow_read.h"
#include "runtime/snapshot/manifest.h"
#include "runtime/snapshot/mapped_file.h"
#include "runtime/snapshot/measures.h"

namespace proofmark::snapshot {

inline constexpr std::string_view kManifestFile = "manifest.json";
inline constexpr std::string_view kRestore =
    "restore the file from a copy, or make the snapshot again from its telemetry";

struct OpenStream {
  StreamRecord record;
  MappedFile arrow;
  ArrowContents contents;
  std::vector<Zone> zones;
};

Result<MappedFile> open_manifest(const std::filesystem::path& directory);

Result<OpenStream> open_stream(const std::filesystem::path& directory, StreamRecord record);

// That the mapped bytes are those that the manifest names. How many of them were hashed goes to `measures`.
Status check_sha256(const MappedFile& file, std::string_view path, std::string_view sha256,
                    Measures* measures = nullptr);

}  // namespace proofmark::snapshot
