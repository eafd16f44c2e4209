// One proportion: confidence intervals and the exact test.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "runtime/methods/families.h"
#include "runtime/methods/large_part.h"
#include "runtime/methods/sides.h"
#include "runtime/statistics/binomial.h"
#include "runtime/statistics/clusters.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/proportion_intervals.h"

namespace proofmark::methods {
namespace {

using statistics::TailLevel;
using statistics::Trials;

constexpr Parameter kSuccesses{"successes", "k|count|x", Kind::count, "number of successes"};
constexpr Parameter kTrials{"trials", "n|nobs", Kind::count, "number of trials"};
constexpr Parameter kClip{"clip", "", Kind::flag, "whether the bounds are cut off at 0 and 1", "true"};

constexpr std::array kIntervalParameters{kSuccesses, kTrials, kConfidence, kSide};
constexpr std::array kExactParameters{
    kSuccesses, kTrials, kConfidence, kSide,
    Parameter{"population", "N", Kind::count, "of which the trials are a sample without replacement, where it ends",
              kOptional}};
constexpr std::array kClippedParameters{kSuccesses, kTrials, kConfidence, kSide, kClip};
constexpr std::array kJeffreysParameters{
    kSuccesses, kTrials, kConfidence, kSide,
    Parameter{"boundary", "", Kind::word,
              "brown-cai-dasgupta puts the lower end on 0 without successes, the upper on 1 without failures",
              "brown-cai-dasgupta", "brown-cai-dasgupta|raw"}};
constexpr std::array kTwoSidedParameters{
    kSuccesses, kTrials, kConfidence,
    Parameter{"side", "", Kind::word, "the method has both bounds only", "two-sided", "two-sided"}};
constexpr std::array kWeightedParameters{
    Parameter{"bad_weight", "", Kind::non_negative, "sum of the weights of the bad rows"},
    Parameter{"total_weight", "", Kind::positive, "sum of all weights: of 1 over the probability that a row was kept"},
    Parameter{"heaviest", "", Kind::positive, "greatest weight of a row, at least 1"}, kConfidence, kSide};
constexpr std::array kRuleOfThreeParameters{kTrials,
                                            Parameter{"confidence", "", Kind::level, "of the one bound", "0.95"}};
constexpr std::array kTestParameters{
    kSuccesses, kTrials, Parameter{"p0", "p|threshold", Kind::proportion, "probability of success under the null"},
    kAlternative,
    Parameter{"two_sided", "", Kind::word,
              "minimum-likelihood adds the outcomes no likelier than this one; doubling doubles the smaller tail",
              "minimum-likelihood", "minimum-likelihood|doubling"}};

Result<Trials> trials_of(const Arguments& call) {
  const Trials data{call.count("successes"), call.count("trials")};
  if (data.successes > data.trials) return refused("`successes` exceeds `trials`", "successes are among the trials");
  return data;
}

template <typename Method>
Answer bounds_by(const Arguments& call, const Method& method) {
  const auto data = trials_of(call);
  if (!data) return data.problems();
  json::Object result;
  set_bounds(result, call, method(*data, level_of(call)), {0, 1});
  return result;
}

Answer clopper_pearson(const Arguments& call) {
  Answer bounds = bounds_by(call, statistics::exact_interval);
  if (!bounds || !call.has("population")) return bounds;
  const std::uint64_t trials = call.count("trials"), population = call.count("population");
  if (trials > population) return refused("`trials` exceeds `population`", "the trials are part of it");
  if (const auto part = large_part(trials, population))
    bounds->set("hint", *part + ": these bounds hold, and `audit.defects_ci` gives narrower ones");
  return bounds;
}
// Near 0 and 1 the score interval covers less than it says: .92 of 95 % at 99.9 % of 1000.
Answer wilson(const Arguments& call) {
  constexpr std::uint64_t kFew = 5;
  Answer bounds = bounds_by(call, statistics::wilson);
  const std::uint64_t successes = call.count("successes"), trials = call.count("trials");
  if (bounds && (successes < kFew || trials - successes < kFew))
    bounds->set("hint", "fewer than five successes or failures: for display; `clopper_pearson` decides");
  return bounds;
}

Answer rule_of_three(const Arguments& call) {
  const std::uint64_t trials = call.count("trials");
  if (trials == 0) return refused("`trials` is 0", "no trials without a failure say nothing");
  const auto level = statistics::tail_level(call.exact("confidence"), false);
  json::Object result;
  result.set("upper", number(std::min(1.0, -statistics::log_of(level.alpha) / static_cast<double>(trials))));
  result.set("exact_upper", number(statistics::exact_interval({0, trials}, level).upper));
  return result;
}

Answer wilson_cc(const Arguments& call) {
  return bounds_by(call, statistics::wilson_corrected);
}
Answer mid_p(const Arguments& call) {
  return bounds_by(call, statistics::mid_p);
}
Answer likelihood_ratio(const Arguments& call) {
  return bounds_by(call, statistics::likelihood_ratio);
}
Answer agresti_coull(const Arguments& call) {
  return bounds_by(call, [&](const Trials& data, const TailLevel& level) {
    return statistics::agresti_coull(data, level, call.flag("clip"));
  });
}
Answer wald(const Arguments& call) {
  return bounds_by(call, [&](const Trials& data, const TailLevel& level) {
    return statistics::wald(data, level, call.flag("clip"));
  });
}
Answer jeffreys(const Arguments& call) {
  return bounds_by(call, [&](const Trials& data, const TailLevel& level) {
    return statistics::jeffreys(data, level, call.word("boundary") != "raw");
  });
}

Answer blaker(const Arguments& call) {
  if (call.count("trials") > statistics::kMaximumBlakerTrials)
    return refused("`trials` exceeds 1e7",
                   "`clopper_pearson` has no such limit; its interval is exact too, and a little longer");
  return bounds_by(call, [&](const Trials& data, const TailLevel&) {
    return statistics::blaker(data, statistics::alpha_of(call.exact("confidence")).nearest_double());
  });
}

Answer weighted(const Arguments& call) {
  const double bad = call.real("bad_weight"), total = call.real("total_weight"), heaviest = call.real("heaviest");
  if (bad > total) return refused("`bad_weight` exceeds `total_weight`", "bad rows are among all rows");
  if (heaviest < 1) return refused("`heaviest` is below 1", "no row stands for less than itself");
  for (const double part : {bad, total - bad})
    if (part > 0 && part < 1)
      return refused(fmt::format("the {} rows weigh {} in all", part == bad ? "bad" : "good", part),
                     "one row alone weighs 1 or more");
  if (heaviest > total) return refused("`heaviest` exceeds `total_weight`", "it is the weight of one of the rows");
  const double share = bad / total, rows = total / heaviest;
  if (rows > static_cast<double>(statistics::kMaximumRows))
    return refused(fmt::format("`total_weight` is {} times `heaviest`, more than 1e13 rows", rows),
                   "at most 1e13 are weighed");
  const auto bounds = statistics::effective_interval(share, (total - bad) / total, rows, level_of(call).alpha);
  json::Object result;
  result.set("share", number(share));
  set_bounds(result, call, {bounds.lower, bounds.upper}, {0, 1});
  result.set("effective_trials", number(rows));
  return result;
}

Answer exact_test(const Arguments& call) {
  const auto data = trials_of(call);
  if (!data) return data.problems();
  const Rational& p0 = call.exact("p0");
  const double less = statistics::lower_tail(data->successes, data->trials, p0);
  const double greater = statistics::upper_tail(data->successes, data->trials, p0);
  json::Object result;
  switch (direction_of(call)) {
    case Alternative::less:
      result.set("p_value", less);
      break;
    case Alternative::greater:
      result.set("p_value", greater);
      break;
    case Alternative::two_sided:
      result.set("p_value", call.word("two_sided") == "doubling" ? std::min(1.0, 2 * std::min(less, greater))
                                                                 : statistics::exact_test_two_sided(*data, p0));
      break;
  }
  return result;
}

constexpr std::string_view kYields = "lower, upper: proportions";
constexpr std::string_view kIndependent = "trials are independent and their number was fixed in advance";

constexpr std::array kMethods{
    Method{"binomial_ci.clopper_pearson", "The exact confidence interval of a proportion, by inverting binomial tails.",
           kExactParameters,
           "lower, upper: proportions; hint: where more than a twentieth of `population` was looked at", kIndependent,
           Guarantee::finite_sample, "Clopper & Pearson 1934",
           "clopper_pearson(successes: 2994, trials: 2995, confidence: 95%, side: lower)", clopper_pearson},
    Method{"binomial_ci.wilson", "The interval that inverts the score test of a proportion.", kIntervalParameters,
           "lower, upper: proportions; hint: with fewer than five successes or failures", kIndependent,
           Guarantee::asymptotic, "Wilson 1927; Brown, Cai & DasGupta 2001",
           "wilson(successes: 9, trials: 10, confidence: 95%)", wilson},
    Method{"binomial_ci.wilson_cc",
           "The score interval with continuity correction, at most the distance of the successes from half the trials.",
           kIntervalParameters, kYields, kIndependent, Guarantee::asymptotic, "Yates 1934; Newcombe 1998",
           "wilson_cc(successes: 3, trials: 10, confidence: 90%)", wilson_cc},
    Method{"binomial_ci.agresti_coull", "Wald's interval about the centre of the score interval.", kClippedParameters,
           kYields, kIndependent, Guarantee::asymptotic, "Agresti & Coull 1998",
           "agresti_coull(successes: 9995, trials: 10_000, confidence: 95%)", agresti_coull},
    Method{"binomial_ci.wald",
           "The textbook interval k/n and two standard errors: far too short near 0 and 1, so it decides nothing.",
           kClippedParameters, kYields, kIndependent, Guarantee::asymptotic, "Laplace 1812; Brown, Cai & DasGupta 2001",
           "binomial_ci.wald(successes: 999, trials: 1000, confidence: 95%)", wald},
    Method{"binomial_ci.jeffreys", "The equal-tailed posterior interval under the prior beta(1/2, 1/2).",
           kJeffreysParameters, kYields, kIndependent, Guarantee::asymptotic,
           "Jeffreys 1946; Brown, Cai & DasGupta 2001", "jeffreys(successes: 13, trials: 16, confidence: 95%)",
           jeffreys},
    Method{"binomial_ci.mid_p", "The interval that inverts the tails with half the probability of the outcome itself.",
           kIntervalParameters, kYields, kIndependent, Guarantee::asymptotic, "Lancaster 1961",
           "mid_p(successes: 15, trials: 148, confidence: 95%)", mid_p},
    Method{"binomial_ci.blaker", "The exact two-sided interval that is never wider than Clopper and Pearson's.",
           kTwoSidedParameters, kYields, kIndependent, Guarantee::finite_sample, "Blaker 2000",
           "blaker(successes: 13, trials: 16, confidence: 95%)", blaker},
    Method{"binomial_ci.likelihood_ratio", "The interval that inverts the likelihood-ratio test of a proportion.",
           kIntervalParameters, kYields, kIndependent, Guarantee::asymptotic, "Wilks 1938",
           "binomial_ci.likelihood_ratio(successes: 3, trials: 10, confidence: 95%)", likelihood_ratio},
    Method{
        "binomial_ci.weighted_clopper_pearson",
        "Clopper and Pearson's interval of the share of bad events, of which rows were kept as they went.",
        kWeightedParameters, "share: of bad weight; lower, upper: of that share; effective_trials: number",
        "rows are kept independently of each other, with the probabilities that the weights say; no class is heavier "
        "than the heaviest row, and all of its rows lost",
        Guarantee::asymptotic, "Horvitz & Thompson 1952; Hajek 1971; Korn & Graubard 1998",
        "weighted_clopper_pearson(bad_weight: 300, total_weight: 20_000, heaviest: 100, confidence: 95%, side: upper)",
        weighted},
    Method{"binomial_ci.rule_of_three", "The bound of a failure rate without failures, by hand: 3/n.",
           kRuleOfThreeParameters, "upper: -ln alpha / n, above exact_upper = 1 - alpha^(1/n), which decides",
           kIndependent, Guarantee::finite_sample, "Hanley & Lippman-Hand 1983",
           "rule_of_three(trials: 3000, confidence: 95%)", rule_of_three},
    Method{"binomial_test.exact", "The exact test of a proportion against a given one.", kTestParameters,
           "p_value: probability under the null of an outcome at least this extreme", kIndependent, Guarantee::exact,
           "Clopper & Pearson 1934",
           "binomial_test.exact(successes: 5, trials: 1_000_000, p0: 1ppm, alternative: greater)", exact_test},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> proportion_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
