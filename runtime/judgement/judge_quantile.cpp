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
#include <utility>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/judgement/counts.h"
#include "runtime/judgement/dependence.h"
#include "runtime/judgement/number_value.h"
#include "runtime/judgement/planned_looks.h"
#include "runtime/judgement/weights.h"

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

// Of values in buckets the lower bound is the edge that the quantile lies above.
struct Bounds {
  std::optional<Number> lower, upper;
  bool in_buckets = false;
};

// How a bound is compared with the threshold: lying above an edge is as good as lying above every value up to it.
Comparison of_lower(const Bounds& bounds, Comparison op) {
  return bounds.in_buckets && op == Comparison::greater ? Comparison::at_least : op;
}

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

// The bounds that a pass and a fail rest on, and what these must meet.
struct Deciding {
  std::optional<Number>&passing, &failing;
  Comparison to_pass, to_fail;
};

Deciding deciding(Bounds& bounds, Comparison op) {
  if (is_at_least(op)) return {bounds.lower, bounds.upper, of_lower(bounds, op), opposite(op)};
  return {bounds.upper, bounds.lower, op, of_lower(bounds, opposite(op))};
}

// The engine's ranks place unknown rows at their worst and belong to a declared number of looks. Where something else
// decided, the tightest value that the decision itself proves stands in: the threshold, or the next value beyond it.
void tighten_to_decision(Bounds& bounds, Comparison op, const Rational& threshold, Outcome outcome, bool real) {
  const Deciding by = deciding(bounds, op);
  if (outcome == Outcome::pass && !meets(by.passing, by.to_pass, threshold))
    by.passing = nearest_meeting(by.to_pass, threshold, real);
  if (outcome == Outcome::fail && !meets(by.failing, by.to_fail, threshold))
    by.failing = nearest_meeting(by.to_fail, threshold, real);
}

// An order statistic at alpha / K that would pass, at a look whose boundary does not, is not shown.
void drop_undecided(Bounds& bounds, Comparison op, const Rational& threshold, Outcome outcome) {
  const Deciding by = deciding(bounds, op);
  if (outcome != Outcome::pass && meets(by.passing, by.to_pass, threshold)) by.passing.reset();
  if (outcome != Outcome::fail && meets(by.failing, by.to_fail, threshold)) by.failing.reset();
}

// C10: what is printed can never contradict what was decided.
void check_relation(Bounds& bounds, Comparison op, const Rational& threshold, Outcome outcome) {
  const Deciding by = deciding(bounds, op);
  PROOFMARK_CHECK(meets(by.passing, by.to_pass, threshold) == (outcome == Outcome::pass));
  PROOFMARK_CHECK(meets(by.failing, by.to_fail, threshold) == (outcome == Outcome::fail));
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
  return {question, *leaf.clusters, claim_of(question.requirement, leaf), question.facts.skipped(leaf.population),
          question.facts.late(leaf.population)};
}

// The nearest-rank quantile; of values in buckets, the edges that it lies between.
void tell_estimate(Judged& judged, const Question& question, const plan::Quantile& leaf) {
  const std::optional<Number> nearest = ranked(question.facts.values(leaf.values, question.group), 0);
  judged.in_buckets = leaf.buckets.has_value();
  if (!leaf.buckets) {
    if (nearest) judged.estimate = number_text(*nearest);
    return;
  }
  if (nearest) judged.estimate_above = number_text(*nearest);
  if (const auto upper = ranked(question.facts.values(leaf.buckets->upper_values, question.group), 0))
    judged.estimate = number_text(*upper);
}

// Decided by counting; the order statistics that independent rows of one weight would have bound nothing here, so the
// threshold itself is the only bound that is known, and only where something was decided.
AmongFewer bounded_by_threshold(const Question& question, Outcome outcome, bool in_buckets, bool real) {
  Bounds bounds{{}, {}, in_buckets};
  tighten_to_decision(bounds, *question.requirement.direct_op, question.requirement.direct_threshold, outcome, real);
  return {outcome, bounds.lower ? number_text(*bounds.lower) : "", bounds.upper ? number_text(*bounds.upper) : ""};
}

void bound_by_threshold(Judged& judged, const Question& question, bool in_buckets, bool real) {
  const Outcome outcome = judged.verdict == Verdict::pass   ? Outcome::pass
                          : judged.verdict == Verdict::fail ? Outcome::fail
                                                            : Outcome::inconclusive;
  AmongFewer bounds = bounded_by_threshold(question, outcome, in_buckets, real);
  judged.lower = std::move(bounds.lower);
  judged.upper = std::move(bounds.upper);
}

Judged clustered_quantile(const Question& question, const plan::Quantile& leaf, const RawCounts& raw, bool real) {
  const ClusteredQuestion asked = clustered(question, leaf);
  Judged judged = judge_clusters(asked);
  judged.good = asked.claim.at_least ? raw.good : raw.population - raw.unknown - raw.good;
  judged.unknown = raw.in_doubt();
  tell_estimate(judged, question, leaf);
  bound_by_threshold(judged, question, leaf.buckets.has_value(), real);
  return judged;
}

// No estimate: the nearest rank among rows of unequal weight is no quantile of what they stand for.
Judged weighed_quantile(const WeighedQuestion& asked, bool real) {
  Judged judged = judge_weighed(asked);
  judged.good = asked.claim.at_least ? asked.raw.good : asked.raw.population - asked.raw.unknown - asked.raw.good;
  bound_by_threshold(judged, asked.question, false, real);
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
  const std::uint64_t unknown = leaf.buckets ? facts.count(*leaf.buckets->unknown, question.group)
                                             : population - facts.values(leaf.values, question.group).known;
  return {facts.count(*leaf.below, question.group), unknown, population, facts.skipped(leaf.population),
          facts.late(leaf.population)};
}

Judged judge_quantile(const Question& question, const plan::Quantile& leaf) {
  const Comparison op = *question.requirement.direct_op;
  const Rational& threshold = question.requirement.direct_threshold;
  const ProportionClaim claim = claim_of(question.requirement, leaf);
  const RawCounts raw = raw_counts(question, leaf);
  const bool real = holds_reals(question.facts.plan(), leaf.values);
  if (leaf.weights) return weighed_quantile({question, *leaf.weights, claim, raw}, real);
  if (leaf.clusters) return clustered_quantile(question, leaf, raw, real);
  const ProportionCounts counts = place_unknown(raw, claim.at_least, question.objective.unknown_as);
  Judged judged;
  judged.look = look_taken(question, counts, claim);
  const statistics::ProportionDecision decision = decide_counts(question, counts, claim, question.alpha, judged.look);
  Bounds bounds{{}, {}, leaf.buckets.has_value()};
  if (!by_anytime(question)) {
    bounds.lower = ranked(question.facts.values(leaf.values, question.group), 1);
    bounds.upper = ranked(question.facts.values(upper_values_of(leaf), question.group), 2);
  }
  const bool elsewhere = !ranked_at(question, leaf);
  if (by_anytime(question) || judged.look || elsewhere || question.objective.unknown_as != plan::UnknownAs::worst)
    tighten_to_decision(bounds, op, threshold, decision.outcome, real);
  else if (decision.outcome != Outcome::borderline)
    check_relation(bounds, op, threshold, decision.outcome);
  if (judged.look || elsewhere) drop_undecided(bounds, op, threshold, decision.outcome);

  judged.method = by_anytime(question) ? "beta_mixture_e_value"
                  : judged.look        ? "group_sequential"
                                       : "order_statistic_count";
  judged.n = counts.n;
  judged.good = claim.at_least ? raw.good : raw.population - raw.unknown - raw.good;
  judged.unknown = raw.in_doubt();
  tell_estimate(judged, question, leaf);
  if (bounds.lower) judged.lower = number_text(*bounds.lower);
  if (bounds.upper) judged.upper = number_text(*bounds.upper);
  judged.p_pass = decision.p_pass;
  judged.p_fail = decision.p_fail;
  judged.verdict = decision.outcome == Outcome::pass   ? Verdict::pass
                   : decision.outcome == Outcome::fail ? Verdict::fail
                                                       : Verdict::inconclusive;
  if (judged.verdict != Verdict::inconclusive) return judged;
  explain_inconclusive(judged, question, counts, claim, decision.outcome == Outcome::borderline);
  if (leaf.buckets && raw.unknown > 0) tell_quantised(judged);
  if (judged.reason != Reason::borderline && !by_anytime(question) && !judged.look)
    note_missing_bound(judged, counts, claim, question.alpha);
  return judged;
}

AmongFewer quantile_among_fewer(const Question& question, const plan::Quantile& leaf, double divisor) {
  const bool real = holds_reals(question.facts.plan(), leaf.values);
  return bounded_by_threshold(question, counted_among_fewer(question, leaf, divisor).outcome, leaf.buckets.has_value(),
                              real);
}

bool quantile_fails_at(const Question& question, const plan::Quantile& leaf, const Rational& level) {
  if (leaf.weights)
    return weights_fail_at({question, *leaf.weights, claim_of(question.requirement, leaf), raw_counts(question, leaf)},
                           level);
  if (leaf.clusters) return clusters_fail_at(clustered(question, leaf), level);
  const ProportionClaim claim = claim_of(question.requirement, leaf);
  const ProportionCounts counts =
      place_unknown(raw_counts(question, leaf), claim.at_least, question.objective.unknown_as);
  return decide_counts(question, counts, claim, level).outcome == Outcome::fail;
}

}  // namespace proofmark::judgement
