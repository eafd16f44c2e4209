// proofmark snapshot create, inspect, verify: telemetry files to a snapshot, and a look at one. `append` has a file of
// its own.
#include <fmt/format.h>
#include <unistd.h>

#include <memory>

#include "cli/commands.h"
#include "cli/schema_sources.h"
#include "cli/snapshot_arguments.h"
#include "cli/snapshot_page.h"
#include "cli/snapshot_stats.h"
#include "cli/users_cache.h"
#include "runtime/engine/checked_rows.h"
#include "runtime/engine/engine.h"

namespace proofmark::cli {
namespace {

struct CreateArguments {
  Console console;
  std::string out, as_of = "latest";
  std::vector<std::string> streams;
  std::string schema, time_column;
  std::uint64_t skip_bad_rows = 0;
  bool latest_asked = false, stats = false;
};

struct DirectoryArguments {
  Console console;
  std::string directory;
};

Exit refuse(const Console& console, const Diagnostics& problems) {
  console.report(problems);
  return exit_for(problems);
}

Exit print(const Console& console, const std::string& text) {
  const Status written = write_out(STDOUT_FILENO, text);
  return written ? Exit::fine : refuse(console, written.problems());
}

// Without a policy every column is kept and its type inferred.
Result<std::vector<snapshot::StreamSource>> sources_of(const CreateArguments& arguments) {
  const auto files = stream_arguments(arguments.streams);
  if (!files) return files.problems();
  if (!arguments.schema.empty()) return schema_sources(arguments.schema, *files);
  std::vector<snapshot::StreamSource> sources;
  for (const auto& [name, file] : *files) {
    sources.push_back({.name = name, .file = file, .columns = {}, .time_column = {}});
    if (!arguments.time_column.empty()) sources.back().time_column = arguments.time_column;
  }
  return sources;
}

Diagnostic no_latest(const CreateArguments& arguments) {
  Diagnostic warning = file_problem("PM0825", arguments.out,
                                    "`--as-of latest` names no instant: no stream has a time column with a time in it",
                                    "declare `time` in the policy given as `--schema`, or name the column with "
                                    "`--time-column`, or the instant with `--as-of`");
  warning.severity = Severity::warning;
  return warning;
}

Result<snapshot::Created> create_showing(const Console& console, const snapshot::CreateOptions& options) {
  const ProgressLine progress(console, [&] { return snapshot_progress(*options.measures); });
  return snapshot::create(options);
}

Exit create(const CreateArguments& arguments) {
  Console warnings = arguments.console;  // on stderr as text, so that stdout stays one document
  warnings.format = Format::text;
  const auto as_of = as_of_argument(arguments.as_of);
  if (!as_of) return refuse(arguments.console, as_of.problems());
  auto sources = sources_of(arguments);
  if (!sources) return refuse(arguments.console, sources.problems());
  snapshot::Measures measures;
  const auto created = create_showing(arguments.console,
                                      {arguments.out, std::move(*sources), *as_of, arguments.skip_bad_rows, &measures});
  if (!created) return refuse(arguments.console, created.problems());
  if (arguments.stats) (void)write_out(STDERR_FILENO, stats_text(measures));
  if (!arguments.console.quiet) warnings.report(created->warnings);
  if (!arguments.console.quiet && arguments.latest_asked && !created->as_of) warnings.report({no_latest(arguments)});
  if (arguments.console.format == Format::json)
    return print(arguments.console, json::canonical(created_json(*created)) + "\n");
  return arguments.console.quiet ? Exit::fine : print(arguments.console, created_text(arguments.out, *created));
}

Exit inspect(const DirectoryArguments& arguments) {
  const auto snapshot = snapshot::Snapshot::open(arguments.directory);
  if (!snapshot) return refuse(arguments.console, snapshot.problems());
  if (const Status sound = snapshot->verify_all_chunks(); !sound) return refuse(arguments.console, sound.problems());
  if (arguments.console.format == Format::json)
    return print(arguments.console, json::canonical(snapshot_json(*snapshot)) + "\n");
  return print(arguments.console, snapshot_text(arguments.directory, *snapshot));
}

// Every byte is looked at, whatever is found first; of many bytes a terminal is told how far that is.
Diagnostics problems_of(const Console& console, const snapshot::Snapshot& snapshot) {
  snapshot::Measures measures;
  const ProgressLine progress(console, [&] { return snapshot_progress(measures); });
  Diagnostics problems;
  for (const Status& sound : {snapshot.verify_files(&measures), snapshot.verify_all_chunks(&measures)})
    if (!sound) problems.insert(problems.end(), sound.problems().begin(), sound.problems().end());
  return problems;
}

Exit verify(const DirectoryArguments& arguments) {
  const auto snapshot = snapshot::Snapshot::open(arguments.directory);
  if (!snapshot) return refuse(arguments.console, snapshot.problems());
  if (const Diagnostics problems = problems_of(arguments.console, *snapshot); !problems.empty())
    return refuse(arguments.console, problems);
  engine::remember_checked(*snapshot, {&users_facts(), engine::Options{}.fact_unit_batches});
  if (arguments.console.format == Format::json)
    return print(arguments.console, json::canonical(json::Object{{"id", snapshot->id()}, {"verified", true}}) + "\n");
  return arguments.console.quiet
             ? Exit::fine
             : print(arguments.console, fmt::format("ok: {} is {}\n", arguments.directory, snapshot->id()));
}

void add_create(CLI::App& snapshot, Exit& exit) {
  auto arguments = std::make_shared<CreateArguments>();
  CLI::App* command = snapshot.add_subcommand("create", "Freeze telemetry files into a snapshot");
  command->footer(
      "Examples:\n"
      "  proofmark snapshot create --out snap --stream requests=access.ndjson.gz --schema checkout_canary.pmk\n"
      "  proofmark snapshot create --out snap --as-of 2026-01-31T12:00:00Z --stream requests=requests.csv\n"
      "Files: .csv, or .ndjson .jsonl .json .log with one JSON object a line; also with .gz or .zst behind.\n"
      "Without --schema every column is kept and its type is inferred from all its values.");
  command->add_option("--out", arguments->out, "The directory to make; it must not exist, or be empty")
      ->required()
      ->check([](const std::string& name) { return name.empty() ? "--out names no directory" : ""; }, "")
      ->type_name("DIR");
  add_stream_options(*command, arguments->streams, arguments->skip_bad_rows,
                     "A telemetry file under the name that policies use; once for each");
  CLI::Option* as_of =
      command
          ->add_option(
              "--as-of", arguments->as_of,
              "The instant that the snapshot stands for, or `latest`: the last time in any stream (the default)")
          ->type_name("TIME");
  CLI::Option* schema = command
                            ->add_option("--schema", arguments->schema,
                                         "Take columns, types and units from this policy's telemetry declarations")
                            ->type_name("POLICY");
  command
      ->add_option("--time-column", arguments->time_column, "The column to order rows by, for files without --schema")
      ->type_name("COLUMN")
      ->excludes(schema);
  add_stats_option(*command, arguments->stats);
  add_output_options(*command, arguments->console, false);
  command->callback([arguments, as_of, &exit] {
    arguments->latest_asked = as_of->count() > 0 && arguments->as_of == "latest";
    exit = create(*arguments);
  });
}

void add_on_directory(CLI::App& snapshot, Exit& exit, const char* name, const char* about, const char* footer,
                      Exit (*run)(const DirectoryArguments&)) {
  auto arguments = std::make_shared<DirectoryArguments>();
  CLI::App* command = snapshot.add_subcommand(name, about);
  command->footer(footer);
  command->add_option("DIR", arguments->directory, "The snapshot")->required()->type_name("");
  add_output_options(*command, arguments->console, false);
  command->callback([arguments, &exit, run] { exit = run(*arguments); });
}

}  // namespace

void add_snapshot_command(CLI::App& app, Exit& exit) {
  CLI::App* snapshot = app.add_subcommand("snapshot", "Make, grow, look at and verify snapshots of telemetry");
  snapshot->require_subcommand(1);
  add_create(*snapshot, exit);
  add_snapshot_append(*snapshot, exit);
  add_on_directory(*snapshot, exit, "inspect", "Show what a snapshot holds: streams, times, columns, values",
                   "Example:\n  proofmark snapshot inspect snap", inspect);
  add_on_directory(
      *snapshot, exit, "verify", "Hash every byte of a snapshot against its manifest",
      "Example:\n  proofmark snapshot verify snap\nExit code: 0 every byte is what the manifest says, 65 it is not.",
      verify);
}

}  // namespace proofmark::cli
