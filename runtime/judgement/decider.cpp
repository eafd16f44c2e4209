// A threshold is bare when nothing but counts and its constant decides it: no group, window, gate, look or assumption.
#include "runtime/judgement/decider.h"

#include <algorithm>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/judgement/decision.h"
#include "runtime/judgement/fact_view.h"
#include "runtime/judgement/family.h"
#include "runtime/judgement/gates.h"
#include "runtime/judgement/precedence.h"
#include "runtime/judgement/requirement.h"
#include "runtime/plan/windowed_masks.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;
using plan::Int128;

// One number for all rows, and not one that a window may hide rows from.
bool is_plain_count(const plan::Plan& plan, const plan::FactRef& ref, const std::vector<std::vector<bool>>& windowed) {
  const plan::Accumulator& accumulator = plan.scans[ref.scan].accumulators[ref.accumulator];
  const bool counted = std::holds_alternative<plan::CountRows>(accumulator.what) ||
                       std::holds_alternative<plan::CountDistinct>(accumulator.what);
  return counted && !accumulator.grouping && !windowed[ref.scan][plan::mask_of(accumulator)];
}

bool is_ungated(const plan::Objective& objective) {
  return !objective.group_field && objective.family_least == 0 && objective.minimum_rows == 0 &&
         objective.window.kind == plan::WindowKind::whole && objective.covers_at_least_ns <= 0 &&
         objective.unknown_as == plan::UnknownAs::worst && !objective.requirements.empty();
}

// The integer that `count op threshold` compares a count with, as `>=` or `<=`.
Int128 limit_of(Comparison op, const plan::Rational& threshold) {
  switch (op) {
    case Comparison::at_least:
      return threshold.ceil();
    case Comparison::greater:
      return threshold.floor() + 1;
    case Comparison::less:
      return threshold.ceil() - 1;
    case Comparison::at_most:
    case Comparison::equal:
    case Comparison::not_equal:
      break;
  }
  return threshold.floor();
}

std::uint64_t count_of(const plan::FactRef& ref, const plan::Facts& facts) {
  return std::get<plan::CountFact>(facts.scans[ref.scan].facts[ref.accumulator]).counts.front();
}

}  // namespace

Decider::Decider(const plan::Plan& plan) : plan_(plan) {
  Windowed windowed;
  for (const plan::Scan& scan : plan.scans) windowed.push_back(plan::windowed_masks(scan));
  for (const plan::Objective& objective : plan.objectives) objectives_.push_back(bare_of(objective, windowed));
}

Decider::Bare Decider::bare_of(const plan::Objective& objective, const Windowed& windowed) {
  if (!is_ungated(objective)) return {};
  Bare bare{thresholds_.size(), 0, verdict_without_data(objective)};
  for (const plan::Requirement& requirement : objective.requirements) {
    const std::optional<Threshold> threshold = threshold_of(requirement, windowed);
    if (!threshold) {
      thresholds_.resize(bare.first);
      return {};
    }
    thresholds_.push_back(*threshold);
  }
  bare.count = objective.requirements.size();
  return bare;
}

std::optional<Decider::Threshold> Decider::threshold_of(const plan::Requirement& requirement,
                                                        const Windowed& windowed) const {
  if (!requirement.direct_op || requirement.model || requirement.split || requirement.leaves.size() != 1)
    return std::nullopt;
  const auto* census = std::get_if<plan::Census>(&requirement.leaves.front().what);
  const Comparison op = *requirement.direct_op;
  if (census == nullptr || op == Comparison::equal || op == Comparison::not_equal) return std::nullopt;
  if (census->kind != plan::CensusKind::count && census->kind != plan::CensusKind::distinct) return std::nullopt;
  const plan::FactRef unknown = census->unknown.value_or(census->fact);
  for (const plan::FactRef& ref : {census->population, census->fact, unknown})
    if (!is_plain_count(plan_, ref, windowed)) return std::nullopt;
  if (unfair_sampling(plan_, requirement) != nullptr || !requirement.leaves.front().presence.empty())
    return std::nullopt;
  return Threshold{census->population,
                   census->fact,
                   unknown,
                   census->unknown.has_value(),
                   census->bucketed,
                   is_at_least(op),
                   limit_of(op, requirement.direct_threshold)};
}

Verdict Decider::verdict_of(const Threshold& threshold, Verdict without_rows, const plan::Facts& facts) {
  const std::uint64_t rows = count_of(threshold.population, facts);
  if (rows == 0) return without_rows;
  const std::uint64_t unknown = threshold.has_unknown ? count_of(threshold.unknown, facts) : 0;
  const Int128 known = count_of(threshold.fact, facts);
  const Int128 most = known + plan::unplaced_rows(facts.scans[threshold.population.scan]) + unknown;
  const auto meets = [&](Int128 count) {
    return threshold.at_least ? count >= threshold.limit : count <= threshold.limit;
  };
  const bool least_meets = meets(known), most_meets = meets(most);
  const bool nothing_known = unknown >= rows && !threshold.bucketed;
  if (least_meets && most_meets) return nothing_known ? Verdict::inconclusive : Verdict::pass;
  return least_meets || most_meets ? Verdict::inconclusive : Verdict::fail;
}

Verdict Decider::verdict_of(const Bare& bare, const plan::Facts& facts) const {
  Verdict gravest = Verdict::pass;
  for (std::size_t i = bare.first; i < bare.first + bare.count; ++i) {
    const Verdict verdict = verdict_of(thresholds_[i], bare.without_rows, facts);
    if (precedence(verdict) < precedence(gravest)) gravest = verdict;
  }
  return gravest;
}

std::size_t Decider::rule(const plan::Facts& facts) const {
  std::vector<Verdict> verdicts;
  verdicts.reserve(objectives_.size());
  std::optional<FactView> view;
  for (std::size_t i = 0; i < objectives_.size(); ++i) {
    if (objectives_[i].count > 0) {
      verdicts.push_back(verdict_of(objectives_[i], facts));
      continue;
    }
    if (!view) view.emplace(plan_, facts);
    verdicts.push_back(judge_objective(*view, plan_.objectives[i]).verdict);
  }
  return rule_that_applies(plan_, verdicts);
}

}  // namespace proofmark::judgement
