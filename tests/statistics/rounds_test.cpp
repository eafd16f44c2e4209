// Rounds over the same observations: against the binomial by hand, against exhaustive sums, and by simulation.
#include "runtime/statistics/rounds.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace proofmark::statistics {
namespace {

Rational exact(const char* text) {
  return *Rational::parse(text);
}

// min over a of E max(a - B, 0) / (a - s), by sums over all of B and all whole a.
double by_hand(double s, std::uint64_t n, double p) {
  std::vector<double> mass(n + 1);
  for (std::uint64_t k = 0; k <= n; ++k)
    mass[k] = std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0) +
                       static_cast<double>(k) * std::log(p) + static_cast<double>(n - k) * std::log1p(-p));
  double least = 1;
  for (std::uint64_t a = static_cast<std::uint64_t>(s) + 1; a <= n; ++a) {
    double shortfall = 0;
    for (std::uint64_t k = 0; k < a; ++k) shortfall += static_cast<double>(a - k) * mass[k];
    least = std::min(least, shortfall / (static_cast<double>(a) - s));
  }
  return least;
}

TEST(Rounds, OneRoundIsTheBinomial) {
  for (const std::uint64_t k : {0U, 3U, 10U, 20U}) {
    EXPECT_EQ(rounds_lower_tail(k, {20, 1}, exact("0.3")), lower_tail(k, 20, exact("0.3")));
    EXPECT_EQ(rounds_upper_tail(k, {20, 1}, exact("0.3")), upper_tail(k, 20, exact("0.3")));
  }
  EXPECT_EQ(rounds_lower_rank({500, 1}, exact("0.99"), exact("0.05"), false),
            lower_rank(500, exact("0.99"), exact("0.05"), false));
}

// 500 rows of which none is above the limit, a million trials: what 500 trials know, 1 - 0.01^(1/500) = 0.0091681.
TEST(Rounds, NothingSeenIsWhatTheRowsAllowWhateverTheTrials) {
  for (const std::uint64_t rounds : {1U, 2U, 2000U}) {
    const Rounds many{500, rounds};
    const ProportionCounts counts{0, 0, many.trials()};
    const Interval interval = rounds_interval(counts, many, exact("0.01"));
    EXPECT_NEAR(interval.upper, 1 - std::pow(0.01, 1.0 / 500), 1e-8) << rounds;
    EXPECT_EQ(interval.lower, 0);
    EXPECT_EQ(decide_rounds(counts, many, {false, exact("0.001")}, exact("0.01")).outcome, Outcome::inconclusive);
    EXPECT_EQ(decide_rounds(counts, many, {false, exact("0.0092")}, exact("0.01")).outcome, Outcome::pass);
  }
}

TEST(Rounds, TheBoundIsTheLeastHinge) {
  for (const std::uint64_t n : {1U, 7U, 60U, 400U})
    for (const double p : {0.01, 0.2, 0.5, 0.9})
      for (const double share : {0.0, 0.003, 0.05, 0.3, 0.77}) {
        const std::uint64_t rounds = 1000, count = static_cast<std::uint64_t>(share * static_cast<double>(n) * 1000);
        const double s = static_cast<double>(count) / 1000, wanted = by_hand(s, n, p);
        const Rational chance = *Rational::make(static_cast<std::int64_t>(std::lround(p * 100)), 100);
        EXPECT_NEAR(rounds_lower_tail(count, {n, rounds}, chance), wanted, 4e-6 * wanted) << n << " " << p << " " << s;
        const Rational other = *subtract(Rational(1), chance);
        EXPECT_EQ(rounds_upper_tail(n * rounds - count, {n, rounds}, other),
                  rounds_lower_tail(count, {n, rounds}, chance));
      }
}

TEST(Rounds, BoundsRanksAndDecisionsSayTheSame) {
  const Rounds rounds{300, 40};
  for (const std::uint64_t good : {0U, 17U, 200U, 6'000U, 11'900U, 12'000U}) {
    const ProportionCounts counts{good, 0, rounds.trials()};
    const Interval interval = rounds_interval(counts, rounds, exact("0.05"));
    const double share = static_cast<double>(good) / 12'000;
    EXPECT_LE(interval.lower, share);
    EXPECT_GE(interval.upper, share);
    for (const char* t : {"0.001", "0.01", "0.4", "0.5", "0.6", "0.99"}) {
      const double threshold = exact(t).nearest_double();
      const Outcome outcome = decide_rounds(counts, rounds, {true, exact(t)}, exact("0.05")).outcome;
      EXPECT_EQ(outcome == Outcome::pass, threshold <= interval.lower) << good << " " << t;
      EXPECT_EQ(outcome == Outcome::fail, threshold > interval.upper) << good << " " << t;
    }
  }
  const std::uint64_t upper = rounds_upper_rank(rounds, exact("0.9"), exact("0.05"), false);
  EXPECT_LE(rounds_upper_tail(upper, rounds, exact("0.9")), 0.05);
  EXPECT_GT(rounds_upper_tail(upper - 1, rounds, exact("0.9")), 0.05);
  const std::uint64_t lower = rounds_lower_rank(rounds, exact("0.9"), exact("0.05"), false);
  EXPECT_LE(rounds_lower_tail(lower - 1, rounds, exact("0.9")), 0.05);
  EXPECT_GT(rounds_lower_tail(lower, rounds, exact("0.9")), 0.05);
}

TEST(Rounds, SayHowManyWouldDo) {
  const Rounds rounds{500, 2000};
  const ProportionCounts counts{0, 0, rounds.trials()};
  EXPECT_EQ(independent_to_pass(counts, rounds, {false, exact("0.001")}, exact("0.01")), 4603U);  // ln .01 / ln .999
  EXPECT_EQ(independent_to_pass({2'000, 0, 1'000'000}, rounds, {false, exact("0.001")}, exact("0.01")), std::nullopt);
}

// Rows from a distribution in which the claim just fails: a trial takes two rows and breaks where both are large.
// Rounds pair the same rows again and again, as a model does. Of 4,000 data sets at most 5 % may pass at alpha = 5 %.
TEST(Rounds, NoMoreFalsePassesThanAlpha) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> uniform;
  constexpr std::uint64_t kRows = 120, kGroups = kRows / 2, kRounds = 30;
  constexpr double kLarge = 0.3;  // P(both) = 0.09
  int passes = 0, outright = 0;
  constexpr int kSets = 4000;
  for (int set = 0; set < kSets; ++set) {
    std::vector<bool> large(kRows);
    for (std::size_t i = 0; i < kRows; ++i) large[i] = uniform(random) < kLarge;
    std::uint64_t breaks = 0;
    for (std::uint64_t round = 0; round < kRounds; ++round) {
      const std::uint64_t turn = random() % kGroups;
      for (std::uint64_t g = 0; g < kGroups; ++g) breaks += large[g] && large[kGroups + (g + turn) % kGroups] ? 1 : 0;
    }
    const Rounds rounds{kGroups, kRounds};
    const auto decided = decide_rounds({breaks, 0, rounds.trials()}, rounds, {false, exact("0.09")}, exact("0.05"));
    passes += decided.outcome == Outcome::pass ? 1 : 0;
    // As if all trials were independent: what a naive count of trials would say.
    outright +=
        decide_proportion({breaks, 0, rounds.trials()}, {false, exact("0.09")}, exact("0.05")).outcome == Outcome::pass
            ? 1
            : 0;
  }
  EXPECT_LE(passes, kSets / 20);
  EXPECT_GT(passes, 0);
  EXPECT_GT(outright, kSets / 4);
}

}  // namespace
}  // namespace proofmark::statistics
