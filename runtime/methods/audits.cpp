// Audits: what a sample of a population whose size is known says of all of it.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/methods/families.h"
#include "runtime/methods/large_part.h"
#include "runtime/methods/sides.h"
#include "runtime/methods/verdict_fields.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/finite_population.h"
#include "runtime/statistics/hypergeometric.h"
#include "runtime/statistics/proportion_intervals.h"
#include "runtime/statistics/sample_sizes.h"

namespace proofmark::methods {
namespace {

constexpr Parameter kPopulation{"population", "N", Kind::count, "records in all"};
constexpr std::array kDetectParameters{kPopulation,
                                       Parameter{"defects", "D", Kind::count, "defective records among them"},
                                       Parameter{"sample", "n", Kind::count, "records that are looked at"}};
constexpr std::array kAuditParameters{
    kPopulation, Parameter{"max_defects", "defects|D", Kind::count, "number of defective records that is to show"},
    Parameter{"confidence", "", Kind::level, "that at least one of them shows, such as 95%"}};
constexpr std::array kDecidedParameters{
    kPopulation, Parameter{"sample", "n", Kind::count, "records that were looked at"},
    Parameter{"found", "k|defects_found", Kind::count, "defective ones among them"},
    Parameter{"max_defects", "defects|D", Kind::count, "so many of the population at most are claimed defective"},
    Parameter{"confidence", "", Kind::level, "of either verdict by itself, above 50%, such as 95%"}};
constexpr std::array kDefectsParameters{
    kPopulation, Parameter{"sample", "n", Kind::count, "records that were looked at"},
    Parameter{"found", "k|defects_found", Kind::count, "defective ones among them"}, kConfidence, kSide};

// 1 - (1 - share)^n
double detected_without_end(double share, std::uint64_t n) {
  if (n == 0) return 0;
  return share >= 1 ? 1 : -statistics::expm1_of(static_cast<double>(n) * statistics::log1p_of(-share));
}

Answer detect(const Arguments& call) {
  const std::uint64_t population = call.count("population"), defects = call.count("defects");
  const std::uint64_t sample = call.count("sample");
  if (defects > population || sample > population)
    return refused("`defects` or `sample` exceeds `population`", "both are part of it");
  json::Object result;
  result.set("p_detect", statistics::detect_probability(population, defects, sample));
  const double share = population == 0 ? 0 : static_cast<double>(defects) / static_cast<double>(population);
  result.set("p_detect_binomial", number(detected_without_end(share, sample)));
  if (const auto part = large_part(sample, population))
    result.set("hint", *part + ": `p_detect_binomial`, of an endless population, is too low");
  return result;
}

// The success run with the share of defects; null above 1e13.
json::Value endless_sample(std::uint64_t population, std::uint64_t defects, const Rational& alpha) {
  if (defects == population) return 1;
  const auto sound = Rational::make(plan::Int128(population - defects), plan::Int128(population));
  const auto n = statistics::smallest_n_to_pass({true, *sound}, alpha);
  return n && *n <= statistics::kMaximumRows ? json::Value(*n) : json::Value();
}

Answer audit_size(const Arguments& call) {
  const std::uint64_t population = call.count("population"), defects = call.count("max_defects");
  if (defects == 0 || defects > population)
    return refused("`max_defects` is not from 1 to `population`", "say how many defects are to show");
  const std::uint64_t n = statistics::detecting_sample(population, defects, call.exact("confidence"));
  json::Object result;
  result.set("n", n);
  result.set("n_binomial", endless_sample(population, defects, statistics::alpha_of(call.exact("confidence"))));
  if (const auto part = large_part(n, population))
    result.set("hint", *part + ": `n_binomial`, of an endless population, is more than needed");
  return result;
}

Answer defects_interval(const Arguments& call) {
  const statistics::Sampled sampled{call.count("population"), call.count("sample"), call.count("found")};
  if (sampled.sample > sampled.population || sampled.found > sampled.sample)
    return refused("`sample` exceeds `population`, or `found` exceeds `sample`", "each is part of the one before");
  if (sampled.sample == 0) return refused("`sample` is 0", "nothing was looked at, so nothing can be said");
  const auto level = level_of(call);
  const auto bounds = statistics::defects_interval(sampled, level.alpha);
  const std::uint64_t most = sampled.population - (sampled.sample - sampled.found);
  const std::uint64_t lower = call.word("side") == "upper" ? sampled.found : bounds.lower;
  const std::uint64_t upper = call.word("side") == "lower" ? most : bounds.upper;
  const auto share = [&](std::uint64_t defects) {
    return number(static_cast<double>(defects) / static_cast<double>(sampled.population));
  };
  json::Object result;
  result.set("lower", lower);
  result.set("upper", upper);
  result.set("lower_share", share(lower));
  result.set("upper_share", share(upper));
  const auto binomial = statistics::exact_interval({sampled.found, sampled.sample}, level);
  result.set("binomial_lower_share", number(call.word("side") == "upper" ? 0 : binomial.lower));
  result.set("binomial_upper_share", number(call.word("side") == "lower" ? 1 : binomial.upper));
  return result;
}

// P(at most, at least `found` defects in the sample) of a population with so many.
double at_most(const statistics::Sampled& sampled, std::uint64_t defects) {
  const statistics::Hypergeometric of(sampled.sample, sampled.population - sampled.sample, defects);
  if (sampled.found < of.lowest()) return 0;
  return sampled.found >= of.highest() ? 1 : of.at_most(sampled.found);
}
double at_least(const statistics::Sampled& sampled, std::uint64_t defects) {
  const statistics::Hypergeometric of(sampled.sample, sampled.population - sampled.sample, defects);
  if (sampled.found > of.highest()) return 0;
  return sampled.found <= of.lowest() ? 1 : of.at_least(sampled.found);
}

// The claim: at most so many of the population are defective. A tail within kNear of alpha settles nothing.
Answer defects_le(const Arguments& call) {
  constexpr double kNear = 1e-10;
  const statistics::Sampled sampled{call.count("population"), call.count("sample"), call.count("found")};
  const std::uint64_t most = call.count("max_defects");
  if (sampled.sample > sampled.population || sampled.found > sampled.sample)
    return refused("`sample` exceeds `population`, or `found` exceeds `sample`", "each is part of the one before");
  if (most >= sampled.population)
    return refused("`max_defects` is not below `population`", "that claims nothing: no more can be defective");
  if (auto problem = undecidable(call)) return std::move(*problem);
  const double alpha = statistics::alpha_of(call.exact("confidence")).nearest_double();
  const double p_pass = at_most(sampled, most + 1), p_fail = at_least(sampled, most);
  const bool passes = p_pass < alpha * (1 - kNear), fails = p_fail < alpha * (1 - kNear);
  json::Object result;
  result.set("verdict", passes ? "pass" : fails ? "fail" : "inconclusive");
  result.set("p_value_pass", number(p_pass));
  result.set("p_value_fail", number(p_fail));
  if (!passes && !fails && std::min(p_pass, p_fail) <= alpha * (1 + kNear)) result.set("borderline", true);
  return result;
}

constexpr std::string_view kDrawn = "the sample is drawn at random without replacement";

constexpr std::array kMethods{
    Method{"audit.defects_ci", "Exact bounds of how many records of a population are defective, from a sample of it.",
           kDefectsParameters,
           "lower, upper: defective records in all; lower_share, upper_share: of the population; binomial_lower_share, "
           "binomial_upper_share: what the sample would say were the population endless, safe and wider",
           kDrawn, Guarantee::finite_sample, "Katz 1953; Buonaccorsi 1987",
           "audit.defects_ci(population: 10_000, sample: 2588, found: 3, confidence: 95%)", defects_interval},
    Method{
        "audit.detect_probability", "The probability that a sample of a finite population shows a defect.",
        kDetectParameters,
        "p_detect: probability of at least one defect in the sample; p_detect_binomial: were the population endless; "
        "hint: where more than a twentieth of it is looked at",
        kDrawn, Guarantee::exact, "hypergeometric distribution",
        "detect_probability(population: 500, defects: 5, sample: 225)", detect},
    Method{"audit.sample_size", "The least sample of a finite population that shows one of so many defects.",
           kAuditParameters,
           "n: records to look at; n_binomial: were the population endless, null above 1e13; hint: where more than a "
           "twentieth of it is looked at",
           kDrawn, Guarantee::exact, "hypergeometric distribution",
           "audit.sample_size(population: 100_000, max_defects: 50, confidence: 99%)", audit_size},
    Method{"verdict.defects_le", "Decides that at most so many records of a population are defective, from a sample.",
           kDecidedParameters,
           "verdict: pass, fail or inconclusive; p_value_pass, p_value_fail: of the tests that would show it; "
           "borderline: true if a tail is within 1e-10 of what may go wrong",
           kDrawn, Guarantee::finite_sample, "Katz 1953; Buonaccorsi 1987",
           "defects_le(population: 10_000, sample: 2588, found: 3, max_defects: 30, confidence: 95%)", defects_le},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> audit_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
