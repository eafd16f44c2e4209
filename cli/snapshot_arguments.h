// What `snapshot create` and `snapshot append` are told in the same words.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.h"

namespace proofmark::cli {

using NamedFile = std::pair<std::string, std::filesystem::path>;

// `--stream NAME=FILE`, each.
Result<std::vector<NamedFile>> stream_arguments(const std::vector<std::string>& arguments);
// `--as-of TIME`; nothing for `latest`.
Result<std::optional<std::int64_t>> as_of_argument(const std::string& argument);

void add_stream_options(CLI::App& command, std::vector<std::string>& streams, std::uint64_t& skip_bad_rows,
                        const char* about_streams);
void add_stats_option(CLI::App& command, bool& stats);

// `snapshot append`, in a file of its own.
void add_snapshot_append(CLI::App& snapshot, Exit& exit);

}  // namespace proofmark::cli
