// What an objective asks, by itself: known again whatever else its policy says, so that earlier looks at it count after
// a change of what surrounds it.
//
// The digest of a claim is taken of all that decides it: the rows and values that are counted, down to the columns and
// the conditions, the threshold, the confidence, the looks, the window with its anchor, and every other clause. Not of
// names, titles, reasons and texts, nor of where in the plan something stands: nodes are known by what they say, as in
// a tree of hashes. But fields that rows are grouped, clustered, weighted, stratified or expected by are known by name.
// Two claims have the same digest just when the same facts decide them in the same way.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/json/json.h"
#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"

namespace proofmark::transcript {

// Where the facts of a claim stand among those of its plan. A claim has its accumulators in the order in which the
// objective refers to them, each after those that it is made of, and each once: two that say the same of the same
// column are one, whatever names the policy has for it.
struct ClaimFacts {
  struct OfScan {
    plan::Id scan = 0;
    std::vector<plan::Id> groupings, accumulators;
  };
  std::vector<OfScan> scans;
};

struct Claim {
  std::string digest;
  std::string measures;                                 // digest of the requirements alone
  std::vector<std::string> requires_texts, thresholds;  // as written; ">= 99.9 %"
  std::string confidence, looks, window;                // "95 %", "at most 3", "since 2026-01-01T00:00:00Z"
  std::vector<std::string> clauses;                     // the others: "at least 100 rows", "for each region"
  ClaimFacts facts;
};

// The claims of a plan, which has to outlive them.
class PlanClaims {
 public:
  explicit PlanClaims(const plan::Plan& plan);
  Claim of(std::size_t objective) const;

  // The plan of the one objective, without rules: its scans count what its facts are and nothing else. Pre: it asks no
  // model, and these are the claim's facts.
  plan::Plan alone(std::size_t objective, const ClaimFacts& facts) const;

  // The first of the nodes of a scan that say the same as each, by list.
  struct Alike {
    std::vector<plan::Id> groupings, accumulators;
  };

 private:
  json::Value stable(const json::Value& node) const;
  json::Value stable_member(const std::string& key, const json::Value& value) const;

  const plan::Plan& plan_;
  std::vector<std::vector<std::string>> accumulators_;  // their digests, by scan
  std::vector<Alike> alike_;                            // by scan
  std::vector<std::string> headers_;                    // of each scan: its stream, time and sampling
};

json::Value claim_to_json(const Claim& claim);

// Digest of what a decision is made by: the claims, by their digests in the order of the policy, and the rules over
// them; not what objectives are called or how anything is spelled.
std::string question_digest(const plan::Plan& plan, const std::vector<std::string>& claims);

// How `then`, the claim that a transcript states, was asked otherwise than `now`, in words: "its threshold was >= 99
// %". Pre: their digests differ.
std::string how_it_differs(const Claim& now, const json::Value& then);

// Where the claim's facts stand, as a transcript says; nothing: it says nothing that could be.
std::optional<ClaimFacts> claim_facts_from_json(const json::Value& claim);
// The claim's own facts out of all of them, without a history; nothing: they have no such places.
std::optional<plan::Facts> facts_of(const ClaimFacts& claim, const plan::Facts& all);

}  // namespace proofmark::transcript
