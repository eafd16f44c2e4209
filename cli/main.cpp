// The program: builds the command line, runs one command, turns what is left into an exit code. A usage mistake is 64;
// an exception that reaches this file is our bug and is 70.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <new>
#include <optional>
#include <string_view>
#include <utility>

#include "cli/commands.h"
#include "cli/lost_mapping.h"
#include "runtime/diagnostic/closest_name.h"
#include "runtime/json/utf8.h"
#include "runtime/memory/large_pages.h"

namespace proofmark::cli {
namespace {

constexpr const char* kExamples = R"(Examples:
  proofmark check policies/checkout_canary/checkout_canary.pmk
  proofmark plan policies/checkout_canary/checkout_canary.pmk --traffic 500/s
  proofmark snapshot create --out snap --as-of latest --stream requests=access.ndjson.gz \
      --schema checkout_canary.pmk
  proofmark eval checkout_canary.pmk --snapshot snap --set candidate=2.4.0 --set stable=2.3.0 \
      --transcript decision.json
  proofmark verify decision.json --policy checkout_canary.pmk --snapshot snap
  proofmark explain PM0401

Exit codes: 0 certify (or fine), 1 deny, 2 hold, 3 revoke, 64 usage, 65 invalid policy or data,
66 missing input, 70 a bug in proofmark, 74 input/output; of several policies the worst.)";

// The word that stands where a command is wanted, when there is one.
std::optional<std::string> unknown_command(const CLI::App& last, int argc, char** argv, std::size_t commands) {
  if (last.get_subcommands([](const CLI::App*) { return true; }).empty()) return std::nullopt;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    if (word.starts_with('-')) continue;
    if (commands == 0) return word;
    --commands;
  }
  return std::nullopt;
}

std::string no_such_command(const CLI::App& last, const std::string& path, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::App* command : last.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  const auto best = closest_name(word, names);
  return fmt::format(
      "error[PM0707]: `{}` has no command `{}`\n  help: {}\n", path, json::printable(word, 80),
      best ? fmt::format("did you mean `{}`?", *best) : fmt::format("it has {}", fmt::join(names, ", ")));
}

// The library's words for two mistakes do not say what was found.
std::string what_is_wrong(const CLI::ParseError& mistake, const std::string& path, int argc, char** argv) {
  std::string said = mistake.what();
  const std::string_view required = ": 1 required ", missing = " missing";
  const std::size_t place = said.find(required);
  if (mistake.get_name() == "ArgumentMismatch" && place != std::string::npos && said.ends_with(missing)) {
    const std::size_t begin = place + required.size();
    return fmt::format("`{}` is given without its value, {}", said.substr(0, place),
                       said.substr(begin, said.size() - begin - missing.size()));
  }
  for (int i = 1; i < argc && mistake.get_name() == "RequiredError" && path == "proofmark"; ++i)
    if (argv[i][0] == '-') return fmt::format("`proofmark` has no option `{}`", json::printable(argv[i], 80));
  return said;
}

Exit usage_mistake(const CLI::App& app, const CLI::ParseError& mistake, int argc, char** argv) {
  const CLI::App* command = &app;
  std::string path = "proofmark";
  std::size_t commands = 0;
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().front();
    path += " " + command->get_name();
    ++commands;
  }
  if (const auto word = unknown_command(*command, argc, argv, commands)) {
    (void)write_out(STDERR_FILENO, no_such_command(*command, path, *word));
    return Exit::usage;
  }
  const std::string text = fmt::format("error[PM0707]: {}\n  help: `{} --help` shows the options\n",
                                       what_is_wrong(mistake, path, argc, argv), path);
  (void)write_out(STDERR_FILENO, text);
  return Exit::usage;
}

// Arguments reach messages and transcripts, which are UTF-8.
bool arguments_are_utf8(int argc, char** argv) {
  for (int i = 1; i < argc; ++i)
    if (json::first_invalid_utf8(argv[i])) {
      (void)write_out(STDERR_FILENO, fmt::format("error[PM0707]: argument {} is not valid UTF-8\n"
                                                 "  help: give names and paths in UTF-8\n",
                                                 i));
      return false;
    }
  return true;
}

// Describing all commands takes as long as checking a small policy. A command that comes first is described alone; the
// others are wanted where it is none: for `--help`, and to say what there is.
void add_commands(CLI::App& app, Exit& exit, std::string_view wanted) {
  using Add = void (*)(CLI::App&, Exit&);
  static constexpr std::pair<std::string_view, Add> kCommands[] = {{"calc", add_calc_command},
                                                                   {"check", add_check_command},
                                                                   {"plan", add_plan_command},
                                                                   {"eval", add_eval_command},
                                                                   {"verify", add_verify_command},
                                                                   {"test", add_test_command},
                                                                   {"snapshot", add_snapshot_command},
                                                                   {"emit", add_emit_command},
                                                                   {"explain", add_explain_command},
                                                                   {"cache", add_cache_command},
                                                                   {"language-server", add_language_server_command}};
  const auto* called = std::find_if(std::begin(kCommands), std::end(kCommands),
                                    [&](const auto& command) { return command.first == wanted; });
  if (called != std::end(kCommands)) return called->second(app, exit);
  for (const auto& [name, add] : kCommands) add(app, exit);
}

Exit run(int argc, char** argv) {
  if (!arguments_are_utf8(argc, argv)) return Exit::usage;
  Exit exit = Exit::fine;
  CLI::App app{"Proofmark certifies releases of systems whose behaviour is probabilistic.", "proofmark"};
  app.footer(kExamples);
  app.set_version_flag("--version", fmt::format("proofmark {}", kVersion));
  app.require_subcommand(1);
  add_commands(app, exit, argc > 1 ? argv[1] : "");
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    app.exit(asked);
    return Exit::fine;
  } catch (const CLI::ParseError& mistake) {
    return usage_mistake(app, mistake, argc, argv);
  }
  return exit;
}

}  // namespace

CLI::Validator one_of(std::vector<std::string> words) {
  return CLI::Validator(
      [words = std::move(words)](std::string& word) -> std::string {
        if (std::find(words.begin(), words.end(), word) != words.end()) return {};
        return fmt::format("`{}` is none of {}", word, fmt::join(words, ", "));
      },
      "");
}

}  // namespace proofmark::cli

namespace {

// The process is over and its memory with it: tearing the parser's tables and libraries down piece by piece would take
// longer than a small run. Sanitizers report at a proper end, and get one.
[[noreturn]] void leave(proofmark::cli::Exit exit) {
  std::cout.flush();
  std::fflush(nullptr);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  std::exit(static_cast<int>(exit));
#else
  _exit(static_cast<int>(exit));
#endif
}

}  // namespace

int main(int argc, char** argv) {
  using proofmark::cli::Exit;
  proofmark::memory::keep_freed_memory();
  proofmark::cli::end_in_words_when_a_mapping_is_lost();
  try {
    leave(proofmark::cli::after_output(proofmark::cli::run(argc, argv)));
  } catch (const std::bad_alloc&) {
    (void)proofmark::cli::write_out(STDERR_FILENO, "proofmark: out of memory; no decision was made\n");
    return static_cast<int>(Exit::io);
  } catch (const std::exception& bug) {
    (void)proofmark::cli::write_out(
        STDERR_FILENO,
        fmt::format(
            "proofmark: internal error: {}\nThis is a bug in Proofmark, not in your input. No decision was made.\n",
            bug.what()));
    return static_cast<int>(Exit::internal);
  }
}
