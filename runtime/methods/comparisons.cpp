// Two samples: means, equivalence, standardised effects, permutations.
#include "runtime/statistics/two_means.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "runtime/methods/families.h"
#include "runtime/methods/two_samples.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"

namespace proofmark::methods {
namespace {

using statistics::Alternative;
using statistics::Moments;

constexpr Parameter kVariance{"variance",      "", Kind::word, "one variance for both samples, or one each", "unequal",
                              "unequal|pooled"};
constexpr std::array kWelchParameters{
    kSample1,
    kSample2,
    kAlternative,
    Parameter{"confidence", "", Kind::level, "of the limits, which are given on the side of `alternative`", "0.95"},
};
constexpr std::array kMeanMarginParameters{
    kSample1,
    kSample2,
    Parameter{"low", "lower", Kind::real, "lowest difference of means that counts as the same"},
    Parameter{"upp", "high|upper", Kind::real, "highest difference of means that counts as the same"},
    kVariance,
};
constexpr std::array kRatioMarginParameters{
    kSample1,
    kSample2,
    Parameter{"low", "lower", Kind::positive, "lowest ratio of geometric means that counts as the same"},
    Parameter{"upp", "high|upper", Kind::positive, "highest ratio of geometric means that counts as the same"},
    kVariance,
};
constexpr std::array kCohenParameters{
    kSample1,
    kSample2,
    Parameter{"confidence", "", Kind::level, "of the limits of d", "0.95"},
};
constexpr std::array kPermutationParameters{
    kSample1,
    kSample2,
    kAlternative,
    Parameter{"exact", "", Kind::flag, "count all splits; no sampling of splits is offered", "true"},
};

struct TwoMoments {
  Moments first, second;
};

Diagnostic too_large() {
  return refused("values are so large that their variance is beyond the range of numbers", "scale both samples down");
}

// Means need two values each and some variance: an estimated variance of 0 is no evidence.
Result<TwoMoments> moments_of(const std::vector<double>& first, const std::vector<double>& second) {
  for (const auto* sample : {&first, &second})
    if (sample->size() < 2)
      return refused(fmt::format("`sample{}` has one value", sample == &first ? 1 : 2),
                     "a variance needs two values at least");
  const TwoMoments both = {statistics::moments(first), statistics::moments(second)};
  const bool finite = std::isfinite(both.first.variance) && std::isfinite(both.second.variance);
  if (!finite || !std::isfinite(both.first.mean) || !std::isfinite(both.second.mean)) return too_large();
  if (both.first.variance + both.second.variance < statistics::kLeastExactVariance &&
      !(statistics::are_equal(first) && statistics::are_equal(second)))
    return refused("values differ by so little that their variance is beyond the range of numbers",
                   "scale both samples up");
  if (both.first.variance == 0 && both.second.variance == 0)
    return refused("all values of each sample are equal, so the difference has no standard error",
                   "a variance of 0 is no evidence: use permutation_test.mean_difference or mann_whitney");
  return both;
}

Answer welch_t(const Arguments& call) {
  const auto both = moments_of(call.reals("sample1"), call.reals("sample2"));
  if (!both) return both.problems();
  const auto means = statistics::welch(both->first, both->second);
  const Alternative alternative = alternative_of(call);
  const auto test = statistics::student_test(means, 0, alternative);
  const auto limits = statistics::student_limits(means, alpha_each_side(call, alternative == Alternative::two_sided));
  json::Object result;
  result.set("t", number(test.t));
  result.set("df", number(means.df));
  result.set("p_value", number(test.p_value));
  result.set("difference", number(means.difference));
  result.set("lower", number(alternative == Alternative::less ? -HUGE_VAL : limits.lower));
  result.set("upper", number(alternative == Alternative::greater ? HUGE_VAL : limits.upper));
  return result;
}

Answer equivalence(const Arguments& call, const TwoMoments& both, double low, double high) {
  if (!(low < high)) return refused("`low` is not below `upp`", "the margin is the range from `low` to `upp`");
  const auto means = call.word("variance") == "pooled" ? statistics::pooled(both.first, both.second)
                                                       : statistics::welch(both.first, both.second);
  if (!std::isfinite(means.standard_error)) return too_large();
  const auto test = statistics::two_one_sided_tests(means, low, high);
  json::Object result;
  result.set("t_low", number(test.low.t));
  result.set("p_low", number(test.low.p_value));
  result.set("t_upp", number(test.high.t));
  result.set("p_upp", number(test.high.p_value));
  result.set("df", number(means.df));
  result.set("p_value", number(test.p_value));
  return result;
}

Answer tost_mean(const Arguments& call) {
  const auto both = moments_of(call.reals("sample1"), call.reals("sample2"));
  if (!both) return both.problems();
  return equivalence(call, *both, call.real("low"), call.real("upp"));
}

Answer tost_log_ratio(const Arguments& call) {
  std::array<std::vector<double>, 2> logs = {call.reals("sample1"), call.reals("sample2")};
  for (std::size_t i = 0; i < logs.size(); ++i)
    for (double& value : logs[i]) {
      if (!(value > 0))
        return refused(fmt::format("`sample{}` holds {}", i + 1, value),
                       "a ratio of geometric means needs values above 0");
      value = statistics::log_of(value);
    }
  const auto both = moments_of(logs[0], logs[1]);
  if (!both) return both.problems();
  return equivalence(call, *both, statistics::log_of(call.real("low")), statistics::log_of(call.real("upp")));
}

Answer cohens_d(const Arguments& call) {
  const auto both = moments_of(call.reals("sample1"), call.reals("sample2"));
  if (!both) return both.problems();
  if (!std::isfinite(statistics::pooled(both->first, both->second).standard_error)) return too_large();
  const auto effect = statistics::standardised_difference(both->first, both->second, alpha_each_side(call, true));
  json::Object result;
  result.set("d", number(effect.d));
  result.set("hedges_g", number(effect.hedges_g));
  result.set("lower", number(effect.limits.lower));
  result.set("upper", number(effect.limits.upper));
  return result;
}

Answer mean_difference(const Arguments& call) {
  if (!call.flag("exact")) return refused("`exact` is false", "sampled splits are not offered: leave `exact` out");
  const auto &first = call.reals("sample1"), &second = call.reals("sample2");
  const auto test = statistics::permutation_of_means(first, second, alternative_of(call));
  if (!test)
    return refused(fmt::format("{} and {} values have more than {} splits", first.size(), second.size(),
                               statistics::kMaximumSplits),
                   "use two_mean.welch_t or mann_whitney for samples of this size");
  if (!std::isfinite(test->statistic) || !std::isfinite(test->tolerance))
    return refused("the values are so large that their sums are larger than a double holds",
                   "give them in a larger unit");
  json::Object result;
  result.set("statistic", number(test->statistic));
  result.set("p_value", number(test->p_value));
  result.set("splits", test->splits);
  result.set("extreme", test->extreme);
  return result;
}

constexpr std::string_view kNormal =
    "values are independent within and between the samples, and their means are nearly normal";

constexpr std::array kMethods{
    Method{"two_mean.welch_t", "Welch's test and limits of a difference of means, without equal variances.",
           kWelchParameters,
           "t, df, p_value; difference; lower, upper: limits of mean1 - mean2, -Infinity or Infinity the one not asked "
           "for",
           kNormal, Guarantee::asymptotic, "Welch 1947; Satterthwaite 1946",
           "welch_t(sample1: [8.4, 10.6, 10.8, 12.4], sample2: [17.7, 8.3, 11.8], alternative: two-sided)", welch_t},
    Method{"equivalence.tost_mean", "Two one-sided tests that two means differ by less than a margin.",
           kMeanMarginParameters, "t_low, p_low, t_upp, p_upp, df; p_value: the larger one", kNormal,
           Guarantee::asymptotic, "Schuirmann 1987",
           "tost_mean(sample1: [8.4, 10.6, 10.8, 12.4], sample2: [9.7, 8.3, 11.8], low: -3, upp: 3)", tost_mean},
    Method{"equivalence.tost_log_ratio",
           "Two one-sided tests that the ratio of two geometric means lies within a margin.", kRatioMarginParameters,
           "t_low, p_low, t_upp, p_upp, df; p_value: the larger one",
           "values are independent within and between the samples, and means of their logarithms are nearly normal",
           Guarantee::asymptotic, "Schuirmann 1987",
           "tost_log_ratio(sample1: [8.4, 10.6, 10.8, 12.4], sample2: [9.7, 8.3, 11.8], low: 0.8, upp: 1.25)",
           tost_log_ratio},
    Method{"effect_size.cohens_d",
           "The difference of two means in pooled standard deviations, and its unbiased form by Hedges.",
           kCohenParameters, "d; hedges_g; lower, upper: limits of d by the noncentral t distribution",
           "values are independent and normal with one variance", Guarantee::assumed, "Cohen 1988; Hedges 1981",
           "cohens_d(sample1: [8.4, 10.6, 10.8, 12.4], sample2: [17.7, 8.3, 11.8])", cohens_d},
    Method{"permutation_test.mean_difference",
           "The exact permutation test of a difference of means: all splits of the values.", kPermutationParameters,
           "statistic: mean1 - mean2; p_value: two-sided is twice the smaller side; splits; extreme: splits on it",
           "under the null the values of both samples are exchangeable", Guarantee::exact, "Fisher 1935; Pitman 1937",
           "permutation_test.mean_difference(sample1: [8.4, 10.6, 10.8, 12.4], sample2: [17.7, 8.3, 11.8])",
           mean_difference},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> comparison_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
