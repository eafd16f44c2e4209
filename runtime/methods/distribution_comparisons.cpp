// Two or more samples compared by ranks and by their distribution functions.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "runtime/methods/families.h"
#include "runtime/methods/two_samples.h"
#include "runtime/statistics/distribution_tests.h"
#include "runtime/statistics/rank_tests.h"

namespace proofmark::methods {
namespace {

constexpr std::array kTwoSamples{kSample1, kSample2};
constexpr std::array kMannWhitneyParameters{
    kSample1,
    kSample2,
    kAlternative,
    Parameter{"method", "", Kind::word, "how the p-value is computed; `auto` is exact up to n1 n2 = 2500 without ties",
              "auto", "auto|exact|asymptotic|exact-permutation-with-ties"},
    Parameter{"continuity", "", Kind::flag, "asymptotic: the statistic is moved towards its mean by a half", "true"},
};
constexpr std::array kShiftParameters{
    kSample1,
    kSample2,
    Parameter{"confidence", "", Kind::level, "of the interval or of the one bound, such as 95%"},
    Parameter{"method", "", Kind::word, "how ranks are computed; `auto` is exact up to n1 n2 = 2500", "auto",
              "auto|exact|asymptotic-root|asymptotic"},
    Parameter{"side", "", Kind::word, "which bounds are given", "two-sided", "lower|upper|two-sided"},
};
constexpr std::array kBrunnerMunzelParameters{
    kSample1,
    kSample2,
    kAlternative,
    Parameter{"distribution", "", Kind::word, "the distribution that W is held against", "t", "t|normal"},
};
constexpr std::array kKolmogorovSmirnovParameters{
    kSample1,
    kSample2,
    Parameter{"alternative", "", Kind::word,
              "greater: the first distribution function lies above the second, so its values are smaller", "two-sided",
              "less|greater|two-sided"},
    Parameter{"method", "", Kind::word, "how the p-value is computed; `auto` is exact up to n1 n2 = 1e6", "auto",
              "auto|exact|asymptotic"},
};
constexpr std::array kAndersonDarlingParameters{
    Parameter{"samples", "samples_files", Kind::samples,
              "the samples, two at least: [[1, 2.5, …], [3, …]], or CSV files", kOptional},
    Parameter{"sample1", "values1|x", Kind::reals, "the first sample, where there are two", kOptional},
    Parameter{"sample2", "values2|y", Kind::reals, "the second sample, where there are two", kOptional},
    Parameter{"version", "", Kind::word, "1: right-continuous distribution functions; 2: midranks", kOptional, "1|2"},
    Parameter{"ties", "", Kind::word, "the same choice by name; right-continuous unless said", kOptional,
              "right-continuous|midrank"},
};

constexpr std::uint64_t kExactPairs = 2500;

std::uint64_t pairs(const Arguments& call) {
  return call.reals("sample1").size() * call.reals("sample2").size();
}

Diagnostic too_many(std::string_view what, std::string_view instead) {
  return refused(fmt::format("the samples are too large for {}", what), fmt::format("use `method: {}`", instead));
}

Answer mann_whitney(const Arguments& call) {
  const auto ranks = statistics::rank_samples(call.reals("sample1"), call.reals("sample2"));
  const std::string& method = call.word("method");
  const bool exact = method == "auto" ? pairs(call) <= kExactPairs && !ranks.has_ties() : method != "asymptotic";
  const auto p_value =
      exact ? statistics::mann_whitney_exact(ranks, alternative_of(call))
            : std::optional(statistics::mann_whitney_asymptotic(ranks, alternative_of(call), call.flag("continuity")));
  if (!p_value) return too_many("counting their rank sums", "asymptotic");
  json::Object result;
  result.set("U1", static_cast<double>(ranks.doubled_u1) / 2);
  result.set("p_value", *p_value);
  result.set("delta", statistics::dominance(ranks).delta);
  result.set("method", exact ? "exact" : "asymptotic");
  return result;
}

Answer cliffs_delta(const Arguments& call) {
  const auto dominance = statistics::dominance(statistics::rank_samples(call.reals("sample1"), call.reals("sample2")));
  json::Object result;
  result.set("delta", dominance.delta);
  result.set("A12", dominance.a12);
  return result;
}

bool are_far_apart(const std::vector<double>& first, const std::vector<double>& second) {
  const auto [low1, high1] = std::ranges::minmax(first);
  const auto [low2, high2] = std::ranges::minmax(second);
  return !std::isfinite(high1 - low2) || !std::isfinite(high2 - low1);
}

Answer shift_ci(const Arguments& call) {
  const auto &first = call.reals("sample1"), &second = call.reals("sample2");
  const std::string &method = call.word("method"), &side = call.word("side");
  const double alpha = alpha_each_side(call, side == "two-sided");
  const bool exact = method == "auto" ? pairs(call) <= kExactPairs : method == "exact";
  const auto limits = exact ? statistics::shift_limits_exact(first, second, alpha)
                            : std::optional(statistics::shift_limits_asymptotic(first, second, alpha));
  if (!limits) return too_many("counting their rank sums", "asymptotic-root");
  const double estimate = statistics::hodges_lehmann_shift(first, second);
  const bool unbounded = !std::isfinite(limits->lower) || !std::isfinite(limits->upper);
  if (!std::isfinite(estimate) || (unbounded && are_far_apart(first, second)))
    return refused("values of `sample1` and `sample2` lie further apart than a double holds",
                   "give them in another unit: an infinite difference would say that there is no bound");
  json::Object result;
  result.set("estimate", number(estimate));
  result.set("lower", number(side == "upper" ? -HUGE_VAL : limits->lower));
  result.set("upper", number(side == "lower" ? HUGE_VAL : limits->upper));
  return result;
}

Answer brunner_munzel(const Arguments& call) {
  const auto &first = call.reals("sample1"), &second = call.reals("sample2");
  if (first.size() < 2 || second.size() < 2)
    return refused("a sample has one value", "a variance of ranks needs two values at least");
  const auto reference =
      call.word("distribution") == "t" ? statistics::Reference::student_t : statistics::Reference::normal;
  const auto test = statistics::brunner_munzel(first, second, alternative_of(call), reference);
  if (test.degenerate && test.effect != 0.5)
    return refused("the samples do not overlap, so the placements of their values do not vary",
                   "use mann_whitney, which is exact here");
  json::Object result;
  result.set("W", number(test.w));
  result.set("p_value", number(test.p_value));
  result.set("df", number(test.df));
  result.set("effect", number(test.effect));
  return result;
}

Answer ks_two_sample(const Arguments& call) {
  const auto &first = call.reals("sample1"), &second = call.reals("sample2");
  const auto alternative = alternative_of(call);
  const std::string& method = call.word("method");
  constexpr std::uint64_t kAutomaticPaths = 1'000'000;
  const bool exact = method == "auto" ? pairs(call) <= kAutomaticPaths : method == "exact";
  if (exact && pairs(call) > statistics::kMaximumPaths) return too_many("counting their lattice paths", "asymptotic");
  const auto test = statistics::kolmogorov_smirnov(first, second, alternative);
  json::Object result;
  result.set("D", test.d);
  result.set("p_value",
             exact ? statistics::kolmogorov_smirnov_exact(test, first.size(), second.size(), alternative)
                   : statistics::kolmogorov_smirnov_asymptotic(test.d, first.size(), second.size(), alternative));
  result.set("method", exact ? "exact" : "asymptotic");
  return result;
}

Answer anderson_darling_k(const Arguments& call) {
  if (call.has("samples") && (call.has("sample1") || call.has("sample2")))
    return refused("`samples` and `sample1` or `sample2` contradict each other",
                   "give all samples as `samples`, or two as `sample1` and `sample2`");
  std::vector<std::vector<double>> samples;
  if (call.has("samples")) samples = call.samples("samples");
  for (const char* name : {"sample1", "sample2"})
    if (call.has(name)) samples.push_back(call.reals(name));
  if (samples.size() < 2)
    return refused(samples.size() == 1 ? "1 sample is given" : "0 samples are given", "give two `samples` at least");
  const bool by_version = call.has("version") && call.word("version") == "2";
  const bool by_name = call.has("ties") && call.word("ties") == "midrank";
  if (call.has("version") && call.has("ties") && by_version != by_name)
    return refused("`version` and `ties` contradict each other", "version 1 is right-continuous, version 2 is midrank");
  const auto ties = by_version || by_name ? statistics::Ties::midrank : statistics::Ties::right_continuous;
  const auto test = statistics::anderson_darling(samples, ties);
  if (!test)
    return refused("the samples hold fewer than two distinct values or fewer than four in all",
                   "nothing can differ between samples that do not vary");
  json::Object result;
  result.set("AD", number(test->statistic));
  result.set("T", number(test->standardised));
  result.set("p_value", number(test->p_value));
  result.set("p_value_asymptotic",
             number(statistics::anderson_darling_interpolated(test->standardised, samples.size() - 1, ties)));
  return result;
}

constexpr std::string_view kIndependent = "values are independent within and between the samples";

constexpr std::array kMethods{
    Method{"mann_whitney", "The rank test that neither of two samples tends to larger values.", kMannWhitneyParameters,
           "U1: pairs with sample1 above sample2, ties a half; p_value; delta: Cliff's delta; method",
           "values are independent, and the distributions are equal under the null", Guarantee::asymptotic,
           "Mann & Whitney 1947; Lehmann 1975",
           "mann_whitney(sample1: [0.8, 0.83, 1.89, 1.04], sample2: [1.15, 0.88, 0.9], alternative: greater)",
           mann_whitney},
    Method{"hodges_lehmann.shift_ci", "The Hodges-Lehmann shift of one sample against another, and its limits.",
           kShiftParameters,
           "estimate: the median of all differences; lower, upper: differences at their ranks, -Infinity and Infinity "
           "where no bound exists",
           "values are independent, and the distributions differ by a shift alone", Guarantee::asymptotic,
           "Hodges & Lehmann 1963; Moses 1965",
           "shift_ci(sample1: [0.8, 0.83, 1.89, 1.04], sample2: [1.15, 0.88, 0.9, 0.74], confidence: 80%)", shift_ci},
    Method{"effect_size.cliffs_delta", "How often a value of one sample exceeds one of the other.", kTwoSamples,
           "delta = P(x > y) - P(x < y); A12 = P(x > y) + P(x = y)/2", kIndependent, Guarantee::descriptive,
           "Cliff 1993; Vargha & Delaney 2000", "cliffs_delta(sample1: [1, 2, 2, 3], sample2: [2, 3, 4])",
           cliffs_delta},
    Method{
        "brunner_munzel", "The rank test of P(x < y) = P(x > y) without equal spreads.", kBrunnerMunzelParameters,
        "W: above 0 where sample2 is larger; p_value: 1 where all values are equal; df; effect: P(x < y) + P(x = y)/2",
        kIndependent, Guarantee::asymptotic, "Brunner & Munzel 2000",
        "brunner_munzel(sample1: [1, 2, 1, 1, 4], sample2: [3, 3, 4, 3, 1, 5])", brunner_munzel},
    Method{"ks_two_sample", "The test of equal distributions by the largest gap between them.",
           kKolmogorovSmirnovParameters, "D: the gap; p_value; method", kIndependent, Guarantee::asymptotic,
           "Smirnov 1939; Hodges 1958; Schroeer & Trenkler 1995 for ties",
           "ks_two_sample(sample1: [1, 2, 3, 4], sample2: [3, 4, 5, 6, 7], method: exact)", ks_two_sample},
    Method{"anderson_darling_k", "The test of equal distributions of several samples that looks at their tails.",
           kAndersonDarlingParameters,
           "AD: the statistic A^2; T: standardised; p_value: by the limit distribution; p_value_asymptotic: what R's "
           "kSamples prints, smoothed from simulated quantiles: for comparison with R, within 1.5% of p_value where "
           "that is 0.01 or more, 3% from 0.001 and 13% from 0.0001 on, of no use below",
           "values are independent within and between the samples, and the samples are large: both p-values are "
           "those of the limit",
           Guarantee::asymptotic, "Scholz & Stephens 1987; p_value_asymptotic: Scholz & Zhu, R package kSamples 1.2-9",
           "anderson_darling_k(samples: [[1, 2, 3, 4], [3, 4, 5, 6, 7], [2, 4, 6, 8]])", anderson_darling_k},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> distribution_comparison_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
