// What telemetry itself says about the independence that a verdict rests on.
//
// A diagnosis takes a verdict back, and never makes one or chooses a method (docs/decisions/0014): where rows follow
// each other too much alike, and the policy neither names their clusters nor assumes independence with a reason, a
// verdict stands only if as many fewer rows as the design effect says give it as well.
#pragma once

#include "runtime/judgement/among_fewer.h"
#include "runtime/judgement/counts.h"

namespace proofmark::judgement {

// n of the rows, or n / D, of the same shares, rounded against every verdict.
statistics::ProportionCounts thinned_to(const statistics::ProportionCounts& counts, std::uint64_t n);
statistics::ProportionCounts thinned(const statistics::ProportionCounts& counts, double divisor);

// Of each of an objective's leaves; nothing where rows have no time, where all are alike, or where too few steps of
// time hold any. Of two populations the one that depends more.
//
// Of all rows, where they are not counted over time group by group.
DependenceTable dependence_together(const FactView& facts, const plan::Objective& objective);
// Of each group's rows where they are. Each is asked as if it were alone, so that its verdict stands or falls as that
// of a claim on it alone; what is said of them all is said where a chance of 1/1000 that they share is undercut
// (Bonferroni's inequality), no more often of many groups of independent rows than of one.
std::vector<DependenceTable> dependence_by_group(const FactView& facts, const plan::Objective& objective,
                                                 const std::vector<Group>& groups);
// What a group's verdict is asked again by, of each leaf of a requirement: its own rows or, where these were not
// counted by themselves, all rows.
std::vector<std::optional<MeasuredDependence>> dependence_for(const ObjectiveVerdict& family, const GroupVerdict& group,
                                                              std::size_t requirement);

// "over steps of 2.75s a design effect of 3.1, autocorrelation 0.4".
std::string dependence_text(const MeasuredDependence& measured);

// Why no bound for independent rows can be stated, where the objective's verdicts rest on their being so: the rows say
// that they are not, or are told apart too little to say anything.
std::optional<std::string> doubt_of_independence(const plan::Objective& objective, const ObjectiveVerdict& verdict);
// Whether the rows say otherwise than `assume independent because`.
bool contradicts_assumed_independence(const plan::Objective& objective, const ObjectiveVerdict& verdict);

// Takes back a pass or a fail that rests on independence which the question's rows do not have; of one that rests on
// independence which they cannot tell, or which they contradict where it is assumed, the note says so.
void hold_to_independence(Judged& judged, const Question& question);

// Whether the question's rows say that a verdict at its level would rest on independence that they do not have; and
// whether such a verdict stands at that level among as many fewer rows.
bool rests_on_dependent_rows(const Question& question);
bool stands_among_fewer(const Judged& judged, const Question& question);

// Pre: the question's rows depend on each other. The bounds become those of as many fewer rows, which hold: those of a
// verdict that was taken back, too. Where such rows have none, there is none: a quantile has its threshold alone, and
// only where it was decided among them.
void widen_to_independent_rows(Judged& judged, const Question& question);

// The same claim of a share, were only one row in `divisor` independent; of a leaf that is counted like one, at the
// same share.
AmongFewer counted_among_fewer(const Question& question, const plan::Proportion& leaf, double divisor);
AmongFewer counted_among_fewer(const Question& question, const plan::Quantile& leaf, double divisor);

// The same claim of a quantile: bounded by its threshold, where that is decided.
AmongFewer quantile_among_fewer(const Question& question, const plan::Quantile& leaf, double divisor);

// The same comparison of two shares, were only one row in `divisor` independent.
AmongFewer two_shares_among_fewer(const Question& question, const plan::TwoShares& leaf, double divisor);

// The same comparison of two distributions, were only one value in `divisor` independent.
AmongFewer contrast_among_fewer(const Question& question, const plan::Contrast& leaf, double divisor);

// The same comparison of a rate, were only one bucket of time in `divisor` independent.
AmongFewer rate_among_fewer(const Question& question, const plan::Rate& leaf, double divisor);

// The same claim of a model that samples rows, were only one row in `divisor` independent.
statistics::Outcome model_among_fewer(const Question& question, double divisor);

}  // namespace proofmark::judgement
