// One function a command, one file a function. Each adds its subcommand and its options to the program; parsing the
// command line sets `exit` by running the chosen one.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/console.h"

namespace proofmark::cli {

void add_calc_command(CLI::App& app, Exit& exit);
void add_check_command(CLI::App& app, Exit& exit);
void add_eval_command(CLI::App& app, Exit& exit);
void add_verify_command(CLI::App& app, Exit& exit);
void add_test_command(CLI::App& app, Exit& exit);
void add_emit_command(CLI::App& app, Exit& exit);
void add_explain_command(CLI::App& app, Exit& exit);
void add_snapshot_command(CLI::App& app, Exit& exit);

// `--format text|json` and, where it means something, markdown; `--quiet`.
void add_output_options(CLI::App& command, Console& console, bool with_markdown);

}  // namespace proofmark::cli
