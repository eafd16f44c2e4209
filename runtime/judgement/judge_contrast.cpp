// Two distributions against a margin: bounds that hold for every sample size (runtime/statistics/contrast.h), compared
// with the margin. There is no tail probability: the bound is the test.
#include <algorithm>
#include <cmath>

#include "runtime/judgement/counts.h"
#include "runtime/judgement/decimal.h"
#include "runtime/judgement/dependence.h"
#include "runtime/judgement/growth.h"
#include "runtime/judgement/interval.h"
#include "runtime/statistics/contrast.h"

namespace proofmark::judgement {
namespace {

using plan::Rational;
using statistics::ContrastBounds;
using statistics::ContrastCounts;
using statistics::Outcome;

// A double of [0, 1] rounded in a direction, at ten places.
Rational placed(double value, Rounding rounding) {
  const auto exact = exact_rational(value);
  if (exact)
    if (const auto parsed = Rational::parse(decimal(*exact, kReportedDigits, rounding))) return *parsed;
  return rounding == Rounding::down ? Rational(0) : Rational(1);
}

ContrastCounts counts_of(const Question& question, const plan::Contrast& leaf) {
  const FactView& facts = question.facts;
  ContrastCounts counts;
  counts.sums = facts.contrast(leaf.contrast, question.group);
  const bool excluded = question.objective.unknown_as == plan::UnknownAs::excluded;
  // Rows of values in buckets are all in the sums, those without an edge as beyond all others.
  const auto unknown = [&](const plan::FactRef& population, std::uint64_t compared) {
    if (excluded) return facts.late(population);
    return facts.count(population, question.group) - compared + facts.skipped(population) + facts.late(population);
  };
  counts.unknown_first = unknown(leaf.population, counts.sums.first);
  counts.unknown_second = unknown(leaf.other_population, counts.sums.second);
  if (leaf.buckets) counts.least = facts.contrast(leaf.buckets->least, question.group);
  return counts;
}

struct Decided {
  Outcome outcome = Outcome::inconclusive;
  ShareBounds bounds;
};

// All sums of pairs times a factor, rounded down.
void scale_pairs(ContrastCounts& counts, double factor) {
  for (plan::ContrastSums* sums : {&counts.sums, counts.least ? &*counts.least : nullptr}) {
    if (sums == nullptr) continue;
    for (plan::Int128* sum : {&sums->above, &sums->below, &sums->wins})
      *sum = static_cast<plan::Int128>(static_cast<double>(*sum) * factor);
  }
}

void set_sizes(ContrastCounts& counts, std::uint64_t first, std::uint64_t second) {
  for (plan::ContrastSums* sums : {&counts.sums, counts.least ? &*counts.least : nullptr}) {
    if (sums == nullptr) continue;
    sums->first = first;
    sums->second = second;
  }
}

Decided decide(const Question& question, const plan::Contrast& leaf, const ContrastCounts& counts,
               const Rational& alpha) {
  const bool at_least = is_at_least(*question.requirement.direct_op);
  const Rational& t = question.requirement.direct_threshold;
  const ContrastBounds found = statistics::contrast_bounds(leaf.kind, counts, alpha.nearest_double());
  Decided decided;
  decided.bounds = {placed(found.lower, Rounding::down), placed(found.upper, Rounding::up)};
  const bool pass = at_least ? decided.bounds.lower >= t : decided.bounds.upper <= t;
  const bool fail = at_least ? decided.bounds.upper < t : decided.bounds.lower > t;
  decided.outcome = pass ? Outcome::pass : fail ? Outcome::fail : Outcome::inconclusive;
  return decided;
}

ContrastCounts grown(const ContrastCounts& counts, std::uint64_t rows, std::uint64_t extra) {
  const auto more_of = [&](std::uint64_t count) { return judgement::grown(count, rows, extra); };
  ContrastCounts more = counts;
  set_sizes(more, more_of(counts.sums.first), more_of(counts.sums.second));
  more.unknown_first = more_of(counts.unknown_first);
  more.unknown_second = more_of(counts.unknown_second);
  const double growth = static_cast<double>(rows + extra) / static_cast<double>(rows);
  scale_pairs(more, growth * growth);
  return more;
}

// Whether the edges of buckets leave open on which side of the threshold the estimate lies.
bool straddles(const Question& question, const Judged& judged) {
  if (!judged.in_buckets) return false;
  const std::optional<Rational> least = Rational::parse(judged.estimate_above), most = Rational::parse(judged.estimate);
  return least && most &&
         claim_over({least, most}, *question.requirement.direct_op, question.requirement.direct_threshold) ==
             Claimed::somewhere;
}

void explain(Judged& judged, const Question& question, const plan::Contrast& leaf, const ContrastCounts& counts) {
  const std::uint64_t rows = std::min(counts.sums.first, counts.sums.second);
  judged.samples_needed = smallest_growth(rows, std::max(counts.sums.first, counts.sums.second), [&](auto extra) {
    return decide(question, leaf, grown(counts, rows, extra), question.alpha).outcome == Outcome::pass;
  });
  judged.reason = judged.samples_needed         ? Reason::too_few
                  : straddles(question, judged) ? Reason::quantised
                                                : Reason::threshold_too_close;
}

// Of values in buckets from one end to the other, of known ones one number.
void tell_estimate(Judged& judged, const plan::Contrast& leaf, const ContrastCounts& counts) {
  const ContrastBounds found = statistics::contrast_bounds(leaf.kind, counts, 0.05);
  const auto told = [](double value) {
    return decimal(placed(value, Rounding::half_even), kReportedDigits, Rounding::half_even);
  };
  judged.in_buckets = leaf.buckets.has_value();
  judged.estimate = told(found.estimate_most);
  if (judged.in_buckets) judged.estimate_above = told(found.estimate);
}

}  // namespace

Judged judge_contrast(const Question& question, const plan::Contrast& leaf) {
  const ContrastCounts counts = counts_of(question, leaf);
  Judged judged;
  judged.method = leaf.kind == plan::ContrastKind::probability_worse ? "hoeffding_pairs" : "dkw_bands";
  judged.guarantee = Guarantee::finite_sample;
  judged.n = std::min(counts.sums.first + counts.unknown_first, counts.sums.second + counts.unknown_second);
  judged.unknown = counts.unknown_first + counts.unknown_second;
  if (counts.sums.first == 0 || counts.sums.second == 0) {
    judged.verdict = Verdict::inconclusive;
    judged.reason = Reason::unknown_rows;
    judged.note = "of one of its populations no value is known";
    return judged;
  }
  const Decided decided = decide(question, leaf, counts, question.alpha);
  tell_estimate(judged, leaf, counts);
  judged.lower = decimal(decided.bounds.lower, kReportedDigits, Rounding::down);
  judged.upper = decimal(decided.bounds.upper, kReportedDigits, Rounding::up);
  judged.verdict = decided.outcome == Outcome::pass   ? Verdict::pass
                   : decided.outcome == Outcome::fail ? Verdict::fail
                                                      : Verdict::inconclusive;
  if (judged.verdict == Verdict::inconclusive) explain(judged, question, leaf, counts);
  return judged;
}

AmongFewer contrast_among_fewer(const Question& question, const plan::Contrast& leaf, double divisor) {
  const ContrastCounts counts = counts_of(question, leaf);
  const auto fewer_of = [&](std::uint64_t count) {
    return static_cast<std::uint64_t>(std::floor(static_cast<double>(count) / divisor));
  };
  const auto more_of = [&](std::uint64_t count) {
    return static_cast<std::uint64_t>(std::ceil(static_cast<double>(count) / divisor));
  };
  ContrastCounts fewer = counts;
  set_sizes(fewer, fewer_of(counts.sums.first), fewer_of(counts.sums.second));
  fewer.unknown_first = more_of(counts.unknown_first);
  fewer.unknown_second = more_of(counts.unknown_second);
  if (fewer.sums.first == 0 || fewer.sums.second == 0) return {};
  const auto part_of = [](std::uint64_t some, std::uint64_t all) {
    return static_cast<double>(some) / static_cast<double>(all);
  };
  scale_pairs(fewer, part_of(fewer.sums.first, counts.sums.first) * part_of(fewer.sums.second, counts.sums.second));
  const Decided decided = decide(question, leaf, fewer, question.alpha);
  return {decided.outcome, decimal(decided.bounds.lower, kReportedDigits, Rounding::down),
          decimal(decided.bounds.upper, kReportedDigits, Rounding::up)};
}

bool contrast_fails_at(const Question& question, const plan::Contrast& leaf, const Rational& level) {
  const ContrastCounts counts = counts_of(question, leaf);
  return counts.sums.first > 0 && counts.sums.second > 0 &&
         decide(question, leaf, counts, level).outcome == Outcome::fail;
}

}  // namespace proofmark::judgement
