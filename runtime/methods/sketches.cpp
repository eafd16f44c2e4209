// Sketches that were built elsewhere: what each kind guarantees, their sums, and what they know of a quantile.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/methods/families.h"
#include "runtime/methods/sketch_argument.h"
#include "runtime/methods/verdict_fields.h"
#include "runtime/statistics/level.h"
#include "runtime/statistics/quantiles.h"
#include "runtime/statistics/sketches.h"

namespace proofmark::methods {
namespace {

using statistics::Sketch;
using statistics::SketchKind;

constexpr Parameter kSketch{"sketch", "", Kind::value,
                            "an object: ddsketch {relative_accuracy, buckets, negative, zero, zero_width, "
                            "collapsed_below}, hdr {significant_digits, lowest, buckets by a value in each}, native "
                            "{schema, buckets, negative, zero, zero_width}; buckets are [[index, count], …]"};
constexpr Parameter kQuantile{"p", "quantile", Kind::level, "which quantile: 0.99 is the value that 99% do not exceed"};
constexpr Parameter kThreshold{"threshold", "t", Kind::real,
                               "claimed not to be exceeded by the quantile, in the unit of the values"};
constexpr Parameter kDecided{"confidence", "", Kind::level, "of either verdict by itself, above 50%", "0.95"};

Result<Sketch> counted_sketch(const Arguments& call) {
  auto sketch = sketch_of(call, "sketch");
  if (!sketch) return sketch;
  if (statistics::total(*sketch) == 0)
    return refused("`sketch` is empty", "nothing was measured, so nothing can be said of a quantile");
  return sketch;
}

constexpr std::array kMergeParameters{
    kSketchKind, Parameter{"sketch1", "first", Kind::value, "as in `histogram.sketch_quantile_ci`"},
    Parameter{"sketch2", "second", Kind::value, "another one with the same parameters"}};

json::Array rows_of(const statistics::BucketCounts& counts) {
  json::Array rows;
  for (const auto& [index, count] : counts) {
    if (count == 0) continue;
    json::Array row;
    row.emplace_back(index);
    row.emplace_back(count);
    rows.emplace_back(std::move(row));
  }
  return rows;
}

// What differs, for the refusal.
std::string_view unequal(const statistics::SketchLayout& one, const statistics::SketchLayout& other) {
  if (one.relative_accuracy != other.relative_accuracy) return "relative_accuracy";
  if (one.schema != other.schema) return "schema";
  if (one.zero_width != other.zero_width) return "zero_width";
  return one.digits != other.digits ? "significant_digits" : "lowest";
}

Answer merge_sketches(const Arguments& call) {
  const auto one = sketch_of(call, "sketch1"), other = sketch_of(call, "sketch2");
  if (!one) return one.problems();
  if (!other) return other.problems();
  const auto both = statistics::merged(*one, *other);
  if (!both)
    return refused(fmt::format("the sketches differ in `{}`", unequal(one->layout, other->layout)),
                   "their buckets are not the same, so no sum holds both: record with equal parameters, or judge each "
                   "by itself");
  if (statistics::total(*both) > 10'000'000'000'000)
    return refused("the sketches count more than 1e13 values together", "at most 1e13 are weighed");
  json::Object result;
  result.set("buckets", rows_of(both->positive));
  if (one->layout.kind != SketchKind::hdr) {
    result.set("negative", rows_of(both->negative));
    result.set("zero", both->zero);
  }
  if (both->collapsed_below) result.set("collapsed_below", *both->collapsed_below);
  result.set("n", statistics::total(*both));
  return result;
}

constexpr std::array kIntervalParameters{
    kSketchKind,
    kSketch,
    kQuantile,
    Parameter{"confidence", "", Kind::level, "of the interval (two-sided) or of the one bound"},
    Parameter{"side", "", Kind::word, "which bounds are given", "two-sided", "lower|upper|two-sided"},
};

Answer quantile_ci(const Arguments& call) {
  const auto sketch = counted_sketch(call);
  if (!sketch) return sketch.problems();
  const Rational alpha = *plan::subtract(Rational(1), call.exact("confidence"));
  const auto half = plan::divide(alpha, Rational(2));
  if (!half) return refused("`confidence` is finer than 128 bits can hold", "give it with fewer digits");
  statistics::RankLevels levels{half, half};
  if (call.word("side") == "lower") levels = {alpha, std::nullopt};
  if (call.word("side") == "upper") levels = {std::nullopt, alpha};
  const std::uint64_t n = statistics::total(*sketch);
  const auto ranks = statistics::quantile_ranks(n, call.exact("p"), levels);
  const auto runs = statistics::runs_of(*sketch);
  const auto& point = statistics::run_of_rank(runs, statistics::nearest_rank(n, call.exact("p")));
  json::Object result;
  result.set("lower", number(ranks.lower == 0 ? -HUGE_VAL : statistics::run_of_rank(runs, ranks.lower).lower));
  result.set("upper", number(ranks.upper > n ? HUGE_VAL : statistics::run_of_rank(runs, ranks.upper).upper));
  result.set("rank_lower", ranks.lower);
  result.set("rank_upper", ranks.upper);
  result.set("point_bucket", json::Array{number(point.lower), number(point.upper)});
  result.set("coverage", number(ranks.coverage));
  result.set("n", n);
  return result;
}

constexpr std::array kVerdictParameters{kSketchKind, kSketch, kQuantile, kThreshold, kDecided};

// Pass with the fewest values that can be at most the threshold, fail with the most.
json::Object decided(const Arguments& call, std::uint64_t fewest, std::uint64_t most, std::uint64_t n,
                     const Rational& alpha) {
  json::Object result;
  set_verdict(result, {fewest, most - fewest, n}, {true, call.exact("p")}, alpha);
  result.set("count_le_min", fewest);
  result.set("count_le_max", most);
  result.set("n", n);
  return result;
}

Answer quantile_le(const Arguments& call) {
  if (auto problem = undecidable(call)) return std::move(*problem);
  const auto sketch = counted_sketch(call);
  if (!sketch) return sketch.problems();
  const auto [fewest, most] = statistics::count_at_most(statistics::runs_of(*sketch), call.real("threshold"));
  return decided(call, fewest, most, statistics::total(*sketch), statistics::alpha_of(call.exact("confidence")));
}

constexpr std::array kRankParameters{
    Parameter{"n", "trials", Kind::count, "values put into the sketch"},
    Parameter{"rank", "", Kind::exact, "values at most the threshold, as the sketch answers: from 0 to n"},
    Parameter{"rank_error", "eps", Kind::proportion, "how far that may be off, as a share of n (KLL, GK)"},
    kQuantile,
    kDecided,
    Parameter{"rank_error_alpha", "delta", Kind::proportion,
              "chance that the rank is off by more: 0 of GK, as configured of KLL", "0"},
};

Answer rank_quantile_le(const Arguments& call) {
  if (auto problem = undecidable(call)) return std::move(*problem);
  const std::uint64_t n = call.count("n");
  const Rational whole(static_cast<std::int64_t>(n));
  const Rational& rank = call.exact("rank");
  if (rank.is_negative() || rank > whole)
    return refused("`rank` is not from 0 to `n`", "it counts values of the sketch");
  const auto alpha = plan::subtract(statistics::alpha_of(call.exact("confidence")), call.exact("rank_error_alpha"));
  if (!alpha || *alpha <= Rational())
    return refused("`rank_error_alpha` leaves nothing of what may go wrong",
                   "1 - `confidence` must exceed it: make the sketch larger, or claim with less confidence");
  const auto slack = plan::multiply(call.exact("rank_error"), whole);
  const auto low = slack ? plan::subtract(rank, *slack) : std::nullopt;
  const auto high = slack ? plan::add(rank, *slack) : std::nullopt;
  if (!low || !high) return refused("`rank` or `rank_error` is finer than 128 bits can hold", "give fewer digits");
  const plan::Int128 most = n;
  const plan::Int128 fewest_count = std::clamp<plan::Int128>(low->ceil(), 0, most);
  const plan::Int128 most_count = std::clamp<plan::Int128>(high->floor(), fewest_count, most);
  return decided(call, static_cast<std::uint64_t>(fewest_count), static_cast<std::uint64_t>(most_count), n, *alpha);
}

constexpr std::array kGuaranteeParameters{
    Parameter{"source",
              "kind",
              Kind::word,
              "what the values were counted by",
              {},
              "classic|native|ddsketch|hdr|kll|gk|tdigest"},
    Parameter{"schema", "", Kind::exact, "native: resolution, -4 to 8", kOptional},
    Parameter{"zero_width", "", Kind::non_negative, "native: values of at most this size count as zero", "0"},
    Parameter{"relative_accuracy", "alpha", Kind::level, "ddsketch: such as 0.01", kOptional},
    Parameter{"significant_digits", "digits", Kind::count, "hdr: 0 to 5", kOptional},
    Parameter{"rank_error", "eps", Kind::proportion, "kll, gk: share of n", kOptional},
};

Diagnostic lacking(const std::string& source, std::string_view parameter) {
  return refused(fmt::format("`{}` of {} is not given", parameter, source), "its guarantee depends on it");
}

Answer of_native(const Arguments& call, json::Object result) {
  if (!call.has("schema")) return lacking("native", "schema");
  const Rational& schema = call.exact("schema");
  if (!schema.is_integer() || schema < Rational(-4) || schema > Rational(8))
    return refused("`schema` is not a whole number from -4 to 8", "Prometheus defines these resolutions");
  const double growth = statistics::native_bucket(1.5, static_cast<int>(schema.numerator())).growth;
  result.set("growth", number(growth));
  result.set("relative_error", number((growth - 1) / (growth + 1)));
  result.set("absolute_error_at_zero", number(call.real("zero_width")));
  return result;
}

Answer of_ddsketch(const Arguments& call, json::Object result) {
  if (!call.has("relative_accuracy")) return lacking("ddsketch", "relative_accuracy");
  const double accuracy = call.exact("relative_accuracy").nearest_double();
  result.set("growth", number((1 + accuracy) / (1 - accuracy)));
  result.set("relative_error", number(accuracy));
  return result;
}

Answer of_hdr(const Arguments& call, json::Object result) {
  if (!call.has("significant_digits")) return lacking("hdr", "significant_digits");
  if (call.count("significant_digits") > 5)
    return refused("`significant_digits` exceeds 5", "HdrHistogram keeps 0 to 5 decimal digits");
  double error = 1;
  for (std::uint64_t i = 0; i < call.count("significant_digits"); ++i) error *= 10;
  result.set("relative_error", number(1 / error));
  return result;
}

Answer of_ranks(const Arguments& call, const std::string& source, json::Object result) {
  if (!call.has("rank_error")) return lacking(source, "rank_error");
  result.set("rank_error", number(call.exact("rank_error").nearest_double()));
  return result;
}

Answer guarantee(const Arguments& call) {
  const std::string& source = call.word("source");
  const bool exact_sum = source != "kll" && source != "gk" && source != "tdigest";
  json::Object result;
  result.set("may_decide", source != "tdigest");
  result.set("merges", source == "classic" ? "exactly, with equal edges"
                       : exact_sum         ? "exactly, with equal parameters"
                                           : "not exactly: refused");
  if (source == "native") return of_native(call, std::move(result));
  if (source == "ddsketch") return of_ddsketch(call, std::move(result));
  if (source == "hdr") return of_hdr(call, std::move(result));
  if (source == "kll" || source == "gk") return of_ranks(call, source, std::move(result));
  return result;
}

constexpr std::string_view kEnclosed =
    "values are independent, and each was counted in the bucket that encloses it; corrected for coordinated omission "
    "they are not data";

constexpr std::array kMethods{
    Method{"histogram.guarantee", "What a histogram or sketch guarantees of a value, by its kind and parameters.",
           kGuaranteeParameters,
           "may_decide: whether verdicts may rest on it; merges; of some kinds growth: ratio of a bucket's edges; "
           "relative_error: of a value about the middle of its bucket; absolute_error_at_zero: in the unit of the "
           "values; rank_error: share of n. A classic histogram guarantees its edges, a t-digest nothing",
           "buckets were not collapsed, and values lie within the range of the sketch", Guarantee::descriptive,
           "Masson, Rim & Lee 2019; Tene 2012; Karnin, Lang & Liberty 2016; Greenwald & Khanna 2001; Dunning & Ertl "
           "2019",
           "histogram.guarantee(source: native, schema: 3, zero_width: 0.001)", guarantee},
    Method{"histogram.merge_sketches", "The sketch of the values of two sketches with equal parameters, exactly.",
           kMergeParameters,
           "buckets, negative: [index, count] in ascending order, an HdrHistogram's by the first value of each bucket; "
           "zero; collapsed_below: the higher of both, what lies below it in one bucket; n",
           "both sketches recorded values as they were, none of them twice", Guarantee::exact,
           "Masson, Rim & Lee 2019; Tene 2012",
           "merge_sketches(kind: ddsketch, sketch1: {relative_accuracy: 0.01, buckets: [[10, 4], [12, 1]]}, sketch2: "
           "{relative_accuracy: 0.01, buckets: [[12, 3]], zero: 2})",
           merge_sketches},
    Method{
        "histogram.sketch_quantile_ci", "Bounds of a quantile from a sketch: edges of buckets, no interpolation.",
        kIntervalParameters,
        "lower, upper: edges, moved outward by 1e-12 of themselves (DDSketch) or 1e-14 (native, schema above 0), "
        "-Infinity and "
        "Infinity where no bound exists; rank_lower, rank_upper: from 1; point_bucket: the edges around the sample's "
        "quantile; coverage: of the ranks; n",
        kEnclosed, Guarantee::finite_sample, "Conover 1999, section 3.2; Masson, Rim & Lee 2019",
        "sketch_quantile_ci(kind: native, sketch: {schema: 0, buckets: [[1, 30], [2, 60], [3, 9]], zero: 1, "
        "zero_width: 0.5}, p: 50%, confidence: 95%)",
        quantile_ci},
    Method{"verdict.rank_sketch_quantile_le",
           "Whether a quantile is at most a threshold, from a sketch that answers ranks to within an error.",
           kRankParameters,
           "verdict: pass, fail, inconclusive; p_value_pass, p_value_fail; count_le_min, count_le_max: values that "
           "are, and that can be, at most the threshold; n",
           "values are independent; the sketch's rank is off by no more than its error, but with the chance declared, "
           "which is taken from what may go wrong",
           Guarantee::finite_sample, "Greenwald & Khanna 2001; Karnin, Lang & Liberty 2016; Clopper & Pearson 1934",
           "rank_sketch_quantile_le(n: 100_000, rank: 99_500, rank_error: 0.2%, p: 99%, confidence: 95%, "
           "rank_error_alpha: 1%)",
           rank_quantile_le},
    Method{"verdict.sketch_quantile_le", "Whether a quantile is at most a threshold, from a sketch.",
           kVerdictParameters,
           "verdict: pass, fail, inconclusive; p_value_pass, p_value_fail; count_le_min, count_le_max: values that "
           "are, and that can be, at most the threshold; n",
           kEnclosed, Guarantee::finite_sample, "Clopper & Pearson 1934; worst case within the bucket of the threshold",
           "sketch_quantile_le(kind: hdr, sketch: {significant_digits: 2, buckets: [[120, 990], [250, 8], [1000, 2]]}, "
           "p: 99%, threshold: 300, confidence: 95%)",
           quantile_le},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> sketch_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
