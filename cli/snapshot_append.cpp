// proofmark snapshot append: further telemetry files to a longer snapshot.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include "cli/schema_sources.h"
#include "cli/snapshot_arguments.h"
#include "cli/snapshot_page.h"
#include "cli/snapshot_stats.h"
#include "cli/users_cache.h"
#include "runtime/engine/checked_rows.h"
#include "runtime/engine/engine.h"
#include "runtime/snapshot/append.h"

namespace proofmark::cli {
namespace {

struct AppendArguments {
  Console console;
  std::string directory, out, as_of, schema;
  std::vector<std::string> streams;
  std::uint64_t skip_bad_rows = 0;
  bool in_place = false, stats = false;
};

Result<std::vector<snapshot::StreamSource>> sources_of(const AppendArguments& arguments) {
  const auto files = stream_arguments(arguments.streams);
  if (!files) return files.problems();
  if (!arguments.schema.empty()) return schema_sources(arguments.schema, *files);
  std::vector<snapshot::StreamSource> sources;
  for (const auto& [name, file] : *files)
    sources.push_back({.name = name, .file = file, .columns = {}, .time_column = {}});
  return sources;
}

Result<snapshot::AppendOptions> options_of(const AppendArguments& arguments) {
  if (arguments.out.empty() != arguments.in_place)
    return plain_problem("PM0707", "say where the longer snapshot goes",
                         "write `--out DIR` for a new directory, or `--in-place` to replace the old snapshot");
  snapshot::AppendOptions options;
  options.snapshot = arguments.directory;
  if (!arguments.in_place) options.out = arguments.out;
  options.latest = arguments.as_of == "latest";
  options.skip_bad_rows = arguments.skip_bad_rows;
  if (!arguments.as_of.empty()) {
    const auto as_of = as_of_argument(arguments.as_of);
    if (!as_of) return as_of.problems();
    options.as_of = *as_of;
  }
  auto sources = sources_of(arguments);
  if (!sources) return sources.problems();
  options.streams = std::move(*sources);
  return options;
}

Exit refuse(const Console& console, const Diagnostics& problems) {
  console.report(problems);
  return exit_for(problems);
}

// The next evaluation need not look at rows again that are counted already: they were checked when they were written.
// A file is not told from a later state of it before the clock of its times has moved on.
void remember_written(const std::string& directory) {
  constexpr auto kClockTick = std::chrono::milliseconds(4);
  constexpr int kMostTicks = 5;
  for (int tick = 0; tick < kMostTicks; ++tick) {
    const auto written = snapshot::Snapshot::open(directory);
    if (!written) return;
    const auto& streams = written->streams();
    if (std::all_of(streams.begin(), streams.end(), [](const auto& stream) { return stream.file.settled; }))
      return engine::remember_checked(*written, {&users_facts(), engine::Options{}.fact_unit_batches});
    std::this_thread::sleep_for(kClockTick);
  }
}

Result<snapshot::Appended> append_showing(const Console& console, const snapshot::AppendOptions& options) {
  const ProgressLine progress(console, [&] { return snapshot_progress(*options.measures); });
  return snapshot::append(options);
}

Exit append(const AppendArguments& arguments) {
  const Console& console = arguments.console;
  Console warnings = console;  // on stderr as text, so that stdout stays one document
  warnings.format = Format::text;
  auto options = options_of(arguments);
  if (!options) return refuse(console, options.problems());
  snapshot::Measures measures;
  options->measures = &measures;
  const auto appended = append_showing(console, *options);
  if (!appended) return refuse(console, appended.problems());
  const std::string& directory = arguments.in_place ? arguments.directory : arguments.out;
  remember_written(directory);
  if (arguments.stats) (void)write_out(STDERR_FILENO, stats_text(measures));
  if (!console.quiet) warnings.report(appended->warnings);
  if (console.quiet && console.format != Format::json) return Exit::fine;
  const std::string text = console.format == Format::json ? json::canonical(appended_json(*appended)) + "\n"
                                                          : appended_text(directory, *appended);
  const Status written = write_out(STDOUT_FILENO, text);
  return written ? Exit::fine : refuse(console, written.problems());
}

}  // namespace

void add_snapshot_append(CLI::App& snapshot, Exit& exit) {
  auto arguments = std::make_shared<AppendArguments>();
  CLI::App* command = snapshot.add_subcommand("append", "Add the rows of further telemetry files to a snapshot");
  command->footer(
      "Examples:\n"
      "  proofmark snapshot append snap --stream requests=access.2.ndjson.gz --out snap-2\n"
      "  proofmark snapshot append snap --stream requests=access.2.ndjson.gz --in-place\n"
      "The result is what `snapshot create` makes of all files in one: late rows take their place in time. Columns,\n"
      "types and units are those of the snapshot. A file that it has already is refused.\n"
      "--in-place puts the old snapshot away: decisions over it can then only be verified with a copy of it.");
  command->add_option("DIR", arguments->directory, "The snapshot")->required()->type_name("");
  add_stream_options(*command, arguments->streams, arguments->skip_bad_rows,
                     "A telemetry file and the stream it belongs to; several in the order to read them");
  CLI::Option* out =
      command->add_option("--out", arguments->out, "The directory to make; it must not exist, or be empty")
          ->check([](const std::string& name) { return name.empty() ? "--out names no directory" : ""; }, "")
          ->type_name("DIR");
  command->add_flag("--in-place", arguments->in_place, "Replace the old snapshot, in one step")->excludes(out);
  command
      ->add_option("--as-of", arguments->as_of,
                   "The instant that it stands for, or `latest`; without it the last time in any stream, or the old "
                   "instant if that is later")
      ->type_name("TIME");
  command
      ->add_option("--schema", arguments->schema,
                   "The policy that the snapshot was made with; needed where it does not say its units")
      ->type_name("POLICY");
  add_stats_option(*command, arguments->stats);
  add_output_options(*command, arguments->console, false);
  command->callback([arguments, &exit] { exit = append(*arguments); });
}

}  // namespace proofmark::cli
