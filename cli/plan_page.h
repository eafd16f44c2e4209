// The answers of `proofmark plan`, for people and for machines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/plan_claims.h"

namespace proofmark::cli {

// How long so many blocks of time are, and whether the window holds them. Clusters by a field have no length.
std::optional<Rational> clusters_time(const PlannedClusters& clusters, std::uint64_t number);
bool clusters_fit(const PlannedClusters& clusters, std::uint64_t number);

std::string plan_text(const PlannedPolicy& policy, const Wishes& wishes);
// One document for all policies of the file, in canonical JSON.
std::string plan_json(const std::vector<PlannedPolicy>& policies, const Wishes& wishes);

}  // namespace proofmark::cli
