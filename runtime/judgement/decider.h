// The decision without its reasons, for whoever wants that alone: a gate in a pipeline, a thousand rows of a matrix.
//
// What a policy says is laid out once. Objectives that only hold counts against constants become a flat list of
// comparisons; each of the others is judged as ever. The rule is the one that `judge` finds (a property test).
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/judgement/verdicts.h"

namespace proofmark::judgement {

class Decider {
 public:
  explicit Decider(const plan::Plan& plan);  // which has to outlive it
  // The place in plan.rules of the one that applies. The facts must have the plan's shape.
  std::size_t rule(const plan::Facts& facts) const;

 private:
  // `fact >= limit` or `fact <= limit`, where each unknown row may add one to the fact, and not one known row shows
  // nothing.
  struct Threshold {
    plan::FactRef population, fact, unknown;
    bool has_unknown = false, bucketed = false, at_least = true;
    plan::Int128 limit = 0;
  };
  struct Bare {  // thresholds_[first, first + count); none: no objective of such kind
    std::size_t first = 0, count = 0;
    Verdict without_rows = Verdict::no_data;
  };

  using Windowed = std::vector<std::vector<bool>>;  // by scan and mask

  Bare bare_of(const plan::Objective& objective, const Windowed& windowed);
  std::optional<Threshold> threshold_of(const plan::Requirement& requirement, const Windowed& windowed) const;
  static Verdict verdict_of(const Threshold& threshold, Verdict without_rows, const plan::Facts& facts);
  Verdict verdict_of(const Bare& bare, const plan::Facts& facts) const;

  const plan::Plan& plan_;
  std::vector<Threshold> thresholds_;
  std::vector<Bare> objectives_;
};

}  // namespace proofmark::judgement
