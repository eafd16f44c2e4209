// A fact about the recorded rows themselves (count, sum, min, max, distinct): compared exactly, no interval, no
// alpha. Rows whose value is unknown, and rows that ingest skipped, may hide anything: a claim passes when it holds
// whatever they are, and fails when it is broken whatever they are. Where not one row is known nothing was measured,
// and nothing passes: few rows have few different values, whatever these are.
#include "runtime/judgement/census.h"
#include "runtime/judgement/counts.h"
#include "runtime/plan/match.h"

namespace proofmark::judgement {
namespace {

using plan::CensusKind;
using plan::Int128;
using plan::UnknownAs;

std::uint64_t unknown_rows(const Question& question, const plan::Census& leaf) {
  const FactView& facts = question.facts;
  const std::uint64_t skipped = facts.skipped(leaf.population);
  if (leaf.unknown) return facts.count(*leaf.unknown, question.group) + skipped;
  const plan::Fact& fact = facts.stream(leaf.fact.scan).facts[leaf.fact.accumulator];
  if (!std::holds_alternative<plan::ValuesFact>(fact)) return skipped;
  // A count of values is a count of known ones: only values that were never read are in doubt.
  if (leaf.kind == CensusKind::count) return skipped;
  return facts.count(leaf.population, question.group) - facts.values(leaf.fact, question.group).known + skipped;
}

// count and distinct: each unknown row may add one.
CensusValue counted(Int128 known, std::uint64_t unknown) {
  return {Sum(known), Sum(known), Sum(known + Int128(unknown)), unknown};
}

std::optional<Sum> widened(const std::optional<Sum>& value) {
  return value;
}
std::optional<Sum> widened(const std::optional<plan::Number>& value) {
  return value ? std::optional<Sum>(as_sum(*value)) : std::nullopt;
}

CensusValue of_values(const plan::ValueSummary& values, CensusKind kind, std::uint64_t unknown) {
  CensusValue result;
  result.unknown = unknown;
  const bool all_known = unknown == 0;
  if (kind == CensusKind::sum) {
    result.recorded = widened(values.sum);
    if (all_known) result.lower = result.upper = result.recorded;
  } else if (kind == CensusKind::minimum) {
    result.recorded = result.upper = widened(values.minimum);
    if (all_known) result.lower = result.recorded;
  } else {
    result.recorded = result.lower = widened(values.maximum);
    if (all_known) result.upper = result.recorded;
  }
  return result;
}

// Whatever the late events are, on top of a span that has a place for all other unknown rows.
void widen_by_late(CensusValue& value, CensusKind kind, std::uint64_t late) {
  if (late == 0) return;
  value.unknown += late;
  if (kind == CensusKind::count || kind == CensusKind::distinct) {
    if (value.upper) value.upper = Sum(std::get<Int128>(*value.upper) + Int128(late));
    return;
  }
  if (kind != CensusKind::maximum) value.lower.reset();
  if (kind != CensusKind::minimum) value.upper.reset();
}

CensusValue recorded_value(const Question& question, const plan::Census& leaf) {
  const FactView& facts = question.facts;
  const std::uint64_t unknown = unknown_rows(question, leaf);
  switch (leaf.kind) {
    case CensusKind::count:
      return counted(Int128(facts.count(leaf.fact, question.group)), unknown);
    case CensusKind::distinct: {
      const plan::Fact& fact = facts.stream(leaf.fact.scan).facts[leaf.fact.accumulator];
      const bool collected = std::holds_alternative<plan::ValuesFact>(fact);
      const std::uint64_t known = collected ? facts.values(leaf.fact, question.group).distinct.value_or(0)
                                            : facts.count(leaf.fact, question.group);
      return counted(Int128(known), unknown);
    }
    case CensusKind::sum:
    case CensusKind::minimum:
    case CensusKind::maximum:
      break;
  }
  return of_values(facts.values(leaf.fact, question.group), leaf.kind, unknown);
}

// Rows there are, and of not one is known what is asked for. Of events in buckets it is: but for the side of the limit.
bool is_nothing_known(const Question& question, const plan::Census& leaf) {
  if (leaf.bucketed) return false;
  const FactView& facts = question.facts;
  const std::uint64_t rows = facts.count(leaf.population, question.group);
  if (leaf.unknown) return rows > 0 && facts.count(*leaf.unknown, question.group) >= rows;
  const plan::Fact& fact = facts.stream(leaf.fact.scan).facts[leaf.fact.accumulator];
  return std::holds_alternative<plan::ValuesFact>(fact) && facts.values(leaf.fact, question.group).known == 0;
}

// Values there are, and their sum is not told.
bool has_overflowed(const Question& question, const plan::Census& leaf) {
  if (leaf.kind != CensusKind::sum) return false;
  const plan::ValueSummary& values = question.facts.values(leaf.fact, question.group);
  return values.known > 0 && !values.sum;
}

// `unknown counts as …` narrows the span to the end that the policy chose.
void place(CensusValue& value, bool at_least, UnknownAs unknown_as) {
  switch (unknown_as) {
    case UnknownAs::worst:
      return;
    case UnknownAs::excluded:
      value.lower = value.upper = value.recorded;
      return;
    case UnknownAs::good: {  // a sum has no best end: its unknown values are then as if they were not there
      const std::optional<Sum> best = at_least ? value.upper : value.lower;
      (at_least ? value.lower : value.upper) = best ? best : value.recorded;
      return;
    }
    case UnknownAs::bad:
      (at_least ? value.upper : value.lower) = at_least ? value.lower : value.upper;
      return;
  }
}

}  // namespace

CensusValue census_value(const Question& question, const plan::Census& leaf, bool at_least, UnknownAs unknown_as) {
  CensusValue value = recorded_value(question, leaf);
  if (is_nothing_known(question, leaf)) value.recorded.reset();
  place(value, at_least, unknown_as);
  widen_by_late(value, leaf.kind, question.facts.late(leaf.population));
  return value;
}

Judged judge_census(const Question& question, const plan::Census& leaf) {
  const plan::Comparison op = *question.requirement.direct_op;
  const plan::Rational& threshold = question.requirement.direct_threshold;
  const bool at_least = is_at_least(op);
  const CensusValue value = census_value(question, leaf, at_least, question.objective.unknown_as);
  Judged judged;
  judged.method = "census";
  judged.n = question.facts.count(leaf.population, question.group);
  judged.unknown = value.unknown;
  if (leaf.kind == plan::CensusKind::count) judged.good = question.facts.count(leaf.fact, question.group);
  const std::optional<Sum>& worst = at_least ? value.lower : value.upper;
  const std::optional<Sum>& best = at_least ? value.upper : value.lower;
  if (value.recorded) judged.estimate = number_text(*value.recorded);
  if (value.lower) judged.lower = number_text(*value.lower);
  if (value.upper) judged.upper = number_text(*value.upper);
  if (worst && value.recorded && compare(*worst, op, threshold)) {
    judged.verdict = Verdict::pass;
    judged.p_pass = 0;
  } else if (best && !compare(*best, op, threshold)) {
    judged.verdict = Verdict::fail;
    judged.p_fail = 0;
  } else {
    judged.verdict = Verdict::inconclusive;
    judged.reason = Reason::unknown_rows;
    if (has_overflowed(question, leaf)) {
      judged.reason = Reason::overflow;
    } else if (!value.recorded) {
      judged.note = "none of its rows is known";
    }
    if (leaf.bucketed) tell_quantised(judged);
  }
  return judged;
}

}  // namespace proofmark::judgement
