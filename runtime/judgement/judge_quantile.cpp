// A quantile q = inf{x : F(x) >= p} against a constant, decided by counting: q <= t is F(t) >= p, a claim about the
// share of rows at or below t. The printed bounds are order statistics whose ranks follow the same tails, so they
// agree with the count by construction; that relation is checked before a verdict leaves this file.
//
//   claim    counted as "below"   is the claim that   passes iff    fails iff
//   q <= t   value <= t           F(t)  >= p          upper <= t    lower >  t
//   q <  t   value <  t           F(t-) >= p          upper <  t    lower >= t
//   q >= t   value <  t           F(t-) <  p          lower >= t    upper <  t
//   q >  t   value <= t           F(t)  <  p          lower >  t    upper <= t
#include <optional>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/judgement/counts.h"
#include "runtime/judgement/number_value.h"
#include "runtime/judgement/planned_looks.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;
using plan::Number;
using plan::Rational;
using statistics::Outcome;
using statistics::ProportionClaim;
using statistics::ProportionCounts;

// The ranked value, or nothing when no such order statistic exists.
std::optional<Number> ranked(const plan::ValueSummary& values, std::size_t index) {
  PROOFMARK_CHECK(index < values.ranks.size());
  const std::optional<plan::RankedValue>& rank = values.ranks[index];
  return rank ? std::optional<Number>(rank->value) : std::nullopt;
}

struct Bounds {
  std::optional<Number> lower, upper;
};

bool meets(const std::optional<Number>& bound, Comparison op, const Rational& threshold) {
  return bound && compare(*bound, op, threshold);
}

Comparison opposite(Comparison op) {
  switch (op) {
    case Comparison::less:
      return Comparison::at_least;
    case Comparison::at_most:
      return Comparison::greater;
    case Comparison::greater:
      return Comparison::at_most;
    case Comparison::at_least:
      return Comparison::less;
    case Comparison::equal:
      return Comparison::not_equal;
    case Comparison::not_equal:
      return Comparison::equal;
  }
  return op;
}

// The engine's ranks place unknown rows at their worst and belong to a declared number of looks. Where something else
// decided, the tightest value that the decision itself proves stands in: the threshold, or the next value beyond it.
void tighten_to_decision(Bounds& bounds, Comparison op, const Rational& threshold, Outcome outcome, bool real) {
  std::optional<Number>& passing = is_at_least(op) ? bounds.lower : bounds.upper;
  std::optional<Number>& failing = is_at_least(op) ? bounds.upper : bounds.lower;
  if (outcome == Outcome::pass && !meets(passing, op, threshold)) passing = nearest_meeting(op, threshold, real);
  if (outcome == Outcome::fail && !meets(failing, opposite(op), threshold))
    failing = nearest_meeting(opposite(op), threshold, real);
}

// An order statistic at alpha / K that would pass, at a look whose boundary does not, is not shown.
void drop_undecided(Bounds& bounds, Comparison op, const Rational& threshold, Outcome outcome) {
  std::optional<Number>& passing = is_at_least(op) ? bounds.lower : bounds.upper;
  if (outcome != Outcome::pass && meets(passing, op, threshold)) passing.reset();
  std::optional<Number>& failing = is_at_least(op) ? bounds.upper : bounds.lower;
  if (outcome != Outcome::fail && meets(failing, opposite(op), threshold)) failing.reset();
}

// C10: what is printed can never contradict what was decided.
void check_relation(const Bounds& bounds, Comparison op, const Rational& threshold, Outcome outcome) {
  const std::optional<Number>& passing = is_at_least(op) ? bounds.lower : bounds.upper;
  const std::optional<Number>& failing = is_at_least(op) ? bounds.upper : bounds.lower;
  PROOFMARK_CHECK(meets(passing, op, threshold) == (outcome == Outcome::pass));
  PROOFMARK_CHECK(meets(failing, opposite(op), threshold) == (outcome == Outcome::fail));
}

// n is so small that no order statistic bounds the quantile, however good the values are.
void note_missing_bound(Judged& judged, const ProportionCounts& counts, const ProportionClaim& claim,
                        const Rational& alpha) {
  const std::optional<std::uint64_t> smallest = statistics::smallest_n_to_pass(claim, alpha);
  if (!smallest || counts.n >= *smallest) return;
  judged.reason = Reason::bound_does_not_exist;
  if (!judged.samples_needed) judged.samples_needed = *smallest - counts.n;
}

ClusteredQuestion clustered(const Question& question, const plan::Quantile& leaf) {
  return {question, *leaf.clusters, claim_of(question.requirement, leaf), question.facts.skipped(leaf.population)};
}

// Rows in clusters: decided by counting; the order statistics that independent rows would have bound nothing here, so
// the threshold itself is the only bound that is known, and only where something was decided.
Judged clustered_quantile(const Question& question, const plan::Quantile& leaf, const RawCounts& raw, bool real) {
  const ClusteredQuestion asked = clustered(question, leaf);
  Judged judged = judge_clusters(asked);
  const plan::ValueSummary& values = question.facts.values(leaf.values, question.group);
  judged.good = asked.claim.at_least ? raw.good : values.known - raw.good;
  judged.unknown = raw.unknown + raw.skipped;
  if (const std::optional<Number> nearest = ranked(values, 0)) judged.estimate = number_text(*nearest);
  Bounds bounds;
  const Outcome outcome = judged.verdict == Verdict::pass   ? Outcome::pass
                          : judged.verdict == Verdict::fail ? Outcome::fail
                                                            : Outcome::inconclusive;
  tighten_to_decision(bounds, *question.requirement.direct_op, question.requirement.direct_threshold, outcome, real);
  judged.lower = bounds.lower ? number_text(*bounds.lower) : "";
  judged.upper = bounds.upper ? number_text(*bounds.upper) : "";
  return judged;
}

// Whether the engine's ranks belong to the level that is asked for: those of a family are for its first step.
bool ranked_at(const Question& question, const plan::Quantile& leaf) {
  const plan::Scan& scan = question.facts.plan().scans[leaf.values.scan];
  const auto& ranks = std::get<plan::CollectValues>(scan.accumulators[leaf.values.accumulator].what).ranks;
  return ranks[1].alpha == question.alpha;
}

bool holds_reals(const plan::Plan& plan, const plan::FactRef& ref) {
  const plan::Scan& scan = plan.scans[ref.scan];
  return scan.values[std::get<plan::CollectValues>(scan.accumulators[ref.accumulator].what).value].real;
}

}  // namespace

ProportionClaim claim_of(const plan::Requirement& requirement, const plan::Quantile& leaf) {
  return {!is_at_least(*requirement.direct_op), leaf.p};
}

RawCounts raw_counts(const Question& question, const plan::Quantile& leaf) {
  const FactView& facts = question.facts;
  const std::uint64_t population = facts.count(leaf.population, question.group);
  const std::uint64_t known = facts.values(leaf.values, question.group).known;
  return {facts.count(*leaf.below, question.group), population - known, population, facts.skipped(leaf.population)};
}

Judged judge_quantile(const Question& question, const plan::Quantile& leaf) {
  const Comparison op = *question.requirement.direct_op;
  const Rational& threshold = question.requirement.direct_threshold;
  const ProportionClaim claim = claim_of(question.requirement, leaf);
  const RawCounts raw = raw_counts(question, leaf);
  if (leaf.clusters) return clustered_quantile(question, leaf, raw, holds_reals(question.facts.plan(), leaf.values));
  const ProportionCounts counts = place_unknown(raw, claim.at_least, question.objective.unknown_as);
  Judged judged;
  judged.look = look_taken(question, counts, claim);
  const statistics::ProportionDecision decision = decide_counts(question, counts, claim, question.alpha, judged.look);
  const plan::ValueSummary& values = question.facts.values(leaf.values, question.group);
  Bounds bounds;
  if (!looks_unlimited(question)) bounds = {ranked(values, 1), ranked(values, 2)};
  const bool elsewhere = !ranked_at(question, leaf);
  if (looks_unlimited(question) || judged.look || elsewhere || question.objective.unknown_as != plan::UnknownAs::worst)
    tighten_to_decision(bounds, op, threshold, decision.outcome, holds_reals(question.facts.plan(), leaf.values));
  else if (decision.outcome != Outcome::borderline)
    check_relation(bounds, op, threshold, decision.outcome);
  if (judged.look || elsewhere) drop_undecided(bounds, op, threshold, decision.outcome);

  judged.method = looks_unlimited(question) ? "beta_mixture_e_value"
                  : judged.look             ? "group_sequential"
                                            : "order_statistic_count";
  judged.n = counts.n;
  judged.good = claim.at_least ? raw.good : values.known - raw.good;
  judged.unknown = raw.unknown + raw.skipped;
  if (const std::optional<Number> nearest = ranked(values, 0)) judged.estimate = number_text(*nearest);
  if (bounds.lower) judged.lower = number_text(*bounds.lower);
  if (bounds.upper) judged.upper = number_text(*bounds.upper);
  judged.p_pass = decision.p_pass;
  judged.p_fail = decision.p_fail;
  judged.verdict = decision.outcome == Outcome::pass   ? Verdict::pass
                   : decision.outcome == Outcome::fail ? Verdict::fail
                                                       : Verdict::inconclusive;
  if (judged.verdict != Verdict::inconclusive) return judged;
  explain_inconclusive(judged, question, counts, claim, decision.outcome == Outcome::borderline);
  if (judged.reason != Reason::borderline && !looks_unlimited(question) && !judged.look)
    note_missing_bound(judged, counts, claim, question.alpha);
  return judged;
}

bool quantile_fails_at(const Question& question, const plan::Quantile& leaf, const Rational& level) {
  if (leaf.clusters) return clusters_fail_at(clustered(question, leaf), level);
  const ProportionClaim claim = claim_of(question.requirement, leaf);
  const ProportionCounts counts =
      place_unknown(raw_counts(question, leaf), claim.at_least, question.objective.unknown_as);
  return decide_counts(question, counts, claim, level).outcome == Outcome::fail;
}

}  // namespace proofmark::judgement
