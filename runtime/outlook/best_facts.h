// What the best telemetry of so many rows could show, by the judge himself.
//
// The facts that speak for a claim as much as so many rows can are made up and judged. What does not pass then never
// does, with as many rows or fewer: that is what "never" means in `check` and in `plan`, so that neither can disagree
// with a verdict. Bounds of quantiles within a calculation may have any value, but that durations and amounts of bytes
// are not negative; of them it is only asked whether they exist (ends.h).
//
// A claim whose best facts nobody knows (a calculation that rises and falls with the same share, a mean by Student's t)
// may pass, as far as is told here.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "runtime/plan/plan.h"

namespace proofmark::outlook {

// One requirement as the judge reads it. Its leaves refer to no facts; a direct claim on a quantile is one on the share
// of values that meet its threshold.
struct Claim {
  plan::Objective objective;  // one requirement
  std::uint64_t sharing = 1;  // claims of a family, which share the alpha that quantiles in a calculation are ranked at
};

// The most that there can be.
struct Supply {
  std::vector<std::uint64_t> rows;        // per leaf, of two shares set against each other and of others; at least one
  std::optional<std::uint64_t> clusters;  // nothing: as many as there are rows
  std::int64_t time_ns = 0;               // that a rate is counted over
};

// What is best: anything at all, or shares that are the same in truth and come out so.
enum class Best : std::uint8_t { of_all, of_alike };

bool can_pass(const Claim& claim, const Supply& supply, Best best = Best::of_all);
bool can_fail(const Claim& claim, const Supply& supply);  // of calculations; whatever else there is can

// Of each population; nothing: more than kMostRows. `clusters` and `time_ns` of the supply stay as they are.
std::optional<std::uint64_t> fewest_rows_to_pass(const Claim& claim, const Supply& supply, Best best = Best::of_all);
std::optional<std::uint64_t> fewest_rows_to_fail(const Claim& claim, const Supply& supply);
// Clusters of as many rows as it takes.
std::optional<std::uint64_t> fewest_clusters_to_pass(const Claim& claim);
// Of a rate; nothing: more than a hundred years.
std::optional<std::int64_t> shortest_time_to_pass(const Claim& claim);

// Neither verdict, whatever is recorded: quantiles within a calculation have no bounds where looks have no limit.
bool is_never_decided(const Claim& claim);

// The alpha that one look at it has, the first where each has half of the one before; and that of one bound in a
// calculation of it.
plan::Rational look_alpha(const Claim& claim);
plan::Rational bound_alpha(const Claim& claim);

}  // namespace proofmark::outlook
