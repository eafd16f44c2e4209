// Rates before there is telemetry: the chance of a verdict against the time that is covered, by the test that decides.
//
// Where a Poisson process is assumed this is exact: Garwood's bound meets the threshold with so many events or fewer
// (or more), and their number is Poisson. Over buckets of time the bound is the normal law's (Student's t over the
// buckets), and what the counts come to is taken for normal about the truth, with the spread that is supposed; ten
// buckets must hold an event, whatever else. Times are in units of `per`, the threshold and truths in events per unit.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/outlook/rough.h"

namespace proofmark::outlook {

// A bound on one side of the rate: an upper one that is to lie at or below the threshold, or a lower one at or above.
struct RateBound {
  bool upper = true;
  double threshold = 1;  // > 0
  double alpha = 0.05;
};

double poisson_rate_chance(const RateBound& bound, double truth, double time);
// The time from which that chance is never below `power`; nothing where none does within 1e6 events.
std::optional<double> time_for_rate(const RateBound& bound, double truth, double power);

struct BucketRate {
  RateBound bound;
  double bucket = 1;      // length of one
  double dispersion = 1;  // supposed variance over mean of the counts, at least 1
};
double bucket_rate_chance(const BucketRate& rate, double truth, std::uint64_t buckets);
// To a thousandth; nothing where 1e9 do not.
std::optional<std::uint64_t> buckets_for_rate(const BucketRate& rate, double truth, double power);

// As many buckets of time, each of which holds an event with probability `chance` whatever the others do, as there must
// be for `fewest` of them to hold one with probability `power`; nothing where 1e9 do not.
std::optional<std::uint64_t> buckets_for(std::uint64_t fewest, double chance, double power);

}  // namespace proofmark::outlook
