// A stream's files and the manifest, written into a directory that is being made: what creating and appending share.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "runtime/snapshot/arrow_write.h"
#include "runtime/snapshot/manifest.h"

namespace proofmark::snapshot {

Status make_folders(const std::filesystem::path& directory);

// Writes the Arrow file and, with a time column (a place in table.columns), the zone map; fills in what the record says
// of them: digests, rows, columns, coverage. What it took is added to the options' measures.
Status write_stream(const std::filesystem::path& directory, const Table& table, std::optional<std::size_t> time_column,
                    const ArrowOptions& options, StreamRecord& record);

// Returns the snapshot's id.
Result<std::string> write_manifest_file(const std::filesystem::path& directory, const Manifest& manifest,
                                        Lasting lasting = Lasting::yes);

}  // namespace proofmark::snapshot
