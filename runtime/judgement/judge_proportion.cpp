// A share of rows against a constant: Clopper and Pearson's exact test, on the tail probability; without a limit on
// looks, the mixture e-value; at an attested look, the boundary of all looks together.
#include <algorithm>
#include <string>

#include "runtime/judgement/anytime.h"
#include "runtime/judgement/counts.h"
#include "runtime/judgement/decimal.h"
#include "runtime/judgement/mid_p.h"
#include "runtime/judgement/planned_looks.h"
#include "runtime/judgement/weights.h"

namespace proofmark::judgement {
namespace {

using plan::Rational;
using statistics::Outcome;
using statistics::ProportionClaim;
using statistics::ProportionCounts;

ProportionCounts counts_of(const Question& question, const plan::Proportion& leaf) {
  return place_unknown(raw_counts(question, leaf), claim_of(question.requirement, leaf).at_least,
                       question.objective.unknown_as);
}

statistics::ReportedBounds mid_p_report(const Question& question, const ProportionCounts& counts,
                                        const ProportionClaim& claim, Outcome outcome) {
  const ShareBounds bounds = kept_on_side(mid_p_bounds(counts, question.alpha), claim, outcome);
  return {decimal(bounds.lower, kReportedDigits, Rounding::down), decimal(bounds.upper, kReportedDigits, Rounding::up)};
}

statistics::ReportedBounds anytime_report(const Question& question, const ProportionCounts& counts,
                                          const ProportionClaim& claim, Outcome outcome) {
  const AnytimeBounds found = anytime_bounds(counts, question.alpha);
  const ShareBounds bounds = kept_on_side({found.lower, found.upper}, claim, outcome);
  return {decimal(bounds.lower, kReportedDigits, Rounding::down), decimal(bounds.upper, kReportedDigits, Rounding::up)};
}

// Bounds that hold at alpha / K; where the boundary of all looks decided otherwise, they are kept on its side.
statistics::ReportedBounds planned_report(const Question& question, const ProportionCounts& counts,
                                          const ProportionClaim& claim, Outcome outcome) {
  const Outcome alone = statistics::decide_proportion(counts, claim, question.alpha).outcome;
  statistics::ReportedBounds found = statistics::report_bounds(counts, claim, question.alpha, alone);
  const std::optional<Rational> lower = Rational::parse(found.lower), upper = Rational::parse(found.upper);
  if (outcome == alone || !lower || !upper) return found;
  const ShareBounds bounds = kept_on_side({*lower, *upper}, claim, outcome);
  return {decimal(bounds.lower, kReportedDigits, Rounding::down), decimal(bounds.upper, kReportedDigits, Rounding::up)};
}

// Of the rows that somebody knows of: unknown ones widen the bounds, to both sides.
std::string share_text(const ProportionCounts& counts) {
  const std::uint64_t known = counts.n - counts.unknown;
  if (known == 0) return "";
  return decimal(*Rational::make(static_cast<plan::Int128>(counts.good), static_cast<plan::Int128>(known)),
                 kReportedDigits, Rounding::half_even);
}

// Events in a bucket that the limit lies in are no random few: leaving them out would flatter one side.
std::string estimate_text(const plan::Proportion& leaf, const RawCounts& raw, const ProportionCounts& counts) {
  return leaf.bucketed && raw.unknown > 0 ? "" : share_text(counts);
}

ClusteredQuestion clustered(const Question& question, const plan::Proportion& leaf) {
  return {question, *leaf.clusters, claim_of(question.requirement, leaf), question.facts.skipped(leaf.population),
          question.facts.late(leaf.population)};
}

}  // namespace

ProportionClaim claim_of(const plan::Requirement& requirement, const plan::Proportion&) {
  return {is_at_least(*requirement.direct_op), requirement.direct_threshold};
}

RawCounts raw_counts(const Question& question, const plan::Proportion& leaf) {
  const FactView& facts = question.facts;
  return {facts.count(leaf.good, question.group), facts.count(leaf.unknown, question.group),
          facts.count(leaf.population, question.group), facts.skipped(leaf.population), facts.late(leaf.population)};
}

statistics::ReportedBounds share_bounds(const Question& question, const ProportionCounts& counts,
                                        const ProportionClaim& claim, Outcome outcome, bool planned) {
  if (by_anytime(question)) return anytime_report(question, counts, claim, outcome);
  if (by_mid_p(question)) return mid_p_report(question, counts, claim, outcome);
  if (planned) return planned_report(question, counts, claim, outcome);
  return statistics::report_bounds(counts, claim, question.alpha, outcome);
}

Judged judge_proportion(const Question& question, const plan::Proportion& leaf) {
  const ProportionClaim claim = claim_of(question.requirement, leaf);
  const RawCounts raw = raw_counts(question, leaf);
  const ProportionCounts counts = counts_of(question, leaf);
  if (leaf.weights) {
    Judged judged = judge_weighed({question, *leaf.weights, claim, raw});
    judged.good = counts.good;
    if (judged.weights) judged.estimate = judged.weights->share;
    return judged;
  }
  if (leaf.clusters) {
    Judged judged = judge_clusters(clustered(question, leaf));
    judged.good = counts.good;
    judged.unknown = raw.in_doubt();
    judged.estimate = estimate_text(leaf, raw, counts);
    return judged;
  }
  Judged judged;
  judged.look = look_taken(question, counts, claim);
  const statistics::ProportionDecision decision = decide_counts(question, counts, claim, question.alpha, judged.look);
  const statistics::ReportedBounds bounds =
      share_bounds(question, counts, claim, decision.outcome, judged.look.has_value());
  judged.method = by_anytime(question) ? "beta_mixture_e_value"
                  : by_mid_p(question) ? "mid_p"
                  : judged.look        ? "group_sequential"
                                       : "clopper_pearson";
  if (by_mid_p(question)) judged.guarantee = Guarantee::asymptotic;
  judged.n = counts.n;
  judged.good = counts.good;
  judged.unknown = raw.in_doubt();
  judged.estimate = estimate_text(leaf, raw, counts);
  judged.lower = bounds.lower;
  judged.upper = bounds.upper;
  judged.p_pass = decision.p_pass;
  judged.p_fail = decision.p_fail;
  switch (decision.outcome) {
    case Outcome::pass:
      judged.verdict = Verdict::pass;
      break;
    case Outcome::fail:
      judged.verdict = Verdict::fail;
      break;
    case Outcome::inconclusive:
    case Outcome::borderline:
      judged.verdict = Verdict::inconclusive;
      explain_inconclusive(judged, question, counts, claim, decision.outcome == Outcome::borderline);
      if (leaf.bucketed && raw.unknown > 0) tell_quantised(judged);
      break;
  }
  return judged;
}

bool proportion_fails_at(const Question& question, const plan::Proportion& leaf, const Rational& level) {
  if (leaf.weights)
    return weights_fail_at({question, *leaf.weights, claim_of(question.requirement, leaf), raw_counts(question, leaf)},
                           level);
  if (leaf.clusters) return clusters_fail_at(clustered(question, leaf), level);
  return decide_counts(question, counts_of(question, leaf), claim_of(question.requirement, leaf), level).outcome ==
         Outcome::fail;
}

}  // namespace proofmark::judgement
