// The difference of two arms that ran side by side, by buckets of time: what both suffer from at once (a burst of load,
// a slow database) falls out of it.
//
// In: of each bucket the rows of either arm and the sum of their values (0 and 1 for a share). The difference is that
// of the ratios of totals; its variance is that of the buckets' residuals, taken together, so that it holds whatever
// happens within a bucket, and narrows where the arms rise and fall together (Cochran 1977, 6.3; for arms of equal rows
// it is the paired t test of the buckets' means). Asymptotic in the number of buckets.
#pragma once

#include <cstdint>
#include <span>

namespace proofmark::statistics {

struct BucketPair {
  double first_sum = 0, first_rows = 1, second_sum = 0, second_rows = 1;  // rows above 0
};

struct PairedDifference {
  double first = 0, second = 0;  // the arms' means over all buckets
  double difference = 0;         // first - second
  double std_error = 0;          // of it
  double unpaired_error = 0;     // what it would be without the pairing
  double correlation = 0;        // of the arms' residuals; 0 where one has none
};
PairedDifference paired_difference(std::span<const BucketPair> buckets);  // at least two

}  // namespace proofmark::statistics
