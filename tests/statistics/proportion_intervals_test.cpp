// Intervals of one proportion: published digits, closed forms, symmetry, and coverage by enumeration.
#include "runtime/statistics/proportion_intervals.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace proofmark::statistics {
namespace {

TailLevel both(const char* confidence) {
  return tail_level(*Rational::parse(confidence), true);
}

void expect_interval(const Interval& got, double lower, double upper, double tolerance) {
  EXPECT_NEAR(got.lower, lower, tolerance);
  EXPECT_NEAR(got.upper, upper, tolerance);
}

// Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, 81 of 263.
TEST(ProportionIntervals, AsNewcombePrintsThem) {
  const Trials data{81, 263};
  expect_interval(exact_interval(data, both("0.95")), 0.2527, 0.3676, 6e-5);
  expect_interval(wilson(data, both("0.95")), 0.2553, 0.3662, 6e-5);
  expect_interval(wilson_corrected(data, both("0.95")), 0.2535, 0.3682, 6e-5);
  expect_interval(mid_p(data, both("0.95")), 0.2544, 0.3658, 6e-5);
  expect_interval(likelihood_ratio(data, both("0.95")), 0.2542, 0.3655, 6e-5);
  expect_interval(wald(data, both("0.95"), true), 0.2522, 0.3638, 6e-5);
}

// Without successes the bounds have closed forms.
TEST(ProportionIntervals, WithoutSuccesses) {
  const TailLevel level = both("0.95");
  EXPECT_NEAR(exact_interval({0, 20}, level).upper, 1 - std::pow(0.025, 1.0 / 20), 1e-15);
  EXPECT_NEAR(mid_p({0, 20}, level).upper, 1 - std::pow(0.05, 1.0 / 20), 1e-15);
  EXPECT_NEAR(likelihood_ratio({0, 20}, level).upper, 1 - std::exp(-1.959963984540054 * 1.959963984540054 / 40), 1e-14);
  EXPECT_EQ(exact_interval({0, 20}, level).lower, 0);
  EXPECT_EQ(exact_interval({0, 0}, level).upper, 1);
  EXPECT_NEAR(exact_interval({100'000'000'000, 100'000'000'000}, tail_level(*Rational::parse("0.95"), false)).lower,
              0.99999999997004268, 1e-16);
}

// Wilson's lower bound at 5 of 1e11: the textbook formula cancels to -1.3e-9.
TEST(ProportionIntervals, DoNotCancel) {
  const Interval bounds = wilson({5, 100'000'000'000}, both("0.95"));
  EXPECT_NEAR(bounds.lower / 2.1357e-11, 1, 1e-4);
  EXPECT_GT(wilson_corrected({5, 100'000'000'000}, both("0.95")).lower, 0);
}

using Method = std::function<Interval(const Trials&, const TailLevel&)>;

TEST(ProportionIntervals, AreMirroredAndMonotone) {
  const Method methods[] = {exact_interval,
                            wilson,
                            wilson_corrected,
                            mid_p,
                            likelihood_ratio,
                            [](const Trials& data, const TailLevel& level) { return jeffreys(data, level, true); },
                            [](const Trials& data, const TailLevel&) { return blaker(data, 0.05); }};
  for (const Method& method : methods) {
    Interval before{-1, -1};
    for (std::uint64_t k = 0; k <= 30; ++k) {
      const Interval here = method({k, 30}, both("0.95")), other = method({30 - k, 30}, both("0.95"));
      EXPECT_NEAR(here.lower, 1 - other.upper, 1e-14);
      EXPECT_LE(before.lower, here.lower);
      EXPECT_LE(before.upper, here.upper);
      EXPECT_LE(here.lower, k / 30.0 + 1e-15);
      EXPECT_GE(here.upper, k / 30.0 - 1e-15);
      before = here;
    }
  }
}

// Fagerland, Lydersen & Laake 2017, chapter 2, 13 of 16.
TEST(ProportionIntervals, JeffreysAsPublished) {
  expect_interval(jeffreys({13, 16}, both("0.95"), true), 0.5792, 0.9442, 6e-5);
}

TEST(ProportionIntervals, BlakerCoversAndLiesWithinTheExactInterval) {
  for (const std::uint64_t n : {7u, 16u, 41u}) {
    for (double p = 0.0125; p < 1; p += 0.0125) {
      double covered = 0;
      for (std::uint64_t k = 0; k <= n; ++k) {
        const Interval exact = exact_interval({k, n}, both("0.95")), inner = blaker({k, n}, 0.05);
        EXPECT_GE(inner.lower, exact.lower - 1e-15);
        EXPECT_LE(inner.upper, exact.upper + 1e-15);
        if (inner.lower <= p && p <= inner.upper) covered += std::exp(log_binomial_pmf(k, n, p, 1 - p));
      }
      EXPECT_GE(covered, 0.95 - 1e-12) << n << " at " << p;
    }
  }
}

TEST(ProportionIntervals, TwoSidedTestAddsWhatIsNoLikelier) {
  // By hand: 3 of 10 at 1/2 is as likely as 7 of 10.
  EXPECT_NEAR(exact_test_two_sided(Trials{3, 10}, *Rational::parse("0.5")), 2 * 176.0 / 1024, 1e-15);
  EXPECT_EQ(exact_test_two_sided(Trials{3, 10}, *Rational::parse("0.3")), 1);  // on the mean
  EXPECT_EQ(exact_test_two_sided(Trials{1, 10}, *Rational::parse("0")), 0);
  EXPECT_EQ(exact_test_two_sided(Trials{10, 10}, *Rational::parse("1")), 1);
}

}  // namespace
}  // namespace proofmark::statistics
