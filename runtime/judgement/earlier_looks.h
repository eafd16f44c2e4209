// What attested earlier looks at a claim mean for this one: which look it is, at which level it is decided, whether all
// of them can be true, and what it leaves to later ones.
//
// A look without a limit on their number is decided by evidence that is valid at any time (anytime.h), where there is
// such a test. Everything else is a retry: look j has alpha / 2^j, of which all looks together have alpha, by the
// union bound, whatever they have in common. A look at as many rows is a look too: nobody knows whether they are the
// same.
//
// Each look's bounds hold together with those of all others, so that what they bound lies in all of them. Where they
// leave it no room the rows are not what the tests take them for: what was seen first and what came later are not of
// one value, and a pass is not shown. A failure is: it speaks of the average of the rows that this look has, at a level
// of its own (docs/decisions/0027).
#pragma once

#include <optional>
#include <string>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/judgement/requirement.h"

namespace proofmark::judgement {

// Which look this is, from 1; 1 without a history.
std::uint64_t look_number(const FactView& facts);

// After so many retries alpha is as good as gone; their levels stay exact up to here.
inline constexpr std::uint64_t kMostRetries = 40;

// The first look that asked the objective otherwise than it is asked now, from 1, and how. What is asked after looking
// has no error level, and starts no new count of looks.
struct AskedOtherwise {
  std::uint64_t look = 1;
  std::string how;
};
std::optional<AskedOtherwise> asked_otherwise(const plan::Plan& plan, const plan::History& history,
                                              const plan::Objective& objective);

// The first look that other objectives or rules decided, from 1; 0: none did. Whoever chooses them after looking has
// the best of several decisions, of which no level holds.
std::size_t decided_otherwise(const plan::History& history);

// What the look saw of the requirement in the group; null: it asked otherwise, or the group had no rows yet.
const plan::EarlierCount* earlier_count(const plan::EarlierLook& look, const Question& question);

// Whether bad rows are handed on: of a share or a quantile against a constant, over independent rows.
bool is_counted(const plan::Objective& objective, const plan::Requirement& requirement);

// Without a limit on looks: decided by evidence that is valid at any time, or else by retries. Exact facts and models
// are neither.
bool is_anytime(const plan::Objective& objective, const plan::Requirement& requirement);
bool is_retried(const plan::Objective& objective, const plan::Requirement& requirement);

// Which retry this is, and what of `level` it has; nothing where the requirement is not retried. Beyond the last one it
// is the last one's.
std::optional<RetryTaken> retry_taken(const Question& question, const plan::Rational& level);

// The note of a look that has nothing left to spend: every declared one has been taken, or every retry.
std::optional<std::string> spent_note(const Question& question);

// Intersects the bounds with those of the earlier looks; where nothing is left, the reason is `drifted`, beside a
// failure that this look shows by itself, and else with the verdict `inconclusive`. Of rows that depend on each other
// the bounds are first made those of as many fewer rows, so that what is printed, what is held against the earlier
// looks and what is handed on is the same. Without bounds, and where a shard is missing, a look hands on those of the
// looks before it.
void hold_to_earlier_looks(Judged& judged, const Question& question);

// What a look that was taken leaves to later ones. The verdicts are those of the facts.
plan::EarlierLook earlier_look(const plan::Plan& plan, const plan::Facts& facts, const Verdicts& verdicts,
                               std::string transcript);
// Of one objective; without a verdict there are no bounds.
plan::EarlierClaim earlier_claim(const FactView& view, const plan::Objective& objective,
                                 const ObjectiveVerdict* verdict);

// Whether bounds of earlier looks are handed on.
bool has_lasting_bounds(const plan::Requirement& requirement);

// Objectives that an earlier look asked otherwise (PM0912), each at its place in the policy.
Diagnostics asked_otherwise_warnings(const plan::Plan& plan, const plan::History& history);

}  // namespace proofmark::judgement
