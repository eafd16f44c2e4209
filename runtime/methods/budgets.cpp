// Error budgets: how fast they burn, when that alerts, and whether they will last.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/methods/families.h"
#include "runtime/methods/sides.h"
#include "runtime/statistics/beta_comparison.h"
#include "runtime/statistics/binomial.h"
#include "runtime/statistics/proportion_intervals.h"

namespace proofmark::methods {
namespace {

constexpr Parameter kBad{"bad", "errors", Kind::count, "requests that failed"};
constexpr Parameter kTotal{"total", "n", Kind::count, "all requests"};
constexpr std::uint64_t kMostRequests = 10'000'000'000'000;

constexpr std::array kBurnParameters{
    kBad, kTotal, Parameter{"slo", "target", Kind::level, "the objective, such as 99.9%"}, kConfidence};
constexpr std::array kExhaustionParameters{
    kBad,
    kTotal,
    Parameter{"budget_remaining", "remaining", Kind::exact, "failures that may still come; spent from 0 down"},
    Parameter{"future_total", "future", Kind::count, "requests that are still to come"},
    Parameter{"prior_a", "", Kind::positive, "first shape of the beta prior", "0.5"},
    Parameter{"prior_b", "", Kind::positive, "second shape of the beta prior", "0.5"},
    Parameter{"design_effect", "deff", Kind::exact, "so many requests tell as much as one, and fail together", "1"}};
constexpr std::array kAlertParameters{
    kBad,
    kTotal,
    Parameter{"slo", "target", Kind::level, "the objective, such as 99.9%"},
    Parameter{"factor", "burn_rate", Kind::exact, "how many times as fast as allowed, such as 14.4"},
    Parameter{"confidence", "", Kind::level, "one-sided, that it burns faster than that, such as 95%"},
    Parameter{"minimum_total", "minimum", Kind::count, "fewer requests than this alert nobody"}};
constexpr std::array kRuleParameters{
    Parameter{"slo", "target", Kind::level, "the objective, such as 99.9%"},
    Parameter{"factor", "burn_rate", Kind::exact, "how many times as fast as allowed, such as 14.4"},
    Parameter{"confidence", "", Kind::level, "one-sided, that it burns faster than that, such as 95%"},
    Parameter{"minimum_total", "minimum", Kind::count, "fewer requests than this alert nobody"}};

// P(at least `bad` of `total` fail) if requests fail `factor` tenths as often as the budget allows.
double burning_faster(const Arguments& call, const Rational& budget, std::int64_t tenths) {
  const auto rate = plan::multiply(budget, *Rational::make(tenths, 10));
  if (!rate) {
    const double p = std::min(1.0, budget.nearest_double() * static_cast<double>(tenths) / 10);
    return statistics::binomial_upper(call.count("bad"), call.count("total"), {p, 1 - p});
  }
  return statistics::upper_tail(call.count("bad"), call.count("total"), std::min(*rate, Rational(1)));
}

Answer burn_rate(const Arguments& call) {
  const std::uint64_t bad = call.count("bad"), total = call.count("total");
  if (bad > total) return refused("`bad` exceeds `total`", "the failures are among the requests");
  if (total == 0) return refused("`total` is 0", "without traffic there is no data, and no burn rate");
  const Rational budget = statistics::alpha_of(call.exact("slo"));
  const double share = budget.nearest_double();
  const auto bounds = statistics::exact_interval({bad, total}, statistics::tail_level(call.exact("confidence"), true));
  json::Object result;
  result.set("burn_rate", number(static_cast<double>(bad) / static_cast<double>(total) / share));
  result.set("lower", number(bounds.lower / share));
  result.set("upper", number(bounds.upper / share));
  result.set("p_value_gt_1", burning_faster(call, budget, 10));
  result.set("p_value_gt_6", burning_faster(call, budget, 60));
  result.set("p_value_gt_14_4", burning_faster(call, budget, 144));
  return result;
}

// Predictive probability that what remains is spent, or, `beyond`, that more failures come than remain; in units of
// requests that fail together.
double failures_to_come(const Arguments& call, bool beyond) {
  const Rational& effect = call.exact("design_effect");
  const auto units = [&](const Rational& count) {
    const auto divided = plan::divide(count, effect);
    return divided ? *divided : count;
  };
  const Rational remaining = units(call.exact("budget_remaining"));
  const plan::Int128 least = beyond ? remaining.floor() + 1 : remaining.ceil();
  const plan::Int128 future = units(Rational(static_cast<std::int64_t>(call.count("future_total")))).ceil();
  if (least <= 0) return 1;
  if (least > future) return 0;
  const double together = effect.nearest_double();
  const auto bad = static_cast<double>(call.count("bad")), total = static_cast<double>(call.count("total"));
  return statistics::beta_binomial_upper(
      {bad / together + call.real("prior_a"), (total - bad) / together + call.real("prior_b")},
      static_cast<std::uint64_t>(future), static_cast<std::uint64_t>(least));
}

Answer exhaustion(const Arguments& call) {
  const std::uint64_t bad = call.count("bad"), total = call.count("total");
  if (bad > total) return refused("`bad` exceeds `total`", "the failures are among the requests");
  if (total == 0) return refused("`total` is 0", "without traffic there is no data to predict from");
  for (const char* name : {"prior_a", "prior_b"})
    if (call.real(name) < 1e-6 || call.real(name) > 1e13)
      return refused("a shape of the prior is not from 1e-6 to 1e13", "Jeffreys' prior has 0.5, the uniform one has 1");
  if (call.exact("design_effect") < Rational(1))
    return refused("`design_effect` is below 1", "requests that fail together never tell more: give at least 1");
  json::Object result;
  result.set("is", "posterior prediction");
  result.set("prob_exhaust", failures_to_come(call, true));
  result.set("prob_spent", failures_to_come(call, false));
  result.set("spent", call.exact("budget_remaining") <= Rational());
  return result;
}

Answer alert(const Arguments& call) {
  const std::uint64_t bad = call.count("bad"), total = call.count("total");
  if (bad > total) return refused("`bad` exceeds `total`", "the failures are among the requests");
  if (total == 0) return refused("`total` is 0", "without traffic there is no data, and no alert");
  if (call.count("minimum_total") == 0)
    return refused("`minimum_total` is 0", "a few failures at night would page: say how many requests are needed");
  const Rational budget = statistics::alpha_of(call.exact("slo"));
  const auto share = plan::multiply(budget, call.exact("factor"));
  if (!share || *share <= Rational()) return refused("`factor` is not above 0", "14.4, 6 and 1 are usual");
  if (*share >= Rational(1))
    return refused(fmt::format("all requests failing would burn {} times as fast as allowed, and no faster",
                               1 / budget.nearest_double()),
                   "a rule with this `factor` could never fire: give a smaller one");
  const Rational alpha = statistics::alpha_of(call.exact("confidence"));
  const auto against = statistics::compare_upper_tail(bad, total, *share, alpha);
  const bool beyond = against == statistics::Against::below || against == statistics::Against::equal;
  json::Object result;
  result.set("alert", beyond && total >= call.count("minimum_total"));
  result.set("p_value", number(statistics::upper_tail(bad, total, *share)));
  result.set("burn_rate", number(static_cast<double>(bad) / static_cast<double>(total) / budget.nearest_double()));
  return result;
}

// What an alert on a burn rate can do before any traffic is seen.
Answer rule(const Arguments& call) {
  const std::uint64_t minimum = call.count("minimum_total");
  if (minimum == 0)
    return refused("`minimum_total` is 0", "a few failures at night would page: say how many requests are needed");
  const Rational budget = statistics::alpha_of(call.exact("slo"));
  const auto share = plan::multiply(budget, call.exact("factor"));
  if (!share || *share <= Rational()) return refused("`factor` is not above 0", "14.4, 6 and 1 are usual");
  json::Object result;
  result.set("can_fire", *share <= Rational(1));
  result.set("largest_factor", number(1 / budget.nearest_double()));
  json::Value fewest_bad, fewest_total;
  if (*share < Rational(1)) {
    const Rational alpha = statistics::alpha_of(call.exact("confidence"));
    const std::uint64_t bad = statistics::upper_rank(minimum, *share, alpha, false);
    if (bad <= minimum) fewest_bad = bad;
    if (const auto total = statistics::smallest_n_to_pass({true, *share}, alpha); total && *total <= kMostRequests)
      fewest_total = *total;
  }
  result.set("fewest_bad", std::move(fewest_bad));
  result.set("fewest_total", std::move(fewest_total));
  return result;
}

constexpr std::string_view kIndependent = "requests fail independently of one another";

constexpr std::array kMethods{
    Method{"burn.alert", "Whether the budget burns faster than a factor, beyond doubt and on enough requests.",
           kAlertParameters,
           "alert: true or false; p_value: of the test that it burns `factor` times as fast; burn_rate", kIndependent,
           Guarantee::exact, "Clopper & Pearson 1934; Beyer et al. 2018",
           "burn.alert(bad: 9, total: 200, slo: 99.9%, factor: 14.4, confidence: 95%, minimum_total: 100)", alert},
    Method{
        "burn.rate_ci", "How many times faster than allowed the error budget burns, with its exact interval.",
        kBurnParameters,
        "burn_rate, lower, upper: multiples of the rate that the objective allows; p_value_gt_1, _gt_6, _gt_14_4: of "
        "the test that it burns so many times as fast",
        kIndependent, Guarantee::finite_sample, "Clopper & Pearson 1934; Beyer et al. 2018",
        "rate_ci(bad: 5, total: 10_000, slo: 99.9%, confidence: 95%)", burn_rate},
    Method{
        "burn.exhaustion_probability", "The predictive probability that the rest of the error budget will not last.",
        kExhaustionParameters,
        "is: a posterior prediction, and no confidence; prob_exhaust: of more failures than remain, 1 where more have "
        "failed than were allowed (with nothing left, that one more comes); prob_spent: of as many as remain, 1 where "
        "nothing does; spent: whether nothing remains, so that one more failure is too many",
        "requests fail independently, as often as before, or `design_effect` of them together; the prior is what was "
        "believed",
        Guarantee::assumed, "Skellam 1948",
        "exhaustion_probability(bad: 60, total: 100_000, budget_remaining: 80, future_total: 100_000)", exhaustion},
    Method{"burn.rule",
           "What an alert on a burn rate can do before any traffic is seen: whether it can fire, and on what.",
           kRuleParameters,
           "can_fire: false if even all requests failing burn more slowly than `factor`; largest_factor: the rate at "
           "which all failing burn; fewest_bad: failures among `minimum_total` requests that `burn.alert` fires on, "
           "null if not even all; fewest_total: requests with which it fires if all fail, null if none are enough",
           kIndependent, Guarantee::exact, "Beyer et al. 2018; Clopper & Pearson 1934",
           "burn.rule(slo: 99.9%, factor: 14.4, confidence: 95%, minimum_total: 100)", rule},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> budget_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
