// Sketches whose error is a guarantee: DDSketch, HdrHistogram and Prometheus' native histograms.
//
// In: a value and the sketch's parameters. Out: the bucket it falls into and the value that the sketch answers for that
// bucket. A sketch that has not collapsed holds exactly the counts of these buckets, so that its quantile is the answer
// for the bucket of an order statistic; merging sketches of equal parameters adds counts and loses nothing.
// A t-digest has no worst case: what it answers is display, and nothing here bounds it.
#pragma once

#include <cstdint>
#include <span>

#include "runtime/statistics/histograms.h"

namespace proofmark::statistics {

// DDSketch with the logarithmic mapping (Masson, Rim & Lee 2019): bucket i holds (gamma^(i-1), gamma^i], and its
// representative 2 gamma^i / (gamma + 1) is within `relative_accuracy` of each value of it. value > 0.
struct DdBucket {
  std::int64_t index = 0;
  double representative = 0, gamma = 1;
};
DdBucket dd_bucket(double value, double relative_accuracy);
// For any value: 0 for 0, mirrored for negative ones.
double dd_representative(double value, double relative_accuracy);

// HdrHistogram: whole values up to `highest`, buckets no wider than 10^-digits of the value or than `lowest` rounded
// down to a power of two.
class HdrLayout {
 public:
  HdrLayout(std::uint64_t lowest, int digits);  // lowest 1 … 2^53, digits 0 … 5
  std::uint64_t first_of_bucket(std::uint64_t value) const { return value & ~(width(value) - 1); }
  std::uint64_t last_of_bucket(std::uint64_t value) const { return first_of_bucket(value) + (width(value) - 1); }
  std::uint64_t middle_of_bucket(std::uint64_t value) const { return first_of_bucket(value) + (width(value) >> 1); }
  std::uint64_t width(std::uint64_t value) const;  // a power of two

 private:
  int unit_magnitude_ = 0, sub_bucket_bits_ = 1;
};

// A bucket of a Prometheus native histogram: (2^(2^-schema))^(index-1) < |value| <= (2^(2^-schema))^index, schema
// -4 … 8, value != 0.
struct NativeBucket {
  std::int64_t index = 0;
  Bucket bounds;  // of the value, sign included
  double growth = 2;
};
NativeBucket native_bucket(double value, int schema);
// The magnitudes between which the bucket of an index lies; they are doubles of full precision.
Bucket native_edges(std::int64_t index, int schema);

// A centroid of a t-digest: the mean of the values that it stands for, and how many these are.
struct Centroid {
  double mean = 0, weight = 1;
};

// What a t-digest shows for the quantile q: half of a centroid's values are taken to lie on either side of its mean,
// and between means one goes straight; before the first and after the last one, to the least and the greatest value
// (Dunning & Ertl 2019). `below` and `above` are the means (or ends) between which it went. Centroids in ascending
// order, at least one; least <= the first mean, greatest >= the last. Not a bound of anything.
struct DigestQuantile {
  double value = 0, below = 0, above = 0;
};
DigestQuantile digest_quantile(std::span<const Centroid> centroids, double least, double greatest, double q);

}  // namespace proofmark::statistics
