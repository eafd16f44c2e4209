// Chances of rates against R's ppois, and of buckets against simulation by the judge's own formula.
#include "runtime/outlook/rates.h"

#include <gtest/gtest.h>

#include <cmath>

#include "runtime/statistics/clustered_decision.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/philox.h"

namespace proofmark::outlook {
namespace {

// R: 20 events pass from qgamma(.95, 21) / 8 = 3.632752 hours on, and just before 21 do ppois(20, 4 * 3.780055) is
// 0.9119; with 19 it is 0.8997. A fail takes 22 events just after qgamma(.05, 21) / 8, and they come in 90 % from
// qgamma(.9, 22) / 16 on. Over a grid of 0.0005 hours these are the first times from which the chance is never below 90
// %.
TEST(Rates, TakeTimeUntilEventsAreFewEnough) {
  const auto to_pass = time_for_rate({true, 8, 0.05}, 4, 0.9), to_fail = time_for_rate({false, 8, 0.05}, 16, 0.9);
  ASSERT_TRUE(to_pass && to_fail);
  EXPECT_NEAR(*to_pass, 3.63275235505, 1e-9);
  EXPECT_NEAR(*to_fail, 1.762, 5e-4);
  for (double time = *to_pass; time < 20; time += 0.01)
    EXPECT_GE(poisson_rate_chance({true, 8, 0.05}, 4, time), 0.9 - 1e-9);
  for (double time = *to_fail; time < 20; time += 0.01)
    EXPECT_GE(poisson_rate_chance({false, 8, 0.05}, 16, time), 0.9 - 1e-9);
  EXPECT_LT(poisson_rate_chance({true, 8, 0.05}, 4, *to_pass - 1e-6), 0.9);
  EXPECT_LT(poisson_rate_chance({false, 8, 0.05}, 16, *to_fail - 1e-6), 0.9);
  EXPECT_FALSE(time_for_rate({true, 8, 0.05}, 7.9999, 0.9));
}

// R: of 32 expected events 22 pass, ppois(22, 16), and 43 fail, 1 - ppois(42, 64). At the threshold both err by alpha
// at most.
TEST(Rates, ChancesAreExactOfAPoissonProcess) {
  EXPECT_NEAR(poisson_rate_chance({true, 8, 0.05}, 4, 4), 0.941759072431, 1e-11);
  EXPECT_NEAR(poisson_rate_chance({false, 8, 0.05}, 16, 4), 0.997756817819, 1e-11);
  EXPECT_EQ(poisson_rate_chance({true, 8, 0.05}, 4, 0.3), 0);  // exp(-2.4) is above 5 %
  for (double time = 0.1; time < 40; time *= 1.3) {
    EXPECT_LE(poisson_rate_chance({true, 8, 0.05}, 8, time), 0.05);
    EXPECT_LE(poisson_rate_chance({false, 8, 0.05}, 8, time), 0.05);
  }
}

// R: the least n with pbinom(9, n, p, lower.tail = FALSE) >= .9. 1 - exp(-4): 11 (0.9835, of 10: 0.8312); 0.1: 140
// (0.9027, of 139: 0.8981).
TEST(Rates, TenBucketsHoldAnEvent) {
  EXPECT_EQ(buckets_for(10, -std::expm1(-4.0), 0.9), 11U);
  EXPECT_EQ(buckets_for(10, 0.1, 0.9), 140U);
  EXPECT_EQ(buckets_for(10, 1, 0.9), 10U);
  EXPECT_FALSE(buckets_for(10, 1e-12, 0.9));
}

// A Poisson draw by its inverse.
std::uint64_t poisson(double u, double mean) {
  std::uint64_t k = 0;
  while (statistics::poisson_lower(k, mean) < u) ++k;
  return k;
}

// The part of runs in which the bound over buckets lies at or below the threshold: groups of `together` events each.
double simulated(const BucketRate& rate, double truth, std::uint64_t buckets, std::uint64_t together) {
  constexpr std::uint64_t kRuns = 4000;
  std::uint64_t passes = 0;
  for (std::uint64_t run = 0; run < kRuns; ++run) {
    statistics::PhiloxStream stream({run, together}, {});
    double sum = 0, squares = 0;
    std::uint64_t holding = 0;
    for (std::uint64_t i = 0; i < buckets; ++i) {
      const double mean = truth * rate.bucket / static_cast<double>(together);
      const double events = static_cast<double>(together * poisson(stream.next_double(), mean));
      sum += events;
      squares += events * events;
      holding += events > 0 ? 1 : 0;
    }
    const double n = static_cast<double>(buckets), time = n * rate.bucket;
    const double spread = std::max(squares - sum * sum / n, sum) * n / (n - 1);
    const double half = statistics::student_t_upper_quantile(rate.bound.alpha, n - 1) * std::sqrt(spread);
    passes += holding >= statistics::kFewestClusters && (sum + half) / time <= rate.bound.threshold ? 1 : 0;
  }
  return static_cast<double>(passes) / kRuns;
}

// At the planned number of buckets, of 4,000 runs: 90 % wanted, one in twenty is what the normal law may be off by.
TEST(Rates, BucketsPassAboutAsOftenAsPlanned) {
  for (const std::uint64_t together : {1, 4}) {
    const BucketRate rate{{true, 8, 0.05}, 1, static_cast<double>(together)};
    const auto buckets = buckets_for_rate(rate, 4, 0.9);
    ASSERT_TRUE(buckets);
    EXPECT_NEAR(bucket_rate_chance(rate, 4, *buckets), 0.9, 0.1);
    EXPECT_NEAR(simulated(rate, 4, *buckets, together), bucket_rate_chance(rate, 4, *buckets), 0.05) << together;
  }
}

}  // namespace
}  // namespace proofmark::outlook
