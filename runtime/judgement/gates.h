// What keeps good numbers from being a pass: too few rows, a window that is not covered, sampling that keeps what it
// likes. Gates block a pass and never a fail: a proven violation needs no more rows.
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

// The first gate that is shut: sampling, coverage, minimum rows.
std::optional<Gate> shut_gate(const Question& question);

// Rows of all groups, of the objective's leaf with the fewest.
std::uint64_t family_rows(const FactView& facts, const plan::Objective& objective);

// Rows still missing for `at least N rows`; 0 when there are enough.
std::uint64_t missing_rows(const Question& question);

}  // namespace proofmark::judgement
