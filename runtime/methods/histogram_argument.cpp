// Edges are looked at before counts: what is said first is what is wrong first.
#include "runtime/methods/histogram_argument.h"

#include <fmt/format.h>

#include <cmath>

namespace proofmark::methods {

using statistics::Histogram;

namespace {

std::optional<Diagnostic> bad_edges(const Histogram& histogram, std::string_view name) {
  const std::vector<double>& edges = histogram.upper_edges;
  if (edges.front() == -HUGE_VAL)
    return refused(fmt::format("the first edge of `{}` is -Infinity", name), "no value lies below it: leave it out");
  if (!(edges.front() > histogram.lowest))
    return refused(fmt::format("`lowest_edge` is {}, and the first edge of `{}`, {}, does not exceed it",
                               histogram.lowest, name, edges.front()),
                   "it is the lower end of the first bucket");
  for (std::size_t i = 1; i < edges.size(); ++i)
    if (!(edges[i] > edges[i - 1]))
      return refused(fmt::format("edge {} of `{}`, {}, does not exceed the one before it, {}", i + 1, name, edges[i],
                                 edges[i - 1]),
                     "give the upper edges in ascending order");
  return std::nullopt;
}

}  // namespace

Result<Histogram> buckets_as_given(const Arguments& call, std::vector<double> counts, const HistogramNames& names) {
  Histogram histogram;
  if (call.has("lowest_edge")) histogram.lowest = call.real("lowest_edge");
  histogram.upper_edges = call.reals(names.edges);
  histogram.counts = std::move(counts);
  if (histogram.upper_edges.size() != histogram.counts.size())
    return refused(fmt::format("there are {} edges in `{}`, but {} counts in `{}`", histogram.upper_edges.size(),
                               names.edges, histogram.counts.size(), names.counts),
                   "give one count for each upper edge, not cumulated");
  if (auto problem = bad_edges(histogram, names.edges)) return std::move(*problem);
  for (const double count : histogram.counts)
    if (!(count >= 0)) return refused(fmt::format("a bucket of `{}` is {}", names.counts, count), "give counts from 0");
  if (const double all = statistics::total(histogram); all > kMostValues)
    return refused(fmt::format("`{}` counts {} values", names.counts, all), "at most 1e13 are weighed");
  return histogram;
}

Result<Histogram> histogram_of(const Arguments& call, std::vector<double> counts, const HistogramNames& names) {
  auto histogram = buckets_as_given(call, std::move(counts), names);
  if (histogram && statistics::total(*histogram) == 0)
    return refused(fmt::format("`{}` counts no value", names.counts), "nothing was measured, so nothing can be said");
  return histogram;
}

}  // namespace proofmark::methods
