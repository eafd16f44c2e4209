// run → judge → build.
#include "cli/evaluate.h"

#include "runtime/json/digest.h"

namespace proofmark::cli {

transcript::Inputs inputs_of(const source::SourceFile& policy, const std::string& snapshot_id) {
  transcript::Inputs inputs;
  inputs.policy = {policy.basename(), json::sha256(policy.text())};
  inputs.snapshot_id = snapshot_id;
  return inputs;
}

Result<Evaluated> evaluate(const plan::Plan& plan, const source::SourceFile& policy, const snapshot::Snapshot& snapshot,
                           const engine::Options& options) {
  auto ran = engine::run(plan, snapshot, options);
  if (!ran) return ran.problems();
  Evaluated result{.facts = std::move(ran->facts), .verdicts = {}, .transcript = {}, .engine = ran->engine, .notes = ran->notes, .warnings = ran->warnings};
  result.verdicts = judgement::judge(plan, result.facts);
  result.transcript = transcript::build(plan, result.facts, result.verdicts, inputs_of(policy, snapshot.id()));
  return result;
}

}  // namespace proofmark::cli
