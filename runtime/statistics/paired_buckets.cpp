#include "runtime/statistics/paired_buckets.h"

#include <cmath>
#include <vector>

#include "runtime/statistics/distributions.h"

namespace proofmark::statistics {
namespace {

template <typename Part>
double total(std::span<const BucketPair> buckets, const Part& part) {
  std::vector<double> terms;
  for (const BucketPair& bucket : buckets) terms.push_back(part(bucket));
  return sum(terms);
}

}  // namespace

PairedDifference paired_difference(std::span<const BucketPair> buckets) {
  const double rows1 = total(buckets, [](const BucketPair& b) { return b.first_rows; });
  const double rows2 = total(buckets, [](const BucketPair& b) { return b.second_rows; });
  PairedDifference found;
  found.first = total(buckets, [](const BucketPair& b) { return b.first_sum; }) / rows1;
  found.second = total(buckets, [](const BucketPair& b) { return b.second_sum; }) / rows2;
  found.difference = found.first - found.second;
  const auto one = [&](const BucketPair& b) { return (b.first_sum - found.first * b.first_rows) / rows1; };
  const auto two = [&](const BucketPair& b) { return (b.second_sum - found.second * b.second_rows) / rows2; };
  const double count = static_cast<double>(buckets.size()), widen = count / (count - 1);
  const double ones = total(buckets, [&](const BucketPair& b) { return one(b) * one(b); });
  const double twos = total(buckets, [&](const BucketPair& b) { return two(b) * two(b); });
  const double both = total(buckets, [&](const BucketPair& b) { return one(b) * two(b); });
  found.std_error =
      std::sqrt(widen * total(buckets, [&](const BucketPair& b) { return (one(b) - two(b)) * (one(b) - two(b)); }));
  found.unpaired_error = std::sqrt(widen * (ones + twos));
  if (ones > 0 && twos > 0) found.correlation = both / (std::sqrt(ones) * std::sqrt(twos));
  return found;
}

}  // namespace proofmark::statistics
