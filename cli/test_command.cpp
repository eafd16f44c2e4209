// proofmark test: runs the test blocks of policies over generated telemetry, through the same snapshot, engine and
// judgement as real telemetry.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <thread>

#include "cli/commands.h"
#include "cli/engine_options.h"
#include "cli/evaluate.h"
#include "cli/policy_input.h"
#include "runtime/json/json.h"
#include "runtime/judgement/spelling.h"
#include "runtime/plan/match.h"
#include "runtime/plan/spelling.h"
#include "runtime/snapshot/create.h"
#include "runtime/snapshot/ordered_pipeline.h"

namespace proofmark::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  Console console;
  std::vector<std::string> files;
  std::string filter;
  engine::Options engine;
};

struct Outcome {
  std::string file, name;
  std::vector<std::string> differences;  // empty: passed
  Diagnostics problems;                  // it could not run
  bool passed() const { return differences.empty() && problems.empty(); }
};

// A folder of our own that goes away with it.
class Scratch {
 public:
  Scratch() {
    std::error_code error;
    const fs::path folder = fs::temp_directory_path(error);
    std::string pattern = (folder / "proofmark-test-XXXXXX").string();
    if (!error && mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~Scratch() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// Gone in a moment: nobody waits until it lies on the disk.
Status write_for_now(const fs::path& file, std::string_view text) {
  const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const bool written = descriptor >= 0 && static_cast<bool>(write_out(descriptor, text));
  const int error = errno;
  if (descriptor >= 0) close(descriptor);
  if (written) return Done{};
  return file_problem(
      "PM0708", file.string(), fmt::format("`{}` cannot be written: {}", file.string(), std::strerror(error)),
      "the telemetry of a test goes to the folder for temporary files (`TMPDIR`), which must have room");
}

Result<snapshot::Snapshot> generated_snapshot(const semantics::Policy& policy, const semantics::Test& test,
                                              const fs::path& folder) {
  snapshot::CreateOptions create;
  create.out = folder / "snapshot";
  create.as_of = test.as_of_ns;
  create.lasting = snapshot::Lasting::no;
  for (std::uint32_t i = 0; i < test.streams.size(); ++i) {
    const generators::StreamSpec& stream = test.streams[i];
    const fs::path file = folder / (stream.name + ".ndjson");
    if (const Status written = write_for_now(file, generators::to_ndjson(stream, test.seed, i)); !written)
      return written.problems();
    snapshot::StreamSource source{.name = stream.name, .file = file, .columns = {}, .time_column = stream.time_column};
    for (const semantics::Stream& declared : policy.streams)
      if (declared.name == stream.name) source.checks = declared.checks;
    for (const auto& column : stream.columns)
      source.columns.push_back(
          {.source = column.name, .type = column.type, .scale = 1, .text_time = false, .optional = true, .unit = {}});
    create.streams.push_back(std::move(source));
  }
  if (create.streams.empty()) {  // models alone: a snapshot holds something all the same, which nobody reads
    const fs::path file = folder / "nothing.ndjson";
    if (const Status written = write_for_now(file, "{\"nothing\":0}\n"); !written) return written.problems();
    create.streams.push_back({.name = "nothing", .file = file, .columns = {}, .time_column = {}});
  }
  const auto created = snapshot::create(create);
  if (!created) return created.problems();
  return snapshot::Snapshot::open(create.out);
}

void compare(const semantics::Test& test, const plan::Plan& plan, const judgement::Verdicts& verdicts,
             Outcome& outcome) {
  for (const auto& expectation : test.expectations)
    plan::match(
        expectation,
        [&](const semantics::DecisionExpected& expected) {
          if (verdicts.decision.decision != expected.decision)
            outcome.differences.push_back(fmt::format("expected {}, decided {}: {}", plan::spelling(expected.decision),
                                                      plan::spelling(verdicts.decision.decision),
                                                      verdicts.decision.because));
        },
        [&](const semantics::ObjectiveExpected& expected) {
          for (std::size_t i = 0; i < plan.objectives.size(); ++i) {
            if (plan.objectives[i].name != expected.objective) continue;
            const std::string found(judgement::spelling(verdicts.objectives[i].verdict));
            const bool undecided = expected.verdict == "undecided" && (found == "inconclusive" || found == "no_data");
            if (found != expected.verdict && !undecided)
              outcome.differences.push_back(fmt::format("expected objective {} is {}, found {}: {}", expected.objective,
                                                        expected.verdict, found, verdicts.objectives[i].because));
          }
        });
}

Outcome run_test(const Options& options, const Compilation& compilation, const semantics::Test& test) {
  Outcome outcome{.file = compilation.file.name(), .name = test.name, .differences = {}, .problems = {}};
  const auto fail = [&](const Diagnostics& problems) {
    outcome.problems = problems;
    return outcome;
  };
  const auto plan = plan_for(compilation, test.policy, test.bindings);
  if (!plan) return fail(plan.problems());
  const Scratch scratch;
  if (scratch.path().empty())
    return fail({plain_problem("PM0708", "no temporary folder can be made",
                               "set `TMPDIR` to a folder that can be written to")});
  const auto snapshot = generated_snapshot(compilation.policies[test.policy], test, scratch.path());
  if (!snapshot) return fail(snapshot.problems());
  const auto evaluated = evaluate(*plan, compilation.file, *snapshot, options.engine);
  if (!evaluated) return fail(evaluated.problems());
  compare(test, *plan, evaluated->verdicts, outcome);
  return outcome;
}

json::Value to_json(const std::vector<Outcome>& outcomes) {
  json::Array rows;
  for (const Outcome& outcome : outcomes) {
    json::Array differences;
    for (const auto& difference : outcome.differences) differences.emplace_back(difference);
    for (const auto& problem : outcome.problems) differences.emplace_back(problem.code + ": " + problem.message);
    rows.push_back(json::Object{{"file", outcome.file},
                                {"name", outcome.name},
                                {"passed", outcome.passed()},
                                {"differences", std::move(differences)}});
  }
  return json::Object{{"tests", std::move(rows)}};
}

void print(const Options& options, const Compilation& compilation, const Outcome& outcome) {
  if (options.console.format == Format::json) return;
  if (outcome.passed() && options.console.quiet) return;
  (void)write_out(STDOUT_FILENO,
                  fmt::format("{} {}: {}\n", outcome.passed() ? "ok  " : "FAIL", outcome.file, outcome.name));
  for (const auto& difference : outcome.differences)
    (void)write_out(STDOUT_FILENO, fmt::format("       {}\n", difference));
  const source::SourceFile* files[] = {&compilation.file};
  options.console.report(outcome.problems, files);
}

// The tests of one file, by all processors; told in their order.
void run_tests(const Options& options, const Compilation& compilation, std::vector<Outcome>& outcomes) {
  auto at = compilation.tests.begin();
  const auto next = [&]() -> std::optional<const semantics::Test*> {
    while (at != compilation.tests.end() && at->name.find(options.filter) == std::string::npos) ++at;
    return at == compilation.tests.end() ? std::nullopt : std::optional(&*at++);
  };
  constexpr unsigned kMostAtOnce = 8;  // each has its telemetry in memory
  const unsigned wanted = options.engine.threads != 0 ? options.engine.threads : std::thread::hardware_concurrency();
  const unsigned threads = std::min(wanted, kMostAtOnce);
  snapshot::run_in_order(
      threads, next, [&](const semantics::Test* test) { return run_test(options, compilation, *test); },
      [&](Outcome outcome) {
        print(options, compilation, outcome);
        outcomes.push_back(std::move(outcome));
        return true;
      });
}

Exit exit_of(const std::vector<Outcome>& outcomes) {
  Exit exit = Exit::fine;
  for (const Outcome& outcome : outcomes) {
    if (!outcome.problems.empty())
      exit = worse(exit, exit_for(outcome.problems));
    else if (!outcome.passed())
      exit = worse(exit, Exit::deny);
  }
  return exit;
}

Exit run(const Options& options) {
  const auto files = policy_files(options.files);
  if (!files) {
    options.console.report(files.problems());
    return exit_for(files.problems());
  }
  Exit exit = Exit::fine;
  std::vector<Outcome> outcomes;
  for (const std::string& path : *files) {
    const auto compilation = load(path, {}, Stage::typed, options.console, exit);
    if (!compilation) continue;
    run_tests(options, *compilation, outcomes);
  }
  exit = worse(exit, exit_of(outcomes));
  if (options.console.format == Format::json) (void)write_out(STDOUT_FILENO, json::canonical(to_json(outcomes)) + "\n");
  if (outcomes.empty() && exit == Exit::fine) {
    const auto none = plain_problem("PM1108",
                                    options.filter.empty() ? "there is no test in these policies: nothing was tested"
                                                           : fmt::format("no test is called `{}`", options.filter),
                                    "write `test \"…\" { policy … given … expect … }` below the policy");
    Console{}.report({none});
    return Exit::invalid;
  }
  const auto failed =
      std::count_if(outcomes.begin(), outcomes.end(), [](const Outcome& outcome) { return !outcome.passed(); });
  if (options.console.format == Format::text)
    (void)write_out(STDOUT_FILENO, fmt::format("{} passed, {} failed\n",
                                               static_cast<std::ptrdiff_t>(outcomes.size()) - failed, failed));
  return exit;
}

}  // namespace

void add_test_command(CLI::App& app, Exit& exit) {
  auto options = std::make_shared<Options>();
  options->console.policy_warnings = false;
  CLI::App* command = app.add_subcommand("test", "Run the test blocks of policies");
  command->footer(
      "Example:\n  proofmark test policies/\nExit code: 0 all passed, 1 some failed, 65 a policy is invalid or nothing "
      "was tested.");
  command->add_option("POLICY", options->files, "Policy files, or folders of them")->required()->type_name("");
  command->add_option("--only", options->filter, "Only tests whose name contains this")->type_name("TEXT");
  add_engine_options(*command, options->engine);
  add_output_options(*command, options->console, false);
  command->callback([options, &exit] { exit = run(*options); });
}

}  // namespace proofmark::cli
