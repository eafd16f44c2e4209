// Quantiles of samples: estimates, bounds that hold for any distribution, and the far tail under a declared model.
#include "runtime/statistics/quantiles.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "runtime/methods/exact_value.h"
#include "runtime/methods/families.h"
#include "runtime/statistics/binomial.h"
#include "runtime/statistics/tail_model.h"

namespace proofmark::methods {
namespace {

using statistics::QuantileRanks;
using statistics::RankLevels;

constexpr Parameter kSample{"sample", "values", Kind::reals, "the values, or the name of a CSV file with them"};
constexpr Parameter kProbability{"p", "quantile", Kind::level,
                                 "which quantile: 0.99 is the value that 99% do not exceed"};
constexpr Parameter kConfidence{"confidence", "", Kind::level, "of the interval (two-sided) or of the one bound"};
constexpr Parameter kSide{"side", "", Kind::word, "which bounds are given", "two-sided", "lower|upper|two-sided"};

constexpr std::array kPointParameters{
    kSample,
    Parameter{"p", "quantile", Kind::proportion, "which quantile, from 0 to 1"},
    Parameter{"type", "", Kind::word,
              "definition of Hyndman & Fan: 1 is the inverse of the empirical distribution "
              "function, 7 the usual interpolation",
              "1", "1|2|3|4|5|6|7|8|9"},
};

std::optional<double> point(const std::vector<double>& ascending, const Rational& p, int type) {
  return statistics::point_quantile(ascending, p, type);
}

Diagnostic too_fine() {
  return refused("`p` is finer than 128 bits can place among the values", "give `p` with fewer digits");
}

Answer point_method(const Arguments& call) {
  const auto ascending = statistics::sorted(call.reals("sample"));
  const auto value = point(ascending, call.exact("p"), call.word("type").front() - '0');
  if (!value) return too_fine();
  json::Object result;
  result.set("q", number(*value));
  result.set("n", static_cast<std::int64_t>(ascending.size()));
  return result;
}

// alpha on each side that is given: exact, so that 1 - C loses nothing.
RankLevels levels_for(const Arguments& call, std::string_view side) {
  const Rational alpha = *plan::subtract(Rational(1), call.exact("confidence"));
  if (side == "lower") return {alpha, std::nullopt};
  if (side == "upper") return {std::nullopt, alpha};
  const Rational half = *plan::divide(alpha, Rational(2));
  return {half, half};
}

std::optional<Diagnostic> too_confident(const Arguments& call) {
  const auto alpha = plan::subtract(Rational(1), call.exact("confidence"));
  if (alpha && plan::divide(*alpha, Rational(2))) return std::nullopt;
  return refused("`confidence` is finer than 128 bits can hold", "give it with fewer digits");
}

json::Value upper_rank_value(const QuantileRanks& ranks, std::uint64_t n) {
  if (ranks.upper > n) return "Infinity";
  return static_cast<std::int64_t>(ranks.upper);
}

constexpr std::array kRankParameters{
    Parameter{"n", "trials", Kind::count, "number of values"},
    kProbability,
    kConfidence,
    Parameter{"rank_error", "", Kind::proportion, "how far a sketch's rank may be off, as a share of n (KLL, GK)", "0"},
};

Answer ranks_method(const Arguments& call) {
  const std::uint64_t n = call.count("n");
  if (n == 0) return refused("`n` is 0", "nothing was measured, so no quantile has a bound");
  if (auto problem = too_confident(call)) return std::move(*problem);
  const auto ranks = [&](std::string_view side) {
    return statistics::widened(statistics::quantile_ranks(n, call.exact("p"), levels_for(call, side)), n,
                               call.exact("rank_error"));
  };
  const QuantileRanks both = ranks("two-sided"), lower = ranks("lower"), upper = ranks("upper");
  json::Object result;
  result.set("two_sided_lower_rank", static_cast<std::int64_t>(both.lower));
  result.set("two_sided_upper_rank", upper_rank_value(both, n));
  result.set("coverage", number(both.coverage));
  result.set("one_sided_lower_rank", static_cast<std::int64_t>(lower.lower));
  result.set("one_sided_upper_rank", upper_rank_value(upper, n));
  result.set("one_sided_lower_coverage", number(lower.coverage));
  result.set("one_sided_upper_coverage", number(upper.coverage));
  return result;
}

constexpr std::array kOrderParameters{
    Parameter{"sample", "values", Kind::any_reals, "the values, or the name of a CSV file with them"}, kProbability,
    kConfidence, kSide};

Answer order_statistic(const Arguments& call) {
  if (auto problem = too_confident(call)) return std::move(*problem);
  const auto ascending = statistics::sorted(call.reals("sample"));
  const std::uint64_t n = ascending.size();
  const QuantileRanks ranks = n == 0
                                  ? QuantileRanks{0, 1, 1}  // of nothing there are no bounds
                                  : statistics::quantile_ranks(n, call.exact("p"), levels_for(call, call.word("side")));
  const auto inverse = n == 0 ? std::nullopt : point(ascending, call.exact("p"), 1);
  const auto usual = n == 0 ? std::nullopt : point(ascending, call.exact("p"), 7);
  if (n > 0 && (!inverse || !usual)) return too_fine();
  json::Object result;
  result.set("lower", ranks.lower == 0 ? json::Value("-Infinity") : number(ascending[ranks.lower - 1]));
  result.set("upper", ranks.upper > n ? json::Value("Infinity") : number(ascending[ranks.upper - 1]));
  result.set("rank_lower", static_cast<std::int64_t>(ranks.lower));
  result.set("rank_upper", static_cast<std::int64_t>(ranks.upper));
  result.set("coverage", number(ranks.coverage));
  result.set("type1", inverse ? number(*inverse) : json::Value());
  result.set("type7", usual ? number(*usual) : json::Value());
  result.set("n", static_cast<std::int64_t>(n));
  return result;
}

constexpr std::array kDifferenceParameters{
    Parameter{"sample1", "values1|first", Kind::reals, "values of the first sample"},
    Parameter{"sample2", "values2|second", Kind::reals, "values of the second sample, in the same unit"},
    kProbability,
    kConfidence,
    kSide,
};

// Each arm is bounded at half of what may go wrong, on the sides that are asked for.
Answer difference(const Arguments& call) {
  const auto first = statistics::sorted(call.reals("sample1")), second = statistics::sorted(call.reals("sample2"));
  const bool two_sided = call.word("side") == "two-sided";
  const auto alpha = plan::divide(*plan::subtract(Rational(1), call.exact("confidence")), Rational(two_sided ? 4 : 2));
  if (!alpha) return refused("`confidence` is finer than 128 bits can hold", "give it with fewer digits");
  const auto one = statistics::quantile_ranks(first.size(), call.exact("p"), {alpha, alpha});
  const auto two = statistics::quantile_ranks(second.size(), call.exact("p"), {alpha, alpha});
  const auto middle1 = point(first, call.exact("p"), 1), middle2 = point(second, call.exact("p"), 1);
  if (!middle1 || !middle2) return too_fine();
  const bool has_lower = call.word("side") != "upper" && one.lower > 0 && two.upper <= second.size();
  const bool has_upper = call.word("side") != "lower" && two.lower > 0 && one.upper <= first.size();
  const double lower = has_lower ? first[one.lower - 1] - second[two.upper - 1] : 0;
  const double upper = has_upper ? first[one.upper - 1] - second[two.lower - 1] : 0;
  const double middle = *middle1 - *middle2;
  if (!std::isfinite(lower) || !std::isfinite(upper) || !std::isfinite(middle))
    return refused("values of `sample1` and `sample2` lie further apart than a double holds",
                   "give them in another unit: an infinite difference would say that there is no bound");
  json::Object result;
  result.set("lower", has_lower ? number(lower) : json::Value("-Infinity"));
  result.set("upper", has_upper ? number(upper) : json::Value("Infinity"));
  result.set("difference", number(middle));
  result.set("alpha_each", alpha->to_string());
  return result;
}

constexpr std::array kBandParameters{
    Parameter{"n", "trials", Kind::count, "number of values"},
    Parameter{"confidence", "", Kind::level, "that the band covers the whole distribution function"},
};

Answer dkw_band(const Arguments& call) {
  if (call.count("n") == 0) return refused("`n` is 0", "nothing was measured, so no band is narrower than everything");
  const double alpha = plan::subtract(Rational(1), call.exact("confidence"))->nearest_double();
  json::Object result;
  result.set("epsilon", number(statistics::dkw_half_width(static_cast<double>(call.count("n")), alpha)));
  return result;
}

constexpr std::array kManyParameters{
    Parameter{"sample", "values", Kind::any_reals, "the values, or the name of a CSV file with them"},
    Parameter{"p", "quantiles", Kind::value, "which quantiles: [50%, 99%], each above 0 and below 1"},
    Parameter{"confidence", "", Kind::level, "that all bounds hold together"},
};

// F lies within epsilon of the empirical distribution function, everywhere at once.
Answer dkw_quantiles(const Arguments& call) {
  constexpr double kOutward = 1e-9;
  const json::Array* items = call.value("p").as_array();
  if (items == nullptr || items->empty()) return refused("`p` is no list of quantiles", "give [50%, 99%]");
  const auto ascending = statistics::sorted(call.reals("sample"));
  const double n = static_cast<double>(ascending.size());
  const double alpha = plan::subtract(Rational(1), call.exact("confidence"))->nearest_double();
  const double epsilon = ascending.empty() ? 1 : statistics::dkw_half_width(n, alpha);
  std::vector<double> lower, upper;
  for (const json::Value& item : *items) {
    const auto p = exact_of(item);
    if (!p || *p <= Rational() || *p >= Rational(1))
      return refused("`p` holds what is no quantile", "each lies above 0 and below 1, such as 99%");
    const double least = std::ceil(n * (p->nearest_double() - epsilon) - kOutward);
    const double most = std::ceil(n * (p->nearest_double() + epsilon) + kOutward);
    lower.push_back(least < 1 ? -HUGE_VAL : ascending[static_cast<std::size_t>(least) - 1]);
    upper.push_back(most > n || n == 0 ? HUGE_VAL : ascending[static_cast<std::size_t>(most) - 1]);
  }
  json::Object result;
  result.set("lower", numbers(lower));
  result.set("upper", numbers(upper));
  result.set("epsilon", number(epsilon));
  result.set("n", static_cast<std::int64_t>(ascending.size()));
  return result;
}

constexpr std::array kTailParameters{
    kSample,
    Parameter{"threshold", "u", Kind::real, "what lies above it is the tail, in the unit of the values"},
    Parameter{"p", "quantile", Kind::level, "a quantile to extrapolate to; beyond the share at the threshold",
              kOptional},
};

constexpr std::size_t kMostExceedances = 1'000'000, kFewestExceedances = 10;

Answer gpd_fit(const Arguments& call) {
  const auto& sample = call.reals("sample");
  const double threshold = call.real("threshold");
  std::vector<double> beyond;
  for (const double value : sample)
    if (value > threshold) beyond.push_back(value - threshold);
  if (beyond.size() < kFewestExceedances || beyond.size() > kMostExceedances)
    return refused(
        fmt::format("{} values exceed the threshold", beyond.size()),
        "choose a threshold that 10 to 1,000,000 values exceed; some dozens are the least that say anything");
  const auto tail = statistics::fit_pareto_tail(beyond);
  if (!tail)
    return refused("the likelihood of the exceedances has no maximum with a shape above -1",
                   "the tail ends abruptly: a lower threshold may help, or no tail model fits");
  json::Object result;
  result.set("exceedances", static_cast<std::int64_t>(beyond.size()));
  result.set("scale", number(tail->scale));
  result.set("shape", number(tail->shape));
  result.set("neg_log_likelihood", number(tail->negative_log_likelihood));
  if (!call.has("p")) return result;
  const double share_beyond = static_cast<double>(beyond.size()) / static_cast<double>(sample.size());
  const double share = plan::subtract(Rational(1), call.exact("p"))->nearest_double();
  if (share > share_beyond)
    return refused(fmt::format("the quantile lies below the threshold, which a share of {} exceeds", share_beyond),
                   "read it from the sample: quantile.point, quantile_ci.order_statistic");
  result.set("quantile", number(statistics::pareto_tail_quantile(*tail, threshold, share_beyond, share)));
  return result;
}

constexpr std::string_view kIndependent = "the values are independent draws of one distribution";

constexpr std::array kMethods{
    Method{"quantile.point", "A quantile of a sample, by one of nine definitions.", kPointParameters,
           "q: in the unit of the values; n: number of values", "nothing: it describes the sample",
           Guarantee::descriptive, "Hyndman & Fan 1996", "quantile.point(sample: [12, 7, 9, 30], p: 50%, type: 7)",
           point_method},
    Method{"quantile_ci.difference",
           "Bounds of the difference of a quantile between two samples, for any distributions.", kDifferenceParameters,
           "lower, upper: of the first's quantile less the second's, in the unit of the values, -Infinity and Infinity "
           "where no bound exists; difference: of the samples' own; alpha_each: what each of the order statistics may "
           "miss",
           "the values of both samples are independent draws, each of one distribution", Guarantee::finite_sample,
           "Conover 1999, section 3.2; Bonferroni 1936",
           "quantile_ci.difference(sample1: [12, 7, 9, 30, 8, 11, 10, 9], sample2: [5, 6, 4, 9, 7, 8, 6, 5], p: 50%, "
           "confidence: 80%)",
           difference},
    Method{"quantile_ci.dkw_band", "Half-width of the band that covers the whole distribution function.",
           kBandParameters, "epsilon: added to and taken from the empirical distribution function", kIndependent,
           Guarantee::finite_sample, "Dvoretzky, Kiefer & Wolfowitz 1956; Massart 1990",
           "dkw_band(n: 1000, confidence: 95%)", dkw_band},
    Method{"quantile_ci.dkw_quantiles",
           "Bounds of any number of quantiles that hold all at once, for any distribution.", kManyParameters,
           "lower, upper: one for each p, in the unit of the values, -Infinity and Infinity where no bound exists; "
           "epsilon: half-width of the band; n",
           kIndependent, Guarantee::finite_sample, "Dvoretzky, Kiefer & Wolfowitz 1956; Massart 1990",
           "dkw_quantiles(sample: [12, 7, 9, 30, 8, 11, 10, 9, 14, 13], p: [25%, 50%, 75%], confidence: 50%)",
           dkw_quantiles},
    Method{"quantile_ci.order_statistic", "Bounds of a quantile that hold for any distribution: two of the values.",
           kOrderParameters,
           "lower, upper: in the unit of the values, -Infinity and Infinity where no bound exists; rank_lower, "
           "rank_upper: from 1, 0 and n + 1 where none exists; coverage: exact for continuous values; type1, type7: "
           "estimates, null of no value; n",
           kIndependent, Guarantee::finite_sample, "Conover 1999, section 3.2",
           "order_statistic(sample: [12, 7, 9, 30, 8, 11, 10, 9], p: 50%, confidence: 90%)", order_statistic},
    Method{"quantile_ci.ranks", "Ranks of the values that bound a quantile, with the exact coverage.", kRankParameters,
           "two_sided_lower_rank, two_sided_upper_rank, one_sided_lower_rank, one_sided_upper_rank: from 1, 0 and "
           "Infinity where no bound exists; coverage, one_sided_lower_coverage, one_sided_upper_coverage: "
           "probabilities, before any widening by rank_error",
           kIndependent, Guarantee::finite_sample, "Conover 1999, section 3.2",
           "quantile_ci.ranks(n: 1000, p: 99%, confidence: 95%)", ranks_method},
    Method{"tail.gpd_fit", "The generalised Pareto distribution of what exceeds a threshold, by maximum likelihood.",
           kTailParameters,
           "exceedances: count; scale, quantile: in the unit of the values; shape: above 0 for heavy tails; "
           "neg_log_likelihood",
           "beyond the threshold the tail is generalised Pareto, which no number of rows proves", Guarantee::assumed,
           "Pickands 1975; Grimshaw 1993",
           "gpd_fit(sample: [1, 2, 2, 3, 3, 4, 5, 6, 8, 11, 15, 22, 35, 60], threshold: 0.5, p: 99%)", gpd_fit},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> quantile_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
