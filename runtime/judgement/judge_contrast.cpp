// Two distributions against a margin: bounds that hold for every sample size (runtime/statistics/contrast.h), compared
// with the margin. There is no tail probability: the bound is the test.
#include <algorithm>
#include <cmath>

#include "runtime/judgement/counts.h"
#include "runtime/judgement/decimal.h"
#include "runtime/judgement/dependence.h"
#include "runtime/judgement/growth.h"
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
  const auto unknown = [&](const plan::FactRef& population, const plan::FactRef& values) {
    if (excluded) return facts.late(population);
    return facts.count(population, question.group) - facts.count(values, question.group) + facts.skipped(population) +
           facts.late(population);
  };
  counts.unknown_first = unknown(leaf.population, leaf.values);
  counts.unknown_second = unknown(leaf.other_population, leaf.other_values);
  return counts;
}

struct Decided {
  Outcome outcome = Outcome::inconclusive;
  ShareBounds bounds;
};

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
  ContrastCounts more = counts;
  for (std::uint64_t* count : {&more.sums.first, &more.sums.second, &more.unknown_first, &more.unknown_second})
    *count = judgement::grown(*count, rows, extra);
  const double growth = static_cast<double>(rows + extra) / static_cast<double>(rows);
  for (plan::Int128* sum : {&more.sums.above, &more.sums.below, &more.sums.wins})
    *sum = static_cast<plan::Int128>(static_cast<double>(*sum) * growth * growth);
  return more;
}

void explain(Judged& judged, const Question& question, const plan::Contrast& leaf, const ContrastCounts& counts) {
  const std::uint64_t rows = std::min(counts.sums.first, counts.sums.second);
  judged.samples_needed = smallest_growth(rows, std::max(counts.sums.first, counts.sums.second), [&](auto extra) {
    return decide(question, leaf, grown(counts, rows, extra), question.alpha).outcome == Outcome::pass;
  });
  judged.reason = judged.samples_needed ? Reason::too_few : Reason::threshold_too_close;
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
  judged.estimate = decimal(placed(statistics::contrast_bounds(leaf.kind, counts, 0.05).estimate, Rounding::half_even),
                            kReportedDigits, Rounding::half_even);
  judged.lower = decimal(decided.bounds.lower, kReportedDigits, Rounding::down);
  judged.upper = decimal(decided.bounds.upper, kReportedDigits, Rounding::up);
  judged.verdict = decided.outcome == Outcome::pass   ? Verdict::pass
                   : decided.outcome == Outcome::fail ? Verdict::fail
                                                      : Verdict::inconclusive;
  if (judged.verdict == Verdict::inconclusive) explain(judged, question, leaf, counts);
  return judged;
}

Outcome contrast_among_fewer(const Question& question, const plan::Contrast& leaf, double divisor) {
  const ContrastCounts counts = counts_of(question, leaf);
  ContrastCounts fewer = counts;
  for (std::uint64_t* count : {&fewer.sums.first, &fewer.sums.second})
    *count = static_cast<std::uint64_t>(std::floor(static_cast<double>(*count) / divisor));
  for (std::uint64_t* count : {&fewer.unknown_first, &fewer.unknown_second})
    *count = static_cast<std::uint64_t>(std::ceil(static_cast<double>(*count) / divisor));
  if (fewer.sums.first == 0 || fewer.sums.second == 0) return Outcome::inconclusive;
  const auto part_of = [](std::uint64_t some, std::uint64_t all) {
    return static_cast<double>(some) / static_cast<double>(all);
  };
  const double pairs = part_of(fewer.sums.first, counts.sums.first) * part_of(fewer.sums.second, counts.sums.second);
  for (plan::Int128* sum : {&fewer.sums.above, &fewer.sums.below, &fewer.sums.wins})
    *sum = static_cast<plan::Int128>(static_cast<double>(*sum) * pairs);
  return decide(question, leaf, fewer, question.alpha).outcome;
}

bool contrast_fails_at(const Question& question, const plan::Contrast& leaf, const Rational& level) {
  const ContrastCounts counts = counts_of(question, leaf);
  return counts.sums.first > 0 && counts.sums.second > 0 &&
         decide(question, leaf, counts, level).outcome == Outcome::fail;
}

}  // namespace proofmark::judgement
