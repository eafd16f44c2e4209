// So many of several requirements: at least k of m, of which "any of" is k = 1.
//
// To pass, k of them must be shown to hold. Testing m claims and taking what succeeds would err m times as often as
// one, so Holm's steps share alpha: all at alpha / m first, and each claim that passes leaves the rest a larger part.
// Any claim that passes may then be relied on by itself, all of them together at alpha, however they depend on each
// other. To fail, m - k + 1 must be shown not to hold: by the same steps, and where that is every one of them
// (`any of`) each at alpha, as what fails with all needs no correction (Berger 1982).
#pragma once

#include "runtime/judgement/fact_view.h"
#include "runtime/judgement/verdicts.h"

namespace proofmark::judgement {

// The one group of the objective, with its family's ledger, at the alpha of `whole`. Pre: objective.family_least >= 1
// and below the number of requirements.
struct SomeOf {
  GroupVerdict group;
  FamilyTold told;
};
SomeOf judge_some_of(const FactView& facts, const plan::Objective& objective, const Group& group,
                     const ObjectiveVerdict& whole, std::uint64_t rows);

}  // namespace proofmark::judgement
