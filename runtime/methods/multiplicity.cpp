// Several tests at once: adjusted p-values, combined p-values and e-values.
#include "runtime/statistics/multiplicity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/methods/families.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"

namespace proofmark::methods {
namespace {

constexpr std::array kAdjustParameters{
    Parameter{"p_values", "p", Kind::reals, "one p-value a test, 1 for a test without data"},
};

std::optional<Diagnostic> bad_p_values(const std::vector<double>& values, std::size_t most) {
  if (values.size() > most)
    return refused(fmt::format("there are {} p-values; at most {} are taken", values.size(), most));
  for (const double value : values)
    if (!(value >= 0 && value <= 1))
      return refused(fmt::format("the p-value {} lies outside [0, 1]", value), "give probabilities");
  return std::nullopt;
}

template <std::vector<double> (*Adjust)(std::span<const double>), std::size_t Most = 10'000'000>
Answer adjusted(const Arguments& call) {
  const auto& values = call.reals("p_values");
  if (auto problem = bad_p_values(values, Most)) return std::move(*problem);
  json::Object result;
  result.set("adjusted", numbers(Adjust(values)));
  return result;
}

Answer fisher(const Arguments& call) {
  const auto& values = call.reals("p_values");
  if (auto problem = bad_p_values(values, 10'000'000)) return std::move(*problem);
  const auto combined = statistics::fisher(values);
  json::Object result;
  result.set("chisq", number(combined.statistic));
  result.set("df", static_cast<std::int64_t>(2 * values.size()));
  result.set("p_value", number(combined.p_value));
  return result;
}

Answer intersection_union(const Arguments& call) {
  const auto& values = call.reals("p_values");
  if (auto problem = bad_p_values(values, 10'000'000)) return std::move(*problem);
  const auto worst = std::max_element(values.begin(), values.end());
  json::Object result;
  result.set("p_value", number(*worst));
  result.set("deciding", static_cast<std::int64_t>(worst - values.begin()) + 1);
  return result;
}

constexpr Parameter kEach{"alpha", "", Kind::level, "chance that one test errs"};
constexpr std::array kFamilyParameters{Parameter{"tests", "m", Kind::count, "number of tests"}, kEach};

Answer family_error(const Arguments& call) {
  const double tests = static_cast<double>(call.count("tests"));
  const double alpha = call.exact("alpha").nearest_double();
  json::Object result;
  result.set("independent", number(-statistics::expm1_of(tests * statistics::log1p_of(-alpha))));
  result.set("any_dependence", number(std::min(1.0, tests * alpha)));
  return result;
}

constexpr std::array kRetryParameters{
    Parameter{"alpha", "", Kind::level, "chance that the gate ever errs, over all attempts"},
    Parameter{"attempt", "retry|j", Kind::count, "which attempt this is, from 1"}};

Answer retry(const Arguments& call) {
  constexpr std::uint64_t kMost = 1000;  // beyond, nothing is left that a double could hold
  const std::uint64_t attempt = call.count("attempt");
  if (attempt == 0 || attempt > kMost)
    return refused(fmt::format("`attempt` is {}", attempt), "attempts are counted from 1, to 1000 at most");
  const double alpha = call.exact("alpha").nearest_double();
  const double left = std::ldexp(alpha, -static_cast<int>(attempt));
  json::Object result;
  result.set("alpha", number(left));
  result.set("spent", number(alpha - left));
  result.set("unadjusted", number(std::min(1.0, static_cast<double>(attempt) * alpha)));
  return result;
}

constexpr std::array kStoufferParameters{
    Parameter{"p_values", "p", Kind::reals, "one-sided p-values, between 0 and 1"},
    Parameter{"weights", "", Kind::reals, "one weight a test, such as the root of its rows; equal if left out",
              kOptional},
};

Answer stouffer(const Arguments& call) {
  const auto& values = call.reals("p_values");
  if (auto problem = bad_p_values(values, 10'000'000)) return std::move(*problem);
  for (const double value : values)
    if (value == 0 || value == 1)
      return refused(fmt::format("a p-value is {}: its normal score is infinite", value),
                     "leave it out, or use `fisher`");
  const std::vector<double> weights =
      call.has("weights") ? call.reals("weights") : std::vector<double>(values.size(), 1.0);
  if (weights.size() != values.size())
    return refused(fmt::format("there are {} weights for {} p-values", weights.size(), values.size()));
  double largest = 0;
  for (const double weight : weights) {
    if (!(weight >= 0 && weight <= 1e100)) return refused(fmt::format("the weight {} is not in 0 ... 1e100", weight));
    largest = std::max(largest, weight);
  }
  if (largest < 1e-100) return refused("all weights are 0", "give at least one a weight");
  const auto combined = statistics::stouffer(values, weights);
  json::Object result;
  result.set("z", number(combined.statistic));
  result.set("p_value", number(combined.p_value));
  return result;
}

constexpr std::array kEvidenceParameters{
    Parameter{"log_e_values", "log_e", Kind::reals, "natural logarithms of e-values"},
};

json::Object evidence(double log_e) {
  json::Object result;
  result.set("log_e", number(log_e));
  result.set("p_value", number(log_e > 0 ? statistics::exp_of(-log_e) : 1.0));
  return result;
}

Answer e_product(const Arguments& call) {
  return evidence(statistics::sum(call.reals("log_e_values")));
}

Answer e_average(const Arguments& call) {
  const auto& logs = call.reals("log_e_values");
  const double largest = *std::max_element(logs.begin(), logs.end());
  std::vector<double> shares;
  for (const double log_e : logs) shares.push_back(statistics::exp_of(log_e - largest));
  return evidence(largest + statistics::log_of(statistics::sum(shares) / static_cast<double>(logs.size())));
}

constexpr std::string_view kYields = "adjusted: p-values in the given order; reject those of at most alpha";
constexpr std::string_view kAny = "the p-values are valid; they may depend on each other in any way";
constexpr std::string_view kPositive = "the p-values are valid, and independent or positively dependent";
constexpr std::string_view kEvidence = "log_e: natural logarithm of the e-value; p_value: min(1, 1/e)";

constexpr std::array kMethods{
    Method{"combine_e.average", "One e-value from e-values that may depend on each other.", kEvidenceParameters,
           kEvidence, "the e-values are valid; they may depend on each other in any way", Guarantee::finite_sample,
           "Vovk & Wang 2021", "combine_e.average(log_e_values: [4.2, 0.3])", e_average},
    Method{"combine_e.product", "One e-value from e-values of independent sources.", kEvidenceParameters, kEvidence,
           "the e-values are valid and independent, or each is valid given those before", Guarantee::finite_sample,
           "Vovk & Wang 2021", "combine_e.product(log_e_values: [4.2, 0.3])", e_product},
    Method{"combine_p.fisher", "One test of independent p-values, by the sum of their logarithms.", kAdjustParameters,
           "chisq: statistic, Infinity where a p-value is 0; df: degrees of freedom; p_value",
           "the p-values are independent", Guarantee::exact, "Fisher 1932",
           "combine_p.fisher(p_values: [0.2, 0.001, 0.04])", fisher},
    Method{"combine_p.stouffer", "One test of independent one-sided p-values, by the sum of their normal scores.",
           kStoufferParameters, "z: statistic; p_value: one-sided", "the p-values are independent", Guarantee::exact,
           "Stouffer et al. 1949; Lipták 1958", "stouffer(p_values: [0.2, 0.001, 0.04])", stouffer},
    Method{"multiple_comparison.bh", "Benjamini & Hochberg: the expected share of false rejections, for triage.",
           kAdjustParameters, kYields, kPositive, Guarantee::finite_sample, "Benjamini & Hochberg 1995",
           "bh(p_values: [0.01, 0.04, 0.5])", adjusted<statistics::benjamini_hochberg>},
    Method{"multiple_comparison.bonferroni", "Bonferroni: each p-value times their number.", kAdjustParameters, kYields,
           kAny, Guarantee::finite_sample, "Bonferroni 1936; Dunn 1961", "bonferroni(p_values: [0.01, 0.04, 0.5])",
           adjusted<statistics::bonferroni>},
    Method{"multiple_comparison.by", "Benjamini & Yekutieli: the expected share of false rejections, any dependence.",
           kAdjustParameters, kYields, kAny, Guarantee::finite_sample, "Benjamini & Yekutieli 2001",
           "by(p_values: [0.01, 0.04, 0.5])", adjusted<statistics::benjamini_yekutieli>},
    Method{"multiple_comparison.hochberg", "Hochberg's step-up: no false rejection.", kAdjustParameters, kYields,
           kPositive, Guarantee::finite_sample, "Hochberg 1988", "hochberg(p_values: [0.01, 0.04, 0.5])",
           adjusted<statistics::hochberg>},
    Method{"multiple_comparison.family_error", "The chance that some of several tests errs where none is adjusted.",
           kFamilyParameters, "independent: 1 - (1 - alpha)^m; any_dependence: at most m alpha",
           "each test errs with its alpha; `independent` needs what its name says", Guarantee::finite_sample,
           "Bonferroni 1936; Sidak 1967", "family_error(tests: 10, alpha: 5%)", family_error},
    Method{"multiple_comparison.holm", "Holm's step-down: no false rejection, any dependence.", kAdjustParameters,
           kYields, kAny, Guarantee::finite_sample, "Holm 1979", "holm(p_values: [0.01, 0.04, 0.5])",
           adjusted<statistics::holm>},
    Method{"multiple_comparison.hommel", "Hommel's closed test: no false rejection.", kAdjustParameters, kYields,
           kPositive, Guarantee::finite_sample, "Hommel 1988; Wright 1992", "hommel(p_values: [0.01, 0.04, 0.5])",
           adjusted<statistics::hommel, 20'000>},
    Method{"multiple_comparison.intersection_union",
           "One test that all of several claims hold, such as the requirements of a policy: the largest p-value.",
           kAdjustParameters, "p_value: needs no adjustment; deciding: which one it is, from 1", kAny,
           Guarantee::finite_sample, "Berger 1982", "intersection_union(p_values: [0.01, 0.04, 0.002])",
           intersection_union},
    Method{"multiple_comparison.retry",
           "The alpha of an attempt at a gate that may be tried again as often as one likes.", kRetryParameters,
           "alpha: of this attempt, alpha / 2^attempt; spent: by it and those before; unadjusted: what repeating the "
           "test at alpha errs at most by now",
           "attempts may rest on the same data or on more of it", Guarantee::finite_sample, "Bonferroni 1936",
           "multiple_comparison.retry(alpha: 5%, attempt: 3)", retry},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> multiplicity_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
