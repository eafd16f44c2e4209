// What can be told of comparisons, means and rates before there is telemetry: rows (of a rate: time) by the normal law,
// for truths that are said beside them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/semantics/estimate_form.h"
#include "runtime/outlook/best_facts.h"
#include "runtime/outlook/outlook.h"

namespace proofmark::cli {

using plan::Rational;

struct RoughClaim {
  struct Line {
    std::string truth;
    bool to_pass = true;  // else to fail
    std::optional<std::uint64_t> rows;
    std::optional<Rational> ns;  // nothing: the traffic is not known, or no time is enough
    bool fits = true;            // the window holds so many
  };
  std::string about;         // whose rows these are, and what they rest on
  bool in_time = false;      // a rate: lines have no rows, and the curve runs over time
  bool exact = false;        // not by the normal law
  bool at_least = false;     // exact bounds from below, whatever the distribution
  std::optional<Line> best;  // what the best telemetry takes, to pass at all
  std::vector<Line> lines;
  std::optional<Rational> rows_per_ns;
  Rational pass_power, fail_power;
  std::string better, worse;  // the truths that the curve is drawn for; empty: none
  std::vector<outlook::CurvePoint> curve;
  std::optional<Rational> curve_step_ns;  // of a rate: what a "row" of the curve is
};

// A claim on one leaf, or on a difference of shares: the rest of the requirement is in `claim`.
struct RoughQuestion {
  const semantics::Policy& policy;
  const semantics::EstimateForm& form;
  semantics::TypedId leaf = 0;  // without a difference
  std::optional<semantics::ShareDifference> difference;
  plan::Method method = plan::Method::standard;
  bool poisson = false;
  plan::Unit unit = plan::Unit::number;
  bool at_least = true;  // of the leaf, or of first - second …
  Rational threshold;    // … against this
  Rational pass_alpha, fail_alpha, pass_power, fail_power;
  outlook::Arrival arrival;
  std::optional<outlook::Claim> outline;  // as the judge reads it, where that is known
};

// Nothing where even a rough number would say nothing (a claim that populations which are alike never meet).
std::optional<RoughClaim> rough_claim(const RoughQuestion& question);

}  // namespace proofmark::cli
