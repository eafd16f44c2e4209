// Events per unit of time against a constant: by the spread between buckets of time, or by the exact Poisson test where
// a Poisson process is assumed.
//
// Nobody knows whether telemetry was silent or off before its first row and after its last one: an upper bound takes
// the shortest exposure that is possible, a lower bound the longest (exposure.h). Events that nobody knows of (rows
// whose `where` is unknown, rows without a time, rows that ingest skipped) may all be some: an upper bound reckons with
// every one of them, a lower bound with none. Over buckets the variance is that of their counts but never below a
// Poisson count's, and kFewest of them must hold an event, as fewer show nothing of how they vary.
#include <algorithm>
#include <cmath>
#include <limits>

#include "runtime/judgement/counts.h"
#include "runtime/judgement/decimal.h"
#include "runtime/judgement/dependence.h"
#include "runtime/judgement/exposure.h"
#include "runtime/judgement/interval.h"
#include "runtime/judgement/requirement.h"
#include "runtime/judgement/wording.h"
#include "runtime/statistics/clustered_decision.h"
#include "runtime/statistics/poisson.h"
#include "runtime/statistics/special_functions.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;
using plan::Int128;
using plan::Rational;

constexpr std::uint64_t kFewest = statistics::kFewestClusters;  // buckets of time are the clusters of a rate
constexpr double kError = 1e-9;                                 // relative, of tails and bounds; theirs is below 1e-11
constexpr double kUnbounded = std::numeric_limits<double>::infinity();

struct Events {
  std::uint64_t low = 0, high = 0;
};

Events events_of(const Question& question, const plan::Rate& leaf) {
  const FactView& facts = question.facts;
  const std::uint64_t known = facts.count(leaf.events, question.group);
  const std::uint64_t all =
      known + facts.count(question.requirement.leaves[0].outside, question.group) + facts.skipped(leaf.population);
  const std::uint64_t late = facts.late(leaf.population);  // they count against both, whatever is said of unknown rows
  const bool at_least = is_at_least(*question.requirement.direct_op);
  switch (question.objective.unknown_as) {
    case plan::UnknownAs::good:
      return at_least ? Events{all, all + late} : Events{known, known + late};
    case plan::UnknownAs::bad:
      return at_least ? Events{known, known + late} : Events{all, all + late};
    case plan::UnknownAs::worst:
      return {known, all + late};
    case plan::UnknownAs::excluded:
      break;
  }
  return {known, known + late};
}

// Everything that a decision is made from. Exposures are in units of `per`.
struct Measured {
  Events events;
  double shortest = 0, longest = 0;  // no shortest: no upper bound
  std::uint64_t low = 0;             // events that the longest exposure surely has beside those that end it
};

std::optional<Measured> measured(const Question& question, const plan::Rate& leaf) {
  const auto exposure = exposure_of(question, leaf);
  if (!exposure) return std::nullopt;
  const Events events = events_of(question, leaf);
  const auto per = static_cast<double>(leaf.per_ns);
  const bool is_gap = exposure->gap_ns > 0;
  return Measured{events, is_gap ? 0 : static_cast<double>(exposure->shortest_ns) / per,
                  static_cast<double>(exposure->longest_ns) / per,
                  events.low - std::min(events.low, exposure->ends_at_rows)};
}

statistics::TailLevel tail_level(const Rational& level) {
  return {level.nearest_double(), subtract(Rational(1), level)->nearest_double()};
}

// An infinite upper end is none.
Range outward(double lower, double upper) {
  Range range = enclose(std::max(0.0, lower * (1 - kError)), upper * (1 + kError));
  const auto shown = [](const Rational& end, Rounding rounding) {
    return Rational::parse(decimal(end, kReportedDigits, rounding));
  };
  if (range.lower) range.lower = shown(*range.lower, Rounding::down);
  if (range.upper) range.upper = shown(*range.upper, Rounding::up);
  return range;
}

Range poisson_bounds(const Measured& of, const Rational& level) {
  const auto tail = tail_level(level);
  const double lower = statistics::garwood(of.low, of.longest, tail).lower;
  const double upper = of.shortest > 0 ? statistics::garwood(of.events.high, of.shortest, tail).upper : kUnbounded;
  return outward(lower, upper);
}

// Unbounded where too few buckets hold an event. Where only one in `divisor` is independent, their sum varies as much
// more. Buckets without an event add nothing to sums and squares, so that a longer exposure only has more of them.
Range bucket_bounds(const Question& question, const plan::Rate& leaf, const Measured& of, const Rational& level,
                    double divisor = 1) {
  const plan::ClusterSums& sums = question.facts.clusters(*leaf.buckets, question.group);
  if (sums.clusters < kFewest) return {Rational(0), std::nullopt};
  const double in_bucket = static_cast<double>(leaf.bucket_ns) / static_cast<double>(leaf.per_ns);
  const double low = static_cast<double>(of.low), high = static_cast<double>(of.events.high);
  const double unknown = high - static_cast<double>(sums.rows);
  // Were all unknown events in the fullest bucket, the squares would be largest.
  const double squares = static_cast<double>(sums.rows_rows) +
                         std::max(0.0, unknown) * (2 * static_cast<double>(sums.largest) + std::max(0.0, unknown));
  const auto half_width = [&](double exposure) {
    const double buckets = std::max(static_cast<double>(sums.clusters), std::ceil(exposure / in_bucket));
    const double spread = std::max(squares - low * (low / buckets), high) * buckets / (buckets - 1);
    const double t = statistics::student_t_upper_quantile(level.nearest_double(), buckets - 1);
    return t * std::sqrt(spread * divisor) / exposure;
  };
  return outward(low / of.longest - half_width(of.longest),
                 of.shortest > 0 ? high / of.shortest + half_width(of.shortest) : kUnbounded);
}

Range bounds_of(const Question& question, const plan::Rate& leaf, const Measured& of, const Rational& level) {
  return leaf.buckets ? bucket_bounds(question, leaf, of, level) : poisson_bounds(of, level);
}

bool meets(const std::optional<Rational>& value, Comparison op, const Rational& threshold) {
  return value && claim_over(Range::point(*value), op, threshold) == Claimed::everywhere;
}

bool fails(const Range& bounds, Comparison op, const Rational& threshold) {
  const auto& failing = is_at_least(op) ? bounds.upper : bounds.lower;
  return failing && !meets(failing, op, threshold);
}

bool passes(const Range& bounds, Comparison op, const Rational& threshold) {
  return meets(is_at_least(op) ? bounds.lower : bounds.upper, op, threshold);
}

// Whether there would be a verdict, did the telemetry cover all of the time that it may have covered.
bool is_decided_if_covered(const Question& question, const plan::Rate& leaf, Measured of) {
  of.shortest = of.longest;
  const Range bounds = bounds_of(question, leaf, of, question.alpha);
  const Comparison op = *question.requirement.direct_op;
  const Rational& threshold = question.requirement.direct_threshold;
  return passes(bounds, op, threshold) || fails(bounds, op, threshold);
}

void explain(Judged& judged, const Question& question, const plan::Rate& leaf, const Measured& of, bool observed) {
  const auto* buckets = leaf.buckets ? &question.facts.clusters(*leaf.buckets, question.group) : nullptr;
  if (buckets != nullptr && buckets->clusters < kFewest) {
    judged.reason = Reason::dependent;
    judged.note = "its events fall into " + count_text(buckets->clusters, "bucket") +
                  " of time, which is too few to measure how much these vary";
    return;
  }
  if (is_decided_if_covered(question, leaf, of)) {
    judged.reason = Reason::coverage;
    judged.note = silence_text(*exposure_of(question, leaf));
    return;
  }
  judged.reason = observed ? Reason::too_few : Reason::threshold_too_close;
}

}  // namespace

Judged judge_rate(const Question& question, const plan::Rate& leaf) {
  const Comparison op = *question.requirement.direct_op;
  const Rational& threshold = question.requirement.direct_threshold;
  Judged judged;
  judged.method = leaf.buckets ? "student_t_of_buckets" : "poisson_exact";
  judged.guarantee = leaf.buckets ? Guarantee::asymptotic : Guarantee::assumed;
  judged.n = question.facts.count(leaf.population, question.group);
  judged.verdict = Verdict::inconclusive;
  const auto of = measured(question, leaf);
  if (!of) {
    judged.reason = Reason::denominator;  // no time that is known to be covered
    return judged;
  }
  judged.good = question.facts.count(leaf.events, question.group);
  judged.unknown = of->events.high - std::min(of->events.high, judged.good);
  const Range bounds = bounds_of(question, leaf, *of, question.alpha);
  const auto estimate = exact_rational(static_cast<double>(judged.good) / of->longest).value_or(Rational(0));
  judged.estimate = decimal(estimate, kReportedDigits, Rounding::half_even);
  if (bounds.lower) judged.lower = bounds.lower->to_decimal();
  if (bounds.upper) judged.upper = bounds.upper->to_decimal();
  if (passes(bounds, op, threshold))
    judged.verdict = Verdict::pass;
  else if (fails(bounds, op, threshold))
    judged.verdict = Verdict::fail;
  else
    explain(judged, question, leaf, *of, meets(estimate, op, threshold));
  return judged;
}

// Pre: the rate is judged by buckets.
AmongFewer rate_among_fewer(const Question& question, const plan::Rate& leaf, double divisor) {
  using statistics::Outcome;
  const auto of = measured(question, leaf);
  if (!of) return {};
  const Range bounds = bucket_bounds(question, leaf, *of, question.alpha, divisor);
  const Comparison op = *question.requirement.direct_op;
  const Rational& threshold = question.requirement.direct_threshold;
  const auto text_of = [](const std::optional<Rational>& bound) { return bound ? bound->to_decimal() : ""; };
  return {passes(bounds, op, threshold)  ? Outcome::pass
          : fails(bounds, op, threshold) ? Outcome::fail
                                         : Outcome::inconclusive,
          text_of(bounds.lower), text_of(bounds.upper)};
}

bool rate_fails_at(const Question& question, const plan::Rate& leaf, const Rational& level) {
  const auto of = measured(question, leaf);
  return of && fails(bounds_of(question, leaf, *of, level), *question.requirement.direct_op,
                     question.requirement.direct_threshold);
}

}  // namespace proofmark::judgement
