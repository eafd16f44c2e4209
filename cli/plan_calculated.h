// A calculation over several estimates before there is telemetry: the rows with which it can be decided at all, the
// reason where it never is, and its chances where they can be told.
#pragma once

#include <optional>
#include <string>

#include "cli/plan_rough.h"
#include "runtime/outlook/best_facts.h"

namespace proofmark::cli {

struct CalculatedPlan {
  std::optional<outlook::Wait> can_pass, can_fail;  // nothing: not known, or never
  std::optional<outlook::Wait> can_pass_alike;      // of shares: where all are the same
  std::string never_passes, never_fails;            // the reasons
  std::optional<RoughClaim> chances;
};

struct CalculatedQuestion {
  const outlook::Claim& claim;
  const std::vector<std::string>& parts;  // its estimates, as written
  std::uint64_t comparisons = 1;          // among which a failure must stand
  Rational fail_alpha, pass_power, fail_power;
  outlook::Arrival arrival;
};

CalculatedPlan calculated_plan(const CalculatedQuestion& question);

}  // namespace proofmark::cli
