// Do the methods keep their promises? Error rates and coverages by exact enumeration: how often a claim that is
// just false passes, how often an interval misses.
#include <gtest/gtest.h>

#include <cmath>

#include "runtime/statistics/binomial.h"

namespace proofmark::statistics {
namespace {

Rational number(const char* text) {
  return *Rational::parse(text);
}

// P(pass) when the truth lies on the threshold: at least `upper_rank` good rows.
double false_pass_rate(std::uint64_t n, const Rational& threshold, const Rational& alpha) {
  const std::uint64_t least = upper_rank(n, threshold, alpha, false);
  return least > n ? 0 : upper_tail(least, n, threshold);
}

TEST(Validity, FalsePassesStayBelowAlpha) {
  const Rational t = number("0.999"), alpha = number("0.05");
  EXPECT_EQ(false_pass_rate(1000, t, alpha), 0);
  EXPECT_NEAR(false_pass_rate(2995, t, alpha), .04996, 5e-6);
  EXPECT_NEAR(false_pass_rate(10'000, t, alpha), .02920, 5e-6);
  EXPECT_NEAR(false_pass_rate(100'000, t, alpha), .04624, 5e-6);
  EXPECT_NEAR(false_pass_rate(1'000'000, t, alpha), .04740, 5e-6);
  EXPECT_NEAR(false_pass_rate(10'000, number("0.99"), alpha), .04552, 5e-6);  // 83 breaches of 10,000 trials at 1 %
}

double order_statistic_coverage(std::uint64_t n, const Rational& p, const Rational& each_side) {
  const std::uint64_t lower = lower_rank(n, p, each_side, false), upper = upper_rank(n, p, each_side, false);
  return 1 - (lower == 0 ? 0 : lower_tail(lower - 1, n, p)) - (upper > n ? 0 : upper_tail(upper, n, p));
}

TEST(Validity, OrderStatisticsCoverTheQuantile) {
  EXPECT_NEAR(order_statistic_coverage(500, number("0.99"), number("0.025")), .98019, 5e-6);
  EXPECT_NEAR(order_statistic_coverage(1000, number("0.99"), number("0.025")), .97609, 6e-6);
  EXPECT_NEAR(order_statistic_coverage(10'000, number("0.99"), number("0.025")), .95575, 5e-6);
}

// Counts whose interval holds p are a run first..last, because both bounds grow with the count.
double clopper_pearson_coverage(const std::vector<Interval>& intervals, std::uint64_t n, const Rational& p) {
  const double truth = p.nearest_double();
  std::uint64_t first = 0, last = n;
  while (intervals[first].upper < truth) ++first;
  while (intervals[last].lower > truth) --last;
  return 1 - (first == 0 ? 0 : lower_tail(first - 1, n, p)) - (last == n ? 0 : upper_tail(last + 1, n, p));
}

TEST(Validity, ClopperPearsonNeverCoversLessThanItSays) {
  for (const auto& [n, usual] : {std::pair{10, .986}, {50, .973}, {100, .968}, {1000, .957}}) {
    std::vector<Interval> intervals;
    const auto rows = static_cast<std::uint64_t>(n);
    for (std::uint64_t k = 0; k <= rows; ++k) intervals.push_back(clopper_pearson(k, 0, rows, number("0.025")));
    double sum = 0;
    for (int i = 1; i < 2000; ++i) {
      const double coverage = clopper_pearson_coverage(intervals, rows, *Rational::make(i, 2000));
      EXPECT_GE(coverage, .95) << n << " rows, " << i << "/2000";
      sum += coverage;
    }
    EXPECT_NEAR(sum / 1999, usual, .005) << n;  // Wilson's is .950, Wald's far less
  }
}

}  // namespace
}  // namespace proofmark::statistics
