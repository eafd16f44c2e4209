#include "runtime/statistics/stratified_tables.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/hypergeometric.h"
#include "runtime/statistics/root_search.h"

namespace proofmark::statistics {
namespace {

using plan::Int128;

double as_double(std::uint64_t count) {
  return static_cast<double>(count);
}

struct Margins {
  double n, row1, row2, column1, column2;
};

Margins margins_of(const TwoByTwo& table) {
  return {as_double(table.a + table.b + table.c + table.d), as_double(table.a + table.b), as_double(table.c + table.d),
          as_double(table.a + table.c), as_double(table.b + table.d)};
}

// Variance of the logarithm of the common odds ratio.
class RobinsBreslowGreenland {
 public:
  void add(const TwoByTwo& table, double n) {
    const double r = as_double(table.a) * as_double(table.d) / n, s = as_double(table.b) * as_double(table.c) / n;
    const double p = as_double(table.a + table.d) / n, q = as_double(table.b + table.c) / n;
    r_.push_back(r), s_.push_back(s), pr_.push_back(p * r), qs_.push_back(q * s), mixed_.push_back(p * s + q * r);
  }
  double concordant() const { return sum(r_); }
  double discordant() const { return sum(s_); }
  double variance() const {
    const double r = concordant(), s = discordant();
    return sum(pr_) / (2 * r * r) + sum(mixed_) / (2 * r * s) + sum(qs_) / (2 * s * s);
  }

 private:
  std::vector<double> r_, s_, pr_, qs_, mixed_;
};

// The count a with the table's margins and this odds ratio: the root of a quadratic that lies in its range.
double fitted(const Margins& margins, double odds_ratio) {
  const double c2 = 1 - odds_ratio, c1 = margins.row2 - margins.column1 + odds_ratio * (margins.row1 + margins.column1);
  const double c0 = -odds_ratio * margins.row1 * margins.column1;
  const double root = std::sqrt(std::max(0.0, c1 * c1 - 4 * c2 * c0));
  // c1 > 0 except in far corners; the form without cancellation serves both signs.
  return c1 >= 0 ? -2 * c0 / (c1 + root) : (root - c1) / (2 * c2);
}

constexpr double kUnlikely = 50;

// -ln of a bound of the probability that the table stands at that end: as many independent draws with replacement.
double least_likely(const TwoByTwo& table, bool lowest, double odds_ratio) {
  const Margins margins = margins_of(table);
  const double odds = margins.row1 / margins.row2;
  if (lowest)
    return margins.column1 <= margins.row2 ? margins.column1 * log1p_of(odds_ratio * odds)
                                           : margins.column2 * log1p_of(odds_ratio / odds);
  return margins.column1 <= margins.row1 ? margins.column1 * log1p_of(1 / (odds_ratio * odds))
                                         : margins.column2 * log1p_of(odds / odds_ratio);
}

}  // namespace

double p_of_score(double z, Alternative alternative) {
  if (alternative == Alternative::less) return normal_cdf(z);
  if (alternative == Alternative::greater) return normal_upper(z);
  return std::min(1.0, 2 * normal_upper(std::fabs(z)));
}

MantelHaenszel mantel_haenszel(std::span<const TwoByTwo> tables, Alternative alternative, bool continuity) {
  std::vector<double> excess, variance;
  RobinsBreslowGreenland ratio;
  for (const TwoByTwo& table : tables) {
    const Margins margins = margins_of(table);
    if (margins.n < 2) continue;  // one row cannot differ from itself
    const Int128 cross = static_cast<Int128>(table.a) * table.d - static_cast<Int128>(table.b) * table.c;
    excess.push_back(static_cast<double>(cross) / margins.n);
    variance.push_back(margins.row1 / margins.n * (margins.row2 / margins.n) *
                       (margins.column1 * (margins.column2 / (margins.n - 1))));
    ratio.add(table, margins.n);
  }
  MantelHaenszel result;
  const double total = sum(excess), spread = sum(variance);
  if (spread > 0) {
    const double distance = std::fabs(total), moved = continuity && distance >= 0.5 ? distance - 0.5 : distance;
    result.statistic = moved * moved / spread;
    result.p_value = p_of_score(std::copysign(moved / std::sqrt(spread), total), alternative);
  }
  const double r = ratio.concordant(), s = ratio.discordant();
  if (r == 0 && s == 0) return result;
  result.defined = true;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  result.common_odds_ratio = s == 0 ? kInfinity : r / s;
  result.log_standard_error = r == 0 || s == 0 ? kInfinity : std::sqrt(ratio.variance());
  return result;
}

double probability_of_end(std::span<const TwoByTwo> tables, End end, double odds_ratio) {
  constexpr double kLeast = 1e-18;  // below it the tails stop adding
  const bool lowest = end == End::lowest;
  const double log_odds = log_of(odds_ratio);
  double probability = 1;
  for (const TwoByTwo& table : tables) {
    const Hypergeometric counts(table.a + table.b, table.c + table.d, table.a + table.c);
    if (counts.lowest() == counts.highest()) continue;
    if (least_likely(table, lowest, odds_ratio) > kUnlikely) {
      probability *= kLeast;
      continue;
    }
    const auto tails = counts.noncentral_tails(lowest ? counts.lowest() : counts.highest(), log_odds);
    probability *= std::max(kLeast, lowest ? tails.at_most : tails.at_least);
  }
  return probability;
}

double odds_ratio_of_end(std::span<const TwoByTwo> tables, End end, double level) {
  constexpr double kSmallest = 1e-290, kLargest = 1e290;
  return first_double(kSmallest, kLargest, [&](double ratio) {
    const double probability = probability_of_end(tables, end, ratio);  // falls for `lowest`, rises for `highest`
    return end == End::lowest ? probability <= level : probability >= level;
  });
}

ChiSquared breslow_day(std::span<const TwoByTwo> tables, double common_odds_ratio) {
  std::vector<double> terms, excess, variances;
  for (const TwoByTwo& table : tables) {
    const Margins margins = margins_of(table);
    if (std::min({margins.row1, margins.row2, margins.column1, margins.column2}) == 0) continue;
    const double a = fitted(margins, common_odds_ratio), b = margins.row1 - a, c = margins.column1 - a;
    const double variance = 1 / (1 / a + 1 / b + 1 / c + 1 / (margins.row2 - c));
    const double difference = as_double(table.a) - a;
    terms.push_back(difference * difference / variance);
    excess.push_back(difference), variances.push_back(variance);
  }
  ChiSquared test;
  if (terms.size() < 2) return test;
  const double total = sum(excess);
  test.statistic = std::max(0.0, sum(terms) - total * total / sum(variances));
  test.df = terms.size() - 1;
  test.p_value = chi_squared_upper(test.statistic, as_double(test.df));
  return test;
}

ChiSquared sample_ratio_mismatch(std::span<const std::uint64_t> observed, std::span<const double> shares) {
  double rows = 0;
  for (const std::uint64_t count : observed) rows += as_double(count);
  std::vector<double> terms;
  for (std::size_t i = 0; i < observed.size(); ++i) {
    const double expected = rows * shares[i], difference = std::fma(-rows, shares[i], as_double(observed[i]));
    terms.push_back(difference * difference / expected);
  }
  ChiSquared test{sum(terms), observed.size() - 1, 1};
  test.p_value = chi_squared_upper(test.statistic, as_double(test.df));
  return test;
}

}  // namespace proofmark::statistics
