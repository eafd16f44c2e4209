// A proportion of rows that come in clusters.
#include "runtime/statistics/clusters.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "runtime/methods/families.h"
#include "runtime/plan/cluster_sums.h"
#include "runtime/statistics/clustered_decision.h"

namespace proofmark::methods {
namespace {

using statistics::Cluster;
using statistics::ClusterRatio;

constexpr Parameter kClusters{
    "clusters", "table", Kind::table,
    "columns `successes` and `total`, a row a cluster; rows with the same `cluster` are added"};

// The place of the first of the names in the header.
std::optional<std::size_t> column(const Table& table, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    for (std::size_t i = 0; i < table.header.size(); ++i)
      if (table.header[i] == name) return i;
  return std::nullopt;
}

struct Columns {
  std::optional<std::size_t> key;
  std::size_t successes = 0, total = 1;
};

// By their names; without them the last two columns, after a key if there are three.
std::optional<Columns> columns_of(const Table& table) {
  const auto successes = column(table, {"successes", "good", "k"}),
             total = column(table, {"total", "trials", "rows", "n"});
  if (successes && total) return Columns{column(table, {"cluster", "key", "id"}), *successes, *total};
  if (table.columns.size() == 2) return Columns{};
  if (table.columns.size() == 3) return Columns{0, 1, 2};
  return std::nullopt;
}

bool is_count(double value) {
  return value >= 0 && value <= 1e13 && value == std::floor(value);
}

Result<std::vector<Cluster>> clusters_of(const Arguments& call) {
  const Table& table = call.table("clusters");
  const auto columns = columns_of(table);
  if (!columns)
    return refused("the table has no columns `successes` and `total`", "give a row a cluster: its successes, its rows");
  std::map<double, Cluster> found;
  std::uint64_t all = 0;
  const auto &successes = table.columns[columns->successes], &totals = table.columns[columns->total];
  for (std::size_t i = 0; i < totals.size(); ++i) {
    if (!is_count(successes[i]) || !is_count(totals[i]) || successes[i] > totals[i])
      return refused(fmt::format("row {} has {} successes of {}", i + 1, successes[i], totals[i]),
                     "give whole numbers; successes are among the rows");
    if (totals[i] == 0) continue;
    Cluster& cluster = found[columns->key ? table.columns[*columns->key][i] + 0.0 : static_cast<double>(i)];
    cluster.successes += static_cast<std::uint64_t>(successes[i]);
    cluster.rows += static_cast<std::uint64_t>(totals[i]);
    all += static_cast<std::uint64_t>(totals[i]);
    if (all > 10'000'000'000'000) return refused("the clusters have more than 1e13 rows in all");
  }
  if (found.size() < 2)
    return refused(fmt::format("{} cluster has rows", found.size()),
                   "the spread of clusters shows from two on; use ten or more");
  std::vector<Cluster> result;
  for (const auto& [key, cluster] : found) result.push_back(cluster);
  return result;
}

double alpha_of(const Arguments& call) {
  return plan::subtract(Rational(1), call.exact("confidence"))->nearest_double();
}

constexpr std::array kRatioParameters{
    kClusters,
    Parameter{"confidence", "", Kind::level, "of the two-sided interval", "0.95"},
};
constexpr std::array kIntervalParameters{
    kClusters,
    Parameter{"confidence", "", Kind::level, "of the two-sided interval", "0.95"},
    Parameter{"method", "", Kind::word, "beta: Korn & Graubard; Student t on the log odds, arcsine or proportion",
              "beta", "beta|xlogit|logit|asin|mean"},
};
constexpr std::array kBoundParameters{
    kClusters,
    Parameter{"confidence", "", Kind::level, "of each one-sided bound, above 50%", "0.95"},
    Parameter{"design_effect", "deff", Kind::exact, "declared least design effect, at least 1", kOptional},
};

Diagnostic no_spread(const ClusterRatio& ratio) {
  return refused(fmt::format("{} of {} rows fail: clusters show no spread", ratio.failures, ratio.rows),
                 "use `cluster_bound`, with a declared `design_effect` where one is known");
}

Answer cluster_ratio(const Arguments& call) {
  const auto clusters = clusters_of(call);
  if (!clusters) return clusters.problems();
  const ClusterRatio ratio = statistics::cluster_ratio(*clusters);
  if (!(ratio.p > 0 && ratio.q > 0)) return no_spread(ratio);
  const auto span = statistics::ratio_interval(ratio, alpha_of(call), statistics::RatioScale::identity);
  json::Object result;
  result.set("p", number(ratio.p));
  result.set("std_error", number(ratio.std_error));
  result.set("design_effect", number(ratio.design_effect));
  result.set("lower", number(span.lower));
  result.set("upper", number(span.upper));
  result.set("df", static_cast<std::int64_t>(ratio.clusters - 1));
  result.set("too_few", ratio.clusters < statistics::kFewestClusters);
  return result;
}

statistics::RatioSpan interval_by(const std::string& method, const ClusterRatio& ratio, double alpha) {
  using statistics::RatioScale;
  if (method == "beta") return statistics::korn_graubard_interval(ratio, alpha);
  if (method == "mean") return statistics::ratio_interval(ratio, alpha, RatioScale::identity);
  return statistics::ratio_interval(ratio, alpha, method == "asin" ? RatioScale::arcsine : RatioScale::logit);
}

Answer cluster_interval(const Arguments& call) {
  const auto clusters = clusters_of(call);
  if (!clusters) return clusters.problems();
  const ClusterRatio ratio = statistics::cluster_ratio(*clusters);
  if (!(ratio.p > 0 && ratio.q > 0)) return no_spread(ratio);
  const auto span = interval_by(call.word("method"), ratio, alpha_of(call));
  json::Object result;
  result.set("p", number(ratio.p));
  result.set("lower", number(span.lower));
  result.set("upper", number(span.upper));
  result.set("too_few", ratio.clusters < statistics::kFewestClusters);
  return result;
}

plan::ClusterSums sums_of(const std::vector<Cluster>& clusters) {
  plan::ClusterSums sums;
  for (const Cluster& cluster : clusters) plan::add_cluster(sums, cluster.rows, cluster.successes);
  return sums;
}

// The bounds of a claim on either side; they do not depend on the threshold.
Answer cluster_bound(const Arguments& call) {
  const auto clusters = clusters_of(call);
  if (!clusters) return clusters.problems();
  if (call.exact("confidence") <= *Rational::parse("0.5"))
    return refused("`confidence` is 50% or less", "a bound that holds less often than not bounds nothing");
  const bool declared = call.has("design_effect");
  const Rational effect = declared ? call.exact("design_effect") : Rational();
  if (declared && effect < Rational(1))
    return refused(fmt::format("`design_effect` is {}", effect.to_string()), "clustering never helps: give at least 1");
  const plan::ClusterSums sums = sums_of(*clusters);
  const auto bounds = [&](bool at_least) {
    const statistics::ProportionClaim claim{at_least, *Rational::parse("0.5")};
    const Rational alpha = *plan::subtract(Rational(1), call.exact("confidence"));
    return statistics::decide_clusters(sums, sums, {claim, alpha, effect});
  };
  const auto passing = bounds(true), failing = bounds(false);
  json::Object result;
  result.set("lower", number(std::max(0.0, passing.lower)));
  result.set("upper", number(failing.upper));
  result.set("effective_n", number(passing.counts_clusters ? static_cast<double>(sums.clusters)
                                                           : static_cast<double>(sums.rows) / passing.divisor));
  result.set("basis", sums.clusters < statistics::kFewestClusters                ? "too few clusters"
                      : passing.counts_clusters                                  ? "failing clusters"
                      : declared && !(passing.divisor > effect.nearest_double()) ? "declared design effect"
                                                                                 : "estimated design effect");
  result.set("failing_clusters", static_cast<std::int64_t>(sums.with_rest));
  return result;
}

constexpr std::string_view kIndependent =
    "clusters are independent and their number was fixed in advance; rows within may depend";

constexpr std::array kMethods{
    Method{"dependence.cluster_bound", "One-sided bounds of a proportion that stay honest when few clusters fail.",
           kBoundParameters,
           "lower, upper: each at the given confidence; effective_n: rows (or clusters) in effect; basis; "
           "failing_clusters: number",
           "clusters are independent, ten or more; the declared design effect is not exceeded", Guarantee::assumed,
           "Korn & Graubard 1998; Clopper & Pearson 1934",
           "cluster_bound(clusters: [[80, 80], [79, 80], [80, 80], [60, 60], [75, 75], [80, 80], [80, 80], [44, 45], "
           "[80, 80], [71, 71]], confidence: 95%, design_effect: 2)",
           cluster_bound},
    Method{"dependence.cluster_ratio", "A proportion of clustered rows, its error and its design effect.",
           kRatioParameters,
           "p: proportion; std_error; design_effect: variance over that of independent rows; lower, upper: Student t "
           "interval; df: degrees of freedom; too_few: below ten clusters, which decide nothing",
           kIndependent, Guarantee::asymptotic, "Cochran 1977, section 6.3; Kish 1965",
           "cluster_ratio(clusters: [[194, 204], [231, 242], [222, 239]], confidence: 90%)", cluster_ratio},
    Method{"dependence.cluster_ratio_ci", "An interval of a proportion of clustered rows.", kIntervalParameters,
           "p: proportion; lower, upper; too_few: below ten clusters, which decide nothing", kIndependent,
           Guarantee::asymptotic, "Korn & Graubard 1998",
           "cluster_ratio_ci(clusters: [[194, 204], [231, 242], [222, 239]], confidence: 90%)", cluster_interval},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> cluster_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
