#include "runtime/judgement/weigh_two_shares.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "runtime/judgement/decimal.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/stratified_difference.h"
#include "runtime/statistics/stratified_tables.h"

namespace proofmark::judgement {
namespace {

using plan::Rational;
using plan::TwoSharesKind;
using statistics::Outcome;
using statistics::TwoByTwo;
using statistics::TwoGroups;

constexpr double kError = 1e-9;  // relative, of tails and bounds; theirs is below 1e-11

// Unknown rows as they make p1 - p2 (or the odds ratio) smallest, or greatest.
TwoGroups at_end(const Arms& arms, bool low) {
  return {arms.first.good + (low ? 0 : arms.first.unknown), arms.first.n,
          arms.second.good + (low ? arms.second.unknown : 0), arms.second.n};
}

std::vector<TwoGroups> groups_at(const Strata& strata, bool low) {
  std::vector<TwoGroups> groups;
  for (const Arms& arms : strata) groups.push_back(at_end(arms, low));
  return groups;
}

std::vector<TwoByTwo> tables_at(const Strata& strata, bool low) {
  std::vector<TwoByTwo> tables;
  for (const TwoGroups& groups : groups_at(strata, low))
    tables.push_back({groups.k1, groups.failures1(), groups.k2, groups.failures2()});
  return tables;
}

Range outward(std::optional<double> lower, std::optional<double> upper) {
  const auto end = [](const std::optional<double>& value, Rounding rounding) -> std::optional<Rational> {
    const double slack = kError * (rounding == Rounding::down ? -1 : 1);
    const auto exact = value ? exact_rational(*value + slack * std::max(std::fabs(*value), 1e-3)) : std::nullopt;
    return exact ? Rational::parse(decimal(*exact, kReportedDigits, rounding)) : std::nullopt;
  };
  return {end(lower, Rounding::down), end(upper, Rounding::up)};
}

struct Tails {
  double above = 1, below = 1;  // of so great, and of so small, a value were the threshold true
  Range bounds;
};

// Without a level no bounds are sought: they take most of the time.
Tails tails_of_difference(const Strata& strata, const Rational& threshold, std::optional<double> level) {
  const std::vector<TwoGroups> low = groups_at(strata, true), high = groups_at(strata, false);
  Tails tails;
  tails.bounds = {Rational(-1), Rational(1)};
  if (!tells(TwoSharesKind::difference, strata, true)) return tails;
  tails.above = statistics::normal_upper(statistics::stratified_score(low, threshold));
  tails.below = statistics::normal_cdf(statistics::stratified_score(high, threshold));
  if (!level) return tails;
  const double z = statistics::normal_upper_quantile(*level);
  const Range found =
      outward(statistics::stratified_score_limits(low, z).lower, statistics::stratified_score_limits(high, z).upper);
  tails.bounds.lower = std::max(found.lower.value_or(Rational(-1)), Rational(-1));
  tails.bounds.upper = std::min(found.upper.value_or(Rational(1)), Rational(1));
  return tails;
}

statistics::MantelHaenszel ratio_at(const Strata& strata, bool low) {
  return statistics::mantel_haenszel(tables_at(strata, low), statistics::Alternative::two_sided, false);
}

bool has_variance(const statistics::MantelHaenszel& found) {
  return found.defined && std::isfinite(found.log_standard_error) && found.log_standard_error > 0;
}

// The tail of so great (or so small) a ratio at `target`, and the bound beyond which the truth does not lie at `level`.
struct RatioSide {
  double tail = 1;
  std::optional<double> bound;
};

// Each table as if only `kept` of one population's events were there, or of the other's non-events: of the cell that
// the ratio is divided by (`above`) or multiplied with.
std::uint64_t& kept_cell(TwoByTwo& table, bool above, bool of_first) {
  if (above) return of_first ? table.c : table.b;
  return of_first ? table.a : table.d;
}
std::uint64_t& other_cell(TwoByTwo& table, bool above, bool of_first) {
  if (above) return of_first ? table.d : table.a;
  return of_first ? table.b : table.c;
}
TwoByTwo with_kept(TwoByTwo table, bool above, bool of_first, std::uint64_t kept) {
  std::uint64_t &cell = kept_cell(table, above, of_first), &other = other_cell(table, above, of_first);
  other += cell - kept;
  cell = kept;
  return table;
}

void take_worse(RatioSide& side, const RatioSide& other, bool above) {
  side.tail = std::max(side.tail, other.tail);
  if (side.bound && other.bound)
    side.bound = above ? std::min(*side.bound, *other.bound) : std::max(*side.bound, *other.bound);
}

// By the variance of Robins, Breslow & Greenland, where there is one.
std::optional<RatioSide> normal_side(const std::vector<TwoByTwo>& tables, bool above, double target,
                                     std::optional<double> level) {
  const auto found = statistics::mantel_haenszel(tables, statistics::Alternative::two_sided, false);
  if (!has_variance(found)) return std::nullopt;
  const double estimate = statistics::log_of(found.common_odds_ratio), error = found.log_standard_error;
  const double distance = (estimate - statistics::log_of(target)) / error;
  RatioSide side{above ? statistics::normal_upper(distance) : statistics::normal_cdf(distance), {}};
  if (level)
    side.bound = statistics::exp_of(estimate + (above ? -1 : 1) * statistics::normal_upper_quantile(*level) * error);
  return side;
}

RatioSide exact_side(const std::vector<TwoByTwo>& tables, bool above, double target, std::optional<double> level) {
  const auto end = above ? statistics::End::highest : statistics::End::lowest;
  RatioSide side{statistics::probability_of_end(tables, end, target), {}};
  if (level) side.bound = statistics::odds_ratio_of_end(tables, end, *level);
  return side;
}

constexpr std::size_t kMostLoneStrata = 32;

// The variance trusts few events too much, and one event more than it does two: with x of them the score is about
// (c - ln x) sqrt(x), which rises to ln x = c - 2 and falls from there. So a tail is never below the exact one of the
// same rows without those events, nor below the one with a single event, in whichever stratum: a further failure never
// turns it for the better, at any level.
RatioSide no_better_than_fewer(RatioSide side, const std::vector<TwoByTwo>& tables, bool above, double target,
                               std::optional<double> level) {
  for (const bool of_first : {true, false}) {
    std::vector<TwoByTwo> fewer;
    for (const TwoByTwo& table : tables) fewer.push_back(with_kept(table, above, of_first, 0));
    take_worse(side, exact_side(fewer, above, target, level), above);
    for (std::size_t i = 0; i < std::min(tables.size(), kMostLoneStrata); ++i) {
      TwoByTwo table = tables[i];
      if (kept_cell(table, above, of_first) == 0) continue;
      const TwoByTwo none = std::exchange(fewer[i], with_kept(table, above, of_first, 1));
      if (const auto lone = normal_side(fewer, above, target, level)) take_worse(side, *lone, above);
      fewer[i] = none;
    }
  }
  return side;
}

RatioSide ratio_side(const Strata& strata, bool above, double target, std::optional<double> level) {
  const std::vector<TwoByTwo> tables = tables_at(strata, above);
  if (const auto normal = normal_side(tables, above, target, level))
    return no_better_than_fewer(*normal, tables, above, target, level);
  const auto found = statistics::mantel_haenszel(tables, statistics::Alternative::two_sided, false);
  const bool extreme = found.defined && (above ? std::isinf(found.common_odds_ratio) : found.common_odds_ratio == 0);
  return extreme ? exact_side(tables, above, target, level) : RatioSide{};
}

Tails tails_of_ratio(const Strata& strata, const Rational& threshold, std::optional<double> level) {
  const double target = threshold.nearest_double();
  const RatioSide above = ratio_side(strata, true, target, level), below = ratio_side(strata, false, target, level);
  Tails tails{above.tail, below.tail, outward(above.bound, below.bound)};
  tails.bounds.lower = std::max(tails.bounds.lower.value_or(Rational(0)), Rational(0));
  return tails;
}

Weighed weighed_at(const SharesClaim& claim, const Strata& strata, std::optional<double> level) {
  const Tails tails = claim.kind == TwoSharesKind::difference ? tails_of_difference(strata, claim.threshold, level)
                                                              : tails_of_ratio(strata, claim.threshold, level);
  if (claim.at_least) return {tails.above, tails.below, tails.bounds};
  return {tails.below, tails.above, tails.bounds};
}

}  // namespace

Weighed weigh(const SharesClaim& claim, const Strata& strata, const Rational& level) {
  return weighed_at(claim, strata, level.nearest_double());
}

Weighed weigh_tails(const SharesClaim& claim, const Strata& strata) {
  return weighed_at(claim, strata, std::nullopt);
}

Outcome outcome_of(const Weighed& weighed, const Rational& level) {
  const double alpha = level.nearest_double();
  if (weighed.p_pass * (1 + kError) <= alpha) return Outcome::pass;
  if (weighed.p_fail * (1 + kError) < alpha) return Outcome::fail;
  const bool close = weighed.p_pass * (1 - kError) <= alpha || weighed.p_fail * (1 - kError) < alpha;
  return close ? Outcome::borderline : Outcome::inconclusive;
}

Strata as_known(Strata strata) {
  for (Arms& arms : strata)
    for (statistics::ProportionCounts* counts : {&arms.first, &arms.second}) {
      counts->n -= counts->unknown;
      counts->unknown = 0;
    }
  return strata;
}

std::optional<Rational> estimate_of(TwoSharesKind kind, const Strata& known) {
  if (kind == TwoSharesKind::difference) {
    const auto found = statistics::stratified_difference(groups_at(known, true));
    return found ? exact_rational(*found) : std::nullopt;
  }
  const auto found = ratio_at(known, true);
  return found.defined && std::isfinite(found.common_odds_ratio) ? exact_rational(found.common_odds_ratio)
                                                                 : std::nullopt;
}

std::optional<Homogeneity> homogeneity_of(TwoSharesKind kind, const Strata& known) {
  statistics::ChiSquared test;
  if (kind == TwoSharesKind::difference)
    test = statistics::difference_homogeneity(groups_at(known, true));
  else if (const auto found = ratio_at(known, true); has_variance(found))
    test = statistics::breslow_day(tables_at(known, true), found.common_odds_ratio);
  else
    return std::nullopt;
  return Homogeneity{test.statistic, test.df, test.p_value};
}

bool tells(TwoSharesKind kind, const Strata& strata, bool low) {
  if (kind == TwoSharesKind::odds_ratio) return ratio_at(strata, low).defined;
  return std::any_of(strata.begin(), strata.end(),
                     [](const Arms& arms) { return arms.first.n > 0 && arms.second.n > 0; });
}

}  // namespace proofmark::judgement
