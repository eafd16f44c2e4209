// Two shares set against each other, decided on the tail at the threshold (weigh_two_shares.h): their difference by the
// score test of Miettinen & Nurminen, their odds ratio by Mantel & Haenszel's estimate, over all strata. Both are right
// in the limit of many rows: they back no certificate's bound.
//
// Rows in no declared stratum are a stratum by themselves. Whether the strata have one odds ratio (Breslow & Day) or
// one difference (Cochran) is told beside the verdict and never chooses it.
#include <algorithm>
#include <string_view>

#include "runtime/judgement/counts.h"
#include "runtime/judgement/decimal.h"
#include "runtime/judgement/dependence.h"
#include "runtime/judgement/growth.h"
#include "runtime/judgement/weigh_two_shares.h"
#include "runtime/judgement/wording.h"

namespace proofmark::judgement {
namespace {

using plan::Rational;
using plan::TwoShares;
using statistics::Outcome;
using statistics::ProportionCounts;

std::uint64_t rows_of(const Strata& strata, bool first) {
  std::uint64_t rows = 0;
  for (const Arms& arms : strata) rows += first ? arms.first.n : arms.second.n;
  return rows;
}

ProportionCounts placed(const Question& question, const RawCounts& raw, bool more_is_better) {
  return place_unknown(raw, more_is_better, question.objective.unknown_as);
}

Arms placed(const Question& question, const RawCounts& first, const RawCounts& second) {
  const bool at_least = is_at_least(*question.requirement.direct_op);
  return {placed(question, first, at_least), placed(question, second, !at_least)};
}

std::uint64_t stratum_count(const FactView& facts, const plan::FactRef& ref, std::size_t stratum) {
  return std::get<plan::CountFact>(facts.stream(ref.scan).facts[ref.accumulator]).counts[stratum];
}

RawCounts taken_out(RawCounts whole, const RawCounts& part) {
  whole.good -= part.good;
  whole.unknown -= part.unknown;
  whole.population -= part.population;
  return whole;
}

// Rows that could not be read belong to no stratum that is known: they stay with the rest.
Strata strata_of(const Question& question, const TwoShares& leaf) {
  RawCounts first = raw_counts(question, leaf.first), second = raw_counts(question, leaf.second);
  Strata strata;
  if (leaf.strata) {
    const FactView& facts = question.facts;
    const auto& counts = facts.stream(leaf.first.population.scan).facts[leaf.strata->first.population.accumulator];
    for (std::size_t i = 0; i < std::get<plan::CountFact>(counts).counts.size(); ++i) {
      const auto part = [&](const plan::Proportion& arm) {
        return RawCounts{stratum_count(facts, arm.good, i), stratum_count(facts, arm.unknown, i),
                         stratum_count(facts, arm.population, i), 0};
      };
      const RawCounts one = part(leaf.strata->first), two = part(leaf.strata->second);
      first = taken_out(first, one);
      second = taken_out(second, two);
      strata.push_back(placed(question, one, two));
    }
  }
  const Arms rest = placed(question, first, second);
  if (strata.empty() || rest.first.n > 0 || rest.second.n > 0) strata.push_back(rest);
  return strata;
}

SharesClaim claim_of(const Question& question, const TwoShares& leaf) {
  return {leaf.kind, is_at_least(*question.requirement.direct_op), question.requirement.direct_threshold};
}

Outcome outcome_at(const Question& question, const TwoShares& leaf, const Strata& strata, const Rational& level) {
  return outcome_of(weigh_tails(claim_of(question, leaf), strata), level);
}

// The bounds on the side that was decided: the tail at the threshold is the judge, they are its picture (C10).
void keep_on_side(Range& bounds, bool at_least, const Rational& t, Outcome outcome) {
  const Rational step = *Rational::make(1, 10'000'000'000);
  const bool above = outcome == (at_least ? Outcome::pass : Outcome::fail);
  const bool below = outcome == (at_least ? Outcome::fail : Outcome::pass);
  if (above)
    bounds.lower = std::max(bounds.lower.value_or(t), t);
  else if (bounds.lower && *bounds.lower >= t)
    bounds.lower = subtract(t, step);
  if (below)
    bounds.upper = std::min(bounds.upper.value_or(t), t);
  else if (bounds.upper && *bounds.upper <= t)
    bounds.upper = add(t, step);
}

// At the question's level; bounds as they are printed.
struct DecidedShares {
  Outcome outcome = Outcome::inconclusive;
  double p_pass = 1, p_fail = 1;
  std::string lower, upper;
};

DecidedShares decide(const Question& question, const TwoShares& leaf, const Strata& strata) {
  const Weighed weighed = weigh(claim_of(question, leaf), strata, question.alpha);
  DecidedShares decided{outcome_of(weighed, question.alpha), weighed.p_pass, weighed.p_fail, {}, {}};
  Range bounds = weighed.bounds;
  keep_on_side(bounds, is_at_least(*question.requirement.direct_op), question.requirement.direct_threshold,
               decided.outcome);
  if (bounds.lower) decided.lower = decimal(*bounds.lower, kReportedDigits, Rounding::down);
  if (bounds.upper) decided.upper = decimal(*bounds.upper, kReportedDigits, Rounding::up);
  return decided;
}

Strata grown(const Strata& strata, std::uint64_t rows, std::uint64_t extra) {
  Strata more = strata;
  for (Arms& arms : more)
    for (ProportionCounts* counts : {&arms.first, &arms.second})
      for (std::uint64_t* count : {&counts->good, &counts->unknown, &counts->n})
        *count = judgement::grown(*count, rows, extra);
  return more;
}

std::optional<std::uint64_t> further_rows(const Question& question, const TwoShares& leaf, const Strata& strata) {
  const std::uint64_t first = rows_of(strata, true), second = rows_of(strata, false), rows = std::min(first, second);
  constexpr std::uint64_t kMost = 1'000'000'000;  // counts of two arms are multiplied in 128 bits
  if (rows == 0 || std::max(first, second) > kMost) return std::nullopt;
  return smallest_growth(rows, std::max(first, second) * (statistics::kMaximumRows / kMost / 4), [&](auto extra) {
    return outcome_at(question, leaf, grown(strata, rows, extra), question.alpha) == Outcome::pass;
  });
}

std::string_view nothing_told(const TwoShares& leaf, const Strata& strata) {
  const bool apart = std::none_of(strata.begin(), strata.end(),
                                  [](const Arms& arms) { return arms.first.n > 0 && arms.second.n > 0; });
  if (apart && leaf.strata) return "in no stratum do both populations have rows: there is nothing to compare";
  return "in no stratum have the two populations a row that meets the condition and one that does not: their odds have "
         "no ratio yet";
}

void explain(Judged& judged, const Question& question, const TwoShares& leaf, const Strata& strata) {
  if (!tells(leaf.kind, strata, true) && !tells(leaf.kind, strata, false)) {
    judged.reason = Reason::bound_does_not_exist;
    judged.note = nothing_told(leaf, strata);
    return;
  }
  judged.samples_needed = further_rows(question, leaf, strata);
  Strata known = strata;
  for (Arms& arms : known) {  // as the claim would like it
    const bool at_least = is_at_least(*question.requirement.direct_op);
    ProportionCounts& raised = at_least ? arms.first : arms.second;
    raised.good += raised.unknown;
    arms.first.unknown = arms.second.unknown = 0;
  }
  if (judged.unknown > 0 && outcome_at(question, leaf, known, question.alpha) == Outcome::pass)
    judged.reason = Reason::unknown_rows;
  else
    judged.reason = judged.samples_needed ? Reason::too_few : Reason::threshold_too_close;
  if (leaf.first.bucketed || leaf.second.bucketed) tell_quantised(judged);
}

// Strata in which both populations have rows are what is compared.
StrataTold told_of(const TwoShares& leaf, const Strata& strata) {
  StrataTold told;
  told.strata = strata.size();
  for (const Arms& arms : strata) told.compared += arms.first.n > 0 && arms.second.n > 0;
  told.homogeneity = homogeneity_of(leaf.kind, as_known(strata));
  return told;
}

}  // namespace

Judged judge_two_shares(const Question& question, const TwoShares& leaf) {
  const Strata strata = strata_of(question, leaf);
  const DecidedShares decided = decide(question, leaf, strata);
  const Outcome outcome = decided.outcome;
  Judged judged;
  judged.method = leaf.kind == plan::TwoSharesKind::difference ? "miettinen_nurminen" : "mantel_haenszel";
  judged.guarantee = Guarantee::asymptotic;
  judged.n = std::min(rows_of(strata, true), rows_of(strata, false));
  for (const Arms& arms : strata) judged.unknown += arms.first.unknown + arms.second.unknown;
  if (const auto estimate = estimate_of(leaf.kind, as_known(strata)))
    judged.estimate = decimal(*estimate, kReportedDigits, Rounding::half_even);
  judged.lower = decided.lower;
  judged.upper = decided.upper;
  judged.p_pass = decided.p_pass;
  judged.p_fail = decided.p_fail;
  if (leaf.strata) judged.strata = told_of(leaf, strata);
  judged.verdict = outcome == Outcome::pass   ? Verdict::pass
                   : outcome == Outcome::fail ? Verdict::fail
                                              : Verdict::inconclusive;
  if (outcome == Outcome::borderline)
    judged.reason = Reason::borderline;
  else if (judged.verdict == Verdict::inconclusive)
    explain(judged, question, leaf, strata);
  return judged;
}

bool two_shares_fail_at(const Question& question, const TwoShares& leaf, const Rational& level) {
  return outcome_at(question, leaf, strata_of(question, leaf), level) == Outcome::fail;
}

AmongFewer two_shares_among_fewer(const Question& question, const TwoShares& leaf, double divisor) {
  Strata fewer = strata_of(question, leaf);
  for (Arms& arms : fewer) arms = {thinned(arms.first, divisor), thinned(arms.second, divisor)};
  if (rows_of(fewer, true) == 0 || rows_of(fewer, false) == 0) return {};
  const DecidedShares decided = decide(question, leaf, fewer);
  return {decided.outcome, decided.lower, decided.upper};
}

}  // namespace proofmark::judgement
