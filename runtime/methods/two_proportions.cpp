// Two proportions: differences, ratios and margins, by normal theory.
#include "runtime/statistics/two_proportions.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/methods/families.h"
#include "runtime/methods/two_groups.h"
#include "runtime/statistics/distributions.h"

namespace proofmark::methods {
namespace {

using statistics::Interval;
using statistics::TwoGroups;
using statistics::Variance;

constexpr std::array kIntervalParameters{kSuccesses1, kTrials1, kSuccesses2, kTrials2, kConfidence, kSide};
constexpr std::array kGroups{kSuccesses1, kTrials1, kSuccesses2, kTrials2};
constexpr std::array kPooledParameters{
    kSuccesses1,
    kTrials1,
    kSuccesses2,
    kTrials2,
    kAlternative,
    Parameter{"continuity", "", Kind::flag,
              "Yates' correction: the difference is moved towards 0 by half a row a group", "false"},
};
constexpr std::array kNoninferiorityParameters{
    kSuccesses1,
    kTrials1,
    kSuccesses2,
    kTrials2,
    Parameter{"margin", "", Kind::proportion, "the difference of proportions that still counts as no worse"},
    Parameter{"alternative", "", Kind::word, "the claim that a small p-value supports", "p1-p2 > -margin",
              "p1-p2 > -margin|p1-p2 < margin"},
};
constexpr std::array kEquivalenceParameters{
    kSuccesses1,
    kTrials1,
    kSuccesses2,
    kTrials2,
    Parameter{"margin", "", Kind::proportion, "the difference of proportions that still counts as the same"},
};

// z that leaves alpha on each side that is given.
double critical(const Arguments& call) {
  return statistics::normal_upper_quantile(alpha_each_side(call, call.word("side") == "two-sided"));
}

json::Object limits(const Arguments& call, const Interval& interval, const Interval& range) {
  json::Object result;
  result.set("lower", number(call.word("side") == "upper" ? range.lower : interval.lower));
  result.set("upper", number(call.word("side") == "lower" ? range.upper : interval.upper));
  return result;
}

template <Interval (*kLimits)(const TwoGroups&, double)>
Answer difference_interval(const Arguments& call) {
  if (auto problem = impossible(call)) return std::move(*problem);
  return limits(call, kLimits(groups_of(call), critical(call)), {-1, 1});
}

template <Variance kVariance>
Answer score_interval(const Arguments& call) {
  if (auto problem = impossible(call)) return std::move(*problem);
  const double z = critical(call);
  if (z <= 0) return refused("`confidence` is at most 50%", "such an interval would not hold the observed difference");
  return limits(call, statistics::difference_score_limits(groups_of(call), z, kVariance), {-1, 1});
}

Answer koopman(const Arguments& call) {
  if (auto problem = impossible(call)) return std::move(*problem);
  const double z = critical(call);
  if (z <= 0) return refused("`confidence` is at most 50%", "such an interval would not hold the observed ratio");
  return limits(call, statistics::koopman_limits(groups_of(call), z), {0, HUGE_VAL});
}

Answer katz(const Arguments& call) {
  if (auto problem = impossible(call)) return std::move(*problem);
  if (call.count("successes1") == 0 || call.count("successes2") == 0)
    return refused("a group has no success, so the logarithm of the ratio has no variance",
                   "use two_proportion.ratio_ci.koopman, which needs none");
  return limits(call, statistics::katz_limits(groups_of(call), critical(call)), {0, HUGE_VAL});
}

Answer z_pooled(const Arguments& call) {
  if (auto problem = impossible(call)) return std::move(*problem);
  const auto test = statistics::pooled_test(groups_of(call), alternative_of(call), call.flag("continuity"));
  json::Object result;
  result.set("z", number(test.z));
  result.set("chi_squared", number(test.z * test.z));
  result.set("p_value", number(test.p_value));
  return result;
}

double score(const Arguments& call, bool upper_margin) {
  const Rational margin = call.exact("margin");
  return statistics::difference_score(groups_of(call), upper_margin ? margin : *plan::negate(margin),
                                      Variance::miettinen_nurminen);
}

// A difference without variance is no evidence: sup over the null of P(statistic >= 0) is 1 there.
bool constant(const Arguments& call) {
  const TwoGroups groups = groups_of(call);
  return call.exact("margin").is_zero() && (groups.k1 + groups.k2 == 0 || groups.failures1() + groups.failures2() == 0);
}

Answer noninferiority(const Arguments& call) {
  if (auto problem = impossible(call)) return std::move(*problem);
  const bool below = call.word("alternative") == "p1-p2 < margin";
  const double z = score(call, below);
  json::Object result;
  result.set("z", number(z));
  result.set("p_value", constant(call) ? 1.0 : below ? statistics::normal_cdf(z) : statistics::normal_upper(z));
  return result;
}

Answer equivalence(const Arguments& call) {
  if (auto problem = impossible(call)) return std::move(*problem);
  const double low = score(call, false), high = score(call, true);
  const double p_low = statistics::normal_upper(low), p_high = statistics::normal_cdf(high);
  json::Object result;
  result.set("z_low", number(low));
  result.set("z_upp", number(high));
  result.set("p_low", p_low);
  result.set("p_upp", p_high);
  result.set("p_value", constant(call) ? 1.0 : std::max(p_low, p_high));
  return result;
}

Answer cohens_h(const Arguments& call) {
  if (auto problem = impossible(call)) return std::move(*problem);
  json::Object result;
  result.set("h", statistics::cohens_h(groups_of(call)));
  return result;
}

constexpr std::string_view kDifferenceLimits = "lower, upper: limits of p1 - p2";
constexpr std::string_view kLargeSamples = "as miettinen_nurminen, and every count of successes and failures is large";

constexpr std::array kMethods{
    Method{"two_proportion.difference_ci.miettinen_nurminen",
           "The score interval of a difference of proportions, with the variance of Miettinen and Nurminen.",
           kIntervalParameters, kDifferenceLimits, kIndependent, Guarantee::asymptotic, "Miettinen & Nurminen 1985",
           "two_proportion.difference_ci.miettinen_nurminen(k1: 56, n1: 70, k2: 48, n2: 80, confidence: 95%)",
           score_interval<Variance::miettinen_nurminen>},
    Method{"two_proportion.difference_ci.mee", "The score interval of a difference of proportions, without N/(N-1).",
           kIntervalParameters, kDifferenceLimits, kIndependent, Guarantee::asymptotic, "Mee 1984",
           "two_proportion.difference_ci.mee(k1: 56, n1: 70, k2: 48, n2: 80, confidence: 95%)",
           score_interval<Variance::mee>},
    Method{"two_proportion.difference_ci.newcombe",
           "The interval of a difference of proportions that adds Wilson's limits in squares: for dashboards.",
           kIntervalParameters, kDifferenceLimits, kIndependent, Guarantee::asymptotic, "Newcombe 1998, method 10",
           "two_proportion.difference_ci.newcombe(k1: 56, n1: 70, k2: 48, n2: 80, confidence: 95%)",
           difference_interval<statistics::newcombe_limits>},
    Method{"two_proportion.difference_ci.agresti_caffo",
           "The interval of a difference of proportions after adding one success and one failure to each group.",
           kIntervalParameters, "lower, upper: limits of p1 - p2, not cut off at -1 and 1", kIndependent,
           Guarantee::asymptotic, "Agresti & Caffo 2000",
           "two_proportion.difference_ci.agresti_caffo(k1: 9, n1: 10, k2: 3, n2: 10, confidence: 95%)",
           difference_interval<statistics::agresti_caffo_limits>},
    Method{"two_proportion.difference_ci.wald",
           "The textbook interval of a difference of proportions: never decide by it.", kIntervalParameters,
           kDifferenceLimits, kLargeSamples, Guarantee::asymptotic, "Brown & Li 2005 show where it fails",
           "two_proportion.difference_ci.wald(k1: 56, n1: 70, k2: 48, n2: 80, confidence: 95%)",
           difference_interval<statistics::wald_limits>},
    Method{"two_proportion.ratio_ci.koopman", "The score interval of a ratio of proportions p1 / p2.",
           kIntervalParameters, "lower, upper: limits of p1 / p2, 0 and Infinity where there is none", kIndependent,
           Guarantee::asymptotic, "Koopman 1984",
           "two_proportion.ratio_ci.koopman(k1: 50, n1: 10000, k2: 30, n2: 10000, confidence: 99%)", koopman},
    Method{"two_proportion.ratio_ci.log", "The interval of a ratio of proportions by its logarithm.",
           kIntervalParameters, "lower, upper: limits of p1 / p2, 0 and Infinity where there is none", kLargeSamples,
           Guarantee::asymptotic, "Katz, Baptista, Azen & Pike 1978",
           "two_proportion.ratio_ci.log(k1: 12, n1: 1000, k2: 5, n2: 1000, confidence: 95%)", katz},
    Method{"two_proportion.z_pooled", "The test of equal proportions by the pooled variance.", kPooledParameters,
           "z; chi_squared: its square; p_value: 1 where nothing varies", kIndependent, Guarantee::asymptotic,
           "Pearson 1900; Yates 1934", "z_pooled(k1: 7, n1: 34, k2: 1, n2: 34, alternative: two-sided)", z_pooled},
    Method{"two_proportion.noninferiority_score",
           "The score test that group 1 is not worse than group 2 by more than a margin.", kNoninferiorityParameters,
           "z: the score at the margin, Infinity at a margin of 1; p_value", kIndependent, Guarantee::asymptotic,
           "Miettinen & Nurminen 1985; Farrington & Manning 1990",
           "noninferiority_score(k1: 995, n1: 1000, k2: 1980, n2: 2000, margin: 0.5%)", noninferiority},
    Method{"equivalence.tost_two_proportion",
           "Two one-sided score tests that two proportions differ by less than a margin.", kEquivalenceParameters,
           "z_low, z_upp: scores at -margin and margin, Infinity and -Infinity at a margin of 1; p_low, p_upp; "
           "p_value: the larger one",
           kIndependent, Guarantee::asymptotic, "Schuirmann 1987; Miettinen & Nurminen 1985",
           "tost_two_proportion(k1: 12, n1: 1000, k2: 5, n2: 1000, margin: 5%)", equivalence},
    Method{"effect_size.cohens_h", "The difference of two proportions on the arcsine scale.", kGroups,
           "h = 2 asin sqrt p1 - 2 asin sqrt p2", kIndependent, Guarantee::descriptive, "Cohen 1988",
           "cohens_h(k1: 56, n1: 70, k2: 48, n2: 80)", cohens_h},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> two_proportion_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
