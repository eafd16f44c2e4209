// The answers of `proofmark plan`, for people and for machines.
#pragma once

#include <string>
#include <vector>

#include "cli/plan_claims.h"

namespace proofmark::cli {

std::string plan_text(const PlannedPolicy& policy, const Wishes& wishes);
// One document for all policies of the file, in canonical JSON.
std::string plan_json(const std::vector<PlannedPolicy>& policies, const Wishes& wishes);

}  // namespace proofmark::cli
