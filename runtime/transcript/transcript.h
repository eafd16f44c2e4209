// The transcript: one canonical JSON document that holds everything a decision came from and everything it says.
//
// Same inputs, same bytes: no clock, host, path or duration of the run. The type of a field never varies with its
// magnitude: counts are integers up to 2^53 - 1, everything else of consequence is a decimal string, what is absent
// is null. Members stand in the order of their meaning (inputs, subject, as_of, facts, objectives, decision); the
// canonical writer sorts them, comparison follows the order of meaning.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/json/json.h"
#include "runtime/judgement/verdicts.h"
#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"

namespace proofmark::transcript {

inline constexpr const char* kFormat = "proofmark-transcript/1";
// Changes when any verdict or printed bound could: new statistics, another rounding.
inline constexpr const char* kKernelVersion = "proofmark-kernel/1";

struct SourceDigest {
  std::string file;    // basename
  std::string digest;  // "sha256:…"
};

struct Inputs {
  SourceDigest policy;
  std::vector<SourceDigest> imports;            // in the order of their names
  std::string snapshot_id;                      // digest of the snapshot's manifest
  std::optional<std::int64_t> policy_dated_ns;  // when the policy was fixed, as somebody says
  std::string plan_digest = {};                 // where it is known; empty: it is taken of the plan
};

json::Value build(const plan::Plan& plan, const plan::Facts& facts, const judgement::Verdicts& verdicts,
                  const Inputs& inputs);

// One objective as the transcript tells of it, but for its claim (claims.h); `history` is that of the facts, or null.
json::Object objective_to_json(const plan::Plan& plan, const plan::Objective& objective,
                               const judgement::ObjectiveVerdict& verdict, const plan::History* history);

// The transcript's `inputs` alone: what a verifier can check before it looks at a number.
json::Value inputs_to_json(const plan::Plan& plan, const Inputs& inputs, const std::optional<plan::History>& history);

// The bytes that are written, hashed and compared; no newline at the end.
std::string text(const json::Value& transcript);

// A transcript as somebody handed it over.
struct Parsed {
  std::string file;  // as the user named it
  json::Value value;
  std::string bytes;
  bool is_canonical = false;
};

// Strict JSON (PM0901) of our format (PM0902).
Result<Parsed> read(std::string_view bytes, std::string file);

}  // namespace proofmark::transcript
