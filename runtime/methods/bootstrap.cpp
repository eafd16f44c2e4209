// Resampling: intervals for statistics that have no formula of their own.
#include "runtime/statistics/bootstrap.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/methods/cluster_labels.h"
#include "runtime/methods/families.h"
#include "runtime/statistics/clustered_decision.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/philox.h"
#include "runtime/statistics/quantiles.h"

namespace proofmark::methods {
namespace {

using statistics::Statistic;
using Sum = double (*)(std::span<const double>);

constexpr Parameter kSample{"sample", "values", Kind::reals, "the values, or the name of a CSV file with them"};
constexpr Parameter kStatistic{"statistic", "",
                               Kind::word,  "what is computed of each resample",
                               "mean",      "mean|median|trimmed_mean|quantile|sd|variance|ratio|apdex"};
constexpr Parameter kConfidence{"confidence", "", Kind::level, "of the intervals, two-sided", "0.95"};
constexpr Parameter kTrim{"trim", "", Kind::proportion, "trimmed_mean: the share left out at each end", "0.1"};
constexpr Parameter kProbability{"p", "", Kind::level, "quantile: which one (type 7)", "0.5"};
constexpr Parameter kDenominator{"denominator", "", Kind::reals, "ratio: sum of `sample` over sum of these, row by row",
                                 kOptional};
constexpr Parameter kTarget{"target", "", Kind::positive, "apdex: rows up to it count 1, up to four times it 1/2",
                            kOptional};

constexpr Parameter kInterpolation{
    "interpolation", "",
    Kind::word,      "between replicates: on the normal scale (as boot.ci) or linearly (as SciPy)",
    "normal",        "normal|linear|boot::norm.inter|linear (Hyndman-Fan 7 on replicates)"};

constexpr double kMostDraws = 5e7;
constexpr std::size_t kMostExhaustive = 7;

std::vector<double> chosen(const std::vector<double>& values, std::span<const std::size_t> rows) {
  std::vector<double> picked;
  picked.reserve(rows.size());
  for (const std::size_t row : rows) picked.push_back(values[row]);
  return picked;
}

double mean_of(std::span<const double> values) {
  return statistics::sum(values) / static_cast<double>(values.size());
}

double variance_of(std::vector<double> values, Sum add) {
  const auto n = static_cast<double>(values.size());
  const double mean = add(values) / n;
  for (double& value : values) value = (value - mean) * (value - mean);
  return values.size() < 2 ? 0 : add(values) / (n - 1);
}

double trimmed_mean(const std::vector<double>& values, const Rational& share) {
  const auto ascending = statistics::sorted(values);
  const auto n = static_cast<std::int64_t>(ascending.size());
  const auto cut = static_cast<std::size_t>(plan::multiply(share, Rational(n))->floor());
  return mean_of(std::span(ascending).subspan(cut, ascending.size() - 2 * cut));
}

double apdex(const std::vector<double>& values, double target) {
  std::size_t halves = 0;
  for (const double value : values) halves += value <= target ? 2 : value <= 4 * target ? 1 : 0;
  return static_cast<double>(halves) / static_cast<double>(2 * values.size());
}

// A resample holds no value beyond the sample's: an extreme quantile's interval would end at the largest value with
// probability (1 - p)^n whatever the truth is.
std::optional<Diagnostic> too_extreme(const Rational& p, std::size_t n) {
  const auto above = plan::subtract(Rational(1), p);
  const auto beyond =
      above ? plan::multiply(std::min(p, *above), Rational(static_cast<std::int64_t>(n))) : std::nullopt;
  if (!beyond) return refused("`p` is finer than 128 bits can place among the values", "give it with fewer digits");
  if (p == *Rational::make(1, 2) || *beyond >= Rational(10)) return std::nullopt;
  return refused(fmt::format("{} of the {} values lie beyond the quantile", beyond->to_decimal(), n),
                 "the bootstrap of a quantile needs ten values beyond it; quantile_ci.order_statistic holds for any n");
}

bool interpolates_linearly(const Arguments& call) {
  return call.word("interpolation").starts_with("linear");
}

Result<Statistic> mean_like(const Arguments& call, const std::vector<double>& values, Sum add) {
  const std::string& word = call.word("statistic");
  if (word == "trimmed_mean") {
    const Rational share = call.exact("trim");
    const auto cut = plan::multiply(share, Rational(static_cast<std::int64_t>(values.size())));
    if (!cut || share >= *Rational::make(1, 2))
      return refused("`trim` leaves no value", "trim less than half at each end");
    return Statistic([&values, share](auto rows) { return trimmed_mean(chosen(values, rows), share); });
  }
  if (word == "sd" || word == "variance") {
    const bool root = word == "sd";
    return Statistic([&values, root, add](auto rows) {
      const double variance = variance_of(chosen(values, rows), add);
      return root ? std::sqrt(variance) : variance;
    });
  }
  return Statistic([&values, add](auto rows) { return add(chosen(values, rows)) / static_cast<double>(rows.size()); });
}

Result<Statistic> quantile_like(const Arguments& call, const std::vector<double>& values, const std::string& word) {
  const Rational p = word == "median" ? *Rational::make(1, 2) : call.exact("p");
  if (auto problem = too_extreme(p, values.size())) return std::move(*problem);
  if (!statistics::point_quantile(values, p, 7))
    return refused("`p` is finer than 128 bits can place among the values", "give it with fewer digits");
  return Statistic(
      [&values, p](auto rows) { return *statistics::point_quantile(statistics::sorted(chosen(values, rows)), p, 7); });
}

Result<Statistic> ratio(const Arguments& call, const std::vector<double>& values) {
  if (!call.has("denominator"))
    return refused("a ratio needs `denominator`", "give one number for each row of `sample`");
  const auto& denominators = call.reals("denominator");
  if (denominators.size() != values.size())
    return refused(fmt::format("`sample` has {} rows, `denominator` {}", values.size(), denominators.size()),
                   "give one number for each row of `sample`");
  for (const double each : denominators)
    if (!(each > 0)) return refused(fmt::format("a denominator is {}", each), "denominators are above 0");
  return Statistic([&values, &denominators](auto rows) {
    return statistics::sum(chosen(values, rows)) / statistics::sum(chosen(denominators, rows));
  });
}

Result<Statistic> statistic_of(const Arguments& call, const std::vector<double>& values, Sum add) {
  const std::string& word = call.word("statistic");
  if (values.size() < 2) return refused("the sample has one value", "resampling needs at least two");
  if (word == "median" || word == "quantile") return quantile_like(call, values, word);
  if (word == "ratio") return ratio(call, values);
  if (word != "apdex") return mean_like(call, values, add);
  if (!call.has("target"))
    return refused("apdex needs `target`", "give the satisfactory time, in the unit of the values");
  return Statistic([&values, target = call.real("target")](auto rows) { return apdex(chosen(values, rows), target); });
}

// Resamples of clusters have other sizes than the sample: 62 bits leave room for a share of any of them.
std::optional<Diagnostic> too_fine_for(const Arguments& call, const statistics::RowClusters& clusters) {
  constexpr plan::Int128 kMost = plan::Int128{1} << 62;
  for (const std::string_view name : {"p", "trim"})
    if (!clusters.empty() && call.exact(name).denominator() > kMost)
      return refused(fmt::format("`{}` is finer than resamples of clusters can place it", name),
                     "give it with fewer digits");
  return std::nullopt;
}

// A quantile that few clusters reach beyond is as extreme as one that few independent rows do.
std::optional<Diagnostic> too_extreme_for(const Arguments& call, const statistics::RowClusters& clusters,
                                          const std::vector<double>& values) {
  const Rational half = *Rational::make(1, 2), p = call.exact("p");
  if (clusters.empty() || call.word("statistic") != "quantile" || p == half) return std::nullopt;
  const auto found = statistics::point_quantile(statistics::sorted(values), p, 7);
  std::size_t reaching = 0;
  for (const std::vector<std::size_t>& rows : clusters)
    reaching += std::any_of(rows.begin(), rows.end(),
                            [&](std::size_t row) { return p < half ? values[row] < *found : values[row] > *found; });
  if (reaching >= statistics::kFewestClusters) return std::nullopt;
  return refused(fmt::format("{} of the {} clusters hold values beyond the quantile", reaching, clusters.size()),
                 "the bootstrap of a quantile needs ten clusters with values beyond it");
}

std::vector<std::size_t> every_row(std::size_t n) {
  std::vector<std::size_t> rows(n);
  for (std::size_t i = 0; i < n; ++i) rows[i] = i;
  return rows;
}

// Draw j of replicate i: one of the four words at counter (j / 4, i) under the seed.
statistics::Draws draws_of(std::uint64_t seed) {
  return [seed](std::uint64_t replicate, std::uint64_t draw) {
    return statistics::philox4x64_10({draw / 4, replicate, 0, 0}, {seed, 0})[draw % 4];
  };
}

Result<std::vector<double>> replay(const Table& indices, const Statistic& statistic, std::size_t n) {
  if (indices.columns.size() != n)
    return refused(fmt::format("`indices` has {} columns, the sample {} values", indices.columns.size(), n),
                   "give one replicate a line, with as many positions as the sample has values");
  const std::size_t replicates = indices.columns.front().size();
  if (replicates < 2) return refused("`indices` has fewer than two replicates", "give some thousands");
  std::vector<double> values;
  std::vector<std::size_t> rows(n);
  for (std::size_t i = 0; i < replicates; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      const double place = indices.columns[j][i];
      if (!(place >= 0 && place < static_cast<double>(n)) || place != std::floor(place))
        return refused(fmt::format("replicate {} holds the position {}", i + 1, place), "positions count from 0");
      rows[j] = static_cast<std::size_t>(place);
    }
    values.push_back(statistic(rows));
  }
  return values;
}

Result<std::vector<double>> draw(const Arguments& call, const Statistic& statistic, std::size_t n,
                                 const statistics::RowClusters& clusters) {
  const std::uint64_t replicates = call.count("replicates");
  const double alpha = plan::subtract(Rational(1), call.exact("confidence"))->nearest_double();
  if (static_cast<double>(replicates) * static_cast<double>(n) > kMostDraws)
    return refused(fmt::format("{} replicates of {} rows are more than 5e7 draws", replicates, n),
                   "take fewer replicates; for a mean of many rows the normal interval is as good");
  if ((static_cast<double>(replicates) + 1) * alpha / 2 < 2)
    return refused(fmt::format("{} replicates are too few for this confidence", replicates),
                   fmt::format("take at least {}", std::ceil(4 / alpha)));
  const statistics::Draws draws = draws_of(call.count("seed"));
  if (!clusters.empty()) return statistics::replicate_clusters(statistic, clusters, replicates, draws);
  return statistics::replicate(statistic, n, replicates, draws, call.count("block"));
}

constexpr std::array kIntervalParameters{
    kSample,
    kStatistic,
    kConfidence,
    Parameter{"indices", "", Kind::table,
              "positions of the resamples, from 0, one replicate a line; without it they are "
              "drawn",
              kOptional},
    Parameter{"replicates", "resamples", Kind::count, "how many resamples are drawn", "9999"},
    Parameter{"seed", "", Kind::count, "of the draws", "0"},
    Parameter{
        "block", "", Kind::count,
        "rows in their order that are drawn together, about n^(1/3) where rows depend on those before them; 1: each "
        "row by itself",
        "1"},
    Parameter{"clusters", "", Kind::value,
              "a label a row, a number or a text: rows of one label are drawn together, as many clusters as there are, "
              "at least ten",
              kOptional},
    kInterpolation,
    Parameter{"jackknife_acceleration", "", Kind::flag,
              "BCa: the acceleration comes from leaving out each row, or each cluster: the sum of (t0 - t_-i)^3 over 6 "
              "times the "
              "sum of (t0 - t_-i)^2 to the power 3/2, not centred (as boot.ci), or with linear interpolation about the "
              "mean of t_-i (as SciPy)",
              "true"},
    kTrim,
    kProbability,
    kDenominator,
    kTarget,
};

void set_interval(json::Object& result, std::initializer_list<std::string_view> names,
                  const statistics::BootstrapInterval& interval) {
  for (const std::string_view name : names) {
    result.set(fmt::format("{}_lower", name), number(interval.lower));
    result.set(fmt::format("{}_upper", name), number(interval.upper));
  }
}

json::Object page(const statistics::BootstrapIntervals& intervals, double observed, std::size_t replicates) {
  json::Object result;
  result.set("t0", number(observed));
  set_interval(result, {"percentile", "perc"}, intervals.percentile);
  set_interval(result, {"basic"}, intervals.basic);
  set_interval(result, {"normal", "norm"}, intervals.normal);
  if (intervals.bca) {
    set_interval(result, {"bca"}, *intervals.bca);
    result.set("z0", number(intervals.z0));
    result.set("acceleration", number(intervals.acceleration));
  } else {
    result.set("bca_unavailable",
               "all replicates lie on one side of the statistic, leaving out a row never moves it, rows are drawn in "
               "blocks, or the sample has more than 5000 rows");
  }
  result.set("std_err", number(intervals.standard_error));
  result.set("bias", number(intervals.bias));
  result.set("replicates", static_cast<std::uint64_t>(replicates));
  result.set("ends_at_last_replicate", intervals.extreme);
  return result;
}

std::optional<Diagnostic> not_finite(const std::vector<double>& values) {
  for (const double value : values)
    if (!std::isfinite(value))
      return refused("the statistic of a resample is larger than a double holds", "give the values in a larger unit");
  return std::nullopt;
}

// The deviation of the replicates rests on their squares.
std::optional<Diagnostic> no_deviation(double standard_error) {
  if (!std::isfinite(standard_error))
    return refused("the statistics of the resamples are too large for their squares",
                   "give the values in a larger unit");
  if (standard_error * standard_error >= statistics::kLeastExactVariance) return std::nullopt;
  return refused("the statistics of the resamples differ by too little for their squares",
                 "give the values in a smaller unit");
}

std::optional<Diagnostic> all_equal(const std::vector<double>& values) {
  if (!statistics::are_equal(values)) return std::nullopt;
  return refused("every resample gives the same statistic",
                 "a sample without spread says nothing of the error of its "
                 "statistic");
}

Answer interval(const Arguments& call) {
  const auto& values = call.reals("sample");
  const std::size_t n = values.size();
  if (!call.flag("jackknife_acceleration"))
    return refused("`jackknife_acceleration` is false", "the jackknife is the acceleration that is offered");
  const auto statistic =
      statistic_of(call, values, interpolates_linearly(call) ? statistics::pairwise_sum : statistics::sum);
  if (!statistic) return statistic.problems();
  const std::uint64_t block = call.count("block");
  if (block < 1 || block > n / 2 || (block > 1 && call.has("indices")))
    return refused(fmt::format("`block` is {} of {} rows", block, n),
                   "at least two blocks are drawn; positions that are given hold their blocks already");
  const auto clusters = clusters_of_rows(call, n);
  if (!clusters) return clusters.problems();
  if (auto problem = too_fine_for(call, *clusters)) return std::move(*problem);
  if (auto problem = too_extreme_for(call, *clusters, values)) return std::move(*problem);
  auto drawn =
      call.has("indices") ? replay(call.table("indices"), *statistic, n) : draw(call, *statistic, n, *clusters);
  if (!drawn) return drawn.problems();
  if (auto problem = not_finite(*drawn)) return std::move(*problem);
  if (auto problem = all_equal(*drawn)) return std::move(*problem);
  const double observed = (*statistic)(every_row(n));
  // Leaving out each row costs n statistics of n rows; past some thousand rows BCa and percentile agree. What it tells
  // is of independent rows.
  constexpr std::size_t kMostJackknifed = 5000;
  statistics::Replicates replicates{observed, std::move(*drawn), {}};
  if (n <= kMostJackknifed && !clusters->empty())
    replicates.jackknife = statistics::leave_one_cluster_out(*statistic, *clusters);
  else if (n <= kMostJackknifed && block == 1)
    replicates.jackknife = statistics::leave_one_out(*statistic, n);
  const double alpha = plan::subtract(Rational(1), call.exact("confidence"))->nearest_double();
  const auto rule =
      interpolates_linearly(call) ? statistics::ReplicateQuantile::linear : statistics::ReplicateQuantile::normal;
  const auto intervals = statistics::bootstrap_intervals(replicates, alpha / 2, rule);
  if (auto problem = no_deviation(intervals.standard_error)) return std::move(*problem);
  return page(intervals, observed, replicates.values.size());
}

constexpr std::array kExhaustiveParameters{kSample,      kStatistic,   kConfidence, kTrim,
                                           kProbability, kDenominator, kTarget};

Answer exhaustive(const Arguments& call) {
  const auto& values = call.reals("sample");
  if (values.size() > kMostExhaustive)
    return refused(fmt::format("{} values have too many resamples", values.size()),
                   "up to 7 values are enumerated; bootstrap.ci draws resamples of larger samples");
  const auto statistic = statistic_of(call, values, statistics::sum);
  if (!statistic) return statistic.problems();
  const auto all = statistics::all_resamples(*statistic, values.size());
  if (auto problem = not_finite(all)) return std::move(*problem);
  if (auto problem = all_equal(all)) return std::move(*problem);
  const auto count = Rational(static_cast<std::int64_t>(all.size()));
  const auto rank = [&](const std::optional<Rational>& doubled) -> std::optional<std::size_t> {
    const auto place = doubled ? plan::multiply(*doubled, count) : std::nullopt;
    const auto half = place ? plan::divide(*place, Rational(2)) : std::nullopt;
    return half ? std::optional(static_cast<std::size_t>(half->ceil())) : std::nullopt;
  };
  const auto lower = rank(plan::subtract(Rational(1), call.exact("confidence")));
  const auto upper = rank(plan::add(Rational(1), call.exact("confidence")));
  if (!lower || !upper) return refused("`confidence` is finer than 128 bits can hold", "give it with fewer digits");
  json::Object result;
  result.set("lower", number(all[*lower - 1]));
  result.set("upper", number(all[*upper - 1]));
  result.set("t0", number((*statistic)(every_row(values.size()))));
  result.set("resamples", static_cast<std::uint64_t>(all.size()));
  return result;
}

constexpr std::string_view kSmooth =
    "rows are independent (or, with `block`, those farther apart than a block; with `clusters`, those of different "
    "clusters, which are alike), and the statistic is smooth in them";

constexpr std::array kMethods{
    Method{
        "bootstrap.ci", "Intervals of a statistic from resamples of the sample.", kIntervalParameters,
        "t0: the statistic; percentile_, basic_, normal_, bca_ with _lower and _upper, perc_ and norm_ as other names, "
        "std_err, bias: in its unit; bca_unavailable: why there is no BCa interval; z0, acceleration; replicates; "
        "ends_at_last_replicate: too few replicates for the confidence",
        kSmooth, Guarantee::asymptotic, "Efron 1979, 1987; Davison & Hinkley 1997; Künsch 1989; Field & Welsh 2007",
        "bootstrap.ci(sample: [12, 7, 9, 30, 8, 11, 10, 9], statistic: mean, confidence: 90%, replicates: 999, seed: "
        "7)",
        interval},
    Method{"bootstrap.exhaustive_percentile", "The percentile interval over all resamples of a very small sample.",
           kExhaustiveParameters, "lower, upper, t0: in the unit of the statistic; resamples: n^n", kSmooth,
           Guarantee::asymptotic, "Efron 1979; Fisher & Hall 1991",
           "exhaustive_percentile(sample: [10, 11, 15, 40], statistic: mean, confidence: 90%)", exhaustive},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> bootstrap_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
