// Two proportions: exact tests, and the odds ratio given the margins.
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "runtime/methods/families.h"
#include "runtime/methods/two_groups.h"
#include "runtime/statistics/two_proportions_exact.h"

namespace proofmark::methods {
namespace {

constexpr std::array kIntervalParameters{kSuccesses1, kTrials1, kSuccesses2, kTrials2, kConfidence, kSide};
constexpr std::array kFisherParameters{
    kSuccesses1,
    kTrials1,
    kSuccesses2,
    kTrials2,
    kAlternative,
    Parameter{"confidence", "", Kind::level,
              "of limits of the odds ratio, which are given on the side of `alternative`", kOptional},
};
constexpr std::array kBarnardParameters{
    kSuccesses1,
    kTrials1,
    kSuccesses2,
    kTrials2,
    kAlternative,
    Parameter{"statistic", "", Kind::word, "the variance by which the difference is scaled", "z-pooled",
              "z-pooled|z-unpooled"},
};
constexpr std::array kBoschlooParameters{
    kSuccesses1,
    kTrials1,
    kSuccesses2,
    kTrials2,
    kAlternative,
    Parameter{"two_sided_rule", "", Kind::word, "how one-sided p-values make a two-sided one",
              "2*min(one-sided), capped at 1", "2*min(one-sided), capped at 1"},
};

// A group without trials is like any other: the tests reject nothing.
constexpr double kNothingShown = 1;

// Ten standard deviations of terms are summed, some tens of times: seconds at most up to here.
constexpr std::uint64_t kMaximumExactRows = 1'000'000'000'000;
std::optional<Diagnostic> too_large_for_exact(const Arguments& call) {
  if (auto problem = exceeding(call)) return problem;
  if (call.count("trials1") > kMaximumExactRows || call.count("trials2") > kMaximumExactRows)
    return refused("a group has more than 1e12 trials", "use z_pooled: at this size the two agree");
  return std::nullopt;
}

json::Object odds_limits(const Arguments& call, bool with_lower, bool with_upper) {
  const auto odds =
      statistics::conditional_odds_ratio(groups_of(call), alpha_each_side(call, with_lower && with_upper));
  json::Object result;
  result.set("odds_ratio", number(odds.estimate));
  result.set("lower", with_lower ? number(odds.lower) : json::Value(0));
  result.set("upper", with_upper ? number(odds.upper) : number(HUGE_VAL));
  return result;
}

Answer fisher(const Arguments& call) {
  if (auto problem = too_large_for_exact(call)) return std::move(*problem);
  const auto alternative = alternative_of(call);
  json::Object result;
  if (lacks_a_group(call)) {
    if (call.has("confidence")) {
      result.set("odds_ratio", json::Value());
      result.set("lower", 0);
      result.set("upper", number(HUGE_VAL));
    }
    result.set("p_value", kNothingShown);
    return result;
  }
  if (call.has("confidence"))
    result = odds_limits(call, alternative != statistics::Alternative::less,
                         alternative != statistics::Alternative::greater);
  result.set("p_value", statistics::fisher_p(groups_of(call), alternative));
  return result;
}

Answer odds_ratio(const Arguments& call) {
  if (auto problem = impossible(call)) return std::move(*problem);
  if (auto problem = too_large_for_exact(call)) return std::move(*problem);
  return odds_limits(call, call.word("side") != "upper", call.word("side") != "lower");
}

std::optional<Diagnostic> too_large_for_unconditional(const Arguments& call) {
  if (auto problem = exceeding(call)) return problem;
  const std::uint64_t n1 = call.count("trials1"), n2 = call.count("trials2");
  if (n1 + n2 > statistics::kMaximumUnconditionalRows || n1 * n2 > statistics::kMaximumUnconditionalTables)
    return refused(fmt::format("{} x {} tables are too many to enumerate", n1, n2),
                   "above n1 n2 = 1e6 or n1 + n2 = 1e4 use fisher_exact, or difference_ci.miettinen_nurminen");
  return std::nullopt;
}

Answer barnard(const Arguments& call) {
  if (auto problem = too_large_for_unconditional(call)) return std::move(*problem);
  json::Object result;
  if (lacks_a_group(call)) {
    result.set("z", json::Value());
    result.set("p_value", kNothingShown);
    return result;
  }
  const auto test =
      statistics::barnard_test(groups_of(call), alternative_of(call),
                               call.word("statistic") == "z-pooled" ? statistics::BarnardStatistic::pooled
                                                                    : statistics::BarnardStatistic::unpooled);
  result.set("z", number(test.z));
  result.set("p_value", test.p_value);
  return result;
}

Answer boschloo(const Arguments& call) {
  if (auto problem = too_large_for_unconditional(call)) return std::move(*problem);
  json::Object result;
  if (lacks_a_group(call)) {
    result.set("fisher_p", kNothingShown);
    result.set("p_value", kNothingShown);
    return result;
  }
  const auto test = statistics::boschloo_test(groups_of(call), alternative_of(call));
  result.set("fisher_p", test.fisher_p);
  result.set("p_value", test.p_value);
  return result;
}

constexpr std::string_view kEnumerated =
    "requests succeed independently of one another, with one probability in a group; at most 1e6 tables (n1 n2) and "
    "1e4 "
    "requests: the tables are gone through once and not again for each common proportion, so that more of them can be "
    "than the 4e4 that going through them each time would bear";

constexpr std::array kMethods{
    Method{"two_proportion.odds_ratio_conditional",
           "The odds ratio given the margins of the table: its most likely value and exact limits.",
           kIntervalParameters, "odds_ratio; lower, upper: its limits, 0 and Infinity where there is none",
           kIndependent, Guarantee::finite_sample, "Cornfield 1956; Fisher 1935",
           "odds_ratio_conditional(k1: 7, n1: 34, k2: 1, n2: 34, confidence: 95%)", odds_ratio},
    Method{
        "two_proportion.fisher_exact",
        "Fisher's exact test of equal proportions; two-sided by the tables that are no likelier.", kFisherParameters,
        "p_value, 1 of a group without trials; with `confidence` also odds_ratio, lower, upper, 0 and Infinity where "
        "there is no limit",
        kIndependent, Guarantee::finite_sample, "Fisher 1935",
        "fisher_exact(k1: 6, n1: 7, k2: 2, n2: 7, alternative: two-sided)", fisher},
    Method{"two_proportion.barnard",
           "Barnard's exact test of equal proportions: the supremum over the common proportion.", kBarnardParameters,
           "z: the observed statistic, Infinity or -Infinity of a difference without variance; p_value; of a group "
           "without trials null and 1",
           kEnumerated, Guarantee::finite_sample, "Barnard 1947; Suissa & Shuster 1985",
           "barnard(k1: 9, n1: 10, k2: 3, n2: 10, statistic: z-unpooled)", barnard},
    Method{
        "two_proportion.boschloo",
        "Boschloo's exact test of equal proportions: Fisher's p-value as the statistic, never less powerful than it.",
        kBoschlooParameters, "fisher_p: one-sided, the smaller one for two-sided; p_value", kEnumerated,
        Guarantee::finite_sample, "Boschloo 1970", "boschloo(k1: 9, n1: 10, k2: 3, n2: 10, alternative: greater)",
        boschloo},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> two_proportion_exact_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
