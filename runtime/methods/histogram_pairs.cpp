// Two histograms: how far apart their values lie, and their sum.
#include <fmt/format.h>

#include <array>
#include <map>
#include <utility>

#include "runtime/methods/contrast_measure.h"
#include "runtime/methods/families.h"
#include "runtime/methods/histogram_argument.h"
#include "runtime/statistics/contrast.h"

namespace proofmark::methods {
namespace {

using statistics::Histogram;

constexpr std::array kComparisonParameters{
    Parameter{"upper_edges1", "edges1", Kind::edges, "of the first histogram, ascending; the last may be Infinity"},
    Parameter{"counts1", "", Kind::counts, "values in each bucket of the first, not cumulated"},
    Parameter{"upper_edges2", "edges2", Kind::edges, "of the second histogram; they may be others"},
    Parameter{"counts2", "", Kind::counts, "values in each bucket of the second, not cumulated"},
    kMeasure,
    Parameter{"confidence", "", Kind::level, "one-sided, of either bound", "0.95"},
    kLowest,
};

// An edge, or just above it.
using EdgePlace = std::pair<double, bool>;
using EdgeCounts = std::map<EdgePlace, std::pair<std::uint64_t, std::uint64_t>>;  // of the first, and of the second

// Each value at the upper edge of its bucket, or just above the lower one.
void place(const Histogram& histogram, bool upper, std::uint64_t EdgeCounts::mapped_type::* whose, EdgeCounts& into) {
  double lower = histogram.lowest;
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    into[upper ? EdgePlace{histogram.upper_edges[i], false} : EdgePlace{lower, true}].*whose +=
        whole(histogram.counts[i]);
    lower = histogram.upper_edges[i];
  }
}

plan::ContrastSums contrast_of(const Histogram& first, const Histogram& second, bool greatest) {
  EdgeCounts runs;
  place(first, greatest, &EdgeCounts::mapped_type::first, runs);
  place(second, !greatest, &EdgeCounts::mapped_type::second, runs);
  statistics::ContrastWalk walk(whole(statistics::total(first)), whole(statistics::total(second)));
  for (const auto& [edge, counts] : runs) walk.pass(counts.first, counts.second);
  return walk.sums();
}

Answer comparison(const Arguments& call) {
  const auto side = [&](std::string_view edges, std::string_view name) {
    const auto& counts = call.counts(name);
    return histogram_of(call, {counts.begin(), counts.end()}, {edges, name});
  };
  const auto first = side("upper_edges1", "counts1"), second = side("upper_edges2", "counts2");
  if (!first) return first.problems();
  if (!second) return second.problems();
  const double alpha = plan::subtract(Rational(1), call.exact("confidence"))->nearest_double();
  if (alpha >= 0.5) return refused("`confidence` is at most 50%", "a bound holds more often than not: give 95%");
  const auto found = statistics::contrast_bounds(
      measure_of(call), {contrast_of(*first, *second, true), 0, 0, contrast_of(*first, *second, false)}, alpha);
  json::Object result;
  result.set("least", number(found.estimate));
  result.set("most", number(found.estimate_most));
  result.set("lower", number(found.lower));
  result.set("upper", number(found.upper));
  result.set("n1", whole(statistics::total(*first)));
  result.set("n2", whole(statistics::total(*second)));
  return result;
}

constexpr std::array kMergeParameters{
    Parameter{"upper_edges1", "edges1", Kind::edges, "of the first histogram, ascending; the last may be Infinity"},
    Parameter{"counts1", "", Kind::counts, "values in each bucket of the first, not cumulated"},
    Parameter{"upper_edges2", "edges2", Kind::edges, "of the second histogram: the same"},
    Parameter{"counts2", "", Kind::counts, "values in each bucket of the second, not cumulated"}, kLowest};

Answer merge(const Arguments& call) {
  const auto side = [&](std::string_view edges, std::string_view name) {
    const auto& counts = call.counts(name);
    return buckets_as_given(call, {counts.begin(), counts.end()}, {edges, name});
  };
  const auto first = side("upper_edges1", "counts1"), second = side("upper_edges2", "counts2");
  if (!first) return first.problems();
  if (!second) return second.problems();
  if (first->upper_edges != second->upper_edges)
    return refused("the histograms have different edges",
                   "the sum of buckets is no bucket where their edges differ: record both with the same edges, or "
                   "judge each by itself");
  json::Array counts;
  for (std::size_t i = 0; i < first->counts.size(); ++i) counts.push_back(whole(first->counts[i] + second->counts[i]));
  const double all = statistics::total(*first) + statistics::total(*second);
  if (all > kMostValues) return refused(fmt::format("together they count {} values", all), "at most 1e13 are weighed");
  json::Object result;
  result.set("upper_edges", numbers(first->upper_edges));
  result.set("counts", std::move(counts));
  result.set("n", whole(all));
  return result;
}

constexpr std::array kMethods{
    Method{"histogram.comparison", "How far two distributions lie apart of which only histograms are known.",
           kComparisonParameters,
           "least, most: over all placements of the values in their buckets (least: or below it); lower, upper: bounds "
           "of the truth; n1, n2",
           "values are independent within and between the histograms, and each was counted in the bucket that encloses "
           "it",
           Guarantee::finite_sample, "Massart 1990; Hoeffding 1963; worst case within the buckets",
           "histogram.comparison(upper_edges1: [0.1, 0.2, 0.3], counts1: [300, 500, 200], upper_edges2: [0.1, 0.2, "
           "0.3], counts2: [500, 400, 100], measure: worse_by)",
           comparison},
    Method{
        "histogram.merge", "The histogram of the values of two histograms with equal edges, exactly.", kMergeParameters,
        "upper_edges: the last may be Infinity; counts: values in each bucket; n",
        "both counted values as they were, none of them twice", Guarantee::exact,
        "by definition: counts of the same buckets add",
        "histogram.merge(upper_edges1: [0.1, 0.3, 1], counts1: [90, 9, 1], upper_edges2: [0.1, 0.3, 1], counts2: [80, "
        "15, 5])",
        merge},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> histogram_pair_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
