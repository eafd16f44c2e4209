// One function a command, one file a function. Each adds its subcommand and its options to the program; parsing the
// command line sets `exit` by running the chosen one.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/console.h"

namespace proofmark::cli {

inline constexpr std::string_view kVersion = "0.1.0";

void add_cache_command(CLI::App& app, Exit& exit);
void add_calc_command(CLI::App& app, Exit& exit);
void add_check_command(CLI::App& app, Exit& exit);
void add_eval_command(CLI::App& app, Exit& exit);
void add_verify_command(CLI::App& app, Exit& exit);
void add_test_command(CLI::App& app, Exit& exit);
void add_emit_command(CLI::App& app, Exit& exit);
void add_explain_command(CLI::App& app, Exit& exit);
void add_language_server_command(CLI::App& app, Exit& exit);
void add_plan_command(CLI::App& app, Exit& exit);
void add_snapshot_command(CLI::App& app, Exit& exit);

// A word from a list, turned into its value: "`foo` is none of auto, interpreter, native".
template <typename T>
CLI::Validator choice(std::map<std::string, T> choices) {
  return CLI::Validator(
      [choices = std::move(choices)](std::string& word) -> std::string {
        const auto found = choices.find(word);
        if (found != choices.end()) {
          word = std::to_string(static_cast<int>(found->second));
          return {};
        }
        std::string names;
        for (const auto& [name, value] : choices) names += (names.empty() ? "" : ", ") + name;
        return "`" + word + "` is none of " + names;
      },
      "");
}

CLI::Validator one_of(std::vector<std::string> words);

// `--format text|json` and, where it means something, markdown; `--quiet`.
void add_output_options(CLI::App& command, Console& console, bool with_markdown);

}  // namespace proofmark::cli
