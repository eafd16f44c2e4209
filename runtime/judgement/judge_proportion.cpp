// A share of rows against a constant: Clopper and Pearson's exact test, on the tail probability.
#include <string>

#include "runtime/judgement/counts.h"
#include "runtime/judgement/decimal.h"

namespace proofmark::judgement {
namespace {

using plan::Rational;
using statistics::Outcome;
using statistics::ProportionClaim;
using statistics::ProportionCounts;

ProportionClaim claim_of(const plan::Requirement& requirement) {
  return {is_at_least(*requirement.direct_op), requirement.direct_threshold};
}

bool observed_meets(const ProportionCounts& counts, const ProportionClaim& claim) {
  const Rational share = *Rational::make(static_cast<plan::Int128>(counts.good), static_cast<plan::Int128>(counts.n));
  return claim.at_least ? share >= claim.threshold : share <= claim.threshold;
}

}  // namespace

ProportionCounts place_unknown(const RawCounts& raw, bool at_least, plan::UnknownAs unknown_as) {
  ProportionCounts counts{raw.good, raw.unknown + raw.skipped, raw.population + raw.skipped};
  switch (unknown_as) {
    case plan::UnknownAs::worst: break;
    case plan::UnknownAs::good:
      if (at_least) counts.good += counts.unknown;
      counts.unknown = 0;
      break;
    case plan::UnknownAs::bad:
      if (!at_least) counts.good += counts.unknown;
      counts.unknown = 0;
      break;
    case plan::UnknownAs::excluded:
      counts = {raw.good, 0, raw.population};
      break;
  }
  return counts;
}

RawCounts raw_counts(const Question& question, const plan::Proportion& leaf) {
  const FactView& facts = question.facts;
  return {facts.count(leaf.good, question.group), facts.count(leaf.unknown, question.group),
          facts.count(leaf.population, question.group), facts.skipped(leaf.population)};
}

void explain_inconclusive(Judged& judged, const ProportionCounts& counts, const ProportionClaim& claim,
                          const Rational& alpha, bool borderline) {
  const ProportionCounts favourable{counts.good + (claim.at_least ? counts.unknown : 0), 0, counts.n};
  judged.samples_needed = statistics::further_rows_to_pass(counts, claim, alpha);
  if (borderline) {
    judged.reason = Reason::borderline;
  } else if (counts.unknown > 0 && statistics::decide_proportion(favourable, claim, alpha).outcome == Outcome::pass) {
    judged.reason = Reason::unknown_rows;
  } else if (judged.samples_needed || observed_meets(counts, claim)) {
    judged.reason = Reason::too_few;
  } else {
    judged.reason = Reason::threshold_too_close;
  }
}

Judged judge_proportion(const Question& question, const plan::Proportion& leaf) {
  const ProportionClaim claim = claim_of(question.requirement);
  const RawCounts raw = raw_counts(question, leaf);
  const ProportionCounts counts = place_unknown(raw, claim.at_least, question.objective.unknown_as);
  const statistics::ProportionDecision decision = statistics::decide_proportion(counts, claim, question.alpha);
  const statistics::ReportedBounds bounds = statistics::report_bounds(counts, claim, question.alpha, decision.outcome);
  Judged judged;
  judged.method = "clopper_pearson";
  judged.unit = plan::Unit::ratio;
  judged.n = counts.n;
  judged.good = counts.good;
  judged.unknown = raw.unknown + raw.skipped;
  judged.estimate = decimal(*Rational::make(static_cast<plan::Int128>(counts.good), static_cast<plan::Int128>(counts.n)),
                            kReportedDigits, Rounding::half_even);
  judged.lower = bounds.lower;
  judged.upper = bounds.upper;
  judged.p_pass = decision.p_pass;
  judged.p_fail = decision.p_fail;
  switch (decision.outcome) {
    case Outcome::pass: judged.verdict = Verdict::pass; break;
    case Outcome::fail: judged.verdict = Verdict::fail; break;
    case Outcome::inconclusive:
    case Outcome::borderline:
      judged.verdict = Verdict::inconclusive;
      explain_inconclusive(judged, counts, claim, question.alpha, decision.outcome == Outcome::borderline);
      break;
  }
  return judged;
}

bool proportion_fails_at(const Question& question, const plan::Proportion& leaf, const Rational& level) {
  const ProportionClaim claim = claim_of(question.requirement);
  const ProportionCounts counts = place_unknown(raw_counts(question, leaf), claim.at_least, question.objective.unknown_as);
  return statistics::decide_proportion(counts, claim, level).outcome == Outcome::fail;
}

}  // namespace proofmark::judgement
