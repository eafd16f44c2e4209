// Audits: what a sample of a population whose size is known says of all of it.
#include <fmt/format.h>

#include <array>

#include "runtime/methods/families.h"
#include "runtime/methods/sides.h"
#include "runtime/statistics/finite_population.h"
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
constexpr std::array kDefectsParameters{
    kPopulation, Parameter{"sample", "n", Kind::count, "records that were looked at"},
    Parameter{"found", "k|defects_found", Kind::count, "defective ones among them"}, kConfidence, kSide};

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

constexpr std::string_view kDrawn = "the sample is drawn at random without replacement";

constexpr std::array kMethods{
    Method{"audit.defects_ci", "Exact bounds of how many records of a population are defective, from a sample of it.",
           kDefectsParameters,
           "lower, upper: defective records in all; lower_share, upper_share: of the population; binomial_lower_share, "
           "binomial_upper_share: what the sample would say were the population endless, safe and wider",
           kDrawn, Guarantee::finite_sample, "Katz 1953; Buonaccorsi 1987",
           "audit.defects_ci(population: 10_000, sample: 2588, found: 3, confidence: 95%)", defects_interval},
    Method{"audit.detect_probability", "The probability that a sample of a finite population shows a defect.",
           kDetectParameters, "p_detect: probability of at least one defect in the sample", kDrawn, Guarantee::exact,
           "hypergeometric distribution", "detect_probability(population: 500, defects: 5, sample: 225)", detect},
    Method{"audit.sample_size", "The least sample of a finite population that shows one of so many defects.",
           kAuditParameters, "n: records to look at", kDrawn, Guarantee::exact, "hypergeometric distribution",
           "audit.sample_size(population: 100_000, max_defects: 50, confidence: 99%)", audit_size},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> audit_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
