// Censored samples: survival curves, quantiles of durations of which some were cut off, the verdict on a threshold.
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "runtime/methods/families.h"
#include "runtime/methods/verdict_fields.h"
#include "runtime/statistics/binomial.h"
#include "runtime/statistics/normal.h"
#include "runtime/statistics/survival.h"

namespace proofmark::methods {
namespace {

using statistics::Duration;
using statistics::SurvivalScale;

constexpr Parameter kSample{"sample", "", Kind::table,
                            "two columns: the time, and 1 where it ended or 0 where it was cut off", kOptional};
constexpr Parameter kTime{"time", "durations", Kind::reals, "the durations, instead of `sample`", kOptional};
constexpr Parameter kEvent{"event", "ended", Kind::counts, "1 where the duration ended, 0 where it was cut off",
                           kOptional};
constexpr Parameter kConfidence{"confidence", "", Kind::level, "of the limits, two-sided", "0.95"};
constexpr Parameter kScale{
    "conf_type", "scale", Kind::word, "scale on which the limits are symmetric", "log-log", "plain|log|log-log"};

Result<std::vector<Duration>> paired(const std::vector<double>& times, const std::vector<double>& events) {
  if (times.size() != events.size())
    return refused(fmt::format("there are {} times, but {} events", times.size(), events.size()),
                   "give one 1 or 0 for each time");
  std::vector<Duration> durations;
  durations.reserve(times.size());
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (events[i] != 0 && events[i] != 1)
      return refused(fmt::format("event {} is {}", i + 1, events[i]), "1: the duration ended; 0: it was cut off");
    durations.push_back({times[i], events[i] == 1});
  }
  return durations;
}

Result<std::vector<Duration>> durations_of(const Arguments& call) {
  if (call.has("sample") == (call.has("time") || call.has("event")))
    return refused("the durations are given twice or not at all", "give `sample`, or `time` and `event`");
  if (call.has("sample")) {
    const Table& table = call.table("sample");
    if (table.columns.size() != 2)
      return refused(fmt::format("`sample` has {} columns", table.columns.size()), "give two: time, event");
    if (table.columns.front().empty()) return refused("`sample` holds no rows", "give at least one duration");
    return paired(table.columns[0], table.columns[1]);
  }
  if (!call.has("time") || !call.has("event"))
    return refused("of `time` and `event` only one is given", "each duration needs 1 (ended) or 0 (cut off)");
  const auto& events = call.counts("event");
  return paired(call.reals("time"), {events.begin(), events.end()});
}

SurvivalScale scale_of(const std::string& word) {
  return word == "plain" ? SurvivalScale::plain : word == "log" ? SurvivalScale::log : SurvivalScale::log_log;
}

double z_of(const Arguments& call) {
  const auto alpha = plan::subtract(Rational(1), call.exact("confidence"));
  return -statistics::normal_quantile(alpha->nearest_double() / 2);
}

constexpr std::array kSurvivalParameters{
    kSample,     kTime,
    kEvent,      Parameter{"times", "at", Kind::reals, "where the curve is wanted, in the unit of the durations"},
    kConfidence, kScale};

Answer km_survival(const Arguments& call) {
  auto durations = durations_of(call);
  if (!durations) return durations.problems();
  const auto curve = statistics::survival_curve(std::move(*durations));
  const auto limits = statistics::survival_limits(curve, scale_of(call.word("conf_type")), z_of(call));
  std::vector<double> survival, error, lower, upper, at_risk;
  for (const double time : call.reals("times")) {
    std::size_t steps = 0;  // those up to and with `time`
    while (steps < curve.size() && curve[steps].time <= time) ++steps;
    const bool started = steps > 0;
    survival.push_back(started ? curve[steps - 1].survival : 1);
    error.push_back(started ? curve[steps - 1].standard_error() : 0);
    lower.push_back(started ? limits[steps - 1].lower : 1);
    upper.push_back(started ? limits[steps - 1].upper : 1);
    const std::size_t next = started && curve[steps - 1].time == time ? steps - 1 : steps;
    at_risk.push_back(next < curve.size() ? static_cast<double>(curve[next].at_risk) : 0);
  }
  json::Object result;
  result.set("survival", numbers(survival));
  result.set("std_err", numbers(error));
  result.set("lower", numbers(lower));
  result.set("upper", numbers(upper));
  result.set("n_risk", numbers(at_risk));
  return result;
}

constexpr std::array kQuantileParameters{
    kSample,
    kTime,
    kEvent,
    Parameter{"p", "quantile|quantiles", Kind::value, "one quantile or a list of them, each above 0 and below 1"},
    kConfidence,
    kScale,
    Parameter{"level_stretch", "", Kind::word,
              "the quantile where the curve runs level exactly at 1 - p: the middle of the stretch, or its beginning",
              "middle", "middle|beginning"}};

std::optional<std::vector<double>> levels_of(const json::Value& value) {
  const json::Array one{value};
  const json::Array* items = value.as_array() != nullptr ? value.as_array() : &one;
  std::vector<double> levels;
  for (const json::Value& item : *items) {
    std::optional<double> level;
    if (const auto* real = item.as_real()) level = *real;
    if (const auto* text = item.as_string())
      if (const auto exact = Rational::parse(*text)) level = exact->nearest_double();
    if (!level || !(*level > 0 && *level < 1)) return std::nullopt;
    levels.push_back(*level);
  }
  if (levels.empty()) return std::nullopt;
  return levels;
}

Answer km_quantile(const Arguments& call) {
  auto durations = durations_of(call);
  if (!durations) return durations.problems();
  const auto levels = levels_of(call.value("p"));
  if (!levels)
    return refused("`p` is not a quantile or a list of quantiles", "each lies above 0 and below 1: [0.5, 0.99]");
  const auto curve = statistics::survival_curve(std::move(*durations));
  const auto limits = statistics::survival_limits(curve, scale_of(call.word("conf_type")), z_of(call));
  std::vector<double> times, middle, low, high;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    times.push_back(curve[i].time);
    middle.push_back(curve[i].survival);
    low.push_back(limits[i].lower);
    high.push_back(limits[i].upper);
  }
  const auto stretch =
      call.word("level_stretch") == "middle" ? statistics::LevelStretch::middle : statistics::LevelStretch::beginning;
  std::vector<double> q, lower, upper;
  for (const double p : *levels) {
    q.push_back(statistics::time_fallen_to(times, middle, p, stretch));
    lower.push_back(statistics::time_fallen_to(times, low, p, stretch));
    upper.push_back(statistics::time_fallen_to(times, high, p, stretch));
  }
  json::Object result;
  result.set("q", numbers(q));
  result.set("lower", numbers(lower));
  result.set("upper", numbers(upper));
  return result;
}

constexpr std::array kVerdictParameters{
    kSample,
    kTime,
    kEvent,
    Parameter{"p", "quantile", Kind::level, "which quantile"},
    Parameter{"threshold", "t", Kind::real, "claimed not to be exceeded by the quantile, in the unit of the durations"},
    Parameter{"confidence", "", Kind::level, "one-sided", "0.95"}};

// Rows cut off before the threshold are unknown and count against a pass and against a fail; rows cut off at or after
// it are known to exceed it.
Answer quantile_le(const Arguments& call) {
  const auto durations = durations_of(call);
  if (!durations) return durations.problems();
  const double threshold = call.real("threshold");
  statistics::ProportionCounts counts;
  counts.n = durations->size();
  for (const Duration& each : *durations) {
    if (each.ended && each.time <= threshold) ++counts.good;
    if (!each.ended && each.time < threshold) ++counts.unknown;
  }
  const Rational alpha = *plan::subtract(Rational(1), call.exact("confidence"));
  const auto decision = statistics::decide_proportion(counts, {true, call.exact("p")}, alpha);
  json::Object result;
  result.set("verdict", json::Value(std::string(verdict_word(decision.outcome))));
  result.set("count_le", static_cast<std::int64_t>(counts.good));
  result.set("unknown", static_cast<std::int64_t>(counts.unknown));
  result.set("n", static_cast<std::int64_t>(counts.n));
  result.set("p_value_pass", number(decision.p_pass));
  result.set("p_value_fail", number(decision.p_fail));
  return result;
}

constexpr std::string_view kUninformative = "what cut a duration off did not depend on how long it would have run";

constexpr std::array kMethods{
    Method{"censored.km_quantile", "Quantiles of durations of which some were cut off.", kQuantileParameters,
           "q, lower, upper: in the unit of the durations, one for each p; Infinity: not reached", kUninformative,
           Guarantee::asymptotic, "Kaplan & Meier 1958; Brookmeyer & Crowley 1982",
           "km_quantile(time: [9, 13, 13, 18, 23, 28, 31, 34], event: [1, 1, 0, 1, 1, 0, 1, 1], p: [0.25, 0.5])",
           km_quantile},
    Method{"censored.km_survival", "The share of durations that exceed a time, when some were cut off.",
           kSurvivalParameters,
           "survival, std_err (0 once the curve is 0), lower, upper: proportions; n_risk: durations still running just "
           "before; one for each time",
           kUninformative, Guarantee::asymptotic, "Kaplan & Meier 1958; Greenwood 1926",
           "km_survival(time: [9, 13, 13, 18, 23], event: [1, 1, 0, 1, 1], times: [10, 20], conf_type: log)",
           km_survival},
    Method{"censored.quantile_le", "Whether a quantile of partly cut-off durations is at most a threshold.",
           kVerdictParameters,
           "verdict: pass, fail, inconclusive; count_le: durations known to be at most the threshold; unknown: cut off "
           "before it; n; p_value_pass, p_value_fail",
           "durations are independent and their number was fixed in advance; nothing is assumed of the cut-offs",
           Guarantee::finite_sample, "Clopper & Pearson 1934; worst case over what is unknown",
           "censored.quantile_le(time: [1, 2, 3, 9], event: [1, 1, 1, 0], p: 50%, threshold: 5, confidence: 90%)",
           quantile_le},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> censored_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
