// The mathematics of two shares in strata, without the question's surroundings: counts and a claim in, tails at the
// threshold and bounds out.
//
// An unknown row counts for the arm that hurts: as a success there for one bound, as a failure for the other. The
// difference is tested by score (runtime/statistics/stratified_difference.h), the odds ratio by Mantel & Haenszel's
// estimate with the variance of Robins, Breslow & Greenland. Where every table stands at one end of what its margins
// allow (no event in one population), that estimate is 0 or infinite and has no variance: there the tail is the exact
// one, given the margins.
#pragma once

#include <optional>
#include <vector>

#include "runtime/judgement/interval.h"
#include "runtime/judgement/verdicts.h"
#include "runtime/statistics/binomial.h"

namespace proofmark::judgement {

// One stratum: `good` rows are known to meet the condition, and `unknown` ones may. Populations may be empty.
struct Arms {
  statistics::ProportionCounts first, second;
};
using Strata = std::vector<Arms>;

struct SharesClaim {
  plan::TwoSharesKind kind = plan::TwoSharesKind::difference;
  bool at_least = true;
  plan::Rational threshold;
};

// The tails at the threshold, and bounds at `level` each side; no bound where the strata show none.
struct Weighed {
  double p_pass = 1, p_fail = 1;
  Range bounds;
};
Weighed weigh(const SharesClaim& claim, const Strata& strata, const plan::Rational& level);
// The tails alone: a fiftieth of the work, for searches.
Weighed weigh_tails(const SharesClaim& claim, const Strata& strata);
statistics::Outcome outcome_of(const Weighed& weighed, const plan::Rational& level);

// The rows that somebody knows of.
Strata as_known(Strata strata);
std::optional<plan::Rational> estimate_of(plan::TwoSharesKind kind, const Strata& known);
std::optional<Homogeneity> homogeneity_of(plan::TwoSharesKind kind, const Strata& known);

// Whether the rows tell anything of what is compared; `low`: with unknown rows as they make it smallest.
bool tells(plan::TwoSharesKind kind, const Strata& strata, bool low);

}  // namespace proofmark::judgement
