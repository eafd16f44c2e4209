// What needs chance to be seen: error rates of tests and coverages of intervals over many made-up experiments.
//
// Each figure was simulated once by R or SciPy with the standard error that stands beside it; here it is simulated
// again by our own methods, with seeded Philox words and inverse distribution functions, so that a run always gives the
// same count. The two may differ by three standard errors of their difference.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "runtime/statistics/binomial.h"
#include "runtime/statistics/bootstrap.h"
#include "runtime/statistics/clusters.h"
#include "runtime/statistics/dependence.h"
#include "runtime/statistics/distribution_tests.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/multiplicity.h"
#include "runtime/statistics/normal.h"
#include "runtime/statistics/philox.h"
#include "runtime/statistics/quantiles.h"
#include "runtime/statistics/rank_tests.h"
#include "runtime/statistics/survival.h"
#include "runtime/statistics/two_means.h"

namespace proofmark::statistics {
namespace {

// One stream of words for each experiment.
class Chance {
 public:
  explicit Chance(std::uint64_t experiment) : stream_({2026, experiment}, {}) {}

  std::uint64_t word() { return stream_.next_word(); }
  double uniform() { return stream_.next_double(); }
  double open_uniform() { return stream_.next_double() + 0x1p-54; }
  double normal() { return normal_quantile(open_uniform()); }
  std::vector<double> normals(std::size_t n, double mean, double sd) {
    std::vector<double> values(n);
    for (double& value : values) value = mean + sd * normal();
    return values;
  }

 private:
  PhiloxStream stream_;
};

struct Rate {
  int hits = 0, runs = 0;
  void count(bool hit) {
    hits += hit ? 1 : 0;
    ++runs;
  }
  double value() const { return static_cast<double>(hits) / runs; }
};

// `recorded` was simulated with standard error `recorded_error` (0: an exact figure).
void expect_rate(const Rate& rate, double recorded, double recorded_error, const char* what) {
  const double own = recorded * (1 - recorded) / rate.runs;
  EXPECT_NEAR(rate.value(), recorded, 3 * std::sqrt(own + recorded_error * recorded_error)) << what;
}

bool welch_rejects(std::span<const double> first, std::span<const double> second) {
  return student_test(welch(moments(first), moments(second)), 0, Alternative::two_sided).p_value <= 0.05;
}

std::vector<double> exponentials(std::vector<double> values) {
  for (double& value : values) value = exp_of(value);
  return values;
}

// Two arms of 300 lognormal latencies that do not differ.
TEST(CanaryNull, IsRejectedAsOftenAsItSays) {
  Chance chance(1);
  Rate welch_rate, log_rate, rank_rate, ks_rate;
  for (int run = 0; run < 6000; ++run) {
    const auto a = chance.normals(300, 4, 0.5), b = chance.normals(300, 4, 0.5);
    welch_rate.count(welch_rejects(exponentials(a), exponentials(b)));
    log_rate.count(welch_rejects(a, b));
    rank_rate.count(mann_whitney_asymptotic(rank_samples(a, b), Alternative::two_sided, true) <= 0.05);
    const auto gap = kolmogorov_smirnov(a, b, Alternative::two_sided);
    ks_rate.count(kolmogorov_smirnov_asymptotic(gap.d, 300, 300, Alternative::two_sided) <= 0.05);
  }
  expect_rate(welch_rate, 0.049825, 0.0011, "Welch");
  expect_rate(log_rate, 0.04955, 0.0011, "Welch on logarithms");
  expect_rate(rank_rate, 0.051475, 0.0011, "Mann-Whitney");
  expect_rate(ks_rate, 0.05, 0.0028, "Kolmogorov-Smirnov");
}

// Rows that remember the row before them: x_t = 0.8 x_{t-1} + noise, 600 an arm.
std::vector<double> autoregressive(Chance& chance) {
  std::vector<double> values(600);
  double before = chance.normal() / 0.6;  // the stationary deviation is 1 / sqrt(1 - 0.64)
  for (double& value : values) value = before = 0.8 * before + chance.normal();
  return values;
}

std::vector<double> batches(const std::vector<double>& series, std::size_t length) {
  std::vector<double> means;
  for (std::size_t i = 0; i + length <= series.size(); i += length)
    means.push_back(sum(std::span(series).subspan(i, length)) / static_cast<double>(length));
  return means;
}

TEST(DependentRows, RuinTestsThatAssumeIndependence) {
  Chance chance(2);
  Rate naive, ranks, by_20, by_40, by_60;
  for (int run = 0; run < 3000; ++run) {
    const auto a = autoregressive(chance), b = autoregressive(chance);
    naive.count(welch_rejects(a, b));
    ranks.count(mann_whitney_asymptotic(rank_samples(a, b), Alternative::two_sided, true) <= 0.05);
    by_20.count(welch_rejects(batches(a, 20), batches(b, 20)));
    by_40.count(welch_rejects(batches(a, 40), batches(b, 40)));
    by_60.count(welch_rejects(batches(a, 60), batches(b, 60)));
    EXPECT_LT(ljung_box(a, 20, 0).p_value, 1e-3);  // the diagnosis never misses this much dependence
  }
  expect_rate(naive, 0.5355, 0.0112, "Welch");
  expect_rate(ranks, 0.5185, 0.0112, "Mann-Whitney");
  expect_rate(by_20, 0.079, 0.0060, "batches of 20");
  expect_rate(by_40, 0.0575, 0.0052, "batches of 40");
  expect_rate(by_60, 0.0525, 0.0050, "batches of 60");
}

// 60 clusters of 200 rows whose share of successes varies as beta(90, 10): a design effect of 1 + 199/101 = 2.97. Rows
// are drawn by Polya's urn, which needs no share: the chance of a success is (90 + successes) / (100 + rows) so far.
std::vector<Cluster> clusters(Chance& chance) {
  std::vector<Cluster> drawn(60);
  for (Cluster& cluster : drawn)
    for (; cluster.rows < 200; ++cluster.rows)
      if (chance.uniform() * static_cast<double>(100 + cluster.rows) < static_cast<double>(90 + cluster.successes))
        ++cluster.successes;
  return drawn;
}

TEST(ClusteredRows, NeedTheirClusters) {
  Chance chance(3);
  Rate independent, ratio_t, korn_graubard;
  const auto holds = [](double lower, double upper) { return lower <= 0.9 && 0.9 <= upper; };
  for (int run = 0; run < 3000; ++run) {
    const ClusterRatio ratio = cluster_ratio(clusters(chance));
    const Interval naive = clopper_pearson(ratio.rows - ratio.failures, 0, ratio.rows, *Rational::make(1, 40));
    independent.count(holds(naive.lower, naive.upper));
    const RatioSpan by_ratio = ratio_interval(ratio, 0.05, RatioScale::identity);
    ratio_t.count(holds(by_ratio.lower, by_ratio.upper));
    const RatioSpan effective = korn_graubard_interval(ratio, 0.05);
    korn_graubard.count(holds(effective.lower, effective.upper));
  }
  expect_rate(independent, 0.7529, 0.0030, "Clopper-Pearson as if independent");
  expect_rate(ratio_t, 0.9499, 0.0015, "ratio, Student t");
  expect_rate(korn_graubard, 0.9548, 0.0015, "Korn and Graubard");
}

// The percentile interval of a p99 from 200 rows holds it in 86 of 100 experiments, not in 95.
TEST(Bootstrap, FailsForAnExtremeQuantile) {
  Chance chance(4);
  Rate covers;
  const double truth = exp_of(normal_upper_quantile(0.01));
  for (int run = 0; run < 500; ++run) {
    const auto sample = sorted(exponentials(chance.normals(200, 0, 1)));
    // Type 7 at 0.99 of 200 values is 0.99 of the way from the third largest to the second.
    const Statistic p99 = [&sample](std::span<const std::size_t> rows) {
      std::size_t top[3] = {0, 0, 0};
      for (const std::size_t row : rows) {
        if (row <= top[2]) continue;
        top[2] = row;
        if (top[2] > top[1]) std::swap(top[2], top[1]);
        if (top[1] > top[0]) std::swap(top[1], top[0]);
      }
      return sample[top[2]] * (1 - 0.01) + sample[top[1]] * 0.01;
    };
    Replicates replicates;
    replicates.values = replicate(p99, 200, 399, [&chance](std::uint64_t, std::uint64_t) { return chance.word(); });
    const auto interval = bootstrap_intervals(replicates, 0.025, ReplicateQuantile::linear).percentile;
    covers.count(interval.lower <= truth && truth <= interval.upper);
  }
  expect_rate(covers, 0.858, 0.0110, "percentile");
  EXPECT_LE(covers.value(), 0.8660203251420383 + 3 * std::sqrt(0.866 * 0.134 / 500));  // P(the largest reaches p99)
}

// The arms differ by the margin itself: declaring them equivalent is the error that the test must hold at 5 %.
TEST(Equivalence, IsDeclaredAtTheMarginAsOftenAsItSays) {
  Chance chance(5);
  Rate declared;
  for (int run = 0; run < 10'000; ++run) {
    const auto a = chance.normals(200, 0.3, 1), b = chance.normals(200, 0, 1);
    declared.count(two_one_sided_tests(welch(moments(a), moments(b)), -0.3, 0.3).p_value <= 0.05);
  }
  expect_rate(declared, 0.05085, 0.0016, "TOST");
}

TEST(TenTrueHypotheses, AreRejectedAsOftenAsTheCorrectionSays) {
  Chance chance(6);
  Rate uncorrected, by_holm, by_benjamini_hochberg;
  const auto any = [](const std::vector<double>& p) { return *std::min_element(p.begin(), p.end()) <= 0.05; };
  for (int run = 0; run < 20'000; ++run) {
    std::vector<double> p(10);
    for (double& each : p) each = chance.open_uniform();
    uncorrected.count(any(p));
    by_holm.count(any(holm(p)));
    by_benjamini_hochberg.count(any(benjamini_hochberg(p)));
  }
  expect_rate(uncorrected, 0.4012630607616213, 0, "uncorrected");
  expect_rate(by_holm, 0.048889869534228136, 0, "Holm");
  expect_rate(by_benjamini_hochberg, 0.05, 0, "Benjamini-Hochberg");
}

// Latencies with a p99 of 507 ms, cut off at 400 ms. Recorded as 400 they pass "p99 <= 400 ms" always; known as cut off
// they never do.
TEST(Timeouts, RecordedAsValuesPassAlways) {
  Chance chance(7);
  const Rational alpha = *Rational::make(1, 20), p99 = *Rational::make(99, 100);
  const double mu = log_of(507) - normal_upper_quantile(0.01) * 0.6;
  Rate recorded, cut_off, reached;
  for (int run = 0; run < 500; ++run) {
    std::vector<Duration> durations;
    ProportionCounts as_values{0, 0, 1000}, as_cut_off{0, 0, 1000};
    for (const double latency : exponentials(chance.normals(1000, mu, 0.6))) {
      durations.push_back({std::min(latency, 400.0), latency <= 400});
      as_values.good += 1;  // min(latency, 400) <= 400
      as_cut_off.good += latency <= 400 ? 1 : 0;
    }
    recorded.count(decide_proportion(as_values, {true, p99}, alpha).outcome == Outcome::pass);
    cut_off.count(decide_proportion(as_cut_off, {true, p99}, alpha).outcome == Outcome::pass);
    std::vector<double> times, survival;
    for (const SurvivalStep& step : survival_curve(durations)) {
      times.push_back(step.time);
      survival.push_back(step.survival);
    }
    reached.count(std::isfinite(time_fallen_to(times, survival, 0.99, LevelStretch::beginning)));
  }
  EXPECT_EQ(recorded.value(), 1);
  EXPECT_EQ(cut_off.hits, 0);
  EXPECT_EQ(reached.hits, 0);
}

// p99 between the 983rd and the 997th of 1000 values: exactly as often as enumerated for continuous values, no less
// often for values rounded to one of some dozens.
TEST(OrderStatistics, CoverWhateverTheDistribution) {
  Chance chance(8);
  const auto ranks = quantile_ranks(1000, *Rational::make(99, 100), {Rational::make(1, 40), Rational::make(1, 40)});
  const auto holds = [&ranks](const std::vector<double>& ascending, double truth) {
    return ascending[ranks.lower - 1] <= truth && truth <= ascending[ranks.upper - 1];
  };
  const double truth = exp_of(normal_upper_quantile(0.01));
  Rate continuous, rounded;
  for (int run = 0; run < 3000; ++run) {
    auto values = sorted(exponentials(chance.normals(1000, 0, 1)));
    continuous.count(holds(values, truth));
    for (double& value : values) value = std::floor(value);
    rounded.count(holds(values, std::floor(truth)));
  }
  expect_rate(continuous, 0.976094763497977, 0, "lognormal");
  EXPECT_GE(rounded.hits, continuous.hits);
}

}  // namespace
}  // namespace proofmark::statistics
