// Rates of events: intervals, the exact test, and the ratio of two rates.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/methods/families.h"
#include "runtime/methods/sides.h"
#include "runtime/statistics/poisson.h"

namespace proofmark::methods {
namespace {

using statistics::Interval;
using statistics::RatePair;

constexpr Parameter kEvents{"events", "k|count|x", Kind::count, "number of events"};
constexpr Parameter kExposure{"exposure", "t|time|T", Kind::positive,
                              "time, or any other measure of opportunity, in the unit that the rate is wanted per"};
constexpr Parameter kEvents1{"events1", "count1|k1|x1", Kind::count, "number of events in the first sample"};
constexpr Parameter kExposure1{"exposure1", "t1", Kind::positive, "time of the first sample"};
constexpr Parameter kEvents2{"events2", "count2|k2|x2", Kind::count, "number of events in the second sample"};
constexpr Parameter kExposure2{"exposure2", "t2", Kind::positive, "time of the second sample, in the same unit"};
constexpr Parameter kRatio{"ratio_null", "r0|ratio", Kind::positive, "ratio of the rates under the null", "1"};

constexpr std::array kIntervalParameters{kEvents, kExposure, kConfidence, kSide};
constexpr std::array kTestParameters{
    kEvents, kExposure,
    Parameter{"r0", "rate_null|rate", Kind::non_negative, "rate under the null, per unit of exposure", "1"},
    kAlternative};
constexpr std::array kRatioParameters{kEvents1, kExposure1, kEvents2, kExposure2, kRatio, kAlternative};
constexpr Parameter kRatioConfidence{
    "confidence", "", Kind::level, "of the interval for the ratio: two-sided, or one bound by the alternative", "0.95"};
constexpr std::array kRatioIntervalParameters{kEvents1, kExposure1,   kEvents2,        kExposure2,
                                              kRatio,   kAlternative, kRatioConfidence};

template <typename Method>
Answer bounds_by(const Arguments& call, const Method& method) {
  const Interval bounds = method(call.count("events"), call.real("exposure"), level_of(call));
  if (!std::isfinite(bounds.upper))
    return refused(
        fmt::format("the exposure, {}, is too small: the rate is larger than a double holds", call.real("exposure")),
        "give it in another unit");
  json::Object result;
  set_bounds(result, call, bounds, {0, HUGE_VAL});
  return result;
}

Answer exact_interval(const Arguments& call) {
  return bounds_by(call, statistics::garwood);
}
Answer byar(const Arguments& call) {
  return bounds_by(call, statistics::byar);
}

json::Object p_value(double value) {
  json::Object result;
  result.set("p_value", value);
  return result;
}

Answer exact_test(const Arguments& call) {
  const std::uint64_t events = call.count("events");
  const double mean = call.real("r0") * call.real("exposure");
  if (!(mean <= statistics::kMaximumMean))
    return refused("`r0` times `exposure` exceeds 1e15 events", "give a rate per unit of the exposure");
  switch (direction_of(call)) {
    case Alternative::less:
      return p_value(statistics::poisson_lower(events, mean));
    case Alternative::greater:
      return p_value(statistics::poisson_upper(events, mean));
    case Alternative::two_sided:
      break;
  }
  return p_value(statistics::poisson_test_two_sided(events, mean));
}

Result<RatePair> pair_of(const Arguments& call) {
  const RatePair pair{call.count("events1"), call.real("exposure1"), call.count("events2"), call.real("exposure2")};
  if (pair.events1 + pair.events2 == 0)
    return refused("neither sample has an event", "a ratio of two rates needs at least one event");
  if (const double ratio = call.real("ratio_null") * pair.exposure1 / pair.exposure2;
      !(ratio > 1e-300 && ratio < 1e300))
    return refused("the exposures are too far apart", "their ratio times `ratio_null` must be a double");
  return pair;
}

template <typename Test>
Answer ratio_test(const Arguments& call, const Test& test) {
  const auto pair = pair_of(call);
  if (!pair) return pair.problems();
  return p_value(test(*pair, call.real("ratio_null")));
}

double exact_p(const Arguments& call, const RatePair& pair, double ratio) {
  switch (direction_of(call)) {
    case Alternative::less:
      return statistics::conditional_lower(pair, ratio);
    case Alternative::greater:
      return statistics::conditional_upper(pair, ratio);
    case Alternative::two_sided:
      break;
  }
  return statistics::conditional_two_sided(pair, ratio);
}

double normal_p(const Arguments& call, double z) {
  switch (direction_of(call)) {
    case Alternative::less:
      return statistics::normal_cdf(z);
    case Alternative::greater:
      return statistics::normal_upper(z);
    case Alternative::two_sided:
      break;
  }
  return std::min(1.0, 2 * statistics::normal_upper(std::fabs(z)));
}

Answer ratio_exact_conditional(const Arguments& call) {
  return ratio_test(call, [&](const RatePair& pair, double ratio) { return exact_p(call, pair, ratio); });
}
Answer ratio_mid_p(const Arguments& call) {
  return ratio_test(call, [&](const RatePair& pair, double ratio) {
    return std::max(0.0, exact_p(call, pair, ratio) - statistics::conditional_pmf(pair, ratio) / 2);
  });
}
Answer ratio_score(const Arguments& call) {
  return ratio_test(
      call, [&](const RatePair& pair, double ratio) { return normal_p(call, statistics::ratio_score(pair, ratio)); });
}
Answer ratio_sqrt(const Arguments& call) {
  return ratio_test(
      call, [&](const RatePair& pair, double ratio) { return normal_p(call, statistics::ratio_root(pair, ratio)); });
}

Answer ratio_exact(const Arguments& call) {
  const auto pair = pair_of(call);
  if (!pair) return pair.problems();
  const Alternative alternative = direction_of(call);
  const auto level = statistics::tail_level(call.exact("confidence"), alternative == Alternative::two_sided);
  const Interval bounds = statistics::ratio_interval(*pair, level);
  const double rate2 = static_cast<double>(pair->events2) / pair->exposure2;
  json::Object result = p_value(exact_p(call, *pair, call.real("ratio_null")));
  result.set("ratio", number(static_cast<double>(pair->events1) / pair->exposure1 / rate2));
  result.set("lower", number(alternative == Alternative::less ? 0 : bounds.lower));
  result.set("upper", number(alternative == Alternative::greater ? HUGE_VAL : bounds.upper));
  return result;
}

constexpr std::string_view kRates =
    "lower, upper: rates, in events per unit of exposure; upper is Infinity where only the lower one is asked for";
constexpr std::string_view kP = "p_value: probability under the null of counts at least this extreme";
constexpr std::string_view kSteady =
    "events are independent and come at a constant rate; overdispersed counts are neither";

constexpr std::array kMethods{
    Method{"poisson_ci.exact", "The exact confidence interval of a rate of events.", kIntervalParameters, kRates,
           kSteady, Guarantee::finite_sample, "Garwood 1936",
           "poisson_ci.exact(events: 3, exposure: 720, confidence: 95%)", exact_interval},
    Method{"poisson_ci.byar", "Byar's approximation to the exact interval of a rate, for ten events or more.",
           kIntervalParameters, kRates, kSteady, Guarantee::asymptotic, "Rothman & Boice 1979",
           "byar(events: 1000, exposure: 11, confidence: 90%)", byar},
    Method{"poisson_test.exact", "The exact test of a rate of events against a given one.", kTestParameters, kP,
           kSteady, Guarantee::exact, "Garwood 1936",
           "poisson_test.exact(events: 10, exposure: 1, r0: 1, alternative: greater)", exact_test},
    Method{"poisson_ratio.exact", "The ratio of two rates: the test and the interval given the sum of both counts.",
           kRatioIntervalParameters,
           "p_value; ratio: of the observed rates, Infinity without events in the second sample; lower, upper: of the "
           "ratio, 0 "
           "and Infinity where there is no bound",
           kSteady, Guarantee::finite_sample, "Przyborowski & Wilenski 1940; Clopper & Pearson 1934",
           "poisson_ratio.exact(events1: 7, exposure1: 100, events2: 12, exposure2: 350, confidence: 95%)",
           ratio_exact},
    Method{"poisson_ratio.exact_cond", "The test of the ratio of two rates given the sum of both counts.",
           kRatioParameters, kP, kSteady, Guarantee::finite_sample, "Przyborowski & Wilenski 1940",
           "exact_cond(events1: 3, exposure1: 10, events2: 1, exposure2: 12, alternative: larger)",
           ratio_exact_conditional},
    Method{"poisson_ratio.cond_midp", "The same test with half the probability of the counts themselves taken off.",
           kRatioParameters, kP, kSteady, Guarantee::asymptotic, "Lancaster 1961",
           "cond_midp(events1: 10, exposure1: 100, events2: 20, exposure2: 120)", ratio_mid_p},
    Method{"poisson_ratio.score", "The score test of the ratio of two rates.", kRatioParameters, kP, kSteady,
           Guarantee::asymptotic, "Gu, Ng, Tang & Schucany 2008",
           "poisson_ratio.score(events1: 60, exposure1: 514_775, events2: 30, exposure2: 543_873, alternative: larger)",
           ratio_score},
    Method{"poisson_ratio.sqrt", "The test of the ratio of two rates by square roots, which stabilise their variance.",
           kRatioParameters, kP, kSteady, Guarantee::asymptotic, "Huffman 1984; Gu, Ng, Tang & Schucany 2008",
           "poisson_ratio.sqrt(events1: 60, exposure1: 514_775, events2: 30, exposure2: 543_873)", ratio_sqrt},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> rate_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
