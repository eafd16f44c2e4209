// Sample sizes and power, before the data.
#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/methods/families.h"
#include "runtime/methods/large_part.h"
#include "runtime/methods/sides.h"
#include "runtime/methods/verdict_fields.h"
#include "runtime/statistics/binomial.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/sample_sizes.h"

namespace proofmark::methods {
namespace {

using statistics::TestSide;

constexpr Parameter kPlanConfidence{"confidence", "", Kind::level, "that the plan is to reach, such as 95%"};
constexpr Parameter kQuantile{"p", "quantile|q", Kind::level, "which quantile, such as 99%"};
constexpr Parameter kAlpha{"alpha", "", Kind::level, "probability of a difference shown where there is none", "0.05"};
constexpr Parameter kPower{"power", "", Kind::level, "probability that the difference is shown", "0.8"};

constexpr std::array kSuccessRunParameters{
    Parameter{"reliability", "r|threshold", Kind::level, "the proportion that is claimed, such as 99.9%"},
    Parameter{"failures_allowed", "c|failures", Kind::count, "failures with which the claim is still to pass", "0"},
    kPlanConfidence,
    Parameter{"population", "N", Kind::count, "of which the trials will be a sample without replacement, where it ends",
              kOptional}};
constexpr std::array kQuantileParameters{
    kQuantile, kPlanConfidence,
    Parameter{"side", "", Kind::word, "which bound: the greatest value as upper, or the least as lower", "upper",
              "upper|lower"}};
constexpr std::array kRangeParameters{kQuantile, kPlanConfidence};
constexpr std::array kPassParameters{
    Parameter{"n", "trials", Kind::count, "number of trials that will be seen"},
    Parameter{"true_p", "p", Kind::proportion, "the proportion that is in fact true"},
    Parameter{"threshold", "", Kind::level, "the proportion that is claimed, such as 99.9%"}, kPlanConfidence};
constexpr std::array kSimulationParameters{
    Parameter{"p", "probability", Kind::proportion, "the probability that is expected"},
    Parameter{"half_width", "", Kind::positive, "half the width of the interval that is wanted"}, kPlanConfidence};
constexpr std::array kTwoProportionParameters{Parameter{"p1", "", Kind::proportion, "the first proportion"},
                                              Parameter{"p2", "", Kind::proportion, "the second proportion"}, kAlpha,
                                              kPower, kAlternative};
constexpr std::array kTwoMeanParameters{
    Parameter{"delta", "", Kind::real, "the difference of the means, in their unit"},
    Parameter{"sd", "", Kind::positive, "the standard deviation within an arm"}, kAlpha, kPower, kAlternative};

json::Object whole(std::string_view field, std::uint64_t value) {
  json::Object result;
  result.set(std::string(field), static_cast<std::int64_t>(value));
  return result;
}

TestSide side_of(const Arguments& call) {
  return direction_of(call) == Alternative::two_sided ? TestSide::two : TestSide::one;
}

double real_of(const Arguments& call, std::string_view name) {
  return call.exact(name).nearest_double();
}

std::optional<std::uint64_t> run_of(const Rational& reliability, const Rational& confidence, std::uint64_t failures) {
  const auto n = statistics::smallest_n_to_pass({true, reliability}, statistics::alpha_of(confidence), failures);
  return n && *n <= statistics::kMaximumRows ? n : std::nullopt;
}

Diagnostic too_many_values() {
  return refused("more than 1e13 values would be needed", "ask for a quantile nearer to the median");
}

Answer success_run(const Arguments& call) {
  const auto n = run_of(call.exact("reliability"), call.exact("confidence"), call.count("failures_allowed"));
  if (!n) return refused("more than 1e13 trials would be needed", "claim less, or allow fewer failures");
  json::Object run = whole("n", *n);
  if (!call.has("population")) return run;
  if (const auto part = large_part(*n, call.count("population")))
    run.set("hint", *n > call.count("population") ? "the population has fewer: `audit.sample_size` says what suffices"
                                                  : *part + ": `audit.sample_size` needs fewer");
  return run;
}

constexpr std::array kAllowedParameters{
    Parameter{"n", "trials", Kind::count, "number of trials that will be seen"},
    Parameter{"threshold", "", Kind::level, "the proportion that is claimed, such as 99.9%"}, kPlanConfidence};

Answer failures_allowed(const Arguments& call) {
  const std::uint64_t n = call.count("n");
  if (auto problem = undecidable(call)) return std::move(*problem);
  const auto alpha = statistics::alpha_of(call.exact("confidence"));
  const std::uint64_t least = n == 0 ? 1 : statistics::upper_rank(n, call.exact("threshold"), alpha, false);
  json::Object result;
  result.set("failures", least > n ? json::Value() : json::Value(n - least));
  const auto run = statistics::smallest_n_to_pass({true, call.exact("threshold")}, alpha, 0);
  result.set("n_without_failures", run && *run <= statistics::kMaximumRows ? json::Value(*run) : json::Value());
  return result;
}

constexpr std::array kSequenceParameters{
    Parameter{"p", "probability", Kind::level, "the proportion that is expected"},
    Parameter{"n", "trials", Kind::count, "trials at the look"},
    Parameter{"alpha", "", Kind::level, "chance that the sequence ever misses", "0.05"}};

Answer sequence_half_width(const Arguments& call) {
  const double n = static_cast<double>(call.count("n")), p = real_of(call, "p");
  if (call.count("n") == 0) return refused("`n` is 0", "without trials the sequence spans everything");
  const double variance = p * statistics::alpha_of(call.exact("p")).nearest_double();
  constexpr double kTwoPi = 6.283185307179586;
  const double logarithm = statistics::log_of(n / (kTwoPi * variance)) - 2 * statistics::log_of(real_of(call, "alpha"));
  json::Object result;
  result.set("half_width", number(logarithm > 0 ? std::min(1.0, std::sqrt(variance * logarithm / n)) : 1.0));
  return result;
}

constexpr std::array kResampledParameters{Parameter{"n", "trials", Kind::count, "number of values"}, kQuantile};

// No resample holds a value beyond the sample's.
Answer bootstrap_coverage(const Arguments& call) {
  const double n = static_cast<double>(call.count("n"));
  const Rational& p = call.exact("p");
  const Rational near = std::max(p, statistics::alpha_of(p)), rest = statistics::alpha_of(near);
  const double log_near = statistics::log1p_of(-rest.nearest_double());
  json::Object result;
  result.set("coverage_at_most", number(call.count("n") == 0 ? 0.0 : -statistics::expm1_of(n * log_near)));
  result.set("values_beyond", number(n * rest.nearest_double()));
  return result;
}

Answer quantile_bound_n(const Arguments& call) {
  const Rational& p = call.exact("p");
  const auto n = run_of(call.word("side") == "upper" ? p : statistics::alpha_of(p), call.exact("confidence"), 0);
  return n ? Answer(whole("n", *n)) : too_many_values();
}

Answer quantile_range_n(const Arguments& call) {
  const std::uint64_t n = statistics::two_sided_range_n(call.exact("p"), call.exact("confidence"));
  if (n > statistics::kMaximumRows) return too_many_values();
  return whole("n", n);
}

Answer pass_probability(const Arguments& call) {
  const std::uint64_t n = call.count("n");
  if (n == 0) return refused("`n` is 0", "no claim passes without trials");
  if (auto problem = undecidable(call)) return std::move(*problem);
  const auto alpha = statistics::alpha_of(call.exact("confidence"));
  const std::uint64_t least = statistics::upper_rank(n, call.exact("threshold"), alpha, false);
  json::Object result;
  result.set("min_successes_to_pass",
             least > n ? json::Value("Infinity") : json::Value(static_cast<std::int64_t>(least)));
  result.set("power", least > n ? 0 : statistics::upper_tail(least, n, call.exact("true_p")));
  return result;
}

// ceil as a count; the normal formulas are real to begin with.
Answer per_arm(double n_real, json::Object result) {
  if (!(n_real < 1e13))
    return refused("more than 1e13 trials would be needed in each arm", "look for a larger difference");
  result.set("n_real", n_real);
  result.set("n_per_arm", static_cast<std::int64_t>(std::ceil(std::max(1.0, n_real))));
  return result;
}

constexpr std::array kSimilarityParameters{
    Parameter{"margin", "", Kind::proportion, "the greatest gap of the distribution functions that is to be excluded"},
    kPlanConfidence};

// Of samples that do not differ, the bound is that of both bands.
Answer similarity_n(const Arguments& call) {
  const double margin = real_of(call, "margin");
  if (margin <= 0) return refused("`margin` is 0", "no number of values shows that two distributions are one");
  const double alpha = statistics::alpha_of(call.exact("confidence")).nearest_double();
  return per_arm(2 * (statistics::log_of(4.0) - statistics::log_of(alpha)) / (margin * margin), {});
}

std::optional<Diagnostic> unplannable(const Arguments& call) {
  if (real_of(call, "power") >= 1) return refused("`power` is nearer to 1 than a double holds", "such as 99.9%");
  if (call.exact("power") <= call.exact("alpha"))
    return refused("`power` does not exceed `alpha`", "a test that ignores the data has power alpha");
  return std::nullopt;
}

std::optional<Diagnostic> no_difference(const Arguments& call) {
  if (call.exact("p1") == call.exact("p2"))
    return refused("`p1` equals `p2`", "no number of trials shows a difference that is not there");
  return unplannable(call);
}

Answer two_proportion_n(const Arguments& call) {
  if (auto problem = no_difference(call)) return std::move(*problem);
  return per_arm(statistics::two_proportion_n(real_of(call, "p1"), real_of(call, "p2"), real_of(call, "alpha"),
                                              real_of(call, "power"), side_of(call)),
                 {});
}

Answer two_proportion_n_arcsine(const Arguments& call) {
  if (auto problem = no_difference(call)) return std::move(*problem);
  const double h = statistics::effect_h(real_of(call, "p1"), real_of(call, "p2"));
  if (h == 0) return refused("`p1` and `p2` are too close to tell apart as doubles", "look for a larger difference");
  json::Object result;
  result.set("h", h);
  return per_arm(statistics::two_proportion_arcsine_n(h, real_of(call, "alpha"), real_of(call, "power"), side_of(call)),
                 std::move(result));
}

Answer two_mean_n(const Arguments& call) {
  if (auto problem = unplannable(call)) return std::move(*problem);
  if (call.real("delta") == 0)
    return refused("`delta` is 0", "no number of values shows a difference that is not there");
  const auto n = statistics::two_mean_n(call.real("delta"), call.real("sd"), real_of(call, "alpha"),
                                        real_of(call, "power"), side_of(call));
  return per_arm(n.value_or(HUGE_VAL), {});
}

Answer monte_carlo_replications(const Arguments& call) {
  const double n = statistics::monte_carlo_n(real_of(call, "p"), call.real("half_width"), call.exact("confidence"));
  if (!(n < 1e13)) return refused("more than 1e13 replications would be needed", "ask for a wider interval");
  return whole("n", static_cast<std::uint64_t>(std::ceil(std::max(1.0, n))));
}

constexpr std::string_view kIndependent = "trials will be independent, with one probability";
constexpr std::string_view kArms = "n_real: per arm, before rounding; n_per_arm";

constexpr std::array kMethods{
    Method{"plan.success_run", "The least number of trials with which a claim can pass, so many failures among them.",
           kSuccessRunParameters, "n: trials; hint: where that is more than a twentieth of `population`", kIndependent,
           Guarantee::exact, "Clopper & Pearson 1934; Wilks 1941", "success_run(reliability: 99.9%, confidence: 95%)",
           success_run},
    Method{"plan.quantile_upper_bound_n", "The least number of values whose greatest (least) bounds a quantile.",
           kQuantileParameters, "n: values", "values will be independent, from one distribution", Guarantee::exact,
           "Wilks 1941", "quantile_upper_bound_n(p: 99%, confidence: 99%)", quantile_bound_n},
    Method{"plan.quantile_two_sided_n", "The least number of values whose least and greatest enclose a quantile.",
           kRangeParameters, "n: values", "values will be independent, from one distribution", Guarantee::exact,
           "Wilks 1941", "quantile_two_sided_n(p: 95%, confidence: 90%)", quantile_range_n},
    Method{"plan.pass_probability", "The probability that a claim will pass, if the truth is so.", kPassParameters,
           "min_successes_to_pass: Infinity if none are enough; power: probability", kIndependent, Guarantee::exact,
           "Clopper & Pearson 1934", "pass_probability(n: 10_000, true_p: 99.95%, threshold: 99.9%, confidence: 95%)",
           pass_probability},
    Method{"plan.failures_allowed", "The failures with which a claim still passes, of so many trials.",
           kAllowedParameters,
           "failures: null where not even none would pass; n_without_failures: trials from which none pass, null above "
           "1e13",
           kIndependent, Guarantee::exact, "Clopper & Pearson 1934",
           "failures_allowed(n: 100_000, threshold: 99.9%, confidence: 95%)", failures_allowed},
    Method{
        "plan.sequence_half_width", "About how wide a confidence sequence of a proportion will be at a look.",
        kSequenceParameters,
        "half_width: of `sequential.confidence_sequence_beta_mixture`, about, where many successes and failures came",
        kIndependent, Guarantee::asymptotic, "Robbins 1970; Laplace 1774",
        "sequence_half_width(p: 99%, n: 100_000, alpha: 5%)", sequence_half_width},
    Method{"plan.similarity_n", "Values in each arm from which equal samples show that distributions are similar.",
           kSimilarityParameters, kArms, "values will be independent within and between the arms",
           Guarantee::finite_sample, "Massart 1990", "similarity_n(margin: 1%, confidence: 95%)", similarity_n},
    Method{"plan.bootstrap_coverage",
           "What the percentile bootstrap of a quantile covers at most, whatever it promises.", kResampledParameters,
           "coverage_at_most: the chance that the sample reaches the quantile, 1 - p^n; values_beyond: expected",
           "values will be independent, from one continuous distribution", Guarantee::exact,
           "Davison & Hinkley 1997, section 2.6", "plan.bootstrap_coverage(n: 200, p: 99%)", bootstrap_coverage},
    Method{"plan.monte_carlo_replications", "Replications of a simulation for an interval of the wanted width.",
           kSimulationParameters, "n: replications", "replications are independent; the expectation is right",
           Guarantee::asymptotic, "Laplace 1812", "monte_carlo_replications(p: 1%, half_width: 0.001, confidence: 95%)",
           monte_carlo_replications},
    Method{"plan.two_proportion_n", "Trials in each arm that show the difference of two proportions.",
           kTwoProportionParameters, kArms, kIndependent, Guarantee::asymptotic, "Fleiss 1981",
           "two_proportion_n(p1: 1%, p2: 2%, alpha: 5%, power: 80%)", two_proportion_n},
    Method{"plan.two_proportion_n_arcsine",
           "The same by the arcsine of the square root, which stabilises the variance.", kTwoProportionParameters,
           "h: difference on that scale; n_real: per arm, before rounding; n_per_arm", kIndependent,
           Guarantee::asymptotic, "Cohen 1988", "two_proportion_n_arcsine(p1: 50%, p2: 60%, alpha: 5%, power: 80%)",
           two_proportion_n_arcsine},
    Method{"plan.two_mean_n", "Values in each arm that show the difference of two means by Student's t.",
           kTwoMeanParameters, kArms, "values will be independent and normal, with the same deviation in both arms",
           Guarantee::assumed, "Cohen 1988", "two_mean_n(delta: 0.2, sd: 1, alpha: 1%, power: 80%)", two_mean_n},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> planning_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
