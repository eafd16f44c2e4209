// Events per unit of time against a constant: by the spread between buckets of time, or by the exact Poisson test where
// a Poisson process is assumed.
//
// Exposure is the part of the window that the telemetry covers. Events that nobody knows of (rows whose `where` is
// unknown, rows without a time, rows that ingest skipped) may all be some: an upper bound reckons with every one of
// them, a lower bound with none. Over buckets the variance is that of their counts but never below a Poisson count's,
// and kFewest of them must hold an event, as fewer show nothing of how they vary.
#include <algorithm>
#include <cmath>

#include "runtime/judgement/counts.h"
#include "runtime/judgement/decimal.h"
#include "runtime/judgement/dependence.h"
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

// Nothing when it is not known, or is not above 0.
std::optional<Int128> exposure_ns(const Question& question, const plan::Rate& leaf) {
  const plan::StreamFacts& stream = question.facts.stream(leaf.population.scan);
  const std::optional<std::int64_t>& as_of = question.facts.facts().as_of_ns;
  if (!as_of || !stream.covers_from_ns) return std::nullopt;
  const Int128 end = stream.covers_to_ns ? std::min(*as_of, *stream.covers_to_ns) : *as_of;
  Int128 start = *stream.covers_from_ns;
  const plan::Window& window = question.objective.window;
  if (window.kind == plan::WindowKind::last) start = std::max(start, Int128(*as_of) - window.length_ns);
  if (window.kind == plan::WindowKind::since) start = std::max(start, Int128(window.anchor_ns));
  return end > start ? std::optional<Int128>(end - start) : std::nullopt;
}

// Everything that a decision is made from.
struct Measured {
  Events events;
  double exposure = 0;  // in units of `per`
};

std::optional<Measured> measured(const Question& question, const plan::Rate& leaf) {
  const auto exposure = exposure_ns(question, leaf);
  if (!exposure) return std::nullopt;
  return Measured{events_of(question, leaf), static_cast<double>(*exposure) / static_cast<double>(leaf.per_ns)};
}

statistics::TailLevel tail_level(const Rational& level) {
  return {level.nearest_double(), subtract(Rational(1), level)->nearest_double()};
}

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
  return outward(statistics::garwood(of.events.low, of.exposure, tail).lower,
                 statistics::garwood(of.events.high, of.exposure, tail).upper);
}

// Unbounded where too few buckets hold an event. Where only one in `divisor` is independent, their sum varies as much
// more.
Range bucket_bounds(const Question& question, const plan::Rate& leaf, const Measured& of, const Rational& level,
                    double divisor = 1) {
  const plan::ClusterSums& sums = question.facts.clusters(*leaf.buckets, question.group);
  const double in_bucket = static_cast<double>(leaf.bucket_ns) / static_cast<double>(leaf.per_ns);
  const double buckets = std::max(static_cast<double>(sums.clusters), std::ceil(of.exposure / in_bucket));
  if (sums.clusters < kFewest) return {Rational(0), std::nullopt};
  const double low = static_cast<double>(of.events.low), high = static_cast<double>(of.events.high);
  const double unknown = high - static_cast<double>(sums.rows);
  // Were all unknown events in the fullest bucket, the squares would be largest.
  const double squares = static_cast<double>(sums.rows_rows) +
                         std::max(0.0, unknown) * (2 * static_cast<double>(sums.largest) + std::max(0.0, unknown));
  const double spread = std::max(squares - low * (low / buckets), high) * buckets / (buckets - 1);
  const double t = statistics::student_t_upper_quantile(level.nearest_double(), buckets - 1);
  const double width = t * std::sqrt(spread * divisor) / of.exposure;
  return outward(low / of.exposure - width, high / of.exposure + width);
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

void explain(Judged& judged, const plan::ClusterSums* buckets, bool observed) {
  if (buckets != nullptr && buckets->clusters < kFewest) {
    judged.reason = Reason::dependent;
    judged.note = "its events fall into " + count_text(buckets->clusters, "bucket") +
                  " of time, which is too few to measure how much these vary";
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
  const auto estimate = exact_rational(static_cast<double>(judged.good) / of->exposure).value_or(Rational(0));
  judged.estimate = decimal(estimate, kReportedDigits, Rounding::half_even);
  if (bounds.lower) judged.lower = bounds.lower->to_decimal();
  if (bounds.upper) judged.upper = bounds.upper->to_decimal();
  if (meets(is_at_least(op) ? bounds.lower : bounds.upper, op, threshold))
    judged.verdict = Verdict::pass;
  else if (fails(bounds, op, threshold))
    judged.verdict = Verdict::fail;
  else
    explain(judged, leaf.buckets ? &question.facts.clusters(*leaf.buckets, question.group) : nullptr,
            meets(estimate, op, threshold));
  return judged;
}

// Pre: the rate is judged by buckets.
statistics::Outcome rate_among_fewer(const Question& question, const plan::Rate& leaf, double divisor) {
  using statistics::Outcome;
  const auto of = measured(question, leaf);
  if (!of) return Outcome::inconclusive;
  const Range bounds = bucket_bounds(question, leaf, *of, question.alpha, divisor);
  const Comparison op = *question.requirement.direct_op;
  const Rational& threshold = question.requirement.direct_threshold;
  if (meets(is_at_least(op) ? bounds.lower : bounds.upper, op, threshold)) return Outcome::pass;
  return fails(bounds, op, threshold) ? Outcome::fail : Outcome::inconclusive;
}

bool rate_fails_at(const Question& question, const plan::Rate& leaf, const Rational& level) {
  const auto of = measured(question, leaf);
  return of && fails(bounds_of(question, leaf, *of, level), *question.requirement.direct_op,
                     question.requirement.direct_threshold);
}

}  // namespace proofmark::judgement
