// Do the methods keep their promises? Every error rate that can be had without chance is had so: by enumeration of the
// binomial distribution, by programming over lattices, by formula. What needs chance is in simulated_coverage_test.cpp.
//
// A figure stands in the test with all its digits: a method under the wrong name, or a level halved once too often,
// moves it by far more. They were computed by R and SciPy before these methods were written.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "runtime/statistics/binomial.h"
#include "runtime/statistics/histograms.h"
#include "runtime/statistics/multiplicity.h"
#include "runtime/statistics/proportion_intervals.h"
#include "runtime/statistics/quantiles.h"

namespace proofmark::statistics {
namespace {

Rational number(const char* text) {
  return *Rational::parse(text);
}

using Method = std::function<Interval(const Trials&, const TailLevel&)>;

const Method kClopperPearson = exact_interval, kWilson = wilson;
const Method kJeffreys = [](const Trials& data, const TailLevel& level) { return jeffreys(data, level, true); };
const Method kAgrestiCoull = [](const Trials& data, const TailLevel& level) {
  return agresti_coull(data, level, true);
};
const Method kWald = [](const Trials& data, const TailLevel& level) { return wald(data, level, true); };

// How often an interval holds the truth. Both ends grow with the count, so the counts that do are a run.
class Coverage {
 public:
  Coverage(const Method& method, std::uint64_t n) : n_(n) {
    for (std::uint64_t k = 0; k <= n; ++k) intervals_.push_back(method({k, n}, tail_level(number("0.95"), true)));
  }
  double at(const Rational& p) const {
    const double truth = p.nearest_double();
    std::uint64_t first = 0, last = n_;
    while (first < n_ && intervals_[first].upper < truth) ++first;
    while (last > 0 && intervals_[last].lower > truth) --last;
    return first > last ? 0 : 1 - missed(first, last, p);
  }

 private:
  double missed(std::uint64_t first, std::uint64_t last, const Rational& p) const {
    return (first == 0 ? 0 : lower_tail(first - 1, n_, p)) + (last == n_ ? 0 : upper_tail(last + 1, n_, p));
  }
  std::uint64_t n_;
  std::vector<Interval> intervals_;
};

struct CoverageFigures {
  const char* name;
  const Method& method;
  std::uint64_t n;
  double least, mean;    // over p = 0.001, 0.002, … 0.999
  double at_99, at_999;  // at p = 0.99 and 0.999
};

const CoverageFigures kCoverages[] = {
    {"Clopper-Pearson", kClopperPearson, 10, 0.961127020926, 0.983757340808, 0.995733799757, 0.990044880210},
    {"Wilson", kWilson, 10, 0.842432626626, 0.954231722193, 0.904382075009, 0.990044880210},
    {"Jeffreys", kJeffreys, 10, 0.868274652897, 0.953068318929, 0.904382075009, 0.990044880210},
    {"Agresti-Coull", kAgrestiCoull, 10, 0.924549334032, 0.964429144179, 0.995733799757, 0.999955239371},
    {"Wald", kWald, 10, 0.009955000419, 0.769857913410, 0.095504075873, 0.009955000419},
    {"Clopper-Pearson", kClopperPearson, 50, 0.952686672077, 0.969268584214, 0.986182729169, 0.998813517496},
    {"Wilson", kWilson, 50, 0.860513950811, 0.951728901807, 0.910564686904, 0.951205628197},
    {"Jeffreys", kJeffreys, 50, 0.884158392873, 0.950116510373, 0.986182729169, 0.951205628197},
    {"Agresti-Coull", kAgrestiCoull, 50, 0.934715003833, 0.958003517495, 0.986182729169, 0.998813517496},
    {"Wald", kWald, 50, 0.048794149821, 0.901520170001, 0.394848243594, 0.048794149821},
    {"Clopper-Pearson", kClopperPearson, 100, 0.950398413781, 0.964419191892, 0.981625963555, 0.995361931610},
    {"Wilson", kWilson, 100, 0.904792147114, 0.951037797228, 0.920626797748, 0.904792147114},
    {"Jeffreys", kJeffreys, 100, 0.880566857887, 0.949784777986, 0.981625963555, 0.904792147114},
    {"Agresti-Coull", kAgrestiCoull, 100, 0.939087416267, 0.955499800966, 0.981625963555, 0.995361931610},
    {"Wald", kWald, 100, 0.095204221205, 0.923137394458, 0.633433124263, 0.095204221205},
    {"Clopper-Pearson", kClopperPearson, 1000, 0.950709069437, 0.955385850651, 0.976094763498, 0.981073166550},
    {"Wilson", kWilson, 1000, 0.919790657160, 0.949827482924, 0.963536309818, 0.919790657160},
    {"Jeffreys", kJeffreys, 1000, 0.917155355924, 0.949509172777, 0.944922564591, 0.981073166550},
    {"Agresti-Coull", kAgrestiCoull, 1000, 0.943640379565, 0.950620490185, 0.963536309818, 0.981073166550},
    {"Wald", kWald, 1000, 0.631716505127, 0.946470577205, 0.926955493625, 0.631716505127},
};

TEST(Coverage, OfEveryIntervalOfAProportion) {
  for (const CoverageFigures& figures : kCoverages) {
    const Coverage coverage(figures.method, figures.n);
    double least = 1, all = 0;
    for (int i = 1; i < 1000; ++i) {
      const double here = coverage.at(*Rational::make(i, 1000));
      least = std::min(least, here);
      all += here;
    }
    EXPECT_NEAR(least, figures.least, 1e-11) << figures.name << " " << figures.n;
    EXPECT_NEAR(all / 999, figures.mean, 1e-11) << figures.name << " " << figures.n;
    EXPECT_NEAR(coverage.at(number("0.99")), figures.at_99, 1e-11) << figures.name << " " << figures.n;
    EXPECT_NEAR(coverage.at(number("0.999")), figures.at_999, 1e-11) << figures.name << " " << figures.n;
  }
}

// Where each is at its worst on a finer grid: only the exact interval stays above 95 %.
TEST(Coverage, AtItsWorst) {
  EXPECT_NEAR(Coverage(kClopperPearson, 10).at(number("0.654")), 0.9613153742879235, 1e-12);
  EXPECT_NEAR(Coverage(kClopperPearson, 50).at(number("0.806")), 0.9528753424184236, 1e-12);
  EXPECT_NEAR(Coverage(kClopperPearson, 100).at(number("0.752")), 0.9518477789583237, 1e-12);
  EXPECT_NEAR(Coverage(kWilson, 10).at(number("0.0175")), 0.838157413065245, 1e-12);
  EXPECT_NEAR(Coverage(kWilson, 50).at(number("0.0035")), 0.839199375161847, 1e-12);
  EXPECT_NEAR(Coverage(kWilson, 100).at(number("0.0015")), 0.8606110552963769, 1e-12);
}

struct SizeFigures {
  std::uint64_t n;
  const char* threshold;
  const char* alpha;
  std::int64_t most_failures;  // -1: none pass
  double false_pass;
};

// P(pass) when the truth lies on the threshold.
TEST(PassDecision, ErrsAsOftenAsEnumerated) {
  for (const SizeFigures& figures : {SizeFigures{1000, "0.999", "0.05", -1, 0.0},
                                     {2995, "0.999", "0.05", 0, 0.049961703397356255},
                                     {10'000, "0.999", "0.05", 4, 0.029195950158227568},
                                     {100'000, "0.999", "0.05", 83, 0.046240471520892196},
                                     {1'000'000, "0.999", "0.05", 947, 0.04740404311149609},
                                     {1'000'000, "0.999", "0.01", 926, 0.009399976570283797},
                                     {459, "0.99", "0.01", 0, 0.009920974201040579},
                                     {10'000, "0.99", "0.05", 83, 0.04551915976233478}}) {
    const Rational threshold = number(figures.threshold), alpha = number(figures.alpha);
    const auto passes = [&](std::uint64_t failures) {
      return decide_proportion({figures.n - failures, 0, figures.n}, {true, threshold}, alpha).outcome == Outcome::pass;
    };
    if (figures.most_failures < 0) {
      EXPECT_FALSE(passes(0)) << figures.n;
      continue;
    }
    const auto most = static_cast<std::uint64_t>(figures.most_failures);
    EXPECT_TRUE(passes(most)) << figures.n;
    EXPECT_FALSE(passes(most + 1)) << figures.n;
    EXPECT_NEAR(upper_tail(figures.n - most, figures.n, threshold), figures.false_pass, 1e-12) << figures.n;
  }
}

struct RankFigures {
  std::uint64_t n;
  const char* p;
  std::uint64_t lower, upper;
  double coverage;
};

TEST(OrderStatistics, CoverAsOftenAsEnumerated) {
  for (const RankFigures& figures : {RankFigures{100, "0.5", 40, 61, 0.9647997997822952},
                                     {100, "0.9", 84, 96, 0.955690107191223},
                                     {100, "0.99", 97, 101, 0.9816259635553503},
                                     {459, "0.5", 209, 251, 0.9501683599699273},
                                     {459, "0.9", 400, 426, 0.9569410594341811},
                                     {459, "0.99", 450, 459, 0.9713631010115331},
                                     {500, "0.5", 228, 273, 0.9559365304210727},
                                     {500, "0.9", 436, 464, 0.9633952970027854},
                                     {500, "0.99", 490, 500, 0.9801859498578058},
                                     {1000, "0.5", 469, 532, 0.9537088026395018},
                                     {1000, "0.9", 881, 919, 0.9549071811148261},
                                     {1000, "0.99", 983, 997, 0.976094763497977},
                                     {10'000, "0.5", 4902, 5099, 0.9511670501036189},
                                     {10'000, "0.9", 8941, 9059, 0.9507872779312504},
                                     {10'000, "0.99", 9880, 9920, 0.9557546828065555}}) {
    const auto ranks = quantile_ranks(figures.n, number(figures.p), {number("0.025"), number("0.025")});
    EXPECT_EQ(ranks.lower, figures.lower) << figures.n << " " << figures.p;
    EXPECT_EQ(ranks.upper, figures.upper) << figures.n << " " << figures.p;
    EXPECT_NEAR(ranks.coverage, figures.coverage, 1e-12) << figures.n << " " << figures.p;
  }
}

// Looking every ten rows at an interval made for one look: how often it has missed p = 0.9 somewhere by 10,000 rows.
// The distribution of the count, less what an interval has already missed, row by row.
TEST(Peeking, BreaksAnIntervalForOneLook) {
  const Rational p = number("0.9"), each_side = number("0.025");
  std::vector<double> holding{1};
  for (std::uint64_t n = 1; n <= 10'000; ++n) {
    holding.push_back(0);
    for (std::uint64_t k = n; k > 0; --k) holding[k] = holding[k] * 0.1 + holding[k - 1] * 0.9;
    holding[0] *= 0.1;
    if (n % 10 != 0) continue;
    // The interval of k holds p iff neither tail at k is within alpha / 2.
    const std::uint64_t low = lower_rank(n, p, each_side, false), high = upper_rank(n, p, each_side, false);
    for (std::uint64_t k = 0; k < std::min(low, n + 1); ++k) holding[k] = 0;
    for (std::uint64_t k = high; k <= n; ++k) holding[k] = 0;
  }
  double still = 0;
  for (const double share : holding) still += share;
  EXPECT_NEAR(1 - still, 0.4515, 3 * 0.0111);  // simulated, 2000 sequences
}

// The level at which a correction rejects one hypothesis among m, found on the correction itself; when all m are true
// and independent, any is rejected with probability 1 - (1 - level)^m.
TEST(FamilywiseError, OfIndependentMetrics) {
  const double holms[][2] = {{1, 0.05},
                             {3, 0.04917129629629646},
                             {5, 0.04900995010000009},
                             {10, 0.048889869534228136},
                             {20, 0.04883012474683324}};
  for (const auto& [m, expected] : holms) {
    std::vector<double> p(static_cast<std::size_t>(m), 1);
    const double level = 0.05 / m;
    p[0] = level * (1 - 1e-12);
    EXPECT_LE(holm(p)[0], 0.05) << m;
    p[0] = level * (1 + 1e-12);
    EXPECT_GT(holm(p)[0], 0.05) << m;
    EXPECT_NEAR(1 - std::pow(1 - level, m), expected, 1e-13) << m;
  }
  EXPECT_NEAR(1 - std::pow(0.95, 10), 0.4012630607616213, 1e-13);  // ten metrics, uncorrected
}

// P(the largest of n values reaches p99): no resample can go beyond it.
TEST(Bootstrap, CannotBoundAQuantileOfFewRows) {
  for (const auto& [n, expected] : {std::pair{50u, 0.39499393286246365},
                                    {100u, 0.6339676587267709},
                                    {200u, 0.8660203251420383},
                                    {300u, 0.9509591059287142},
                                    {459u, 0.9900790257989595}})
    EXPECT_NEAR(1 - upper_tail(n, n, number("0.99")), expected, 1e-13);
}

// A true p99 of 0.306 in the bucket 0.25 … 0.5 is reported as 0.388: interpolation is not a measurement.
TEST(PrometheusQuantile, IsBiasedWithinItsBucket) {
  struct Case {
    double median, sigma, truth, reported;
  };
  for (const Case& each : {Case{0.06, 0.7, 0.30575620663004727, 0.38758992666468206},
                           {0.05, 0.8, 0.32153336088683027, 0.4005963268236082},
                           {0.1, 0.4, 0.2535876025703269, 0.2725712386959645}}) {
    std::vector<CumulativeBucket> buckets;
    for (const double edge : {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0})
      buckets.push_back({edge, normal_cdf(std::log(edge / each.median) / each.sigma)});
    buckets.push_back({HUGE_VAL, 1});
    const auto answer = prometheus_quantile(buckets, 0.99);
    EXPECT_NEAR(answer.value, each.reported, 1e-11);
    EXPECT_NEAR(each.median * std::exp(each.sigma * normal_upper_quantile(0.01)), each.truth, 1e-12);
    EXPECT_EQ(answer.bucket.lower, 0.25);
    EXPECT_EQ(answer.bucket.upper, 0.5);
  }
}

// "No significant difference" calls a real shift of a quarter deviation "the same" in 84 of 100 small comparisons;
// equivalence within that margin is never declared of so few, and of more at most in 5 of 100. Deviation known:
// R 4.2.2, pnorm().
TEST(NonSignificance, IsNotEquivalence) {
  struct Case {
    int n;
    double called_same, called_equivalent;
  };
  for (const Case& each : {Case{30, 0.83762788268629207, 0},
                           {100, 0.57610945874557451, 0.020666481721523},
                           {300, 0.13525271102305883, 0.049996248052159},
                           {1000, 0.00014159757784071, 0.05}}) {
    const double shift = 0.25 * std::sqrt(each.n / 2.0), limit = normal_upper_quantile(0.025);
    EXPECT_NEAR(normal_cdf(limit - shift) - normal_cdf(-limit - shift), each.called_same, 1e-12) << each.n;
    const double within = std::max(shift - normal_upper_quantile(0.05), 0.0);
    EXPECT_NEAR(normal_cdf(within - shift) - normal_cdf(-within - shift), each.called_equivalent, 1e-12) << each.n;
  }
  // With the deviation estimated: R 4.2.2, 1 - power.t.test(n = 30, delta = 0.25, strict = TRUE)$power
  const double t = student_t_upper_quantile(0.025, 58), shift = 0.25 * std::sqrt(15);
  EXPECT_NEAR(1 - noncentral_t_upper(t, 58, shift) - noncentral_t_upper(t, 58, -shift), 0.84140332715971, 1e-9);
}

}  // namespace
}  // namespace proofmark::statistics
