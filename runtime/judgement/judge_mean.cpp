// A mean against a constant, by the one-sided empirical Bernstein bounds of Maurer and Pontil.
//
// In distances to the low end of the range no sum cancels but the variance's, sum of squares less square of the sum;
// its error is at most a few roundings of the sum of squares, and kError of that is added before the root is taken. The
// bounds are then rounded outwards to the digits that are printed, and these decimals are compared with the threshold:
// what is read never contradicts what was decided (C10).
//
// An unknown value stands at the end of the range that the bound fears. Values so completed are as independent as the
// rows are, lie in the range, and have a mean beyond the true one: their bound is one of it.
#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/judgement/counts.h"
#include "runtime/judgement/decimal.h"
#include "runtime/judgement/growth.h"
#include "runtime/judgement/mean.h"
#include "runtime/judgement/quantity.h"
#include "runtime/judgement/wording.h"
#include "runtime/plan/match.h"
#include "runtime/plan/spelling.h"
#include "runtime/statistics/means.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;
using plan::Rational;

constexpr double kError = 1e-12;  // relative; sums of 2^43 doubles in their fixed shape are off by less

// Completed values, as distances to the low end.
struct Sums {
  double n = 0, sum = 0, squares = 0, width = 0;
  plan::Method method = plan::Method::standard;

  double spread() const { return std::max(0.0, squares - sum * (sum / n)); }
};

double as_double(const std::variant<plan::Int128, double>& number) {
  return plan::match(
      number, [](plan::Int128 value) { return static_cast<double>(value); }, [](double value) { return value; });
}

bool is_excluded(const Question& question) {
  return question.objective.unknown_as == plan::UnknownAs::excluded;
}

// The end from which the engine measured: of reals the nearest double.
Rational origin(const plan::MomentSums& moments, const plan::Mean& leaf) {
  if (!std::holds_alternative<double>(moments.sum)) return leaf.low;
  return exact_rational(leaf.low.nearest_double()).value_or(leaf.low);
}

double width_of(const plan::MomentSums& moments, const plan::Mean& leaf) {
  const auto exact = subtract(leaf.high, leaf.low);
  if (exact && !std::holds_alternative<double>(moments.sum)) return exact->nearest_double();
  return leaf.high.nearest_double() - leaf.low.nearest_double();
}

Sums completed(const Question& question, const plan::Mean& leaf, bool unknown_high) {
  const plan::MomentSums& moments = question.facts.moments(leaf.moments, question.group);
  const double unknown = static_cast<double>(unknown_values(question, leaf));
  Sums sums;
  sums.method = question.objective.method;
  sums.width = width_of(moments, leaf) * (1 + kError);
  sums.n = static_cast<double>(moments.known) + unknown;
  sums.sum = as_double(moments.sum);
  // Where the squares were too many for 128 bits: x^2 <= width x.
  sums.squares = moments.squares ? as_double(*moments.squares) : sums.width * sums.sum;
  if (unknown_high) {
    sums.sum += unknown * sums.width;
    sums.squares += unknown * sums.width * sums.width;
  }
  return sums;
}

double half_width(const Sums& sums, const Rational& level) {
  const double variance = (sums.spread() + kError * sums.squares) / (sums.n - 1);
  const statistics::TailLevel tail{level.nearest_double(), subtract(Rational(1), level)->nearest_double()};
  const auto n = static_cast<std::uint64_t>(sums.n);
  if (sums.method == plan::Method::student_t)
    return statistics::student_t_interval(0, std::sqrt(variance), n, tail).upper * (1 + kError);
  if (sums.method == plan::Method::hoeffding)
    return statistics::hoeffding_half_width(sums.width, n, tail) * (1 + kError);
  return statistics::empirical_bernstein_half_width(sums.width, variance, n, tail) * (1 + kError);
}

// Values that are all equal have shown Student's t no spread, which is not to say that there is none.
bool shows_no_spread(const Question& question, const plan::Mean& leaf) {
  if (question.objective.method != plan::Method::student_t) return false;
  return std::ranges::any_of(std::array{true, false}, [&](bool unknown_high) {
    const Sums sums = completed(question, leaf, unknown_high);
    return sums.n < 2 || sums.spread() <= 10 * kError * sums.squares;
  });
}

std::optional<Rational> rounded(const Rational& value, Rounding rounding) {
  return Rational::parse(decimal(value, kReportedDigits, rounding));
}

// low + distance in printed digits; nothing where it would leave the range or no 128 bits hold it.
std::optional<Rational> placed(const Rational& low, double distance, Rounding rounding) {
  if (!(distance > 0)) return std::nullopt;
  const auto exact = exact_rational(distance);
  const auto shown = exact ? rounded(*exact, rounding) : std::nullopt;
  const auto value = shown ? add(low, *shown) : std::nullopt;
  return value ? rounded(*value, rounding) : std::nullopt;
}

Rational lower_bound(const Sums& sums, const plan::Mean& leaf, const Rational& low, const Rational& level) {
  if (sums.n < 2) return leaf.low;
  const double mean = sums.sum / sums.n, half = half_width(sums, level);
  return std::clamp(placed(low, mean - half - kError * (mean + half), Rounding::down).value_or(leaf.low), leaf.low,
                    leaf.high);
}

Rational upper_bound(const Sums& sums, const plan::Mean& leaf, const Rational& low, const Rational& level) {
  if (sums.n < 2) return leaf.high;
  const double mean = sums.sum / sums.n, half = half_width(sums, level);
  return std::clamp(placed(low, (mean + half) * (1 + kError), Rounding::up).value_or(leaf.high), leaf.low, leaf.high);
}

bool meets(const Rational& value, Comparison op, const Rational& threshold) {
  return claim_over(Range::point(value), op, threshold) == Claimed::everywhere;
}

// The same values, were there so many rows of them.
Sums of_rows(const Sums& sums, double rows) {
  const double times = rows / sums.n;
  return {rows, sums.sum * times, sums.squares * times, sums.width, sums.method};
}

bool passes(const Range& bounds, Comparison op, const Rational& threshold) {
  return meets(is_at_least(op) ? *bounds.lower : *bounds.upper, op, threshold);
}

// Of events that may not have happened in the time of the telemetry no reason speaks: where there are some, all unknown
// values are taken at the worse end.
UnknownAt unknown_at(const Question& question, const plan::Mean& leaf) {
  if (question.facts.late(leaf.population) > 0) return UnknownAt::worse_end;
  const bool at_least = is_at_least(*question.requirement.direct_op);
  switch (question.objective.unknown_as) {
    case plan::UnknownAs::good:
      return at_least ? UnknownAt::high : UnknownAt::low;
    case plan::UnknownAs::bad:
      return at_least ? UnknownAt::low : UnknownAt::high;
    case plan::UnknownAs::worst:
    case plan::UnknownAs::excluded:
      break;
  }
  return UnknownAt::worse_end;
}

// Further rows like these that would let it pass.
std::optional<std::uint64_t> further_rows(const Question& question, const plan::Mean& leaf) {
  const bool at_least = is_at_least(*question.requirement.direct_op);
  const UnknownAt end = unknown_at(question, leaf);
  const Sums sums = completed(question, leaf, end == UnknownAt::high || (end == UnknownAt::worse_end && !at_least));
  const Rational low = origin(question.facts.moments(leaf.moments, question.group), leaf);
  const auto rows = static_cast<std::uint64_t>(sums.n);
  return smallest_growth(rows, rows, [&](std::uint64_t extra) {
    const double more = static_cast<double>(rows + extra);
    const Sums grown = of_rows(sums, more);
    const Rational bound =
        at_least ? lower_bound(grown, leaf, low, question.alpha) : upper_bound(grown, leaf, low, question.alpha);
    return meets(bound, *question.requirement.direct_op, question.requirement.direct_threshold);
  });
}

void explain(Judged& judged, const Question& question, const plan::Mean& leaf) {
  const Comparison op = *question.requirement.direct_op;
  const Rational& threshold = question.requirement.direct_threshold;
  const auto best = is_at_least(op) ? UnknownAt::high : UnknownAt::low;
  const auto mean = known_mean(question, leaf);
  judged.samples_needed = further_rows(question, leaf);
  if (judged.unknown > 0 && unknown_at(question, leaf) == UnknownAt::worse_end &&
      (!mean || passes(mean_bounds(question, leaf, question.alpha, best), op, threshold)))
    judged.reason = Reason::unknown_rows;
  else if (judged.samples_needed || (mean && meets(*mean, op, threshold)))
    judged.reason = Reason::too_few;
  else
    judged.reason = Reason::threshold_too_close;
}

}  // namespace

std::uint64_t unknown_values(const Question& question, const plan::Mean& leaf) {
  const FactView& facts = question.facts;
  if (is_excluded(question)) return facts.late(leaf.population);
  return facts.count(leaf.population, question.group) - facts.moments(leaf.moments, question.group).known +
         facts.skipped(leaf.population) + facts.late(leaf.population);
}

std::optional<Rational> known_mean(const Question& question, const plan::Mean& leaf) {
  const plan::MomentSums& moments = question.facts.moments(leaf.moments, question.group);
  if (moments.known == 0) return std::nullopt;
  const auto distance = plan::match(
      moments.sum, [&](plan::Int128 sum) { return Rational::make(sum, static_cast<plan::Int128>(moments.known)); },
      [&](double sum) -> std::optional<Rational> {
        const double mean = sum / static_cast<double>(moments.known);
        return mean < 1e-20 ? Rational() : exact_rational(mean);
      });
  const auto short_distance = distance ? rounded(*distance, Rounding::half_even) : std::nullopt;
  return short_distance ? add(origin(moments, leaf), *short_distance) : std::nullopt;
}

std::optional<std::string> out_of_range(const Question& question, const plan::Mean& leaf) {
  const plan::MomentSums& moments = question.facts.moments(leaf.moments, question.group);
  const std::uint64_t outside = moments.below + moments.above;
  if (outside == 0) return std::nullopt;
  const Display display{leaf.unit, false};
  return grouped_digits(outside) + " of " + count_text(moments.known, "value") + (outside == 1 ? " lies" : " lie") +
         " outside of the declared range from " + exact_quantity(leaf.low, display) + " to " +
         exact_quantity(leaf.high, display) + " (" + grouped_digits(moments.below) + " below, " +
         grouped_digits(moments.above) + " above)";
}

Range mean_bounds(const Question& question, const plan::Mean& leaf, const Rational& level, UnknownAt end) {
  const Rational low = origin(question.facts.moments(leaf.moments, question.group), leaf);
  return {lower_bound(completed(question, leaf, end == UnknownAt::high), leaf, low, level),
          upper_bound(completed(question, leaf, end != UnknownAt::low), leaf, low, level)};
}

// Unknown values are thinned with the others.
AmongFewer mean_among_fewer(const Question& question, const plan::Mean& leaf, double divisor) {
  using statistics::Outcome;
  const Rational low = origin(question.facts.moments(leaf.moments, question.group), leaf);
  const UnknownAt end = unknown_at(question, leaf);
  const auto fewer = [&](bool unknown_high) {
    const Sums sums = completed(question, leaf, unknown_high);
    return of_rows(sums, std::floor(sums.n / divisor));
  };
  const Sums least = fewer(end == UnknownAt::high), most = fewer(end != UnknownAt::low);
  if (least.n < 2) return {};
  const Range bounds{lower_bound(least, leaf, low, question.alpha), upper_bound(most, leaf, low, question.alpha)};
  const Comparison op = *question.requirement.direct_op;
  const Rational& threshold = question.requirement.direct_threshold;
  AmongFewer found{Outcome::inconclusive, bounds.lower->to_decimal(), bounds.upper->to_decimal()};
  if (passes(bounds, op, threshold))
    found.outcome = Outcome::pass;
  else if (!meets(is_at_least(op) ? *bounds.upper : *bounds.lower, op, threshold))
    found.outcome = Outcome::fail;
  return found;
}

Judged judge_mean(const Question& question, const plan::Mean& leaf) {
  const Comparison op = *question.requirement.direct_op;
  const Rational& threshold = question.requirement.direct_threshold;
  Judged judged;
  const plan::Method method = question.objective.method;
  const bool by_student = method == plan::Method::student_t;
  judged.method = by_student || method == plan::Method::hoeffding ? plan::spelling(method) : "empirical_bernstein";
  judged.guarantee = by_student ? Guarantee::asymptotic : Guarantee::finite_sample;
  judged.unknown = unknown_values(question, leaf);
  judged.n = question.facts.moments(leaf.moments, question.group).known + judged.unknown;
  judged.verdict = Verdict::inconclusive;
  if (auto note = out_of_range(question, leaf)) {
    judged.reason = Reason::out_of_range;
    judged.note = std::move(*note);
    return judged;
  }
  if (shows_no_spread(question, leaf)) {
    judged.reason = Reason::bound_does_not_exist;
    judged.note = "its values are fewer than two, or all equal: they show no spread to judge by";
    return judged;
  }
  const Range bounds = mean_bounds(question, leaf, question.alpha, unknown_at(question, leaf));
  judged.lower = bounds.lower->to_decimal();
  judged.upper = bounds.upper->to_decimal();
  if (const auto mean = known_mean(question, leaf))
    judged.estimate = decimal(*mean, kReportedDigits, Rounding::half_even);
  if (passes(bounds, op, threshold))
    judged.verdict = Verdict::pass;
  else if (!meets(is_at_least(op) ? *bounds.upper : *bounds.lower, op, threshold))
    judged.verdict = Verdict::fail;
  else
    explain(judged, question, leaf);
  return judged;
}

bool mean_fails_at(const Question& question, const plan::Mean& leaf, const Rational& level) {
  if (out_of_range(question, leaf) || shows_no_spread(question, leaf)) return false;
  const Comparison op = *question.requirement.direct_op;
  const Range bounds = mean_bounds(question, leaf, level, unknown_at(question, leaf));
  return !meets(is_at_least(op) ? *bounds.upper : *bounds.lower, op, question.requirement.direct_threshold);
}

}  // namespace proofmark::judgement
