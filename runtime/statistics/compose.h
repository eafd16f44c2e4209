// A lower bound of the reliability of a chain of services from the trials of each.
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

}  // namespace proofmark::statistics
