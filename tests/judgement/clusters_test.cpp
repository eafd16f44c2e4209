// Rows in clusters: the hard cases of few failures, the tests on either side, unknown and skipped rows.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <random>

#include "runtime/statistics/binomial.h"
#include "runtime/statistics/clustered_decision.h"
#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::ClusterSums;
using plan::Rational;
using statistics::Outcome;

// `bad[i]` of `sizes[i]` rows are bad in cluster i; the part is the good ones.
ClusterSums clusters(const std::vector<std::uint64_t>& sizes, const std::vector<std::uint64_t>& bad) {
  ClusterSums sums;
  for (std::size_t i = 0; i < bad.size(); ++i) {
    const plan::Int128 rows = sizes[i], part = sizes[i] - bad[i];
    sums.clusters += 1;
    sums.rows += sizes[i];
    sums.part += sizes[i] - bad[i];
    sums.with_part += part > 0 ? 1 : 0;
    sums.with_rest += bad[i] > 0 ? 1 : 0;
    sums.largest = std::max(sums.largest, sizes[i]);
    sums.rows_rows += rows * rows;
    sums.rows_part += rows * part;
    sums.part_part += part * part;
  }
  return sums;
}
ClusterSums clusters(std::uint64_t size, const std::vector<std::uint64_t>& bad) {
  return clusters(std::vector<std::uint64_t>(bad.size(), size), bad);
}

statistics::ClusteredDecision decide(const ClusterSums& sums, const std::string& threshold,
                                     const std::string& confidence = "0.95", const std::string& effect = "0") {
  return statistics::decide_clusters(
      sums, sums, {{true, exact(threshold)}, *plan::subtract(Rational(1), exact(confidence)), exact(effect)});
}

// 60 clusters of 200, threshold 99.955 %: were one row bad in one of them judged with the design effect that it shows,
// and none with an assumed one, the failure would help.
TEST(Clusters, OneMoreFailureNeverHelps) {
  for (const char* effect : {"0", "1", "2", "20"}) {
    double before = 0;
    for (std::uint64_t failing = 0; failing < 9; ++failing) {
      std::vector<std::uint64_t> bad(60);
      for (std::uint64_t i = 0; i < failing; ++i) bad[i] = 1;
      const double p = decide(clusters(200, bad), "0.99955", "0.95", effect).p_pass;
      EXPECT_GE(p, before) << effect << " " << failing;
      before = p;
    }
  }
}

// At nine failing clusters of 1,000 whole clusters forbid 99 %, and so they do at ten, however even the failures.
TEST(Clusters, TheTenthFailingClusterAllowsNothing) {
  std::vector<std::uint64_t> bad(1'000);
  for (std::size_t failing = 0; failing < 40; ++failing) {
    EXPECT_EQ(decide(clusters(100, bad), "0.999").outcome, Outcome::inconclusive) << failing;
    bad[failing] = 1;
  }
  EXPECT_TRUE(decide(clusters(100, bad), "0.999").held_back);
  EXPECT_EQ(decide(clusters(100, bad), "0.98").outcome, Outcome::pass);
  EXPECT_EQ(decide(clusters(100, bad), "0.999", "0.95", "1").outcome, Outcome::pass);  // declared: rows are told apart
}

// The bound of nine failing clusters is that of more, or the spread's where that is less: the greatest that a further
// failure never raises (docs/decisions/0012, whose first table this is).
TEST(Clusters, TheBoundOfNineStaysWhereMoreFail) {
  std::vector<std::uint64_t> bad(60);
  double before = 1;
  for (std::size_t failing = 0; failing <= 20; ++failing) {
    const ClusterSums sums = clusters(200, bad);
    const double shown = decide(sums, "0.5").lower, by_rows = decide(sums, "0.5", "0.95", "1").lower;
    EXPECT_LE(shown, before);
    before = shown;
    if (failing >= 9) {
      EXPECT_NEAR(shown, 0.7528, 5e-5) << failing;
    }
    if (failing == 10) {
      EXPECT_NEAR(by_rows, 0.9495, 5e-5);
    }
    if (failing == 14) {
      EXPECT_NEAR(by_rows, 0.9379, 5e-5);
    }
    if (failing == 20) {
      EXPECT_NEAR(by_rows, 0.9163, 5e-5);
    }
    bad[failing] = 20 + failing % 5 * 8;
  }
}

// Clusters whose shares of failures are beta; how often the lower bound at 95 % lies below the truth.
TEST(Clusters, BoundsCoverTheTruth) {
  std::mt19937_64 random(2026);
  constexpr int kRecordings = 1'000;
  constexpr double kFailing = 0.05, kSize = (1 - 0.01) / 0.01;  // correlation 0.01
  int shown = 0, by_rows = 0, independent = 0;
  for (int i = 0; i < kRecordings; ++i) {
    std::vector<std::uint64_t> bad(60);
    for (std::uint64_t& one : bad) {
      const double a = std::gamma_distribution<double>(kFailing * kSize)(random);
      const double b = std::gamma_distribution<double>((1 - kFailing) * kSize)(random);
      one = std::binomial_distribution<std::uint64_t>(200, a / (a + b))(random);
    }
    const ClusterSums sums = clusters(200, bad);
    shown += decide(sums, "0.5").lower <= 1 - kFailing;
    by_rows += decide(sums, "0.5", "0.95", "1").lower <= 1 - kFailing;
    independent += statistics::clopper_pearson(sums.part, 0, sums.rows, exact("0.05")).lower <= 1 - kFailing;
  }
  EXPECT_EQ(shown, kRecordings);
  EXPECT_GE(by_rows, kRecordings * 93 / 100);
  EXPECT_LE(by_rows, kRecordings * 97 / 100);
  EXPECT_LE(independent, kRecordings * 87 / 100);  // of independent rows: one in six misses it
}

TEST(Clusters, AFurtherFailureNeverMakesAPass) {
  EXPECT_TRUE(rc::check("one more bad row in any cluster", [] {
    const std::size_t count = *rc::gen::inRange<std::size_t>(10, 400);
    const auto largest = *rc::gen::element<std::uint64_t>(1, 3, 30);
    std::vector<std::uint64_t> sizes(count), bad(count);
    for (auto& size : sizes) size = *rc::gen::inRange<std::uint64_t>(1, largest + 1);
    const auto failing = *rc::gen::inRange<std::size_t>(0, std::min<std::size_t>(count, 30));
    for (std::size_t i = 0; i < failing; ++i)  // near the tenth, and often one that breaks as a whole
      bad[i] = *rc::gen::inRange(0, 4) == 0 ? sizes[i] : *rc::gen::inRange<std::uint64_t>(1, sizes[i] + 1);
    const std::string threshold = *rc::gen::element<std::string>("0.5", "0.8", "0.9", "0.95", "0.98");
    const std::string confidence = *rc::gen::element<std::string>("0.9", "0.95", "0.99", "0.999");
    const bool passed = decide(clusters(sizes, bad), threshold, confidence).outcome == Outcome::pass;
    const auto hit = *rc::gen::inRange<std::size_t>(0, std::min(count, failing + 2));
    RC_PRE(bad[hit] < sizes[hit]);
    ++bad[hit];
    const Outcome after = decide(clusters(sizes, bad), threshold, confidence).outcome;
    if (!passed) RC_ASSERT(after != Outcome::pass);
  }));
}

TEST(Clusters, WithoutAFailureOnlyWholeClustersAreCounted) {
  const auto none = decide(clusters(200, std::vector<std::uint64_t>(60)), "0.95");
  EXPECT_TRUE(none.counts_clusters);
  EXPECT_EQ(none.outcome, Outcome::pass);  // 1 - 0.05^(1/60) = 4.87 % of clusters may be bad, and no more of the rows
  EXPECT_NEAR(none.lower, 0.951297, 1e-6);
  EXPECT_EQ(decide(clusters(200, std::vector<std::uint64_t>(60)), "0.952").outcome, Outcome::inconclusive);
}

TEST(Clusters, ADeclaredDesignEffectIsAlwaysApplied) {
  // 12,000 clean rows at a design effect of 2 are 6,000: 0.95 tail 0.05^(1/6000).
  const auto declared = decide(clusters(200, std::vector<std::uint64_t>(60)), "0.9995", "0.95", "2");
  EXPECT_FALSE(declared.counts_clusters);
  EXPECT_DOUBLE_EQ(declared.divisor, 2);
  EXPECT_EQ(declared.outcome, Outcome::pass);
  EXPECT_NEAR(declared.lower, 0.99950083, 1e-8);
}

// By the textbook: G/(G-1) sum (y - p m)^2 / n^2, over p q / n (Cochran 1977, section 3.12).
TEST(Clusters, TheDesignEffectIsThatOfTheRatioEstimator) {
  std::vector<std::uint64_t> bad;
  for (std::uint64_t i = 0; i < 60; ++i) bad.push_back(i % 3 == 0 ? 12 + i % 7 : i % 2);
  const ClusterSums sums = clusters(100, bad);
  const auto found = decide(sums, "0.9");
  EXPECT_FALSE(found.counts_clusters);
  const double effect = statistics::design_effect(sums);
  const double p = static_cast<double>(sums.part) / static_cast<double>(sums.rows);
  double squares = 0;
  for (const std::uint64_t one : bad)
    squares += (100.0 - static_cast<double>(one) - p * 100) * (100.0 - static_cast<double>(one) - p * 100);
  EXPECT_NEAR(effect, 60.0 / 59 * squares / 6000 / (p * (1 - p)), 1e-9);
  EXPECT_GT(found.divisor, effect);  // t with 59 degrees of freedom is wider
}

TEST(Clusters, FewClustersDecideNothingMuch) {
  const auto few = decide(clusters(10'000, {0, 0, 0, 0, 0}), "0.9", "0.95", "2");
  EXPECT_TRUE(few.counts_clusters);
  EXPECT_EQ(few.outcome, Outcome::inconclusive);
}

TEST(Clusters, AFailIsProvenFromTheOtherSide) {
  std::vector<std::uint64_t> bad(100, 30);
  for (std::size_t i = 0; i < 40; ++i) bad[i] = 10;
  const auto failed = decide(clusters(100, bad), "0.9");
  EXPECT_EQ(failed.outcome, Outcome::fail);
  EXPECT_LT(failed.upper, 0.9);
  // Nearly every cluster wholly bad: too few good ones to measure, and counting clusters suffices.
  std::vector<std::uint64_t> hopeless(100, 100);
  hopeless[0] = 50;
  const auto counted = decide(clusters(100, hopeless), "0.9");
  EXPECT_EQ(counted.outcome, Outcome::fail);
}

TEST(Clusters, SwappingPartAndRestMirrors) {
  std::vector<std::uint64_t> bad;
  for (std::uint64_t i = 0; i < 50; ++i) bad.push_back(i % 9);
  const ClusterSums sums = clusters(40, bad);
  EXPECT_EQ(statistics::rest_of(statistics::rest_of(sums)), sums);
  EXPECT_DOUBLE_EQ(statistics::design_effect(sums), statistics::design_effect(statistics::rest_of(sums)));
  const auto least = decide(sums, "0.85");
  const auto most = statistics::decide_clusters(statistics::rest_of(sums), statistics::rest_of(sums),
                                                {{false, exact("0.15")}, exact("0.05"), Rational()});
  EXPECT_DOUBLE_EQ(least.p_pass, most.p_pass);
  EXPECT_DOUBLE_EQ(least.p_fail, most.p_fail);
  EXPECT_NEAR(least.lower, 1 - most.upper, 1e-12);
}

// One failing cluster of 200, and failures in other clusters that make the measured design effect smaller.
TEST(Clusters, FailuresThatAreMoreEvenAllowNoPassWithADeclaredDesignEffect) {
  for (const char* confidence : {"0.9", "0.95", "0.999"})
    for (const char* effect : {"1", "2", "5"})
      for (const std::uint64_t heavy : {20U, 100U, 200U}) {
        std::vector<std::uint64_t> bad(60);
        bad[0] = heavy;
        const auto alone = decide(clusters(200, bad), "0.9", confidence, effect);
        for (const std::uint64_t light : {1U, 5U, 20U, 60U, 150U}) {
          bad[1] = light;
          EXPECT_LE(decide(clusters(200, bad), "0.9", confidence, effect).lower, alone.lower + 1e-12)
              << confidence << ' ' << effect << ' ' << heavy << ' ' << light;
        }
      }
}

// All of one cluster is bad, or all of nine: that may be a small one, and those to come large ones that are good.
TEST(Clusters, FewerThanTenDecideNothing) {
  for (const char* effect : {"0", "2"})
    for (const std::uint64_t each : {0U, 1U, 100U})
      for (std::size_t count = 1; count < 10; ++count) {
        const ClusterSums sums = clusters(100, std::vector<std::uint64_t>(count, each));
        for (const bool at_least : {true, false})
          for (const char* threshold : {"0.01", "0.5", "0.99"}) {
            const auto decided =
                statistics::decide_clusters(sums, sums, {{at_least, exact(threshold)}, exact("0.05"), exact(effect)});
            EXPECT_EQ(decided.outcome, Outcome::inconclusive) << count << ' ' << threshold;
            EXPECT_EQ(decided.lower, 0);
            EXPECT_EQ(decided.upper, 1);
          }
      }
}

TEST(Clusters, OneClusterOfAllRowsProvesNothing) {
  EXPECT_EQ(decide(clusters(100'000, {0}), "0.5").outcome, Outcome::inconclusive);
  EXPECT_EQ(statistics::design_effect(clusters(100, {3})), 1);
}

}  // namespace
}  // namespace proofmark::judgement
