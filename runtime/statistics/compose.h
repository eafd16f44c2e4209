// Lower bounds of the reliability of services that must all succeed, or of which one must, from the trials of each.
#pragma once

#include <span>

#include "runtime/plan/number.h"
#include "runtime/statistics/proportion_intervals.h"

namespace proofmark::statistics {

struct SeriesBound {
  double bonferroni_union = 0;    // 1 - sum of the failure rates' bounds: independence of nothing is needed
  double bonferroni_product = 0;  // product of the bounds: services fail independently of one another
  double sidak_product = 0;       // and the trials of one are independent of those of another (Sidak 1967)
  double point = 0;               // product of the observed proportions
};

// Each component's bound has the confidence that lets all hold together. At least one component, each with trials.
SeriesBound series_bound(std::span<const Trials> components, const Rational& confidence);

// Of services of which one must succeed, the chance that all fail: upper bounds. That of the best service needs no
// independence, since all fail no oftener than it does.
struct ParallelBound {
  double best_service = 1;        // least of the failure rates' bounds, all holding together
  double bonferroni_product = 1;  // product of the bounds: services fail independently of one another
  double sidak_product = 1;       // and the trials of one are independent of those of another
  double point = 1;               // product of the observed failure rates
};
ParallelBound parallel_bound(std::span<const Trials> components, const Rational& confidence);

}  // namespace proofmark::statistics
