// A sketch as the buckets that it counts in: what these know of a rank and of a threshold, and the sum of two sketches.
//
// In: a layout (the sketch's parameters) and counts by index. Out: runs of values between edges in ascending order.
// Edges that come of logarithms are moved outward by some of themselves (edge_slack), so that a run encloses what the
// sketch's own rounding put there. Nothing is interpolated. Two sketches of one layout have the same buckets, so that
// their sum is the sketch of all values; of different layouts they have no sum. A collapsed DDSketch knows of its
// lowest bucket only that nothing lies above it; what is at or below that index is one run from 0 on.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "runtime/plan/number.h"
#include "runtime/statistics/histograms.h"

namespace proofmark::statistics {

enum class SketchKind : std::uint8_t { ddsketch, hdr, native };

// What the kind does not have stays as it is here.
struct SketchLayout {
  SketchKind kind = SketchKind::ddsketch;
  plan::Rational relative_accuracy;  // ddsketch
  int schema = 0;                    // native
  double zero_width = 0;             // ddsketch, native: values of at most this size are counted as zero
  std::uint64_t lowest = 1;          // hdr
  int digits = 3;                    // hdr

  friend bool operator==(const SketchLayout&, const SketchLayout&) = default;
};

using BucketCounts = std::map<std::int64_t, std::uint64_t>;  // of an HdrHistogram by the first value of the bucket

struct Sketch {
  SketchLayout layout;
  BucketCounts positive, negative;  // by index
  std::uint64_t zero = 0;
  std::optional<std::int64_t> collapsed_below;  // ddsketch: this index holds all that lie at or below it
};

// The ratio of a bucket's edges, gamma or 2^(2^-schema); 1 of an HdrHistogram.
double bucket_growth(const SketchLayout& layout);

// How far the edges are moved outward, relative: 1e-12 of a DDSketch, whose edges are known to 3e-13; 1e-14 of a native
// histogram, whose edges are tabulated; 0 where they are powers of two or whole.
double edge_slack(const SketchLayout& layout);

// Whether the edges of the bucket are doubles of full precision.
bool has_edges(const SketchLayout& layout, std::int64_t index);
// The magnitudes between which the bucket of an index lies, not moved outward. has_edges().
Bucket edges_of_index(const SketchLayout& layout, std::int64_t index);

// Values in ascending order: a run lies in (lower, upper], a closed one in [lower, upper].
struct SketchRun {
  double lower = 0, upper = 0;
  std::uint64_t count = 0;
  bool closed = false;
};
// Indices have edges, and no bucket lies within the zero bucket. Empty buckets are left out.
std::vector<SketchRun> runs_of(const Sketch& sketch);

std::uint64_t total(const Sketch& sketch);

// As of a histogram.
struct RunCounts {
  std::uint64_t fewest = 0, most = 0;
};
RunCounts count_at_most(const std::vector<SketchRun>& runs, double t);
const SketchRun& run_of_rank(const std::vector<SketchRun>& runs, std::uint64_t rank);  // 1 <= rank <= total

// The sketch of the values of both. Nothing where their layouts differ.
std::optional<Sketch> merged(const Sketch& one, const Sketch& other);

}  // namespace proofmark::statistics
