// The canonical form of a plan: what its digest is taken of, and how people read it.
//
// The JSON holds the whole logical plan with parameters bound and nothing else: numbers are exact texts, nodes stay
// in the order of their vectors. Places in the policy (file, line, column) are left out, so that a comment or a new
// line changes the policy's digest and not the plan's.
#pragma once

#include <string>

#include "runtime/json/json.h"
#include "runtime/plan/plan.h"

namespace proofmark::plan {

inline constexpr const char* kPlanFormat = "proofmark-plan/1";

json::Value to_json(const Plan& plan);
std::string canonical(const Plan& plan);  // RFC 8785 bytes
std::string digest(const Plan& plan);     // "sha256:…" of canonical()

// `emit --stage plan`: an indented listing, one node a line, named by kind and index.
std::string print(const Plan& plan);
std::string print(const Model& model);
std::string print(const ModelClaim& claim);

// The parts of to_json, each in its own file.
json::Value scan_to_json(const Scan& scan);
json::Value objective_to_json(const Objective& objective);
json::Value rule_to_json(const Rule& rule);
json::Value model_to_json(const Model& model);
json::Value model_claim_to_json(const ModelClaim& claim);

}  // namespace proofmark::plan
