// proofmark verify: re-execute a transcript, from telemetry or from its own facts, and compare bytes.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <memory>

#include "cli/commands.h"
#include "cli/engine_options.h"
#include "cli/evaluate.h"
#include "cli/policy_input.h"
#include "cli/run_stats.h"
#include "cli/snapshot_stats.h"
#include "runtime/transcript/json_members.h"
#include "runtime/transcript/verify.h"

namespace proofmark::cli {
namespace {

constexpr std::size_t kMaximumTranscriptBytes = std::size_t{1} << 30;

struct Options {
  Console console;
  std::string transcript, policy, snapshot, history;
  bool facts_only = false;
  engine::Options engine;
};

Diagnostic lacks(const transcript::Parsed& given, std::string_view what) {
  return file_problem("PM0903", given.file, fmt::format("the transcript has no `{}`, or not of its type", what));
}

// The parameters that the decision was made with, as `--set` would have given them.
Result<semantics::Bindings> recorded_bindings(const transcript::Parsed& given) {
  const json::Value* parameters = transcript::value_at(given.value, {"inputs", "parameters"});
  const json::Object* object = parameters != nullptr ? parameters->as_object() : nullptr;
  if (object == nullptr) return lacks(given, "inputs.parameters");
  semantics::Bindings bindings;
  bindings.require_all = true;
  for (const auto& [name, value] : object->members()) {
    if (value.as_string() == nullptr) return lacks(given, "inputs.parameters." + name);
    bindings.values.emplace_back(name, *value.as_string());
  }
  return bindings;
}

Result<plan::Plan> recorded_plan(const Compilation& compilation, const transcript::Parsed& given) {
  const json::Value* name = transcript::value_at(given.value, {"policy", "name"});
  if (name == nullptr || name->as_string() == nullptr) return lacks(given, "policy.name");
  const auto& policies = compilation.policies;
  const auto found = std::find_if(policies.begin(), policies.end(),
                                  [&](const auto& policy) { return policy.name == *name->as_string(); });
  if (found == policies.end())
    return file_problem("PM0906", given.file,
                        fmt::format("the transcript is of policy `{}`, which `{}` does not hold", *name->as_string(),
                                    compilation.file.name()));
  const auto bindings = recorded_bindings(given);
  if (!bindings) return bindings.problems();
  auto plan = plan_for(compilation, static_cast<std::size_t>(found - policies.begin()), *bindings);
  if (plan) return plan;
  const Diagnostic& first = plan.problems().front();  // the policy is sound: the recorded parameters are not its own
  return file_problem("PM0906", given.file, "`inputs.parameters` does not fit the policy: " + first.message);
}

// The policy must be the one that was judged, before its plan is compared with anything.
Status same_policy(const Compilation& compilation, const transcript::Parsed& given) {
  const json::Value* digest = transcript::value_at(given.value, {"inputs", "policy", "digest"});
  if (digest == nullptr || digest->as_string() == nullptr) return lacks(given, "inputs.policy.digest");
  const auto own = inputs_of(compilation.file, "").policy;
  if (own.digest == *digest->as_string()) return Done{};
  return file_problem("PM0906", given.file,
                      fmt::format("`inputs.policy.digest` differs: `{}` has {}, the transcript says {}",
                                  compilation.file.name(), own.digest, *digest->as_string()),
                      "verify with the policy file that the decision was made with");
}

// As many looks of the history file as the decision was made with: later ones may stand in it by now.
Result<std::optional<AttestedHistory>> recorded_history(const Options& options, const plan::Plan& plan,
                                                        const transcript::Parsed& given) {
  const json::Value* history = transcript::value_at(given.value, {"inputs", "history"});
  const json::Array* looks = history != nullptr ? history->as_array() : nullptr;
  if (looks != nullptr && options.history.empty())
    return plain_problem("PM0707",
                         fmt::format("the decision was made with a history of {} earlier look{}", looks->size(),
                                     looks->size() == 1 ? "" : "s"),
                         "give it with --history FILE, or --facts-only to re-judge the recorded facts");
  return attested_history(plan, options.history, looks != nullptr ? looks->size() : 0);
}

// The snapshot's bytes first, then the plan over them; a long run shows on a terminal how far it is.
Result<Evaluated> reexecute(const Options& options, const plan::Plan& plan, const source::SourceFile& policy,
                            const snapshot::Snapshot& snapshot, const Said& said) {
  snapshot::Measures hashed;
  engine::Measures measures;
  engine::Options measured = options.engine;
  measured.measures = &measures;
  std::atomic<bool> intact = false;
  const RunSize whole = size_of_run({&plan}, snapshot);
  const ProgressLine progress(
      options.console, [&] { return intact.load() ? run_progress(measures, whole) : snapshot_progress(hashed); });
  if (const Status found = snapshot.verify_files(&hashed); !found) return found.problems();
  intact = true;
  return evaluate(plan, policy, snapshot, measured, said);
}

Status verify(const Options& options, const Compilation& compilation, const transcript::Parsed& given) {
  if (const Status same = same_policy(compilation, given); !same) return same;
  const auto plan = recorded_plan(compilation, given);
  if (!plan) return plan.problems();
  if (options.facts_only) return transcript::verify_facts_only(*plan, inputs_of(compilation.file, ""), given);
  const auto dated = transcript::recorded_policy_date(given);
  if (!dated) return dated.problems();
  const auto history = recorded_history(options, *plan, given);
  if (!history) return history.problems();
  const auto snapshot = snapshot::Snapshot::open(options.snapshot);
  if (!snapshot) return snapshot.problems();
  const auto evaluated = reexecute(options, *plan, compilation.file, *snapshot, {*history, *dated});
  if (!evaluated) return evaluated.problems();
  return transcript::compare(transcript_of(*plan, compilation.file, *snapshot, *evaluated), given);
}

Exit refuse(const Options& options, const Diagnostics& problems,
            std::span<const source::SourceFile* const> files = {}) {
  options.console.report(problems, files);
  return exit_for(problems);
}

Exit run(const Options& options) {
  if (options.facts_only == !options.snapshot.empty())
    return refuse(
        options,
        {plain_problem(
            "PM0707",
            options.facts_only ? "`--facts-only` needs no snapshot" : "verify needs the snapshot, or `--facts-only`",
            "give --snapshot DIR to re-execute over telemetry, or --facts-only to re-judge the recorded facts")});
  if (options.facts_only && !options.history.empty())
    return refuse(options, {plain_problem("PM0707", "`--facts-only` needs no history",
                                          "the transcript holds the counts of the earlier looks")});
  const auto file = source::read_file(options.transcript, "transcript", kMaximumTranscriptBytes);
  if (!file) return refuse(options, file.problems());
  if (file->size() > kMaximumTranscriptBytes)
    return refuse(options, {file_problem("PM0901", options.transcript, "a transcript may have at most 1 GiB")});
  const auto given = transcript::read(*file, options.transcript);
  if (!given) return refuse(options, given.problems());
  Exit exit = Exit::fine;
  const auto compilation = load(options.policy, {}, Stage::typed, options.console, exit);
  if (!compilation) return exit;
  const Status verified = verify(options, *compilation, *given);
  const source::SourceFile* files[] = {&compilation->file};
  if (!verified) return refuse(options, verified.problems(), files);
  if (!options.console.quiet || options.console.format == Format::json)
    (void)write_out(
        STDOUT_FILENO,
        options.console.format == Format::json
            ? "{\"diagnostics\":[],\"verified\":true}\n"
            : fmt::format("verified: {} is what {} decides{}, byte for byte\n", options.transcript, options.policy,
                          options.facts_only ? " from the recorded facts" : fmt::format(" over {}", options.snapshot)));
  return Exit::fine;
}

}  // namespace

void add_verify_command(CLI::App& app, Exit& exit) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("verify", "Re-execute a transcript and compare it byte for byte");
  command->footer(
      "Examples:\n  proofmark verify decision.json --policy checkout_canary.pmk --snapshot snap\n  proofmark verify "
      "decision.json --policy checkout_canary.pmk --facts-only\nExit code: 0 verified, 65 differs (the first "
      "difference is named).");
  command->add_option("TRANSCRIPT", options->transcript, "The transcript to verify")->required()->type_name("");
  command->add_option("--policy", options->policy, "The policy file that was judged")->required()->type_name("FILE");
  command->add_option("--snapshot", options->snapshot, "The snapshot that was judged over")->type_name("DIR");
  command->add_option("--history", options->history, "The history that the decision was made with")->type_name("FILE");
  command->add_flag("--facts-only", options->facts_only, "Re-judge the transcript's own facts, without telemetry");
  add_engine_options(*command, options->engine);
  add_output_options(*command, options->console, false);
  command->callback([options, &exit] { exit = run(*options); });
}

}  // namespace proofmark::cli
