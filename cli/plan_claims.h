// What a typed policy claims, as far as it can be told before there is telemetry: each requirement becomes a question
// that counting will decide, or the reason why no number of rows can be named for it. Parameters may be unset.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/plan_calculated.h"
#include "cli/plan_rough.h"
#include "cli/plan_wishes.h"
#include "compiler/compile.h"
#include "runtime/outlook/clusters.h"
#include "runtime/outlook/outlook.h"

namespace proofmark::cli {

using plan::Rational;

struct CountedClaim {
  outlook::Question question;
  bool of_values = false;  // a quantile: shares are of the values that meet its threshold
  bool in_ppm = false;
  bool weighted = false;  // rows count by what they stand for: so many of them where all are as heavy
  std::optional<std::uint64_t> recorded_rows;  // of a declared design effect: clean rows as they are, to pass at all
  // What the requirement writes is offset + slope * bad share.
  Rational offset, slope;
  bool better_given = false, worse_given = false;
};

// Facts about the recorded rows.
struct CensusClaim {};

// A calculation over several estimates, each bounded at its part of alpha.
struct CalculatedClaim {
  struct Part {
    std::string text;
    std::optional<Rational> quantile;  // p, when it is one
    bool census = false;
    bool mean = false;
  };
  std::uint32_t splits = 1;
  Rational alpha;          // of one bound at one look
  bool anytime = false;    // bounds are valid at any time
  bool unlimited = false;  // looks are: quantiles have no bounds then
  std::vector<Part> parts;
  CalculatedPlan plan;
  std::optional<Rational> rows_per_ns;
};

// Nothing can be told yet, or at all.
struct OpenClaim {
  std::string why;
};

struct PlannedRequirement {
  std::string text;
  std::string stream;
  std::variant<CountedClaim, CensusClaim, CalculatedClaim, RoughClaim, OpenClaim> claim;
};

// So many of the requirements: planned as they are decided, by Holm's steps. A pass takes the cheapest that suffice.
struct PlannedFamily {
  std::uint64_t least = 1, members = 2;
  struct Step {
    std::size_t requirement = 0;  // counted from 0
    Rational alpha;               // that is left to it when those before it have passed
    std::optional<std::uint64_t> rows;
    std::optional<Rational> ns;  // nothing: the traffic is not known
    bool fits = true;
  };
  std::vector<Step> passes;   // `least` of them, the cheapest first; fewer: so many cannot be planned
  std::uint64_t to_fail = 2;  // so many must be shown not to hold …
  Rational fail_alpha;        // … each at this, to begin with
};

// Clusters of one size that a pass needs, and the share of them that fails in truth.
struct PlannedClusters {
  outlook::ClustersNeeded needed;
  Rational failing, power;
  std::optional<Rational> block_ns, window_ns;  // of blocks of time: their length, and that of the window
};

struct PlannedObjective {
  std::string name;
  std::optional<Rational> confidence;
  plan::Looks looks;
  std::optional<std::string> group_field;
  std::uint64_t groups = 1;       // 0: not declared
  std::uint64_t comparisons = 1;  // that a sample decides; each gets its part of what may go wrong
  bool clustered = false;
  Rational design_effect = 1;               // of clustered rows, as declared: so many of them count as one, or more
  std::optional<PlannedClusters> clusters;  // where no effect is declared
  std::uint64_t minimum_rows = 0;
  bool minimum_rows_each = false;
  std::vector<PlannedRequirement> requirements;
  std::optional<PlannedFamily> family;  // where not all of them must pass
};

struct PlannedPolicy {
  std::string name, title;
  std::vector<PlannedObjective> objectives;
};

PlannedPolicy planned(const semantics::Policy& policy, const source::SourceFile& file, const Wishes& wishes);

// The bad share at which the requirement has this value; nothing when there is none.
std::optional<Rational> bad_share(const CountedClaim& claim, const Rational& value);
Rational value_at(const CountedClaim& claim, const Rational& bad);

// Wishes about objectives and streams that no policy of the file has, or that cannot be had of them: PM0711 to PM0713.
Diagnostics unfounded(const Wishes& wishes, const Compilation& compilation, const std::vector<PlannedPolicy>& policies);

}  // namespace proofmark::cli
