// Two independent proportions: exact tests.
//
// Given the margins of the two-by-two table the successes of group 1 are hypergeometric where p1 = p2 (Fisher), and
// noncentral hypergeometric where the odds ratio is another (Cornfield): tests and limits that hold for every sample
// size. Without conditioning, the common proportion is a nuisance over which the supremum is taken (Barnard, Boschloo):
// more powerful, and dear. Assumption: trials are independent, and n1, n2 >= 1 were fixed in advance.
#pragma once

#include <cstdint>

#include "runtime/statistics/two_proportions.h"

namespace proofmark::statistics {

// Fisher's exact test; two-sided by adding all tables that are no likelier, where 1e-7 apart is taken as equal. Sums
// from the observed table outwards: at most some ten standard deviations of terms.
double fisher_p(const TwoGroups& groups, Alternative alternative);

// The odds ratio p1/(1-p1) / (p2/(1-p2)): its most likely value given the margins, and the limits that invert the
// conditional tails at `alpha` each. 0 and infinity where the table is at an end of its range.
struct OddsRatio {
  double estimate = 0, lower = 0, upper = 0;
};
OddsRatio conditional_odds_ratio(const TwoGroups& groups, double alpha);

// The supremum over the common proportion of the probability of tables at least as extreme. Statistics within a
// relative 1e-9 are equal: tables that tie in exact arithmetic are never split by rounding.
// O(n1 n2 + N^1.5), where going through all tables anew for each of G proportions would be O(n1 n2 G) and bear some 4e4
// of them: n1 n2 <= kMaximumUnconditionalTables and n1 + n2 <= kMaximumUnconditionalRows.
inline constexpr std::uint64_t kMaximumUnconditionalTables = 1'000'000, kMaximumUnconditionalRows = 10'000;
enum class BarnardStatistic : std::uint8_t { pooled, unpooled };
struct Barnard {
  double z = 0, p_value = 1;
};
Barnard barnard_test(const TwoGroups& groups, Alternative alternative, BarnardStatistic statistic);
// Two-sided: twice the smaller one-sided p, at most 1; fisher_p is then the smaller one-sided one.
struct Boschloo {
  double fisher_p = 1, p_value = 1;
};
Boschloo boschloo_test(const TwoGroups& groups, Alternative alternative);

}  // namespace proofmark::statistics
