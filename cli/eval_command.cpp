// proofmark eval: judge policies over a snapshot, print the page, write the transcript.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>

#include "cli/checked_policy.h"
#include "cli/commands.h"
#include "cli/engine_options.h"
#include "cli/evaluate.h"
#include "cli/matrix.h"
#include "cli/policy_input.h"
#include "cli/report.h"
#include "cli/report_rows.h"
#include "cli/run_stats.h"
#include "cli/users_cache.h"
#include "runtime/judgement/decider.h"
#include "runtime/plan/spelling.h"
#include "runtime/snapshot/time_text.h"

namespace proofmark::cli {
namespace {

struct Options {
  Console console;
  std::vector<std::string> files, settings;
  std::string snapshot, transcript, history, matrix;
  std::optional<std::string> policy_dated;
  engine::Options engine;
  bool explain_engine = false, stats = false, no_fact_cache = false;
};

// One question of the run: a policy with its parameters bound.
struct Asked {
  const CheckedPolicy* policy = nullptr;
  const plan::Plan* plan = nullptr;
  std::string plan_digest = {};    // where it was kept
  const MatrixRow* row = nullptr;  // that gave its parameters; nothing without a matrix
};

std::string transcript_path(const Options& options, const Asked& asked, bool several) {
  if (!several) return options.transcript;
  const std::string line = asked.row != nullptr ? fmt::format(".{}", asked.row->line) : "";
  return (std::filesystem::path(options.transcript) / (asked.plan->policy + line + ".transcript.json")).string();
}

// Of a matrix each evaluation is one line: who needs the page evaluates its row alone.
Status show_row(const Asked& asked, const judgement::DecisionVerdict& decision) {
  std::string given;
  for (const auto& [name, value] : asked.row->values) given += fmt::format(" {}={}", name, value);
  return write_out(STDOUT_FILENO, fmt::format("{:<8} {}{}: {}\n", plan::spelling(decision.decision), asked.plan->policy,
                                              printable(given), printable(decision.because)));
}

// One transcript is printed to the byte, so that saved output verifies; of several, one a line.
Status show(const Options& options, const Asked& asked, const Evaluated& evaluated, const std::string& transcript,
            bool several) {
  const plan::Plan& plan = *asked.plan;
  const judgement::DecisionVerdict& decision = evaluated.verdicts.decision;
  const bool silent = options.console.quiet && decision.decision == plan::Decision::certify;
  if (asked.row != nullptr && options.console.format == Format::text)
    return silent ? Status(Done{}) : show_row(asked, decision);
  if (options.console.quiet && options.console.format != Format::json)
    return decision.decision == plan::Decision::certify
               ? Status(Done{})
               : write_out(STDOUT_FILENO, fmt::format("{}: {}: {}\n", plan.policy, plan::spelling(decision.decision),
                                                      printable(decision.because)));
  const ReportOptions looks{.colour = colour_on(STDOUT_FILENO), .note = evaluated.policy_date_note};
  switch (options.console.format) {
    case Format::json:
      return write_out(STDOUT_FILENO, transcript + (several ? "\n" : ""));
    case Format::markdown:
      return write_out(STDOUT_FILENO, report_markdown(plan, evaluated.facts, evaluated.verdicts, looks));
    case Format::text:
      return write_out(STDOUT_FILENO, report_text(plan, evaluated.facts, evaluated.verdicts, looks));
  }
  return Done{};
}

// Warnings and notes go to stderr as text, so that a transcript on stdout stays one document.
void remark(const Options& options, const Evaluated& evaluated) {
  Console console = options.console;
  console.format = Format::text;
  if (!options.console.quiet) console.report(evaluated.warnings);
  const bool asked = options.engine.engine == engine::Options::Choice::native;
  if (asked || options.explain_engine) {
    for (const std::string& note : evaluated.notes) (void)write_out(STDERR_FILENO, fmt::format("note: {}\n", note));
    if (options.explain_engine)
      (void)write_out(STDERR_FILENO, fmt::format("engine: {}{}\n", evaluated.engine,
                                                 evaluated.kept > 0 ? ", code from the cache" : ""));
  }
}

// The folder of several transcripts is made for the first of them, so that a run that writes none leaves none.
Status write_transcript(const Options& options, const Asked& asked, const std::string& transcript, bool several) {
  if (options.transcript.empty()) return Done{};
  std::error_code error;
  if (several) std::filesystem::create_directories(options.transcript, error);
  if (error)
    return file_problem("PM0708", options.transcript,
                        fmt::format("several policies need a folder for their transcripts, and `{}` cannot be one: {}",
                                    options.transcript, error.message()));
  return write_file(transcript_path(options, asked, several), transcript);
}

// Of a certificate `--quiet` says nothing: where nobody asked for a transcript either, its reasons are not worked out.
bool certifies_silently(const Options& options, const plan::Plan& plan, const Result<engine::Ran>& ran) {
  const bool talks = !options.console.quiet || options.console.format == Format::json || options.explain_engine ||
                     options.engine.engine == engine::Options::Choice::native;
  if (talks || !ran || !options.transcript.empty() || !options.history.empty()) return false;
  return plan.rules[judgement::Decider(plan).rule(ran->facts)].decision == plan::Decision::certify;
}

// When the policy was fixed, as the caller says.
Result<std::optional<std::int64_t>> policy_date(const Options& options) {
  if (!options.policy_dated) return std::optional<std::int64_t>();
  const auto ns = snapshot::parse_rfc3339(*options.policy_dated);
  if (ns) return ns;
  if (options.policy_dated->empty())
    return plain_problem("PM0707", "`--policy-dated` is empty",
                         "a policy that is not committed has no date: leave the option out, or commit the policy");
  return plain_problem(
      "PM0707", fmt::format("`--policy-dated {}` is no time", *options.policy_dated),
      "write a time with its offset, such as `git log -1 --format=%cI -- POLICY` prints: 2026-01-31T12:00:00+00:00");
}

Exit eval_plan(const Options& options, const Asked& asked, const snapshot::Snapshot& snapshot, Result<engine::Ran> ran,
               bool several) {
  if (certifies_silently(options, *asked.plan, ran)) return exit_for(plan::Decision::certify);
  const auto dated = policy_date(options);
  const auto history = attested_history(*asked.plan, options.history);
  if (!history) {
    options.console.report(history.problems());
    return exit_for(history.problems());
  }
  const auto evaluated = conclude(*asked.plan, asked.policy->file, std::move(ran), {*history, *dated});
  if (!evaluated) {
    options.console.report(evaluated.problems());
    return exit_for(evaluated.problems());
  }
  remark(options, *evaluated);
  std::string transcript;
  if (!options.transcript.empty() || options.console.format == Format::json)
    transcript =
        transcript::text(transcript_of(*asked.plan, asked.policy->file, snapshot, *evaluated, asked.plan_digest));
  Status written = write_transcript(options, asked, transcript, several);
  if (written) written = show(options, asked, *evaluated, transcript, several);
  if (!written) {
    options.console.report(written.problems());
    return exit_for(written.problems());
  }
  return exit_for(evaluated->verdicts.decision.decision);
}

Exit refuse(const Options& options, const Diagnostics& problems) {
  options.console.report(problems);
  return exit_for(problems);
}

// A transcript never replaces what it was made from, nor another transcript of the same run.
Status check_targets(const Options& options, const std::vector<Asked>& questions, bool several) {
  if (options.transcript.empty()) return Done{};
  namespace fs = std::filesystem;
  std::error_code ignored;
  const fs::path snapshot = fs::weakly_canonical(options.snapshot, ignored);
  std::set<std::string> targets, policies;
  for (const Asked& asked : questions) policies.insert(asked.policy->file.name());
  for (const Asked& asked : questions) {
    const std::string target = transcript_path(options, asked, several);
    const fs::path place = fs::weakly_canonical(target, ignored);
    if (!targets.insert(place.string()).second)
      return plain_problem(
          "PM0707",
          fmt::format("two policies are called `{}`: their transcripts would be one file", asked.plan->policy),
          "evaluate them in two runs, or rename one");
    const auto [end, unused] = std::mismatch(snapshot.begin(), snapshot.end(), place.begin(), place.end());
    const bool is_policy = std::any_of(policies.begin(), policies.end(),
                                       [&](const std::string& file) { return fs::equivalent(place, file, ignored); });
    const auto is_file = [&](const std::string& file) { return !file.empty() && fs::equivalent(place, file, ignored); };
    if (is_policy || is_file(options.history) || is_file(options.matrix) || end == snapshot.end())
      return plain_problem("PM0707", fmt::format("the transcript would be written over an input: `{}`", target),
                           "name another file");
  }
  return Done{};
}

// The policies with one row of parameters; what does not compile is reported.
void load_all(const Options& options, const std::vector<std::string>& files, semantics::Bindings bindings,
              const MatrixRow* row, const cache::Cache* kept, std::deque<CheckedPolicy>& policies,
              std::vector<Asked>& questions, Exit& exit) {
  if (row != nullptr) bindings.values.insert(bindings.values.end(), row->values.begin(), row->values.end());
  share(bindings, files);
  for (const std::string& path : files) {
    auto policy = load_checked(path, bindings, Stage::plan, kept, options.console, exit);
    if (!policy) {
      if (row != nullptr)
        (void)write_out(STDERR_FILENO,
                        fmt::format("note: with the parameters of {}:{}\n", printable(options.matrix), row->line));
      continue;
    }
    policies.push_back(std::move(*policy));
    const PolicyContent& content = policies.back().content;
    for (std::size_t i = 0; i < content.plans.size(); ++i)
      questions.push_back(
          {&policies.back(), &content.plans[i], content.digests.empty() ? std::string() : content.digests[i], row});
  }
}

Status given_once(const Options& options, const semantics::Bindings& given, const std::vector<MatrixRow>& rows) {
  for (const auto& [name, unused] : given.values)
    for (const auto& [column, also_unused] : rows.front().values)
      if (name == column)
        return file_problem("PM0714", options.matrix,
                            fmt::format("`--set` and a column of the matrix both give `{}`", printable(name)),
                            "leave one of them out");
  return Done{};
}

// Runs the plans; a long run shows on a terminal how far it is. Few rows are over before anything would be shown.
std::vector<Result<engine::Ran>> run_showing(const Options& options, const std::vector<const plan::Plan*>& plans,
                                             const snapshot::Snapshot& snapshot, engine::Measures& measures) {
  constexpr std::uint64_t kFewRows = 100'000, kFewTrials = 1'000;
  const RunSize whole = size_of_run(plans, snapshot);
  engine::Options measured = options.engine;
  measured.measures = &measures;
  std::optional<ProgressLine> progress;
  if (whole.rows > kFewRows || whole.trials > kFewTrials)
    progress.emplace(options.console, [&] { return run_progress(measures, whole); });
  return engine::run_together(plans, snapshot, measured);
}

std::vector<std::string> refused_caches(const Options& options) {
  std::vector<std::string> refused;
  for (const cache::Cache* cache : {options.engine.objects, options.engine.facts}) {
    const std::string why = cache == nullptr ? "" : cache->refused();
    if (!why.empty()) refused.push_back("the cache folder `" + cache->folder() + "` is not used: " + why);
  }
  return refused;
}

// All questions over one snapshot: one pass over each stream answers them together.
Exit answer(const Options& options, const std::vector<Asked>& questions, bool several, RunStats stats, Exit exit) {
  engine::Stopwatch watch;
  const auto snapshot = snapshot::Snapshot::open(options.snapshot);
  if (!snapshot) return worse(exit, refuse(options, snapshot.problems()));
  std::vector<const plan::Plan*> plans;
  for (const Asked& asked : questions) plans.push_back(asked.plan);
  stats.open_ns = watch.lap_ns();
  engine::Measures measures;
  std::vector<Result<engine::Ran>> ran = run_showing(options, plans, *snapshot, measures);
  stats.run_ns = watch.lap_ns();
  for (std::size_t i = 0; i < questions.size(); ++i)
    exit = worse(exit, eval_plan(options, questions[i], *snapshot, std::move(ran[i]), several));
  stats.judge_ns = watch.lap_ns();
  if (!options.stats) return exit;
  stats.refused = refused_caches(options);
  (void)write_out(STDERR_FILENO, stats_text(stats, measures));
  return exit;
}

Exit eval(const Options& options) {
  engine::Stopwatch watch;
  const auto files = policy_files(options.files);
  if (!files) return refuse(options, files.problems());
  const auto given = bindings(options.settings, true);
  if (!given) return refuse(options, given.problems());
  if (const auto dated = policy_date(options); !dated) return refuse(options, dated.problems());
  if (options.policy_dated && files->size() > 1)
    return refuse(options, {plain_problem("PM0707", "`--policy-dated` is of one policy file, and several are evaluated",
                                          "evaluate each file with the time at which it was fixed")});
  std::vector<MatrixRow> rows;
  if (!options.matrix.empty()) {
    auto read = read_matrix(options.matrix);
    if (!read) return refuse(options, read.problems());
    rows = std::move(*read);
    if (const Status once = given_once(options, *given, rows); !once) return refuse(options, once.problems());
  }
  Exit exit = Exit::fine;
  std::deque<CheckedPolicy> policies;  // questions point into them
  std::vector<Asked> questions;
  // A large matrix would drive everything else out of the cache: nothing is kept of it.
  constexpr std::size_t kMostKept = 256;
  const cache::Cache* keeps = files->size() * rows.size() <= kMostKept ? options.engine.objects : nullptr;
  if (rows.empty()) load_all(options, *files, *given, nullptr, keeps, policies, questions, exit);
  for (const MatrixRow& row : rows) load_all(options, *files, *given, &row, keeps, policies, questions, exit);
  if (questions.empty()) return exit;
  const bool several = questions.size() > 1 || !rows.empty();
  if (several && !options.history.empty())
    return refuse(options, {plain_problem("PM0707", "`--history` is of one policy, and several are evaluated",
                                          "evaluate each policy with its own history")});
  if (const Status free = check_targets(options, questions, several); !free) return refuse(options, free.problems());
  const auto kept = std::count_if(policies.begin(), policies.end(), [](const auto& policy) { return policy.was_kept; });
  RunStats stats{.policies = policies.size(), .kept_policies = static_cast<std::size_t>(kept)};
  stats.load_ns = watch.lap_ns();
  return answer(options, questions, several, stats, exit);
}

}  // namespace

void add_engine_options(CLI::App& command, engine::Options& options) {
  options.objects = &users_cache();
  command.add_flag_callback(
      "--no-cache", [&options] { options.objects = nullptr; }, "Neither use nor fill the cache (`proofmark cache`)");
  using Choice = engine::Options::Choice;
  static const std::map<std::string, Choice> choices{
      {"auto", Choice::automatic}, {"interpreter", Choice::interpreter}, {"native", Choice::native}};
  command.add_option("--engine", options.engine, "auto, interpreter or native; the facts are the same")
      ->transform(choice(choices))
      ->type_name("ENGINE");
  command.add_option("--threads", options.threads, "Threads to scan with; 0 is all of the machine's")
      ->check(CLI::Range(0, 1024).description(""))
      ->type_name("N");
  command.add_option("--cpu", options.cpu, "Instructions native code may use: host, v4, v3, baseline")
      ->check(one_of({"host", "v4", "v3", "baseline"}))
      ->type_name("LEVEL");
  command.add_option("--codegen-level", options.codegen_level, "Effort of the code generator, 0 to 3")
      ->check(CLI::Range(0, 3).description(""))
      ->type_name("N");
}

void add_eval_command(CLI::App& app, Exit& exit) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("eval", "Judge policies over a snapshot");
  command->footer(
      "Example:\n  proofmark eval checkout_canary.pmk --snapshot snap --set candidate=2.4.0@sha256:… \\\n      "
      "--transcript decision.json\nAsked again (`looks at most 5`), with the decisions before it:\n  : > looks.jsonl\n"
      "  proofmark eval patient.pmk --snapshot snap --history looks.jsonl --transcript look.json\n"
      "  (cat look.json; echo) >> looks.jsonl\nExit code: 0 certify, 1 deny, 2 hold, 3 revoke; of several policies the "
      "worst.\n"
      "Of several policies --format json prints one transcript a line (JSON lines), and a --set is for those that have "
      "the\n"
      "parameter. --quiet prints nothing of a certificate, one line of any other decision, and JSON as ever.");
  command->add_option("POLICY", options->files, "Policy files, or folders of them")->required()->type_name("");
  command->add_option("--snapshot", options->snapshot, "The snapshot to judge over")->required()->type_name("DIR");
  command->add_option("--set", options->settings, "Give a parameter its value; once for each")->type_name("NAME=VALUE");
  command
      ->add_option("--transcript", options->transcript,
                   "Write the decision transcript here (a folder for several policies)")
      ->check([](const std::string& file) { return file.empty() ? "--transcript names no file" : ""; }, "")
      ->type_name("FILE");
  command->add_flag("--explain-engine", options->explain_engine, "Say on stderr which engine ran, and why not another");
  command->add_flag("--stats", options->stats,
                    "Say on stderr where the time went: phases, bytes, rows a second, the tier");
  command
      ->add_option("--history", options->history,
                   "Transcripts of the earlier looks at the same question, one a line; an empty file at the first")
      ->check([](const std::string& file) { return file.empty() ? "--history names no file" : ""; }, "")
      ->type_name("FILE");
  command
      ->add_option("--matrix", options->matrix,
                   "A CSV table: a column a parameter, a row an evaluation of every policy, all in one pass")
      ->check([](const std::string& file) { return file.empty() ? "--matrix names no file" : ""; }, "")
      ->type_name("FILE");
  command
      ->add_option("--policy-dated", options->policy_dated,
                   "When the policy was fixed, as its version control says; data from before are warned of")
      ->type_name("TIME");
  add_engine_options(*command, options->engine);
  command->add_flag("--no-fact-cache", options->no_fact_cache,
                    "Count all rows anew: neither use nor keep counts of rows that were seen; so does --no-cache");
  add_output_options(*command, options->console, true);
  command->callback([options, &exit] {
    const bool keeps = options->engine.objects != nullptr && !options->no_fact_cache;
    options->engine.facts = keeps ? &users_facts() : nullptr;
    exit = eval(*options);
  });
}

}  // namespace proofmark::cli
