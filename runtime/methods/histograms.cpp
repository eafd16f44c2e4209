// Histograms and sketches: what they know of a quantile, and the verdict that their buckets allow.
#include "runtime/statistics/histograms.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "runtime/methods/families.h"
#include "runtime/methods/histogram_argument.h"
#include "runtime/statistics/binomial.h"
#include "runtime/statistics/quantiles.h"
#include "runtime/statistics/sketches.h"

namespace proofmark::methods {
namespace {

using statistics::Bucket;
using statistics::Histogram;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

constexpr Parameter kEdges{"upper_edges", "edges|le", Kind::edges,
                           "upper edges of the buckets, ascending; the last may be Infinity"};
constexpr Parameter kProbability{"p", "quantile", Kind::level,
                                 "which quantile: 0.99 is the value that 99% do not exceed"};

json::Array edges_of(const Bucket& bucket) {
  return {number(bucket.lower), number(bucket.upper)};
}

constexpr std::array kVerdictParameters{
    kEdges,
    Parameter{"counts", "", Kind::reals, "values in each bucket, not cumulated; extrapolated rates may be fractions"},
    kProbability,
    Parameter{"threshold", "t", Kind::real, "claimed not to be exceeded by the quantile, in the unit of the edges"},
    Parameter{"confidence", "", Kind::level, "one-sided", "0.95"},
    kLowest,
};

// The bucket that a threshold cuts, where it holds a value.
std::optional<std::string> cut_bucket(const Histogram& histogram, double threshold) {
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    const auto [lower, upper] = histogram.bucket(i);
    if (histogram.counts[i] > 0 && lower < threshold && threshold < upper)
      return fmt::format(
          "the threshold lies within the bucket from {} to {}: with an edge at it all values would count", lower,
          upper);
  }
  return std::nullopt;
}

// Pass is weighed with the fewest values that can lie below the threshold, fail with the most. Fractions are rounded
// against either.
Answer quantile_le(const Arguments& call) {
  const auto histogram = histogram_of(call, call.reals("counts"));
  if (!histogram) return histogram.problems();
  const auto [fewest, most, beyond_fewest, beyond_most] = statistics::count_at_most(*histogram, call.real("threshold"));
  const std::uint64_t good = whole(std::floor(fewest)), bad = whole(std::ceil(beyond_most));
  const std::uint64_t good_most = whole(std::ceil(most)), bad_fewest = whole(std::floor(beyond_fewest));
  if (good + bad > whole(kMostValues) || good_most + bad_fewest == 0)
    return refused("rounding the fractional counts leaves no usable histogram", "give whole counts");
  const Rational alpha = *plan::subtract(Rational(1), call.exact("confidence"));
  const statistics::ProportionClaim claim{true, call.exact("p")};
  const auto pass = statistics::decide_proportion({good, 0, good + bad}, claim, alpha);
  const auto fail = statistics::decide_proportion({good_most, 0, good_most + bad_fewest}, claim, alpha);
  const bool passes = pass.outcome == statistics::Outcome::pass, fails = fail.outcome == statistics::Outcome::fail;
  json::Object result;
  result.set("verdict", passes ? "pass" : fails ? "fail" : "inconclusive");
  result.set("count_le_min", good);
  result.set("count_le_max", good_most);
  result.set("n", good + bad);
  result.set("p_value_pass", number(pass.p_pass));
  result.set("p_value_fail", number(fail.p_fail));
  if (const auto hint = cut_bucket(*histogram, call.real("threshold"))) result.set("hint", *hint);
  return result;
}

constexpr std::array kBoundsParameters{
    kEdges,
    Parameter{"counts", "", Kind::counts, "values in each bucket, not cumulated"},
    kProbability,
    Parameter{"confidence", "", Kind::level, "of the interval (two-sided) or of the one bound"},
    Parameter{"side", "", Kind::word, "which bounds are given", "two-sided", "lower|upper|two-sided"},
    kLowest,
};

Answer quantile_ci_bounds(const Arguments& call) {
  const auto& counts = call.counts("counts");
  const auto histogram = histogram_of(call, {counts.begin(), counts.end()});
  if (!histogram) return histogram.problems();
  const std::uint64_t n = whole(statistics::total(*histogram));
  const Rational alpha = *plan::subtract(Rational(1), call.exact("confidence"));
  const auto half = plan::divide(alpha, Rational(2));
  if (!half) return refused("`confidence` is finer than 128 bits can hold", "give it with fewer digits");
  statistics::RankLevels levels{half, half};
  if (call.word("side") == "lower") levels = {alpha, std::nullopt};
  if (call.word("side") == "upper") levels = {std::nullopt, alpha};
  const auto ranks = statistics::quantile_ranks(n, call.exact("p"), levels);
  json::Object result;
  result.set("lower",
             number(ranks.lower == 0 ? -kInfinity : statistics::bucket_of_rank(*histogram, ranks.lower).lower));
  result.set("upper", number(ranks.upper > n ? kInfinity : statistics::bucket_of_rank(*histogram, ranks.upper).upper));
  result.set("rank_lower", ranks.lower);
  result.set("rank_upper", ranks.upper);
  result.set("point_bucket",
             edges_of(statistics::bucket_of_rank(*histogram, statistics::nearest_rank(n, call.exact("p")))));
  result.set("coverage", number(ranks.coverage));
  result.set("n", n);
  return result;
}

constexpr std::array kPrometheusParameters{
    Parameter{"buckets", "", Kind::value, "cumulative, as exposed: [[0.1, 90], [0.3, 99], [\"+Inf\", 100]]"},
    Parameter{"q", "p", Kind::real, "which quantile; below 0 and above 1 Prometheus answers -Infinity and Infinity"},
};

std::optional<double> real_of(const json::Value& value) {
  if (const auto* integer = value.as_integer()) return static_cast<double>(*integer);
  if (const auto* real = value.as_real()) return *real;
  if (const auto* text = value.as_string()) {
    if (*text == "+Inf" || *text == "Infinity" || *text == "Inf") return kInfinity;
    if (const auto exact = Rational::parse(*text)) return exact->nearest_double();
  }
  return std::nullopt;
}

Result<std::vector<statistics::CumulativeBucket>> buckets_of(const json::Value& value) {
  std::vector<statistics::CumulativeBucket> buckets;
  for (const json::Value& item : value.as_array() != nullptr ? *value.as_array() : json::Array{}) {
    const json::Array* pair = item.as_array();
    const auto upper = pair != nullptr && pair->size() == 2 ? real_of(pair->front()) : std::nullopt;
    const auto count = pair != nullptr && pair->size() == 2 ? real_of(pair->back()) : std::nullopt;
    if (!upper || !count || !(*count >= 0) || std::isinf(*count))
      return refused(fmt::format("bucket {} is not a pair of an upper edge and a count", buckets.size() + 1),
                     "give cumulative buckets: [[0.1, 90], [\"+Inf\", 100]]");
    buckets.push_back({*upper, *count});
  }
  if (buckets.empty()) return refused("`buckets` holds no bucket", "give [[0.1, 90], [\"+Inf\", 100]]");
  return buckets;
}

Answer prometheus(const Arguments& call) {
  auto buckets = buckets_of(call.value("buckets"));
  if (!buckets) return buckets.problems();
  const auto quantile = statistics::prometheus_quantile(std::move(*buckets), call.real("q"));
  json::Object result;
  // Prometheus' own word for "no data": this method says what it would say, and no other one says so.
  result.set("value", std::isnan(quantile.value) ? json::Value("NaN") : number(quantile.value));
  result.set("bucket", edges_of(quantile.bucket));
  result.set("in_last_bucket", quantile.in_last_bucket);
  return result;
}

constexpr Parameter kAccuracy{"relative_accuracy", "alpha", Kind::level, "of the sketch, such as 0.01", "0.01"};

constexpr std::array kDdBucketParameters{
    Parameter{"value", "x", Kind::positive, "the value"},
    kAccuracy,
};

Answer dd_bucket(const Arguments& call) {
  const double accuracy = call.exact("relative_accuracy").nearest_double();
  if (!(accuracy >= 1e-9 && accuracy < 1))
    return refused("`relative_accuracy` is below 1e-9", "sketches use 0.001 to 0.05");
  const auto bucket = statistics::dd_bucket(call.real("value"), accuracy);
  json::Object result;
  result.set("index", bucket.index);
  result.set("representative", number(bucket.representative));
  result.set("gamma", number(bucket.gamma));
  return result;
}

constexpr std::array kDdQuantileParameters{
    Parameter{"sample", "values", Kind::reals, "the values put into the sketch"},
    kAccuracy,
    Parameter{"q", "p", Kind::proportion, "which quantile, from 0 to 1"},
};

Answer dd_quantile(const Arguments& call) {
  const double accuracy = call.exact("relative_accuracy").nearest_double();
  if (!(accuracy >= 1e-9 && accuracy < 1))
    return refused("`relative_accuracy` is below 1e-9", "sketches use 0.001 to 0.05");
  const auto ascending = statistics::sorted(call.reals("sample"));
  const auto last = static_cast<std::int64_t>(ascending.size()) - 1;
  const auto place = plan::multiply(call.exact("q"), Rational(last));
  if (!place) return refused("`q` is finer than 128 bits can place among the values", "give it with fewer digits");
  const auto rank = static_cast<std::size_t>(place->floor());
  json::Object result;
  result.set("value", number(statistics::dd_representative(ascending[rank], accuracy)));
  result.set("true_order_statistic", number(ascending[rank]));
  result.set("rank0", static_cast<std::uint64_t>(rank));
  result.set("n", static_cast<std::uint64_t>(ascending.size()));
  return result;
}

constexpr std::array kHdrParameters{
    Parameter{"sample", "values", Kind::reals, "the values recorded: whole, from 0 to `highest`"},
    Parameter{"percentile", "", Kind::exact, "from 0 to 100"},
    Parameter{"significant_digits", "digits", Kind::count, "decimal digits kept, 0 to 5", "3"},
    Parameter{"lowest", "lowest_discernible_value", Kind::count, "smallest difference that must be kept", "1"},
    Parameter{"highest", "highest_trackable_value", Kind::count, "largest value that may be recorded", "3600000000"},
};

std::optional<Diagnostic> unfit_for_hdr(const Arguments& call) {
  if (call.count("significant_digits") > 5)
    return refused("`significant_digits` exceeds 5", "HdrHistogram keeps 0 to 5 decimal digits");
  if (call.count("lowest") == 0 || call.count("highest") < 2 * call.count("lowest"))
    return refused("`lowest` is 0 or `highest` is less than twice `lowest`", "for latencies in us: 1 and 3600000000");
  if (call.exact("percentile").is_negative() || call.exact("percentile") > Rational(100))
    return refused("`percentile` lies outside 0 to 100", "99.9 is the percentile that 99.9% do not exceed");
  for (const double value : call.reals("sample"))
    if (!(value >= 0) || value != std::floor(value) || value > static_cast<double>(call.count("highest")))
      return refused(fmt::format("{} is not a whole value from 0 to `highest`", value),
                     "record in a finer unit, or raise `highest`");
  return std::nullopt;
}

Answer hdr_percentile(const Arguments& call) {
  if (auto problem = unfit_for_hdr(call)) return std::move(*problem);
  const auto ascending = statistics::sorted(call.reals("sample"));
  const statistics::HdrLayout layout(call.count("lowest"), static_cast<int>(call.count("significant_digits")));
  const auto share = plan::divide(call.exact("percentile"), Rational(100));
  if (!share) return refused("`percentile` is finer than 128 bits can hold", "give it with fewer digits");
  const double found = ascending[statistics::nearest_rank(ascending.size(), *share) - 1];
  double middles = 0;  // whole numbers: exact up to 2^53
  for (const double value : ascending) middles += static_cast<double>(layout.middle_of_bucket(whole(value)));
  json::Object result;
  result.set("value", share->is_zero() ? layout.first_of_bucket(whole(found)) : layout.last_of_bucket(whole(found)));
  result.set("true_order_statistic", number(found));
  result.set("n", static_cast<std::uint64_t>(ascending.size()));
  result.set("mean", number(middles / static_cast<double>(ascending.size())));
  result.set("max", number(ascending.back()));
  result.set("bucket_width", layout.width(whole(found)));
  return result;
}

constexpr std::array kNativeParameters{
    Parameter{"value", "x", Kind::real, "the value, not 0"},
    Parameter{"schema", "", Kind::exact, "resolution, -4 to 8"},
};

Answer native_bucket(const Arguments& call) {
  const Rational& schema = call.exact("schema");
  if (!schema.is_integer() || schema < Rational(-4) || schema > Rational(8))
    return refused("`schema` is not a whole number from -4 to 8", "Prometheus defines these resolutions");
  if (call.real("value") == 0) return refused("`value` is 0", "values near 0 are counted in the zero bucket");
  const auto bucket = statistics::native_bucket(call.real("value"), static_cast<int>(schema.numerator()));
  json::Object result;
  result.set("index", bucket.index);
  result.set("lower", number(bucket.bounds.lower));
  result.set("upper", number(bucket.bounds.upper));
  result.set("growth", number(bucket.growth));
  return result;
}

constexpr std::array kDigestParameters{
    Parameter{"centroids", "table", Kind::table, "one row [mean, weight] a centroid, means ascending"},
    Parameter{"q", "p", Kind::proportion, "which quantile, from 0 to 1"},
    Parameter{"least", "min", Kind::real, "least value put in; the first mean if left out", kOptional},
    Parameter{"greatest", "max", Kind::real, "greatest value put in; the last mean if left out", kOptional},
};

Answer digest_quantile(const Arguments& call) {
  const Table& table = call.table("centroids");
  if (table.columns.size() != 2)
    return refused(fmt::format("`centroids` has {} columns", table.columns.size()), "give rows [mean, weight]");
  std::vector<statistics::Centroid> centroids;
  double weight = 0;
  for (std::size_t i = 0; i < table.columns[0].size(); ++i) {
    const statistics::Centroid next{table.columns[0][i], table.columns[1][i]};
    weight += next.weight;
    if (!(next.weight > 0) || weight > kMostValues)
      return refused(fmt::format("the weight of centroid {} is {}", i + 1, next.weight),
                     "weights are above 0, and at most 1e13 in all");
    if (!centroids.empty() && next.mean < centroids.back().mean)
      return refused(fmt::format("the mean of centroid {} is below the one before", i + 1),
                     "give the centroids by ascending means");
    centroids.push_back(next);
  }
  const double least = call.has("least") ? call.real("least") : centroids.front().mean;
  const double greatest = call.has("greatest") ? call.real("greatest") : centroids.back().mean;
  if (least > centroids.front().mean)
    return refused(fmt::format("`least` is {}, above the first mean, {}", least, centroids.front().mean),
                   "means lie between the least and the greatest value");
  if (greatest < centroids.back().mean)
    return refused(fmt::format("`greatest` is {}, below the last mean, {}", greatest, centroids.back().mean),
                   "means lie between the least and the greatest value");
  const auto found = statistics::digest_quantile(centroids, least, greatest, call.exact("q").nearest_double());
  json::Object result;
  result.set("value", number(found.value));
  result.set("between", edges_of({found.below, found.above}));
  result.set("n", number(weight));
  result.set("use", "display only");
  return result;
}

constexpr std::string_view kEnclosed = "values are independent, and each was counted in the bucket that encloses it";

constexpr std::array kMethods{
    Method{"histogram.ddsketch_bucket", "The bucket of a value in a DDSketch with the logarithmic mapping.",
           kDdBucketParameters, "index; representative: in the unit of the value; gamma: ratio of bucket edges",
           "the sketch has not collapsed its lowest buckets", Guarantee::descriptive, "Masson, Rim & Lee 2019",
           "ddsketch_bucket(value: 12345.678, relative_accuracy: 0.01)", dd_bucket},
    Method{
        "histogram.ddsketch_quantile", "What a DDSketch answers for a quantile of the values put into it.",
        kDdQuantileParameters,
        "value: within relative_accuracy of true_order_statistic, the value of 0-based rank rank0 = floor(q(n-1)); n",
        "the sketch has not collapsed its lowest buckets", Guarantee::descriptive, "Masson, Rim & Lee 2019",
        "ddsketch_quantile(sample: [12, 7, 9, 30], relative_accuracy: 0.01, q: 50%)", dd_quantile},
    Method{"histogram.hdr_percentile", "What an HdrHistogram answers for a percentile of the values recorded in it.",
           kHdrParameters,
           "value: the highest value of the bucket (the lowest one for percentile 0); true_order_statistic: the value "
           "of rank "
           "ceil(n percentile / 100); n; mean: of the buckets' middles; max; bucket_width; in the unit of the values",
           "values were recorded as they were: corrected for coordinated omission they are not data",
           Guarantee::descriptive, "HdrHistogram, Tene 2012",
           "hdr_percentile(sample: [1500, 1720, 2210, 98000], percentile: 50, significant_digits: 2)", hdr_percentile},
    Method{
        "histogram.native_bucket", "The bucket of a value in a Prometheus native histogram.", kNativeParameters,
        "index; lower, upper: in the unit of the value, Infinity beyond the greatest double; growth: ratio of bucket "
        "edges",
        "the value lies outside the zero bucket", Guarantee::descriptive, "Prometheus documentation, native histograms",
        "native_bucket(value: 0.306, schema: 3)", native_bucket},
    Method{"histogram.prometheus_classic_quantile", "What Prometheus' histogram_quantile() answers: display, no bound.",
           kPrometheusParameters,
           "value: the text NaN where there are no data, or no bucket up to +Inf, for so Prometheus answers, and this "
           "method says what it says (no other result is ever NaN); bucket: the edges between which the value of that "
           "rank lies, "
           "-Infinity and Infinity where there are none; "
           "in_last_bucket: the value is then only a lower bound",
           "values are spread evenly within their bucket, which nothing guarantees", Guarantee::descriptive,
           "Prometheus documentation, histogram_quantile()",
           "prometheus_classic_quantile(buckets: [[0.1, 90], [0.3, 99], [\"+Inf\", 100]], q: 0.95)", prometheus},
    Method{"histogram.quantile_ci_bounds", "Bounds of a quantile from a histogram: edges of buckets, no interpolation.",
           kBoundsParameters,
           "lower, upper: edges, -Infinity and Infinity where no bound exists; rank_lower, rank_upper: from 1; "
           "point_bucket: the edges around the sample's quantile; coverage: of the ranks; n",
           kEnclosed, Guarantee::finite_sample, "Conover 1999, section 3.2",
           "quantile_ci_bounds(upper_edges: [0.1, 0.3, 1], counts: [900, 90, 10], p: 95%, confidence: 95%)",
           quantile_ci_bounds},
    Method{"histogram.tdigest_quantile", "What a t-digest shows for a quantile: display, no bound, never a verdict.",
           kDigestParameters,
           "value: in the unit of the values; between: the means (or ends) that it was read between, which enclose no "
           "quantile for certain; n: weight in all; use: display only",
           "values spread evenly about each centroid, which nothing guarantees: a t-digest has no worst case",
           Guarantee::descriptive, "Dunning & Ertl 2019",
           "tdigest_quantile(centroids: [[1, 1], [2.5, 3], [7, 10], [19, 4], [60, 1]], q: 95%)", digest_quantile},
    Method{
        "verdict.histogram_quantile_le", "Whether a quantile is at most a threshold, from a histogram.",
        kVerdictParameters,
        "verdict: pass, fail, inconclusive; count_le_min, count_le_max: values that are, and that can be, at most the "
        "threshold; n; p_value_pass, p_value_fail; hint: where the threshold cuts a bucket",
        kEnclosed, Guarantee::finite_sample, "Clopper & Pearson 1934; worst case within the bucket of the threshold",
        "histogram_quantile_le(upper_edges: [0.1, 0.3, 1], counts: [9900, 98, 2], p: 99%, threshold: 0.3, "
        "confidence: 99%)",
        quantile_le},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> histogram_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
