// Runs are made from the most negative bucket up; the zero bucket stands between both signs.
#include "runtime/statistics/sketch_buckets.h"

#include <algorithm>
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/sketches.h"

namespace proofmark::statistics {
namespace {

double log_gamma_base(const SketchLayout& layout) {
  const double accuracy = layout.relative_accuracy.nearest_double();
  return log1p_of(2 * accuracy / (1 - accuracy));
}

// Collapsed buckets reach down to 0.
Bucket edges_in(const Sketch& sketch, std::int64_t index) {
  Bucket bucket = edges_of_index(sketch.layout, index);
  if (sketch.collapsed_below && index <= *sketch.collapsed_below) bucket.lower = 0;
  bucket.lower = std::max(bucket.lower, sketch.layout.zero_width);
  const double slack = edge_slack(sketch.layout);
  return {bucket.lower * (1 - slack), bucket.upper * (1 + slack)};
}

void add_all(BucketCounts& into, const BucketCounts& counts) {
  for (const auto& [index, count] : counts) into[index] += count;
}

// What lies at or below the index becomes one bucket.
void collapse(BucketCounts& counts, std::int64_t below) {
  std::uint64_t together = 0;
  while (!counts.empty() && counts.begin()->first <= below) {
    together += counts.begin()->second;
    counts.erase(counts.begin());
  }
  if (together > 0) counts[below] = together;
}

}  // namespace

double bucket_growth(const SketchLayout& layout) {
  if (layout.kind == SketchKind::ddsketch) return exp_of(log_gamma_base(layout));
  if (layout.kind == SketchKind::native) return native_bucket(1.5, layout.schema).growth;
  return 1;
}

double edge_slack(const SketchLayout& layout) {
  if (layout.kind == SketchKind::ddsketch) return 1e-12;
  return layout.kind == SketchKind::native && layout.schema > 0 ? 1e-14 : 0;
}

bool has_edges(const SketchLayout& layout, std::int64_t index) {
  constexpr double kLargestLog = 700, kLargestPower = 1020;
  const double at = std::fabs(static_cast<double>(index)) + 1;
  if (layout.kind == SketchKind::ddsketch) return at * log_gamma_base(layout) < kLargestLog;
  if (layout.kind == SketchKind::native) return std::ldexp(at, -layout.schema) < kLargestPower;
  return index >= 0;
}

Bucket edges_of_index(const SketchLayout& layout, std::int64_t index) {
  PROOFMARK_CHECK(has_edges(layout, index));
  const double place = static_cast<double>(index);
  if (layout.kind == SketchKind::ddsketch) {
    const double base = log_gamma_base(layout);
    return {exp_of((place - 1) * base), exp_of(place * base)};
  }
  if (layout.kind == SketchKind::native) return native_edges(index, layout.schema);
  const HdrLayout hdr(layout.lowest, layout.digits);
  const auto value = static_cast<std::uint64_t>(index);
  return {static_cast<double>(hdr.first_of_bucket(value)), static_cast<double>(hdr.last_of_bucket(value))};
}

std::vector<SketchRun> runs_of(const Sketch& sketch) {
  std::vector<SketchRun> runs;
  for (auto bucket = sketch.negative.rbegin(); bucket != sketch.negative.rend(); ++bucket) {
    const Bucket edges = edges_in(sketch, bucket->first);
    if (bucket->second > 0) runs.push_back({-edges.upper, -edges.lower, bucket->second, true});
  }
  const double width = sketch.layout.zero_width;
  if (sketch.zero > 0) runs.push_back({-width, width, sketch.zero, true});
  const bool closed = sketch.layout.kind == SketchKind::hdr;
  for (const auto& [index, count] : sketch.positive) {
    const Bucket edges = edges_in(sketch, index);
    if (count > 0) runs.push_back({edges.lower, edges.upper, count, closed});
  }
  return runs;
}

std::uint64_t total(const Sketch& sketch) {
  std::uint64_t all = sketch.zero;
  for (const BucketCounts* counts : {&sketch.positive, &sketch.negative})
    for (const auto& [index, count] : *counts) all += count;
  return all;
}

RunCounts count_at_most(const std::vector<SketchRun>& runs, double t) {
  RunCounts counts;
  for (const SketchRun& run : runs) {
    if (run.upper <= t) counts.fewest += run.count;
    if (run.lower < t || (run.closed && run.lower == t)) counts.most += run.count;
  }
  return counts;
}

const SketchRun& run_of_rank(const std::vector<SketchRun>& runs, std::uint64_t rank) {
  std::uint64_t below = 0;
  for (const SketchRun& run : runs) {
    below += run.count;
    if (below >= rank) return run;
  }
  PROOFMARK_CHECK(false);  // the rank is at most the total
  return runs.back();
}

std::optional<Sketch> merged(const Sketch& one, const Sketch& other) {
  if (one.layout != other.layout) return std::nullopt;
  Sketch both = one;
  add_all(both.positive, other.positive);
  add_all(both.negative, other.negative);
  both.zero += other.zero;
  if (other.collapsed_below && (!both.collapsed_below || *both.collapsed_below < *other.collapsed_below))
    both.collapsed_below = other.collapsed_below;
  if (both.collapsed_below) {
    collapse(both.positive, *both.collapsed_below);
    collapse(both.negative, *both.collapsed_below);
  }
  return both;
}

}  // namespace proofmark::statistics
