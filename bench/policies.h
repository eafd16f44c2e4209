// The policies that are measured, as text, and their plans.
#pragma once

#include <string>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/plan/plan.h"

namespace proofmark::bench {

// Twenty objectives, a service and an environment each: errors and slow requests, by counting.
std::string counting_policy();
// The same, with p99 of the duration and its bounds.
std::string quantile_policy();
// Twenty objectives of all kinds: versions, windows of three lengths, groups by region and by service.
std::string varied_policy();
// `rules` thresholds on recorded counts, or as many statistical objectives; over one count each.
std::string threshold_policy(std::size_t rules);
std::string statistical_policy(std::size_t objectives);
// `policies` of the kind that teams copy: three services' share of good requests, each under limits of its own.
std::string copied_policy(std::size_t number);

Result<plan::Plan> plan_of(std::string text);

}  // namespace proofmark::bench
