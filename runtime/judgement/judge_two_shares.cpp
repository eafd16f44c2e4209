// Two shares set against each other, decided on the tail at the threshold: their difference by the score test of
// Miettinen & Nurminen, their odds ratio by Mantel & Haenszel's estimate over all strata with the variance of Robins,
// Breslow & Greenland. Both are right in the limit of many rows: they back no certificate's bound.
//
// A row that nobody knows the outcome of counts for the arm that hurts: as a success there for one bound, as a failure
// for the other. Rows in no declared stratum are a stratum by themselves. Whether the strata have one odds ratio
// (Breslow & Day) is told beside the verdict and never chooses it.
#include <algorithm>
#include <cmath>
#include <vector>

#include "runtime/judgement/counts.h"
#include "runtime/judgement/decimal.h"
#include "runtime/judgement/dependence.h"
#include "runtime/judgement/growth.h"
#include "runtime/judgement/interval.h"
#include "runtime/judgement/wording.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/stratified_tables.h"
#include "runtime/statistics/two_proportions.h"

namespace proofmark::judgement {
namespace {

using plan::Rational;
using plan::TwoShares;
using plan::TwoSharesKind;
using statistics::Outcome;
using statistics::ProportionCounts;
using statistics::TwoByTwo;
using statistics::TwoGroups;

constexpr double kError = 1e-9;  // relative, of tails and bounds; theirs is below 1e-11

// One stratum: `good` rows are known to meet the condition, and `unknown` ones may.
struct Arms {
  ProportionCounts first, second;
};
using Strata = std::vector<Arms>;

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

// As known: a row of which nobody knows meets no condition.
Strata as_known(Strata strata) {
  for (Arms& arms : strata) arms.first.unknown = arms.second.unknown = 0;
  return strata;
}

// Unknown rows as they make p1 - p2 (or the odds ratio) smallest, or greatest.
struct Pair {
  std::uint64_t k1 = 0, n1 = 0, k2 = 0, n2 = 0;
};
Pair at_end(const Arms& arms, bool low) {
  return {arms.first.good + (low ? 0 : arms.first.unknown), arms.first.n,
          arms.second.good + (low ? arms.second.unknown : 0), arms.second.n};
}

TwoGroups groups_at(const Strata& strata, bool low) {
  const Pair pair = at_end(strata.front(), low);
  return {pair.k1, pair.n1, pair.k2, pair.n2};
}

std::vector<TwoByTwo> tables_at(const Strata& strata, bool low) {
  std::vector<TwoByTwo> tables;
  for (const Arms& arms : strata) {
    const Pair pair = at_end(arms, low);
    tables.push_back({pair.k1, pair.n1 - pair.k1, pair.k2, pair.n2 - pair.k2});
  }
  return tables;
}

// The tails at the threshold, and bounds at `level` each side; no bound where the strata show none.
struct Weighed {
  double p_pass = 1, p_fail = 1;
  Range bounds;
};

Range outward(std::optional<double> lower, std::optional<double> upper) {
  const auto end = [](const std::optional<double>& value, Rounding rounding) -> std::optional<Rational> {
    const double slack = kError * (rounding == Rounding::down ? -1 : 1);
    const auto exact = value ? exact_rational(*value + slack * std::max(std::fabs(*value), 1e-3)) : std::nullopt;
    return exact ? Rational::parse(decimal(*exact, kReportedDigits, rounding)) : std::nullopt;
  };
  return {end(lower, Rounding::down), end(upper, Rounding::up)};
}

Weighed weigh_difference(const Strata& strata, bool at_least, const Rational& threshold, double level) {
  const TwoGroups low = groups_at(strata, true), high = groups_at(strata, false);
  constexpr auto kVariance = statistics::Variance::miettinen_nurminen;
  const double z_low = statistics::difference_score(low, threshold, kVariance);
  const double z_high = statistics::difference_score(high, threshold, kVariance);
  const double z = statistics::normal_upper_quantile(level);
  Weighed weighed;
  const double above = statistics::normal_upper(z_low), below = statistics::normal_cdf(z_high);
  weighed.p_pass = at_least ? above : below;
  weighed.p_fail = at_least ? below : above;
  weighed.bounds = outward(statistics::difference_score_limits(low, z, kVariance).lower,
                           statistics::difference_score_limits(high, z, kVariance).upper);
  weighed.bounds.lower = std::max(weighed.bounds.lower.value_or(Rational(-1)), Rational(-1));
  weighed.bounds.upper = std::min(weighed.bounds.upper.value_or(Rational(1)), Rational(1));
  return weighed;
}

bool shows_ratio(const statistics::MantelHaenszel& found) {
  return found.defined && std::isfinite(found.log_standard_error) && found.log_standard_error > 0;
}

statistics::MantelHaenszel ratio_at(const Strata& strata, bool low) {
  return statistics::mantel_haenszel(tables_at(strata, low), statistics::Alternative::two_sided, false);
}

Weighed weigh_ratio(const Strata& strata, bool at_least, const Rational& threshold, double level) {
  const auto low = ratio_at(strata, true), high = ratio_at(strata, false);
  const double z = statistics::normal_upper_quantile(level);
  const double target = statistics::log_of(threshold.nearest_double());
  const auto log_ratio = [](const statistics::MantelHaenszel& found) {
    return statistics::log_of(found.common_odds_ratio);
  };
  double above = 1, below = 1;
  std::optional<double> lower, upper;
  if (shows_ratio(low)) {
    above = statistics::normal_upper((log_ratio(low) - target) / low.log_standard_error);
    lower = statistics::exp_of(log_ratio(low) - z * low.log_standard_error);
  }
  if (shows_ratio(high)) {
    below = statistics::normal_cdf((log_ratio(high) - target) / high.log_standard_error);
    upper = statistics::exp_of(log_ratio(high) + z * high.log_standard_error);
  }
  Weighed weighed{at_least ? above : below, at_least ? below : above, outward(lower, upper)};
  weighed.bounds.lower = std::max(weighed.bounds.lower.value_or(Rational(0)), Rational(0));
  return weighed;
}

Weighed weigh(const Question& question, const TwoShares& leaf, const Strata& strata, const Rational& level) {
  const bool at_least = is_at_least(*question.requirement.direct_op);
  const Rational& threshold = question.requirement.direct_threshold;
  return leaf.kind == TwoSharesKind::difference ? weigh_difference(strata, at_least, threshold, level.nearest_double())
                                                : weigh_ratio(strata, at_least, threshold, level.nearest_double());
}

Outcome outcome_of(const Weighed& weighed, const Rational& level) {
  const double alpha = level.nearest_double();
  if (weighed.p_pass * (1 + kError) <= alpha) return Outcome::pass;
  if (weighed.p_fail * (1 + kError) < alpha) return Outcome::fail;
  const bool close = weighed.p_pass * (1 - kError) <= alpha || weighed.p_fail * (1 - kError) < alpha;
  return close ? Outcome::borderline : Outcome::inconclusive;
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
    const Weighed weighed = weigh(question, leaf, grown(strata, rows, extra), question.alpha);
    return outcome_of(weighed, question.alpha) == Outcome::pass;
  });
}

std::string estimate_text(const TwoShares& leaf, const Strata& strata) {
  std::optional<Rational> value;
  if (leaf.kind == TwoSharesKind::difference)
    value = exact_rational(statistics::observed_difference(groups_at(as_known(strata), true)));
  else if (const auto found = ratio_at(as_known(strata), true); found.defined && std::isfinite(found.common_odds_ratio))
    value = exact_rational(found.common_odds_ratio);
  return value ? decimal(*value, kReportedDigits, Rounding::half_even) : "";
}

void explain(Judged& judged, const Question& question, const TwoShares& leaf, const Strata& strata) {
  if (leaf.kind == TwoSharesKind::odds_ratio && !(shows_ratio(ratio_at(strata, true)))) {
    judged.reason = Reason::bound_does_not_exist;
    judged.note =
        "one of the two populations has no row that meets the condition, or none that does not: their odds have no "
        "ratio yet";
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
  if (judged.unknown > 0 && outcome_of(weigh(question, leaf, known, question.alpha), question.alpha) == Outcome::pass)
    judged.reason = Reason::unknown_rows;
  else
    judged.reason = judged.samples_needed ? Reason::too_few : Reason::threshold_too_close;
}

// Strata in which both populations have rows are what is compared.
void disclose_strata(Judged& judged, const Strata& all) {
  const Strata strata = as_known(all);
  StrataTold told;
  told.strata = strata.size();
  for (const Arms& arms : strata) told.compared += arms.first.n > 0 && arms.second.n > 0;
  const auto found = ratio_at(strata, true);
  if (shows_ratio(found)) {
    const auto test = statistics::breslow_day(tables_at(strata, true), found.common_odds_ratio);
    told.homogeneity = Homogeneity{test.statistic, test.df, test.p_value};
  }
  judged.strata = told;
}

}  // namespace

Judged judge_two_shares(const Question& question, const TwoShares& leaf) {
  const Strata strata = strata_of(question, leaf);
  const Weighed weighed = weigh(question, leaf, strata, question.alpha);
  const Outcome outcome = outcome_of(weighed, question.alpha);
  Range bounds = weighed.bounds;
  keep_on_side(bounds, is_at_least(*question.requirement.direct_op), question.requirement.direct_threshold, outcome);
  Judged judged;
  judged.method = leaf.kind == TwoSharesKind::difference ? "miettinen_nurminen" : "mantel_haenszel";
  judged.guarantee = Guarantee::asymptotic;
  judged.n = std::min(rows_of(strata, true), rows_of(strata, false));
  for (const Arms& arms : strata) judged.unknown += arms.first.unknown + arms.second.unknown;
  judged.estimate = estimate_text(leaf, strata);
  if (bounds.lower) judged.lower = decimal(*bounds.lower, kReportedDigits, Rounding::down);
  if (bounds.upper) judged.upper = decimal(*bounds.upper, kReportedDigits, Rounding::up);
  judged.p_pass = weighed.p_pass;
  judged.p_fail = weighed.p_fail;
  if (leaf.strata) disclose_strata(judged, strata);
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
  return outcome_of(weigh(question, leaf, strata_of(question, leaf), level), level) == Outcome::fail;
}

statistics::Outcome two_shares_among_fewer(const Question& question, const TwoShares& leaf, double divisor) {
  Strata fewer = strata_of(question, leaf);
  for (Arms& arms : fewer) arms = {thinned(arms.first, divisor), thinned(arms.second, divisor)};
  if (rows_of(fewer, true) == 0 || rows_of(fewer, false) == 0) return Outcome::inconclusive;
  return outcome_of(weigh(question, leaf, fewer, question.alpha), question.alpha);
}

}  // namespace proofmark::judgement
