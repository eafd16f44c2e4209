// Counts as the claim needs them, and the test that the declared looks allow.
//
// By default a row unknown to the condition counts against a pass and, for a fail, as if it were good; `unknown
// counts as good | bad` places it for or against the claim in both tests, `excluded` takes it out of the population
// (the plan's population already leaves it out; rows skipped at ingest are then left out too). Events of series that
// began late may not have happened at all in the time of the telemetry: no reason places them, and they count against
// both, whatever the objective says of unknown rows.
#pragma once

#include "runtime/judgement/requirement.h"
#include "runtime/statistics/binomial.h"

namespace proofmark::judgement {

// `good` here counts rows that meet the leaf's condition, whichever way the claim goes.
struct RawCounts {
  std::uint64_t good = 0, unknown = 0, population = 0, skipped = 0, late = 0;

  std::uint64_t in_doubt() const { return unknown + skipped + late; }
};
RawCounts raw_counts(const Question& question, const plan::Proportion& leaf);
RawCounts raw_counts(const Question& question, const plan::Quantile& leaf);

statistics::ProportionCounts place_unknown(const RawCounts& raw, bool at_least, plan::UnknownAs unknown_as);

// What a direct requirement claims of a share of rows. q <= t says that enough rows lie at or below t.
statistics::ProportionClaim claim_of(const plan::Requirement& requirement, const plan::Proportion& leaf);
statistics::ProportionClaim claim_of(const plan::Requirement& requirement, const plan::Quantile& leaf);

// Where the upper bound of a quantile stands: with the values, or with the upper edges of their buckets.
inline const plan::FactRef& upper_values_of(const plan::Quantile& leaf) {
  return leaf.buckets ? leaf.buckets->upper_values : leaf.values;
}

// Exact tails for a declared number of looks and for retries; the mixture e-value (anytime.h) for `looks unlimited`.
// Where the earlier looks are attested, `look` (planned_looks.h) decides to pass, and the tail at `level` to fail.
bool by_anytime(const Question& question);
bool by_mid_p(const Question& question);  // `method mid_p`, which is for shares alone
statistics::ProportionDecision decide_counts(const Question& question, const statistics::ProportionCounts& counts,
                                             const statistics::ProportionClaim& claim, const plan::Rational& level,
                                             const std::optional<LookTaken>& look = std::nullopt);

// Bounds of a share that come in steps, put on the side of the threshold that was decided (C10).
struct ShareBounds {
  plan::Rational lower, upper;
};
ShareBounds kept_on_side(ShareBounds bounds, const statistics::ProportionClaim& claim, statistics::Outcome outcome);

// Bounds of a share at the question's level, by the test that decides it, as they are printed.
statistics::ReportedBounds share_bounds(const Question& question, const statistics::ProportionCounts& counts,
                                        const statistics::ProportionClaim& claim, statistics::Outcome outcome,
                                        bool planned = false);

// A claim on a share of rows in clusters.
struct ClusteredQuestion {
  const Question& question;
  const plan::ClusterFacts& clusters;
  statistics::ProportionClaim claim;
  std::uint64_t skipped = 0, late = 0;
};
Judged judge_clusters(const ClusteredQuestion& asked);  // all but the estimate and the counts of rows
bool clusters_fail_at(const ClusteredQuestion& asked, const plan::Rational& level);

// Reason and further rows of a claim that is not decided; `judged.look` says how it could have passed.
void explain_inconclusive(Judged& judged, const Question& question, const statistics::ProportionCounts& counts,
                          const statistics::ProportionClaim& claim, bool borderline);
// Of a value that is known by its bucket: the rows that are unknown lie in the bucket around the limit.
void tell_quantised(Judged& judged);

}  // namespace proofmark::judgement
