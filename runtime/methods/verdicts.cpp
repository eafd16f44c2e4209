// Verdicts against a threshold, as a policy reaches them: two one-sided tests, each at 1 - confidence.
#include <algorithm>
#include <array>

#include "runtime/methods/families.h"
#include "runtime/methods/large_part.h"
#include "runtime/methods/sides.h"
#include "runtime/methods/verdict_fields.h"

namespace proofmark::methods {
namespace {

constexpr Parameter kSuccesses{"successes", "k|good", Kind::count, "trials known to meet the condition"};
constexpr Parameter kTrials{"trials", "n|total", Kind::count, "number of trials"};
constexpr Parameter kUnknown{"unknown", "", Kind::count,
                             "trials of which it is not known: bad for a pass, good for a fail", "0"};
constexpr Parameter kLimit{"threshold", "", Kind::proportion, "the proportion that is claimed, such as 99.9%"};
constexpr Parameter kVerdictConfidence{"confidence", "", Kind::level,
                                       "of either verdict by itself, above 50%, such as 95%"};

constexpr Parameter kPopulation{"population", "N", Kind::count,
                                "of which the trials are a sample without replacement, where it ends", kOptional};
constexpr std::array kProportionParameters{kSuccesses, kTrials, kLimit, kVerdictConfidence, kUnknown, kPopulation};
constexpr std::array kQuantileParameters{
    Parameter{"sample", "values|x", Kind::any_reals, "the values, or the CSV file that holds them"},
    Parameter{"p", "quantile|q", Kind::level, "which quantile is claimed about, such as 99%"},
    Parameter{"threshold", "", Kind::real, "what the quantile is claimed not to exceed, in the unit of the sample"},
    kVerdictConfidence,
};

constexpr std::array kFloorParameters{
    Parameter{"sample", "values|x", Kind::any_reals, "the values, or the CSV file that holds them"},
    Parameter{"p", "quantile|q", Kind::level, "which quantile is claimed about, such as 1%"},
    Parameter{"threshold", "t", Kind::real, "what the quantile is claimed to reach, in the unit of the sample"},
    kVerdictConfidence,
};

Answer decide(const Arguments& call, bool at_least) {
  const statistics::ProportionCounts counts{call.count("successes"), call.count("unknown"), call.count("trials")};
  if (counts.unknown > counts.n || counts.good > counts.n - counts.unknown)
    return refused("`successes` and `unknown` exceed `trials`", "both are among the trials");
  if (auto problem = undecidable(call)) return std::move(*problem);
  const auto alpha = statistics::alpha_of(call.exact("confidence"));
  json::Object result;
  set_verdict(result, counts, {at_least, call.exact("threshold")}, alpha);
  set_one_sided_bounds(result, counts, call.exact("confidence"));
  if (!call.has("population")) return result;
  const std::uint64_t population = call.count("population");
  if (counts.n > population) return refused("`trials` exceeds `population`", "the trials are part of it");
  if (const auto part = large_part(counts.n, population))
    result.set("hint", *part + ": this verdict holds, and `verdict.defects_le` decides with fewer");
  return result;
}

Answer proportion_ge(const Arguments& call) {
  return decide(call, true);
}
Answer proportion_le(const Arguments& call) {
  return decide(call, false);
}

Answer quantile_le(const Arguments& call) {
  if (auto problem = undecidable(call)) return std::move(*problem);
  const std::vector<double>& sample = call.reals("sample");
  const double threshold = call.real("threshold");
  const auto count = static_cast<std::uint64_t>(
      std::count_if(sample.begin(), sample.end(), [threshold](double value) { return value <= threshold; }));
  json::Object result;
  result.set("count_le", static_cast<std::int64_t>(count));
  result.set("n", static_cast<std::int64_t>(sample.size()));
  set_verdict(result, {count, 0, sample.size()}, {true, call.exact("p")},
              statistics::alpha_of(call.exact("confidence")));
  return result;
}

// The quantile is the least x with F(x) >= p: it is at least t where F just below t is less than p.
Answer quantile_ge(const Arguments& call) {
  if (auto problem = undecidable(call)) return std::move(*problem);
  const std::vector<double>& sample = call.reals("sample");
  const double threshold = call.real("threshold");
  const auto count = static_cast<std::uint64_t>(
      std::count_if(sample.begin(), sample.end(), [threshold](double value) { return value < threshold; }));
  json::Object result;
  result.set("count_lt", static_cast<std::int64_t>(count));
  result.set("n", static_cast<std::int64_t>(sample.size()));
  set_verdict(result, {count, 0, sample.size()}, {false, call.exact("p")},
              statistics::alpha_of(call.exact("confidence")));
  return result;
}

constexpr std::string_view kYields =
    "verdict: pass, fail or inconclusive; p_value_pass, p_value_fail: of the tests that would show it; lower, upper: "
    "the "
    "one-sided bounds; borderline: true if 256 bits could not settle it; hint: where more than a twentieth of "
    "`population` was looked at";
constexpr std::string_view kIndependent =
    "trials are independent and their number was fixed in advance; they need not be identical: the claim is on their "
    "average";

constexpr std::array kMethods{
    Method{"verdict.proportion_ge", "Decides the claim that a proportion is at least the threshold.",
           kProportionParameters, kYields, kIndependent, Guarantee::finite_sample,
           "Clopper & Pearson 1934; Hoeffding 1956",
           "proportion_ge(successes: 2995, trials: 2995, threshold: 99.9%, confidence: 95%)", proportion_ge},
    Method{"verdict.proportion_le", "Decides the claim that a proportion is at most the threshold.",
           kProportionParameters, kYields, kIndependent, Guarantee::finite_sample,
           "Clopper & Pearson 1934; Hoeffding 1956",
           "proportion_le(successes: 3, trials: 100_000, threshold: 100ppm, confidence: 95%)", proportion_le},
    Method{
        "verdict.quantile_le", "Decides the claim that a quantile is at most the threshold, by counting.",
        kQuantileParameters,
        "count_le: values not above the threshold; n; p_value_pass, p_value_fail; verdict: pass, fail or inconclusive",
        "values are independent and their number was fixed in advance", Guarantee::finite_sample,
        "Clopper & Pearson 1934; Thompson 1936",
        "verdict.quantile_le(sample: [12, 15, 11, 19, 14, 13], p: 50%, threshold: 20, confidence: 95%)", quantile_le},
    Method{"verdict.quantile_ge", "Decides the claim that a quantile is at least the threshold, by counting.",
           kFloorParameters,
           "count_lt: values below the threshold; n; p_value_pass, p_value_fail; verdict: pass, fail or inconclusive",
           "values are independent and their number was fixed in advance", Guarantee::finite_sample,
           "Clopper & Pearson 1934; Thompson 1936",
           "verdict.quantile_ge(sample: [12, 15, 11, 19, 14, 13], p: 50%, threshold: 10, confidence: 95%)",
           quantile_ge},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> verdict_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
