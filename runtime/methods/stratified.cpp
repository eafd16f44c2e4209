// Two proportions compared within strata, and the check that rows fell on groups as planned.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <vector>

#include "runtime/methods/alternatives.h"
#include "runtime/methods/families.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/stratified_difference.h"
#include "runtime/statistics/stratified_tables.h"

namespace proofmark::methods {
namespace {

using statistics::TwoByTwo;

constexpr Parameter kTables{"tables", "strata", Kind::table,
                            "one row [a, b, c, d] a stratum: the two-by-two table row by row; its odds ratio is ad/bc"};
constexpr std::array kMantelHaenszelParameters{
    kTables,
    Parameter{"continuity", "correct", Kind::flag, "the excess is moved towards 0 by a half", "true"},
    Parameter{"confidence", "", Kind::level, "of the interval of the common odds ratio", "0.95"},
    kAlternative,
};
constexpr std::array kTablesOnly{kTables};
constexpr std::array kDifferenceParameters{
    Parameter{"tables", "strata", Kind::table,
              "one row [a, b, c, d] a stratum: successes and failures of group 1, then of group 2"},
    Parameter{"delta", "margin", Kind::exact, "the difference p1 - p2 that is tested, from -1 to 1", "0"},
    Parameter{"confidence", "", Kind::level, "of the interval of the common difference", "0.95"},
    kAlternative,
};
constexpr std::array kMismatchParameters{
    Parameter{"observed", "counts", Kind::counts, "rows that fell on each group"},
    Parameter{"expected_fraction", "expected|shares", Kind::reals, "the planned share of each group; they sum to 1"},
    Parameter{"alpha", "", Kind::level, "below which p-value a mismatch is declared", "0.001"},
};

Result<std::vector<TwoByTwo>> tables_of(const Arguments& call) {
  const auto& columns = call.table("tables").columns;
  if (columns.size() != 4)
    return refused(fmt::format("`tables` has {} columns", columns.size()), "a stratum is a row [a, b, c, d] of counts");
  constexpr double kMaximumCount = 1e13;
  std::vector<TwoByTwo> tables;
  for (std::size_t row = 0; row < columns.front().size(); ++row) {
    std::array<std::uint64_t, 4> cells{};
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const double cell = columns[i][row];
      if (!(cell >= 0) || cell > kMaximumCount || cell != std::floor(cell))
        return refused(fmt::format("`tables` holds {} in row {}", cell, row + 1), "cells are counts from 0 to 1e13");
      cells[i] = static_cast<std::uint64_t>(cell);
    }
    tables.push_back({cells[0], cells[1], cells[2], cells[3]});
  }
  return tables;
}

Diagnostic no_odds_ratio() {
  return refused("no stratum tells of the odds ratio",
                 "some stratum needs both a and d, or both b and c, above 0: merge sparse strata");
}

// Strata that tell of no odds ratio reject none.
json::Object nothing_told() {
  json::Object result;
  result.set("statistic", 0);
  result.set("p_value", 1);
  result.set("common_odds_ratio", json::Value());
  result.set("lower", 0);
  result.set("upper", number(HUGE_VAL));
  return result;
}

Answer mantel_haenszel(const Arguments& call) {
  const auto tables = tables_of(call);
  if (!tables) return tables.problems();
  const auto alternative = alternative_of(call);
  const auto test = statistics::mantel_haenszel(*tables, alternative, call.flag("continuity"));
  if (!test.defined) return nothing_told();
  const double z =
      statistics::normal_upper_quantile(alpha_each_side(call, alternative == statistics::Alternative::two_sided));
  const bool bounded = std::isfinite(test.log_standard_error);
  const double factor = bounded ? statistics::exp_of(z * test.log_standard_error) : HUGE_VAL;
  json::Object result;
  result.set("statistic", number(test.statistic));
  result.set("p_value", number(test.p_value));
  result.set("common_odds_ratio", number(test.common_odds_ratio));
  const bool with_lower = alternative != statistics::Alternative::less && bounded;
  const bool with_upper = alternative != statistics::Alternative::greater && bounded;
  result.set("lower", number(with_lower ? test.common_odds_ratio / factor : 0));
  result.set("upper", number(with_upper ? test.common_odds_ratio * factor : HUGE_VAL));
  return result;
}

json::Object chi_squared_fields(const statistics::ChiSquared& test) {
  json::Object result;
  result.set("chi_squared", number(test.statistic));
  result.set("df", test.df);
  result.set("p_value", number(test.p_value));
  return result;
}

Answer breslow_day(const Arguments& call) {
  const auto tables = tables_of(call);
  if (!tables) return tables.problems();
  const auto common = statistics::mantel_haenszel(*tables, statistics::Alternative::two_sided, false);
  if (!common.defined || common.common_odds_ratio <= 0 || std::isinf(common.common_odds_ratio)) return no_odds_ratio();
  const auto test = statistics::breslow_day(*tables, common.common_odds_ratio);
  if (test.df == 0)
    return refused("fewer than two strata have rows on every side", "homogeneity is a question between strata");
  json::Object result = chi_squared_fields(test);
  result.set("common_odds_ratio", common.common_odds_ratio);
  return result;
}

Answer score_difference(const Arguments& call) {
  const auto tables = tables_of(call);
  if (!tables) return tables.problems();
  const Rational& delta = call.exact("delta");
  if (delta < Rational(-1) || delta > Rational(1))
    return refused("`delta` lies outside of [-1, 1]", "two proportions differ by at most 1");
  std::vector<statistics::TwoGroups> strata;
  for (const TwoByTwo& table : *tables) strata.push_back({table.a, table.a + table.b, table.c, table.c + table.d});
  const auto difference = statistics::stratified_difference(strata);
  if (!difference) return refused("no stratum has rows in both groups", "a difference is taken within a stratum");
  const auto alternative = alternative_of(call);
  const double score = statistics::stratified_score(strata, delta);
  const double z =
      statistics::normal_upper_quantile(alpha_each_side(call, alternative == statistics::Alternative::two_sided));
  if (z <= 0) return refused("`confidence` is at most 50%", "such an interval would not hold the observed difference");
  const statistics::Interval limits = statistics::stratified_score_limits(strata, z);
  const statistics::ChiSquared homogeneity = statistics::difference_homogeneity(strata);
  json::Object result;
  result.set("difference", number(*difference));
  result.set("z", number(score));
  result.set("p_value", number(statistics::p_of_score(score, alternative)));
  result.set("lower", number(alternative == statistics::Alternative::less ? -1 : limits.lower));
  result.set("upper", number(alternative == statistics::Alternative::greater ? 1 : limits.upper));
  result.set("homogeneity_chi_squared", number(homogeneity.statistic));
  result.set("homogeneity_df", homogeneity.df);
  result.set("homogeneity_p_value", number(homogeneity.p_value));
  return result;
}

Answer sample_ratio_mismatch(const Arguments& call) {
  const auto& observed = call.counts("observed");
  const auto& shares = call.reals("expected_fraction");
  if (observed.size() != shares.size() || observed.size() < 2)
    return refused(fmt::format("{} groups were observed and {} planned", observed.size(), shares.size()),
                   "give one planned share a group, two groups at least");
  for (const double share : shares)
    if (!(share > 0)) return refused(fmt::format("a planned share is {}", share), "shares are above 0");
  const double total = statistics::sum(shares);
  if (std::fabs(total - 1) > 1e-9)
    return refused(fmt::format("the planned shares sum to {}", total), "shares such as [0.1, 0.9] sum to 1");
  std::uint64_t rows = 0;
  for (const std::uint64_t count : observed) rows += count;
  if (rows == 0) return refused("no row was observed", "the ratio of groups needs rows");
  const auto test = statistics::sample_ratio_mismatch(observed, shares);
  json::Object result = chi_squared_fields(test);
  result.set("mismatch", test.p_value < call.exact("alpha").nearest_double());
  return result;
}

constexpr std::string_view kIndependent = "rows are independent within and between strata";

constexpr std::array kMethods{
    Method{"stratified_2x2.mantel_haenszel",
           "The Mantel-Haenszel test and common odds ratio over strata of two-by-two tables.",
           kMantelHaenszelParameters,
           "statistic: chi-squared with 1 degree of freedom; p_value: 1 where no stratum tells of the ratio; "
           "common_odds_ratio: null there; lower, upper: its limits, 0 and Infinity where there is none",
           "rows are independent, and the odds ratio is the same in every stratum", Guarantee::asymptotic,
           "Mantel & Haenszel 1959; Robins, Breslow & Greenland 1986",
           "mantel_haenszel(tables: [[90, 900, 10, 100], [300, 30, 700, 70]])", mantel_haenszel},
    Method{"stratified_2x2.breslow_day",
           "Is the odds ratio the same in every stratum? The test of Breslow and Day with Tarone's correction.",
           kTablesOnly, "chi_squared, df, p_value, common_odds_ratio: by Mantel and Haenszel", kIndependent,
           Guarantee::asymptotic, "Breslow & Day 1980; Tarone 1985",
           "breslow_day(tables: [[90, 900, 10, 100], [300, 30, 700, 70]])", breslow_day},
    Method{"stratified_2x2.score_difference",
           "The score test and interval of one difference of two proportions over strata, weighted by Mantel and "
           "Haenszel.",
           kDifferenceParameters,
           "difference: weighted over the strata; z (infinite, Infinity, at a delta of 1), p_value: of delta; lower, "
           "upper; homogeneity_chi_squared, _df, "
           "_p_value: of Cochran's test",
           "rows are independent, and the difference is the same in every stratum", Guarantee::asymptotic,
           "Miettinen & Nurminen 1985; Mantel & Haenszel 1959; Cochran 1954",
           "score_difference(tables: [[90, 910, 12, 88], [300, 30, 700, 70]], delta: -0.05, alternative: greater)",
           score_difference},
    Method{"guard.sample_ratio_mismatch",
           "Did rows fall on the groups in the planned ratio? A mismatch voids the comparison, not the candidate.",
           kMismatchParameters, "chi_squared, df, p_value; mismatch: p_value < alpha",
           "rows were assigned to groups independently", Guarantee::asymptotic, "Pearson 1900; Fabijan et al. 2019",
           "sample_ratio_mismatch(observed: [10123, 90077], expected_fraction: [0.1, 0.9])", sample_ratio_mismatch},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> stratified_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
