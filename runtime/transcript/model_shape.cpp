#include "runtime/transcript/model_shape.h"

#include <cmath>

#include "runtime/judgement/number_value.h"
#include "runtime/plan/windowed_masks.h"
#include "runtime/statistics/rounds.h"

namespace proofmark::transcript {
namespace {

using plan::Comparison;
using plan::ModelRanked;

std::uint64_t within(std::uint64_t rank, std::uint64_t known) {
  return rank >= 1 && rank <= known ? rank : 0;
}

bool has_rank(const std::optional<ModelRanked>& found, std::uint64_t wanted) {
  return wanted == 0 ? !found : found && found->rank == wanted && std::isfinite(found->value);
}

bool in_order(const std::optional<ModelRanked>& a, const std::optional<ModelRanked>& b) {
  return !a || !b || (a->rank <= b->rank ? a->value <= b->value : a->value >= b->value) ||
         (a->rank == b->rank && a->value == b->value);
}

// What the claim's count counts: values at or below the threshold, or below it.
Comparison below(Comparison op) {
  return op == Comparison::at_most || op == Comparison::greater ? Comparison::at_most : Comparison::less;
}

statistics::Rounds rounds_of(const plan::ModelFact& fact) {
  if (!fact.recorded) return {fact.trials, 1};
  return {fact.recorded->independent, fact.trials / fact.recorded->independent};
}

// Rows as they were counted, and as many trials as they and the model allow.
std::optional<ModelMisfit> recorded_misfit(const plan::Plan& plan, const plan::Facts& facts, const plan::Model& model,
                                           const plan::ModelFact& fact) {
  if (fact.recorded.has_value() != model.source.has_value())
    return ModelMisfit{"recorded", fact.recorded ? "is there, and the plan's model draws no recorded values"
                                                 : "is missing, and the plan's model draws recorded values"};
  if (!fact.recorded) {
    if (fact.trials == model.trials) return std::nullopt;
    return ModelMisfit{"trials", "is not the plan's " + std::to_string(model.trials)};
  }
  const plan::StreamFacts& stream = facts.scans[model.source->scan];
  const auto& counted = std::get<plan::CountFact>(stream.facts[model.source->population]);
  const bool windowed = plan::windowed_masks(plan.scans[model.source->scan])[model.source->mask];
  const std::uint64_t rows = counted.counts[0] + plan::unplaced_rows(stream) + (windowed ? stream.untimed : 0);
  if (fact.recorded->rows != rows)
    return ModelMisfit{"recorded", "has other rows than the scan's " + std::to_string(rows)};
  const plan::ModelRows wanted = plan::rows_of(model, rows);
  if (*fact.recorded != wanted)
    return ModelMisfit{"recorded",
                       "has not the " + std::to_string(wanted.independent) + " independent trials that its rows allow"};
  const std::uint64_t trials = wanted.independent * plan::rounds_of(model, wanted);
  if (fact.trials == trials) return std::nullopt;
  return ModelMisfit{"trials", "is not the " + std::to_string(trials) + " that the rows and the plan allow"};
}

std::optional<ModelMisfit> ranks_misfit(const plan::ModelRanks& rule, const plan::ModelRanksFact& found,
                                        const plan::ModelFact& fact, const std::string& member) {
  const std::uint64_t known = fact.trials - fact.unknown;
  std::uint64_t nearest = 0, lower = 0, upper = 0;
  if (known > 0) {
    nearest = statistics::nearest_rank(known, rule.p);
    const statistics::Rounds rounds = rounds_of(fact);
    lower = statistics::rounds_lower_rank(rounds, rule.p, rule.alpha, !rule.at_least);
    lower = lower > fact.unknown ? lower - fact.unknown : 0;
    upper = statistics::rounds_upper_rank(rounds, rule.p, rule.alpha, rule.at_least);
  }
  if (!has_rank(found.nearest, within(nearest, known)) || !has_rank(found.lower, within(lower, known)) ||
      !has_rank(found.upper, within(upper, known)))
    return ModelMisfit{member, "has not the ranks that its plan asks for"};
  if (!in_order(found.lower, found.upper) || !in_order(found.lower, found.nearest) ||
      !in_order(found.nearest, found.upper))
    return ModelMisfit{member, "has values that do not ascend with their ranks"};
  return std::nullopt;
}

std::optional<ModelMisfit> claim_misfit(const plan::Requirement& requirement, const plan::ModelFact& fact) {
  const plan::ModelClaim& claim = *requirement.model;
  if (!claim.ranks) return std::nullopt;
  const std::uint64_t count = fact.counts[claim.count];
  const plan::ModelRanksFact& ranks = fact.ranks[*claim.ranks];
  for (const auto& one : {ranks.nearest, ranks.lower, ranks.upper})
    if (one && judgement::compare(plan::Number(one->value), below(requirement.op), requirement.threshold) !=
                   (one->rank <= count))
      return ModelMisfit{"ranks[" + std::to_string(*claim.ranks) + "]", "contradicts the count of the same claim"};
  return std::nullopt;
}

}  // namespace

std::optional<ModelMisfit> misfit_of(const plan::Plan& plan, const plan::Facts& facts, const plan::Model& model,
                                     const plan::ModelFact& fact) {
  if (fact.model != model.name) return ModelMisfit{"model", "is not the plan's `" + model.name + "`"};
  if (auto wrong = recorded_misfit(plan, facts, model, fact)) return wrong;
  if (fact.unknown > fact.trials) return ModelMisfit{"unknown", "is more than all trials"};
  if (fact.counts.size() != model.counts.size() || fact.ranks.size() != model.ranks.size())
    return ModelMisfit{"counts", "and `ranks` have not as many entries as the plan asks for"};
  for (std::size_t i = 0; i < fact.counts.size(); ++i)
    if (fact.counts[i] > fact.trials - fact.unknown)
      return ModelMisfit{"counts[" + std::to_string(i) + "]", "is more than all known trials"};
  for (std::size_t i = 0; i < fact.ranks.size(); ++i)
    if (auto wrong = ranks_misfit(model.ranks[i], fact.ranks[i], fact, "ranks[" + std::to_string(i) + "]"))
      return wrong;
  for (const plan::Objective& objective : plan.objectives)
    for (const plan::Requirement& requirement : objective.requirements)
      if (requirement.model && &plan.models[requirement.model->model] == &model)
        if (auto wrong = claim_misfit(requirement, fact)) return wrong;
  return std::nullopt;
}

}  // namespace proofmark::transcript
