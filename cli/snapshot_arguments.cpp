#include "cli/snapshot_arguments.h"

#include <fmt/format.h>

#include "runtime/snapshot/time_text.h"

namespace proofmark::cli {

Result<std::vector<NamedFile>> stream_arguments(const std::vector<std::string>& arguments) {
  std::vector<NamedFile> files;
  for (const std::string& argument : arguments) {
    const auto equals = argument.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == argument.size())
      return plain_problem("PM0707", fmt::format("`--stream {}` does not name a stream and a file", argument),
                           "write --stream NAME=FILE");
    files.emplace_back(argument.substr(0, equals), argument.substr(equals + 1));
  }
  return files;
}

Result<std::optional<std::int64_t>> as_of_argument(const std::string& argument) {
  if (argument == "latest") return std::optional<std::int64_t>();
  const auto ns = snapshot::parse_rfc3339(argument);
  if (!ns)
    return plain_problem("PM0707", fmt::format("`--as-of {}` is neither a time nor `latest`", argument),
                         "write a time with its offset, such as 2026-01-31T12:00:00Z, between the years 1678 and 2262");
  return ns;
}

void add_stream_options(CLI::App& command, std::vector<std::string>& streams, std::uint64_t& skip_bad_rows,
                        const char* about_streams) {
  command.add_option("--stream", streams, about_streams)->required()->type_name("NAME=FILE");
  command
      .add_option("--skip-bad-rows", skip_bad_rows,
                  "Allow so many rows in all that cannot be read; they count against every pass")
      ->check(CLI::Range(0, 1'000'000'000).description(""))
      ->type_name("N");
}

void add_stats_option(CLI::App& command, bool& stats) {
  command.add_flag("--stats", stats, "Say on stderr where the time went: phases, bytes, rows a second, the tier");
}

}  // namespace proofmark::cli
