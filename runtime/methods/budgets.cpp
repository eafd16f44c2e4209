// Error budgets: how fast they burn, whether they will last, what a chain of services may promise, and audits.
#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/methods/families.h"
#include "runtime/methods/sides.h"
#include "runtime/statistics/beta_comparison.h"
#include "runtime/statistics/binomial.h"
#include "runtime/statistics/compose.h"
#include "runtime/statistics/proportion_intervals.h"
#include "runtime/statistics/sample_sizes.h"

namespace proofmark::methods {
namespace {

constexpr Parameter kBad{"bad", "errors", Kind::count, "requests that failed"};
constexpr Parameter kTotal{"total", "n", Kind::count, "all requests"};
constexpr std::size_t kMostComponents = 1'000'000;

constexpr std::array kBurnParameters{
    kBad, kTotal, Parameter{"slo", "target", Kind::level, "the objective, such as 99.9%"}, kConfidence};
constexpr std::array kExhaustionParameters{
    kBad,
    kTotal,
    Parameter{"budget_remaining", "remaining", Kind::exact, "failures that may still come; spent if negative"},
    Parameter{"future_total", "future", Kind::count, "requests that are still to come"},
    Parameter{"prior_a", "", Kind::positive, "first shape of the beta prior", "0.5"},
    Parameter{"prior_b", "", Kind::positive, "second shape of the beta prior", "0.5"}};
constexpr std::array kSeriesParameters{
    Parameter{"components", "services", Kind::value, "a list of {successes, trials}, one a service"},
    Parameter{"confidence", "", Kind::level, "of the whole, such as 95%"}};
constexpr Parameter kPopulation{"population", "N", Kind::count, "records in all"};
constexpr std::array kDetectParameters{kPopulation,
                                       Parameter{"defects", "D", Kind::count, "defective records among them"},
                                       Parameter{"sample", "n", Kind::count, "records that are looked at"}};
constexpr std::array kAuditParameters{
    kPopulation, Parameter{"max_defects", "defects|D", Kind::count, "number of defective records that is to show"},
    Parameter{"confidence", "", Kind::level, "that at least one of them shows, such as 95%"}};

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

Answer exhaustion(const Arguments& call) {
  const std::uint64_t bad = call.count("bad"), total = call.count("total"), future = call.count("future_total");
  if (bad > total) return refused("`bad` exceeds `total`", "the failures are among the requests");
  if (total == 0) return refused("`total` is 0", "without traffic there is no data to predict from");
  for (const char* name : {"prior_a", "prior_b"})
    if (call.real(name) < 1e-6 || call.real(name) > 1e13)
      return refused("a shape of the prior is not from 1e-6 to 1e13", "Jeffreys' prior has 0.5, the uniform one has 1");
  const plan::Int128 remaining = call.exact("budget_remaining").floor();
  json::Object result;
  double probability = 0;
  if (remaining < 0)
    probability = 1;
  else if (remaining < static_cast<plan::Int128>(future))
    probability = statistics::beta_binomial_upper(
        {static_cast<double>(bad) + call.real("prior_a"), static_cast<double>(total - bad) + call.real("prior_b")},
        future, static_cast<std::uint64_t>(remaining) + 1);
  result.set("prob_exhaust", probability);
  return result;
}

std::optional<std::uint64_t> count_in(const json::Value& value) {
  const std::int64_t* count = value.as_integer();
  if (count == nullptr || *count < 0 || static_cast<std::uint64_t>(*count) > statistics::kMaximumRows)
    return std::nullopt;
  return static_cast<std::uint64_t>(*count);
}

// {k, n}, {successes, trials} or [k, n].
std::optional<statistics::Trials> component_of(const json::Value& value) {
  const json::Value *k = nullptr, *n = nullptr;
  if (const json::Array* pair = value.as_array(); pair != nullptr && pair->size() == 2) {
    k = &(*pair)[0], n = &(*pair)[1];
  } else if (const json::Object* named = value.as_object()) {
    k = named->find("k") != nullptr ? named->find("k") : named->find("successes");
    n = named->find("n") != nullptr ? named->find("n") : named->find("trials");
  }
  if (k == nullptr || n == nullptr) return std::nullopt;
  const auto successes = count_in(*k), trials = count_in(*n);
  if (!successes || !trials || *successes > *trials || *trials == 0) return std::nullopt;
  return statistics::Trials{*successes, *trials};
}

Answer series(const Arguments& call) {
  const json::Array* items = call.value("components").as_array();
  if (items == nullptr || items->empty() || items->size() > kMostComponents)
    return refused("`components` is not a list of services", "give [{successes: 9990, trials: 10000}, …]");
  std::vector<statistics::Trials> components;
  components.reserve(items->size());
  for (const json::Value& item : *items) {
    const auto component = component_of(item);
    if (!component)
      return refused("a component is not {successes, trials} with 0 <= successes <= trials and trials above 0",
                     "give [{successes: 9990, trials: 10000}, …]");
    components.push_back(*component);
  }
  const auto bound = statistics::series_bound(components, call.exact("confidence"));
  json::Object result;
  result.set("bonferroni_union", bound.bonferroni_union);
  result.set("bonferroni_product", bound.bonferroni_product);
  result.set("sidak_product", bound.sidak_product);
  result.set("point", bound.point);
  return result;
}

Answer detect(const Arguments& call) {
  const std::uint64_t population = call.count("population"), defects = call.count("defects");
  const std::uint64_t sample = call.count("sample");
  if (defects > population || sample > population)
    return refused("`defects` or `sample` exceeds `population`", "both are part of it");
  json::Object result;
  result.set("p_detect", statistics::detect_probability(population, defects, sample));
  return result;
}

Answer audit_size(const Arguments& call) {
  const std::uint64_t population = call.count("population"), defects = call.count("max_defects");
  if (defects == 0 || defects > population)
    return refused("`max_defects` is not from 1 to `population`", "say how many defects are to show");
  json::Object result;
  result.set("n",
             static_cast<std::int64_t>(statistics::detecting_sample(population, defects, call.exact("confidence"))));
  return result;
}

constexpr std::string_view kIndependent = "requests fail independently of one another";

constexpr std::array kMethods{
    Method{
        "burn.rate_ci", "How many times faster than allowed the error budget burns, with its exact interval.",
        kBurnParameters,
        "burn_rate, lower, upper: multiples of the rate that the objective allows; p_value_gt_1, _gt_6, _gt_14_4: of "
        "the test that it burns so many times as fast",
        kIndependent, Guarantee::finite_sample, "Clopper & Pearson 1934; Beyer et al. 2018",
        "rate_ci(bad: 5, total: 10_000, slo: 99.9%, confidence: 95%)", burn_rate},
    Method{"burn.exhaustion_probability", "The predictive probability that the rest of the error budget will not last.",
           kExhaustionParameters, "prob_exhaust: posterior probability of more failures than remain",
           "requests fail independently, as often as before; the prior is what was believed", Guarantee::assumed,
           "Skellam 1948",
           "exhaustion_probability(bad: 60, total: 100_000, budget_remaining: 80, future_total: 100_000)", exhaustion},
    Method{
        "compose.series_lower_bound", "A lower bound of the reliability of services that must all succeed.",
        kSeriesParameters,
        "bonferroni_union: needs no independence; bonferroni_product: services fail independently; sidak_product: and "
        "were measured independently; point: product of the observed proportions",
        "each service's trials are independent; the products need what their names say", Guarantee::finite_sample,
        "Bonferroni 1936; Sidak 1967",
        "series_lower_bound(components: [{k: 299, n: 299}, {k: 299, n: 299}], confidence: 95%)", series},
    Method{"audit.detect_probability", "The probability that a sample of a finite population shows a defect.",
           kDetectParameters, "p_detect: probability of at least one defect in the sample",
           "the sample is drawn at random without replacement", Guarantee::exact, "hypergeometric distribution",
           "detect_probability(population: 500, defects: 5, sample: 225)", detect},
    Method{"audit.sample_size", "The least sample of a finite population that shows one of so many defects.",
           kAuditParameters, "n: records to look at", "the sample is drawn at random without replacement",
           Guarantee::exact, "hypergeometric distribution",
           "audit.sample_size(population: 100_000, max_defects: 50, confidence: 99%)", audit_size},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> budget_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
