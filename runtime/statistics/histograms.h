// What a histogram knows of its values: counts between edges, and nothing within a bucket.
//
// In: ascending upper edges with the count of each bucket (lower, upper], the lower one being the edge before; the last
// edge may be infinite, the first bucket reaches down to `lowest`. Out: the fewest and the most values that can lie
// below a threshold, the bucket of a rank, and what Prometheus would report. Where a threshold cuts a bucket the
// answer is a range: quantisation is a second interval, and no count narrows it.
// Assumption: values fell into the bucket whose edges enclose them. Counts may be fractions (extrapolated rates).
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

namespace proofmark::statistics {

struct Bucket {
  double lower = 0, upper = 0;  // (lower, upper]
};

struct Histogram {
  double lowest = -std::numeric_limits<double>::infinity();  // no value lies below it
  std::vector<double> upper_edges;                           // strictly ascending
  std::vector<double> counts;                                // as many, >= 0

  Bucket bucket(std::size_t i) const { return {i == 0 ? lowest : upper_edges[i - 1], upper_edges[i]}; }
};

double total(const Histogram& histogram);

// How many values are at most t: no fewer than `fewest`, no more than `most`, and the others on the far side.
struct CountAtMost {
  double fewest = 0, most = 0;
  double beyond_fewest = 0, beyond_most = 0;  // values above t: total - most, total - fewest, summed by themselves
};
CountAtMost count_at_most(const Histogram& histogram, double t);

// The bucket that holds the value of a rank, 1 <= rank <= total.
Bucket bucket_of_rank(const Histogram& histogram, std::uint64_t rank);

// One cumulative bucket as Prometheus exposes it: values <= upper.
struct CumulativeBucket {
  double upper = 0, count = 0;
};

// histogram_quantile() of Prometheus on a classic histogram: linear inside the bucket of the rank q * count, from 0 for
// a first bucket with a positive edge. Not a bound of anything: a rank in the last bucket is answered with its lower
// edge. NaN, as Prometheus says, for no values, a single bucket or no bucket up to infinity; -inf and +inf for q
// outside [0,1]. `bucket` encloses the value at that rank (unset edges: -inf, inf).
struct PrometheusQuantile {
  double value = 0;
  Bucket bucket{-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
  bool in_last_bucket = false;
};
PrometheusQuantile prometheus_quantile(std::vector<CumulativeBucket> buckets, double q);

}  // namespace proofmark::statistics
