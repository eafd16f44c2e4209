// What was expected and did not come: verdicts and bounds that hold wherever the missing values lie.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/methods/declared_range.h"
#include "runtime/methods/families.h"
#include "runtime/methods/sides.h"
#include "runtime/methods/verdict_fields.h"
#include "runtime/statistics/means.h"

namespace proofmark::methods {
namespace {

using statistics::ProportionCounts;

constexpr Parameter kExpected{"expected", "expected_rows", Kind::count,
                              "rows that should have come: scrapes, shards, requests"};
constexpr Parameter kMostMissing{"most_missing", "", Kind::proportion,
                                 "share of the expected rows beyond which nothing is decided", "0.01"};
constexpr Parameter kDecided{"confidence", "", Kind::level, "of either verdict by itself, above 50%, such as 95%"};

constexpr std::array kProportionParameters{
    Parameter{"successes", "k|good", Kind::count, "rows that came and meet the condition"},
    Parameter{"trials", "n|total", Kind::count, "rows that came"},
    kExpected,
    Parameter{"threshold", "", Kind::proportion, "the proportion that is claimed, such as 99.9%"},
    kDecided,
    Parameter{"claim", "", Kind::word, "what is claimed of the proportion", "at-least", "at-least|at-most"},
    kMostMissing,
};
constexpr std::array kQuantileParameters{
    Parameter{"sample", "values|x", Kind::any_reals, "the values that came, or the CSV file that holds them"},
    kExpected,
    Parameter{"p", "quantile|q", Kind::level, "which quantile is claimed about, such as 99%"},
    Parameter{"threshold", "t", Kind::real, "claimed not to be exceeded by the quantile, in the unit of the sample"},
    kDecided,
    kMostMissing,
};
constexpr std::array kMeanParameters{
    Parameter{"sample", "values|x", Kind::any_reals, "the values that came, or the CSV file that holds them"},
    kExpected,
    Parameter{"range", "bounds", Kind::reals, "the least and the greatest value possible, such as [0, 1]"},
    kConfidence,
    kSide,
};

Diagnostic more_than_expected(std::uint64_t came, std::uint64_t expected) {
  return refused(fmt::format("{} rows came, but {} were expected", came, expected),
                 "`expected` counts all that should have come; doubled rows are no rows");
}

double share_of(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

bool too_many_missing(const Arguments& call, std::uint64_t missing, std::uint64_t expected) {
  const auto most = plan::multiply(call.exact("most_missing"), Rational(static_cast<std::int64_t>(expected)));
  return most ? Rational(static_cast<std::int64_t>(missing)) > *most
              : share_of(missing, expected) > call.exact("most_missing").nearest_double();
}

// The missing rows are unknown ones: bad for a pass, good for a fail.
json::Object decided(const Arguments& call, const ProportionCounts& counts, const statistics::ProportionClaim& claim) {
  json::Object result;
  set_verdict(result, counts, claim, statistics::alpha_of(call.exact("confidence")));
  const bool absent = counts.n == 0 || counts.unknown == counts.n;
  const bool beyond = absent || too_many_missing(call, counts.unknown, counts.n);
  if (beyond) result.set("verdict", "inconclusive");
  result.set("reason", beyond ? json::Value("no_data") : json::Value());
  result.set("missing", counts.unknown);
  result.set("missing_share", number(share_of(counts.unknown, counts.n)));
  result.set("worst", number(share_of(counts.good, counts.n)));
  result.set("best", number(counts.n == 0 ? 1 : share_of(counts.good + counts.unknown, counts.n)));
  return result;
}

Answer proportion(const Arguments& call) {
  const std::uint64_t good = call.count("successes"), came = call.count("trials"), expected = call.count("expected");
  if (good > came) return refused("`successes` exceeds `trials`", "successes are among the trials");
  if (came > expected) return more_than_expected(came, expected);
  if (auto problem = undecidable(call)) return std::move(*problem);
  const ProportionCounts counts{good, expected - came, expected};
  json::Object result = decided(call, counts, {call.word("claim") == "at-least", call.exact("threshold")});
  set_one_sided_bounds(result, counts, call.exact("confidence"));
  return result;
}

Answer quantile_le(const Arguments& call) {
  const auto& sample = call.reals("sample");
  const std::uint64_t expected = call.count("expected");
  if (sample.size() > expected) return more_than_expected(sample.size(), expected);
  if (auto problem = undecidable(call)) return std::move(*problem);
  const double threshold = call.real("threshold");
  const auto good = static_cast<std::uint64_t>(
      std::count_if(sample.begin(), sample.end(), [threshold](double value) { return value <= threshold; }));
  return decided(call, {good, expected - sample.size(), expected}, {true, call.exact("p")});
}

Answer mean_bounds(const Arguments& call) {
  const auto &sample = call.reals("sample"), &range = call.reals("range");
  const std::uint64_t expected = call.count("expected"), came = sample.size();
  if (auto problem = bad_range(range)) return std::move(*problem);
  for (const double value : sample)
    if (value < range[0] || value > range[1])
      return refused(
          fmt::format("`sample` holds {}, which lies outside `range`", value),
          "the bound holds only if no value can be outside; declare the range before you look at the values");
  if (came > expected) return more_than_expected(came, expected);
  if (expected == 0) return refused("`expected` is 0", "nothing was to be measured, so nothing can be said");
  const double width = range[1] - range[0], all = static_cast<double>(expected);
  std::vector<double> shares;  // of the range, so that no sum is too large
  for (const double value : sample) shares.push_back((value - range[0]) / width / all);
  const double least = statistics::sum(shares), missing = share_of(expected - came, expected);
  const double half = statistics::hoeffding_half_width(1, expected, level_of(call));
  const auto value_at = [&](double share) { return range[0] + width * std::clamp(share, 0.0, 1.0); };
  json::Object result;
  result.set("worst", number(value_at(least)));
  result.set("best", number(value_at(least + missing)));
  set_bounds(result, call, {value_at(least - half), value_at(least + missing + half)}, {range[0], range[1]});
  result.set("missing", expected - came);
  result.set("missing_share", number(missing));
  return result;
}

constexpr std::string_view kYields =
    "verdict: pass, fail or inconclusive; p_value_pass, p_value_fail: with all missing rows bad, and good; reason: "
    "no_data where more than `most_missing` or all are missing, null otherwise; missing: rows; missing_share; worst, "
    "best: the share with all missing rows against the claim's condition, and for it";
constexpr std::string_view kAnything =
    "rows are independent and their expected number was fixed in advance; nothing is assumed of those that are missing";

constexpr std::array kMethods{
    Method{"missing.mean_bounds", "Bounds of a mean of values within a declared range, wherever the missing ones lie.",
           kMeanParameters,
           "worst, best: the mean with all missing values at the low end, and at the high end; lower, upper: bounds of "
           "the true mean; missing: rows; missing_share",
           "values are independent and lie within the range, which was declared before them; nothing is assumed of "
           "those that are missing",
           Guarantee::finite_sample, "Horowitz & Manski 1998; Hoeffding 1963",
           "missing.mean_bounds(sample: [0.9, 1, 0.8, 0.95], expected: 5, range: [0, 1], confidence: 95%)",
           mean_bounds},
    Method{"missing.proportion", "Decides a claim on a proportion of which some rows did not come.",
           kProportionParameters,
           "verdict: pass, fail or inconclusive; p_value_pass, p_value_fail: with all missing rows bad, and good; "
           "reason: no_data where more than `most_missing` or all are missing, null otherwise; missing: rows; "
           "missing_share; worst, best: the share with all missing rows bad, and good; lower, upper: one-sided bounds",
           kAnything, Guarantee::finite_sample, "Horowitz & Manski 1998; Clopper & Pearson 1934",
           "missing.proportion(successes: 9985, trials: 9990, expected: 10_000, threshold: 99.5%, confidence: 95%)",
           proportion},
    Method{"missing.quantile_le", "Decides that a quantile is at most a threshold where some rows did not come.",
           kQuantileParameters, kYields, kAnything, Guarantee::finite_sample,
           "Horowitz & Manski 1998; Clopper & Pearson 1934",
           "missing.quantile_le(sample: [12, 7, 9, 30, 8, 11, 10, 9, 14], expected: 10, p: 50%, threshold: 20, "
           "confidence: 90%, most_missing: 10%)",
           quantile_le},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> missing_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
