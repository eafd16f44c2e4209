// Plan and snapshot to transcript: the second half of the spine, shared by eval, verify and test.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "runtime/engine/engine.h"
#include "runtime/judgement/verdicts.h"
#include "runtime/snapshot/snapshot.h"
#include "runtime/transcript/transcript.h"

namespace proofmark::cli {

struct Evaluated {
  plan::Facts facts;
  judgement::Verdicts verdicts;
  std::string engine;              // which one ran, for people
  std::size_t kept = 0;            // scans whose compiled code was found in the cache
  std::vector<std::string> notes;  // why not another
  Diagnostics warnings;
  std::optional<std::int64_t> policy_dated_ns;
  std::string policy_date_note;  // empty: there is nothing to say of the date
};

transcript::Inputs inputs_of(const source::SourceFile& policy, const std::string& snapshot_id);

// Earlier looks, the file that attests them, and the line of each.
struct AttestedHistory {
  plan::History looks;
  std::string file;
  std::vector<std::uint32_t> lines;
};
// The first `lines` looks of a history file; empty name: none is given.
Result<std::optional<AttestedHistory>> attested_history(const plan::Plan& plan, const std::string& file,
                                                        std::size_t lines = SIZE_MAX);

// build: of what was evaluated, the document of the decision. Who prints a page alone does without. The digest is the
// plan's, where it was kept with it; else empty.
json::Value transcript_of(const plan::Plan& plan, const source::SourceFile& policy, const snapshot::Snapshot& snapshot,
                          const Evaluated& evaluated, const std::string& plan_digest = {});

// What others say of the question: the looks before, and when the policy was fixed.
struct Said {
  std::optional<AttestedHistory> history;
  std::optional<std::int64_t> policy_dated_ns;
};

// judge. `ran` is what the engine made of the plan.
Result<Evaluated> conclude(const plan::Plan& plan, const source::SourceFile& policy, Result<engine::Ran> ran,
                           const Said& said = {});

// run, judge.
Result<Evaluated> evaluate(const plan::Plan& plan, const source::SourceFile& policy, const snapshot::Snapshot& snapshot,
                           const engine::Options& options, const Said& said = {});

}  // namespace proofmark::cli
