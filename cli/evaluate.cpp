// run → judge, and build where a transcript is wanted.
#include "cli/evaluate.h"

#include "runtime/json/digest.h"
#include "runtime/judgement/dispersion.h"
#include "runtime/judgement/earlier_looks.h"
#include "runtime/judgement/planned_looks.h"
#include "runtime/judgement/policy_date.h"
#include "runtime/transcript/history.h"

namespace proofmark::cli {

transcript::Inputs inputs_of(const source::SourceFile& policy, const std::string& snapshot_id) {
  transcript::Inputs inputs;
  inputs.policy = {policy.basename(), json::sha256(policy.text())};
  inputs.snapshot_id = snapshot_id;
  return inputs;
}

// The engine knows streams and columns, not files: what it finds wrong lies between the policy's declarations and the
// snapshot, and the policy is what a person would mend.
static Diagnostics located(Diagnostics problems, const std::string& file) {
  for (Diagnostic& problem : problems)
    if (problem.primary.place.file.empty()) problem.primary.place.file = file;
  return problems;
}

Result<std::optional<AttestedHistory>> attested_history(const plan::Plan& plan, const std::string& file,
                                                        std::size_t lines) {
  if (file.empty()) return std::optional<AttestedHistory>();
  constexpr std::size_t kMaximumBytes = std::size_t{1} << 30;
  const auto text = source::read_file(file, "history", kMaximumBytes);
  if (!text) return text.problems();
  if (text->size() > kMaximumBytes) return file_problem("PM0901", file, "a history may have at most 1 GiB");
  auto looks = transcript::read_history(plan, *text, file, lines);
  if (!looks) return looks.problems();
  return std::optional(AttestedHistory{std::move(looks->looks), file, std::move(looks->lines)});
}

Result<Evaluated> evaluate(const plan::Plan& plan, const source::SourceFile& policy, const snapshot::Snapshot& snapshot,
                           const engine::Options& options, const Said& said) {
  return conclude(plan, policy, engine::run(plan, snapshot, options), said);
}

Result<Evaluated> conclude(const plan::Plan& plan, const source::SourceFile& policy, Result<engine::Ran> ran,
                           const Said& said) {
  if (!ran) return located(ran.problems(), policy.name());
  if (said.history) {
    ran->facts.history = said.history->looks;
    const AttestedHistory& attested = *said.history;
    if (const Status possible = transcript::check_history(plan, ran->facts, attested.file, attested.lines); !possible)
      return possible.problems();
  }
  judgement::Verdicts verdicts = judgement::judge(plan, ran->facts);
  for (Diagnostic& warning : located(judgement::assumption_warnings(plan, verdicts.objectives), policy.name()))
    ran->warnings.push_back(std::move(warning));
  if (said.history)
    for (Diagnostics each : {judgement::asked_otherwise_warnings(plan, said.history->looks),
                             judgement::off_schedule_warnings(plan, ran->facts)})
      for (Diagnostic& warning : located(std::move(each), policy.name())) ran->warnings.push_back(std::move(warning));
  Diagnostics of_date;
  if (said.policy_dated_ns) of_date = judgement::policy_date_warnings(plan, ran->facts, *said.policy_dated_ns);
  std::string note = of_date.empty() ? std::string() : of_date.front().message;
  for (Diagnostic& warning : located(std::move(of_date), policy.name())) ran->warnings.push_back(std::move(warning));
  return Evaluated{.facts = std::move(ran->facts),
                   .verdicts = std::move(verdicts),
                   .engine = ran->engine,
                   .kept = ran->kept,
                   .notes = ran->notes,
                   .warnings = ran->warnings,
                   .policy_dated_ns = said.policy_dated_ns,
                   .policy_date_note = std::move(note)};
}

json::Value transcript_of(const plan::Plan& plan, const source::SourceFile& policy, const snapshot::Snapshot& snapshot,
                          const Evaluated& evaluated, const std::string& plan_digest) {
  transcript::Inputs inputs = inputs_of(policy, snapshot.id());
  inputs.plan_digest = plan_digest;
  inputs.policy_dated_ns = evaluated.policy_dated_ns;
  return transcript::build(plan, evaluated.facts, evaluated.verdicts, inputs);
}

}  // namespace proofmark::cli
