// What keeps good numbers from being a pass: too few rows, a window that is not covered, a shard that sent nothing.
// Gates block a pass and never a fail: a proven violation needs no more rows. Sampling that keeps what it likes is no
// gate: such rows prove neither.
#pragma once

#include <optional>

#include "runtime/judgement/requirement.h"

namespace proofmark::judgement {

struct Gate {
  Reason reason = Reason::none;
  std::string note;  // a clause: "its rows begin 3h into the window"
  std::optional<std::uint64_t> missing_rows;
};

// What is said of the first stream that the requirement measures whose rows were not chosen fairly; null: none.
const plan::StreamPromise* unfair_sampling(const plan::Plan& plan, const plan::Requirement& requirement);

// Whether the recorded rows alone break the claim, so that none that was not kept could mend it: more of them than
// there may be, a value beyond the limit. Only of a census, and never by rows that the policy declares to be bad.
bool is_witnessed_fail(const Judged& judged, const Question& question);

// Rows that were kept for what they are decide nothing, either way: collectors keep errors sooner than successes, or
// lose what they could not finish. Exempt is what they witness. A bound that rows which were not kept could move is
// taken away, and where no row was kept, that there was nothing is no pass (`on_no_data pass`).
void hold_to_sampling(Judged& judged, const Question& question);

// Which values that the policy expects rows of (`expect every FIELD`) have none, as a clause; empty: all have. A group
// of the same field is asked for its own value alone, for no row of another one belongs to it.
std::string missing_values_note(const FactView& facts, const plan::Objective& objective,
                                const plan::Requirement& requirement, const Group& group);

// Where one is missing, what was counted is not what the claim is about: no pass, and not undecided for want of rows
// either, but no data; also by `on_no_data pass`, which speaks of what did not happen and not of what was not sent. A
// bound that the missing rows could move is taken away. Says whether one is missing and the verdict is thereby final.
bool hold_to_presence(Judged& judged, const Question& question);

// Where the policy takes unknown rows as good (`unknown counts as good`) and knows not one row of a population that is
// claimed, a pass would rest on what the policy supposes alone: it is none.
void hold_to_known_rows(Judged& judged, const Question& question);

// The first gate that is shut: coverage, minimum rows.
std::optional<Gate> shut_gate(const Question& question);

// Rows of all groups, of the objective's leaf with the fewest.
std::uint64_t family_rows(const FactView& facts, const plan::Objective& objective);

// Rows still missing for `at least N rows`; 0 when there are enough.
std::uint64_t missing_rows(const Question& question);

}  // namespace proofmark::judgement
