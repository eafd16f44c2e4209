// Verifying: a transcript is recomputed and compared byte for byte; what differs first is named.
#pragma once

#include "runtime/transcript/json_path.h"
#include "runtime/transcript/transcript.h"

namespace proofmark::transcript {

// Equal bytes, or the first difference in the order of meaning (PM0906: path, expected, found), or the same document
// in other bytes (PM0907).
Status compare(const json::Value& expected, const Parsed& found);

// The facts that a transcript states (PM0903 where they cannot be read), not yet checked against any plan.
Result<plan::Facts> recorded_facts(const Parsed& given);

// When the policy was fixed, as the transcript says; nothing here knows better. Nothing: it says nothing of it (PM0903:
// what it says cannot be read).
Result<std::optional<std::int64_t>> recorded_policy_date(const Parsed& given);

// What the given transcript's own facts lead to under this plan: the transcript that ought to have been written.
// Problems: PM0903 (facts unreadable), PM0904, PM0905 (facts that do not fit the plan or themselves).
Result<json::Value> rejudge(const plan::Plan& plan, const Inputs& inputs, const Parsed& given);

// Facts-only verification: rejudge, then compare. The snapshot's digest cannot be recomputed without the snapshot
// and is taken from the transcript itself, as is the policy's date.
Status verify_facts_only(const plan::Plan& plan, Inputs inputs, const Parsed& given);
// The same, and what was verified.
struct Rejudged {
  plan::Facts facts;
  judgement::Verdicts verdicts;
};
Result<Rejudged> rejudged_facts_only(const plan::Plan& plan, Inputs inputs, const Parsed& given);

// The first difference of a part of the transcript that stands at `path` (PM0906).
std::optional<Diagnostic> difference_between(const JsonPath& path, const json::Value& expected,
                                             const json::Value& found, const Parsed& given);

}  // namespace proofmark::transcript
