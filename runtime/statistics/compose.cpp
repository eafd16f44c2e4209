// Bounds are taken of the failure rate of each service, so that a chain of nines keeps its digits.
#include "runtime/statistics/compose.h"

#include <algorithm>
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/special_functions.h"

namespace proofmark::statistics {
namespace {

// ln C / parts as the level of each bound: C^(1/parts).
TailLevel sidak_level(const Rational& confidence, std::size_t parts) {
  const double share =
      log_of(confidence.nearest_double(), alpha_of(confidence).nearest_double()) / static_cast<double>(parts);
  return {-expm1_of(share), exp_of(share)};
}

// The upper bound of the failure rate.
double failure_bound(const Trials& component, const TailLevel& level) {
  return exact_interval({component.trials - component.successes, component.trials}, level).upper;
}

}  // namespace

SeriesBound series_bound(std::span<const Trials> components, const Rational& confidence) {
  PROOFMARK_CHECK(!components.empty());
  const TailLevel bonferroni = shared_level(confidence, components.size());
  const TailLevel sidak = sidak_level(confidence, components.size());
  double failing = 0, log_bonferroni = 0, log_sidak = 0, log_point = 0;
  for (const Trials& component : components) {
    PROOFMARK_CHECK(component.trials > 0 && component.successes <= component.trials);
    const double bound = failure_bound(component, bonferroni);
    const auto failures = static_cast<double>(component.trials - component.successes);
    failing += bound;
    log_bonferroni += bound < 1 ? log1p_of(-bound) : -HUGE_VAL;
    const double other = failure_bound(component, sidak);
    log_sidak += other < 1 ? log1p_of(-other) : -HUGE_VAL;
    log_point += component.successes == 0 ? -HUGE_VAL : log1p_of(-failures / static_cast<double>(component.trials));
  }
  return {failing < 1 ? 1 - failing : 0, exp_of(log_bonferroni), exp_of(log_sidak), exp_of(log_point)};
}

ParallelBound parallel_bound(std::span<const Trials> components, const Rational& confidence) {
  PROOFMARK_CHECK(!components.empty());
  const TailLevel bonferroni = shared_level(confidence, components.size());
  const TailLevel sidak = sidak_level(confidence, components.size());
  ParallelBound bound;
  for (const Trials& component : components) {
    PROOFMARK_CHECK(component.trials > 0 && component.successes <= component.trials);
    const double failing = failure_bound(component, bonferroni);
    bound.best_service = std::min(bound.best_service, failing);
    bound.bonferroni_product *= failing;
    bound.sidak_product *= failure_bound(component, sidak);
    bound.point *= static_cast<double>(component.trials - component.successes) / static_cast<double>(component.trials);
  }
  return bound;
}

}  // namespace proofmark::statistics
