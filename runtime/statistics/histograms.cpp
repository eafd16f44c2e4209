// Sums run from the first bucket to the last; each side of a threshold is summed by itself.
#include "runtime/statistics/histograms.h"

#include <algorithm>
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"

namespace proofmark::statistics {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// Equal edges are added together; a count below an earlier one is raised to it.
void coalesce(std::vector<CumulativeBucket>& buckets) {
  std::sort(buckets.begin(), buckets.end(), [](const CumulativeBucket& a, const CumulativeBucket& b) {
    return a.upper < b.upper || (a.upper == b.upper && a.count < b.count);
  });
  std::size_t last = 0;
  for (std::size_t i = 1; i < buckets.size(); ++i) {
    if (buckets[i].upper == buckets[last].upper)
      buckets[last].count += buckets[i].count;
    else
      buckets[++last] = buckets[i];
  }
  buckets.resize(last + 1);
  for (std::size_t i = 1; i < buckets.size(); ++i) buckets[i].count = std::max(buckets[i].count, buckets[i - 1].count);
}

}  // namespace

double total(const Histogram& histogram) {
  double count = 0;
  for (const double each : histogram.counts) count += each;
  return count;
}

CountAtMost count_at_most(const Histogram& histogram, double t) {
  CountAtMost count;
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    const auto [lower, upper] = histogram.bucket(i);
    const bool surely = upper <= t;
    const bool possibly = surely || lower < t || (i == 0 && lower == t);
    (surely ? count.fewest : count.beyond_most) += histogram.counts[i];
    (possibly ? count.most : count.beyond_fewest) += histogram.counts[i];
  }
  return count;
}

Bucket bucket_of_rank(const Histogram& histogram, std::uint64_t rank) {
  double below = 0;
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    below += histogram.counts[i];
    if (below >= static_cast<double>(rank)) return histogram.bucket(i);
  }
  PROOFMARK_CHECK(false);  // the rank is at most the total
  return {};
}

PrometheusQuantile prometheus_quantile(std::vector<CumulativeBucket> buckets, double q) {
  PROOFMARK_CHECK(!buckets.empty());
  if (q < 0) return {-kInfinity};
  if (q > 1) return {kInfinity};
  coalesce(buckets);
  const std::size_t last = buckets.size() - 1;
  if (buckets[last].upper != kInfinity || last == 0 || buckets[last].count == 0) return {kNone};
  double rank = q * buckets[last].count;
  std::size_t i = 0;
  while (i < last && buckets[i].count < rank) ++i;
  const Bucket within{i == 0 ? -kInfinity : buckets[i - 1].upper, buckets[i].upper};
  if (i == last) return {within.lower, within, true};
  if (i == 0 && within.upper <= 0) return {within.upper, within};
  double count = buckets[i].count, start = 0;
  if (i > 0) {
    start = within.lower;
    count -= buckets[i - 1].count;
    rank -= buckets[i - 1].count;
  }
  return {start + (within.upper - start) * (rank / count), within};
}

}  // namespace proofmark::statistics
