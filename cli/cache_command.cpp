// proofmark cache: what earlier runs kept, and where.
#include <fmt/format.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/users_cache.h"

namespace proofmark::cli {

const cache::Cache& users_cache() {
  static const cache::Cache users(cache::users_folder());
  return users;
}

const cache::Cache& users_facts() {
  const std::string& folder = users_cache().folder();
  static const cache::Cache facts(folder.empty() ? "" : folder + "/facts", folder);
  return facts;
}

namespace {

Exit print(const std::string& text) {
  const Status written = write_out(STDOUT_FILENO, text);
  return written ? Exit::fine : exit_for(written.problems());
}

// Empty: the folder is as it shall be.
Diagnostics refusal(const cache::Cache& cache, const std::string& why) {
  if (why.empty()) return {};
  const std::string& folder = cache.folder();
  return {file_problem("PM1002", folder, fmt::format("the cache folder `{}` is not used: {}", folder, why),
                       fmt::format("make it yours alone: `chmod 700 {}`, or name another in PROOFMARK_CACHE", folder))};
}

Exit refuse(const Diagnostics& problems) {
  Console{}.report(problems);
  return exit_for(problems);
}

Exit list() {
  std::string text;
  std::uint64_t bytes = 0;
  std::size_t count = 0;
  for (const cache::Cache* cache : {&users_cache(), &users_facts()}) {
    const cache::Cache::Contents contents = cache->list();
    if (const Diagnostics problems = refusal(*cache, contents.refused); !problems.empty()) return refuse(problems);
    for (const cache::Entry& entry : contents.entries) {
      text += fmt::format("{:<8}{:>12}  {}\n", entry.kind, entry.bytes, entry.name);
      bytes += entry.bytes;
    }
    count += contents.entries.size();
  }
  return print(text + fmt::format("{} {}, {} bytes\n", count, count == 1 ? "entry" : "entries", bytes));
}

Exit clear() {
  std::uint64_t bytes = 0;
  std::size_t count = 0;
  for (const cache::Cache* cache : {&users_cache(), &users_facts()}) {
    const cache::Cache::Cleared cleared = cache->clear();
    if (const Diagnostics problems = refusal(*cache, cleared.refused); !problems.empty()) return refuse(problems);
    if (!cleared.left.empty())
      return refuse({file_problem("PM0708", cache->folder(), "the cache cannot be cleared: " + cleared.left,
                                  "make the folder writable, or name another in PROOFMARK_CACHE")});
    count += cleared.entries;
    bytes += cleared.bytes;
  }
  return print(fmt::format("removed {} {}, {} bytes\n", count, count == 1 ? "entry" : "entries", bytes));
}

}  // namespace

void add_cache_command(CLI::App& app, Exit& exit) {
  CLI::App* command = app.add_subcommand("cache", "Show or clear what earlier runs kept to be faster");
  command->footer(
      "Compiled code, checked plans and counts of rows that were seen are kept in $PROOFMARK_CACHE, else\n"
      "$XDG_CACHE_HOME/proofmark, else ~/.cache/proofmark: a folder of mode 0700 that only its owner uses. Set\n"
      "PROOFMARK_CACHE to nothing to keep nothing. What is kept only saves time; removing it, whole or in part,\n"
      "changes no result.\n"
      "Example:\n  proofmark cache list");
  command->require_subcommand(1);
  command->add_subcommand("list", "List what is kept")->callback([&exit] { exit = list(); });
  command->add_subcommand("clear", "Remove what is kept")->callback([&exit] { exit = clear(); });
  command->add_subcommand("path", "Print the folder")->callback([&exit] {
    exit = print(users_cache().folder() + "\n");
  });
}

}  // namespace proofmark::cli
