// Looks at any time: e-values, confidence sequences, uniform boundaries, betting.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <vector>

#include "runtime/statistics/beta_mixture.h"
#include "runtime/statistics/betting.h"
#include "runtime/statistics/binomial.h"
#include "runtime/statistics/uniform_boundaries.h"

namespace proofmark::statistics {
namespace {

Rational number(const char* text) {
  return *Rational::parse(text);
}

// R 4.2.2: lbeta(k + 1, n - k + 1) - k * log(p0) - (n - k) * log1p(-p0).
TEST(EValue, OfAUniformMixture) {
  EXPECT_NEAR(log_e_value(50, 50, {0.5, 0.5}, 1, 1), 30.72553339527294, 1e-11);
  EXPECT_NEAR(log_e_value(999, 1000, proportion_of(number("0.999")), 1, 1), -5.90925494606527, 1e-10);
  EXPECT_EQ(log_e_value(0, 0, {0.5, 0.5}, 2, 3), 0);
}

TEST(EValue, StaysExactForManyRows) {
  // At k = n p exactly, ln e = ln sqrt(2 pi p q n) - ln(n + 1) up to terms of 1/n (Stirling).
  const double n = 1e11, pq = 0.999 * 0.001;
  EXPECT_NEAR(log_e_value(99'900'000'000, 100'000'000'000, proportion_of(number("0.999")), 1, 1),
              0.5 * std::log(2 * M_PI * pq * n) - std::log(n + 1), 1e-7);
}

TEST(EValue, OneSidedAgreesWithItsSeriesFarBelowTheNull) {
  EXPECT_NEAR(log_e_value_above(50, 50, number("0.5")), 31.418680575832884, 1e-10);  // R: pbeta, lbeta
  EXPECT_NEAR(log_e_value_above(0, 50, number("0.1")), -3.931825632724329, 1e-10);
  // k = 0: the integral of (1 - p)^n is closed: ln((1 - p0) / (n + 1)) - ln(1 - p0).
  EXPECT_NEAR(log_e_value_above(0, 5000, number("0.9")), -std::log(5001.0), 1e-9);
  EXPECT_LT(log_e_value_above(50, kMaximumRows, number("0.5")), 0);  // the tail there is that of one trial more
}

RC_GTEST_PROP(EValue, IsAMartingaleUnderItsNull, ()) {
  const auto n = *rc::gen::inRange<std::uint64_t>(0, 5000), k = *rc::gen::inRange<std::uint64_t>(0, n + 1);
  const Rational null = *Rational::make(*rc::gen::inRange(1, 999), 1000);
  const Proportion at = proportion_of(null);
  const double now = log_e_value(k, n, at, 1.5, 0.7);
  const double next = at.p * std::exp(log_e_value(k + 1, n + 1, at, 1.5, 0.7) - now) +
                      at.q * std::exp(log_e_value(k, n + 1, at, 1.5, 0.7) - now);
  RC_ASSERT(std::fabs(next - 1) < 1e-9);
}

TEST(BetaMixtureSequence, Values) {
  const Span one = beta_mixture_sequence(1, 1, 1, 1, 0.01);  // e = 1 / (2 p): p = 1/200
  EXPECT_NEAR(one.lower, 0.005, 1e-15);
  EXPECT_EQ(one.upper, 1);
  const Span many = beta_mixture_sequence(999123, 1000000, 1, 1, 0.05);  // R 4.2.2: dbeta, uniroot
  EXPECT_NEAR(many.lower, 0.9989665329913031, 1e-9);
  EXPECT_NEAR(many.upper, 0.9992628291069785, 1e-9);
  EXPECT_EQ(beta_mixture_sequence(0, 0, 1, 1, 0.05).upper, 1);
}

RC_GTEST_PROP(BetaMixtureSequence, MirrorsAndEndsWhereTheEValueReachesItsLimit, ()) {
  const auto n = *rc::gen::inRange<std::uint64_t>(1, 1'000'000), k = *rc::gen::inRange<std::uint64_t>(0, n + 1);
  const Span span = beta_mixture_sequence(k, n, 1, 1, 0.05), mirror = beta_mixture_sequence(n - k, n, 1, 1, 0.05);
  RC_ASSERT(std::fabs(span.lower - (1 - mirror.upper)) < 1e-12);
  RC_ASSERT(span.lower <= static_cast<double>(k) / static_cast<double>(n));
  RC_ASSERT(span.upper >= static_cast<double>(k) / static_cast<double>(n));
  if (span.lower > 1e-6 && span.lower < 0.999)
    RC_ASSERT(std::fabs(log_e_value(k, n, {span.lower, 1 - span.lower}, 1, 1) - std::log(20.0)) < 1e-5);
}

// The chance that the 95 % sequence ever leaves out the truth within the first `rows` rows, exactly: the walk of
// successes among those that it never left out. Both ends of the undecided states are tested at every row.
double ever_excluded(double p, int rows, double alpha) {
  const double limit = -std::log(alpha);
  std::vector<double> mass = {1};
  std::uint64_t first = 0;
  double excluded = 0;
  for (int n = 1; n <= rows; ++n) {
    mass.push_back(0);
    for (std::size_t i = mass.size() - 1; i > 0; --i) mass[i] = mass[i] * (1 - p) + mass[i - 1] * p;
    mass.front() *= 1 - p;
    const auto out = [&](std::size_t i) {
      return mass[i] < 1e-30 || log_e_value(first + i, static_cast<std::uint64_t>(n), {p, 1 - p}, 1, 1) >= limit;
    };
    for (; !mass.empty() && out(mass.size() - 1); mass.pop_back()) excluded += mass.back();
    std::size_t begin = 0;
    for (; begin < mass.size() && out(begin); ++begin) excluded += mass[begin];
    mass.erase(mass.begin(), mass.begin() + static_cast<std::ptrdiff_t>(begin));
    first += begin;
  }
  return excluded;
}

// By simulation 0.0275 with a standard error of 0.0037 (2000 sequences in R, p = 0.9, 10,000 rows).
TEST(BetaMixtureSequence, HoldsAtAllTimesTogether) {
  const double excluded = ever_excluded(0.9, 10'000, 0.05);
  EXPECT_LT(excluded, 0.05);
  EXPECT_NEAR(excluded, 0.0275, 3 * 0.0037);
  EXPECT_LT(ever_excluded(0.999, 20'000, 0.05), 0.05);
  EXPECT_LT(ever_excluded(0.5, 2'000, 0.2), 0.2);
}

TEST(CentredMixtureSequence, ReachesTheEndWhereNothingIsExcluded) {
  EXPECT_EQ(centred_mixture_sequence(1, 100, 0.05, 10000, 0.05).lower, 0);
  const Span span = centred_mixture_sequence(50, 100, 0.05, 1000, 0.05);
  EXPECT_NEAR(span.lower, 0.316070038675889, 1e-9);  // confseq, bernoulli_confidence_interval
  EXPECT_NEAR(span.lower, 1 - span.upper, 1e-12);
}

TEST(Zeta, KnownValues) {
  EXPECT_NEAR(zeta(2), M_PI * M_PI / 6, 1e-14);
  EXPECT_NEAR(zeta(4), std::pow(M_PI, 4) / 90, 1e-14);
  EXPECT_NEAR(zeta(1.5), 2.6123753486854883, 1e-14);
  EXPECT_NEAR(zeta(1.01), 100.57794333849687, 1e-11);
  EXPECT_NEAR(zeta(50), 1, 1e-14);
}

TEST(UniformBoundaries, GrowWithTimeAndConfidence) {
  for (const double alpha : {0.2, 0.05, 1e-6}) {
    double before = 0;
    for (double v = 1; v < 1e12; v *= 10) {
      const double one = normal_mixture_bound(v, alpha, 100, alpha, true);
      EXPECT_GT(one, before);
      EXPECT_LT(one, normal_mixture_bound(v, alpha, 100, alpha, false));
      EXPECT_LT(one, normal_mixture_bound(v, alpha / 2, 100, alpha, true));
      before = one;
    }
  }
  EXPECT_EQ(empirical_process_bound(5, 0.05, 10, 0.85), HUGE_VAL);
  EXPECT_NEAR(empirical_process_bound(100, 0.05, 10, 0.85), 0.2594578861388745, 1e-8);  // confseq
  EXPECT_EQ(poly_stitching_bound(1, 0.01, 10, 0, 1.4, 2), poly_stitching_bound(10, 0.01, 10, 0, 1.4, 2));
}

std::vector<double> rows(std::size_t n, std::size_t every) {
  std::vector<double> values(n, 1.0);
  for (std::size_t i = every - 1; i < n; i += every) values[i] = 0;
  return values;
}

TEST(Betting, EndsAreWhereTheCapitalReachesItsLimit) {
  const auto values = rows(400, 12);
  const MeanSpan span = hedged_sequence(values, 0.05, 0.5, 0.5, true);
  EXPECT_NEAR(hedged_capital(values, span.lower, 0.05, 0.5, 0.5).log_largest, std::log(20.0), 1e-9);
  EXPECT_NEAR(hedged_capital(values, span.upper, 0.05, 0.5, 0.5).log_largest, std::log(20.0), 1e-9);
  const MeanSpan now = hedged_sequence(values, 0.05, 0.5, 0.5, false);
  EXPECT_LE(now.lower, span.lower);
  EXPECT_GE(now.upper, span.upper);
}

TEST(Betting, SequencesEncloseTheMeanAndNarrow) {
  for (const std::size_t n : {10u, 100u, 1000u, 10000u}) {
    const auto values = rows(n, 10);
    for (const MeanSpan& span :
         {hoeffding_sequence(values, 0.05, 1, false), empirical_bernstein_sequence(values, 0.05, 0.5, false),
          hedged_sequence(values, 0.05, 0.5, 0.5, true)}) {
      EXPECT_LE(span.lower, 0.9);
      EXPECT_GE(span.upper, 0.9);
    }
  }
  const auto values = rows(10000, 10);
  const MeanSpan bernstein = empirical_bernstein_sequence(values, 0.05, 0.5, false);
  EXPECT_LT(bernstein.upper - bernstein.lower, 0.05);
}

TEST(Betting, EqualValuesAtTheEndsOfTheRange) {
  const std::vector<double> ones(100, 1.0), zeros(100, 0.0);
  EXPECT_EQ(hedged_sequence(ones, 0.05, 0.5, 0.5, true).upper, 1);
  EXPECT_EQ(hedged_sequence(zeros, 0.05, 0.5, 0.5, true).lower, 0);
  EXPECT_GT(hedged_sequence(ones, 0.05, 0.5, 0.5, true).lower, 0.8);
}

}  // namespace
}  // namespace proofmark::statistics
