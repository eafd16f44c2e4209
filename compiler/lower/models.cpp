#include "compiler/lower/models.h"

#include <algorithm>

#include "compiler/semantics/words.h"

namespace proofmark::lower {
namespace {

using plan::Comparison;
using plan::Rational;

std::uint32_t count_of(plan::Model& model, std::uint32_t node) {
  const auto found = std::find(model.counts.begin(), model.counts.end(), node);
  const auto place = static_cast<std::uint32_t>(found - model.counts.begin());
  if (found == model.counts.end()) model.counts.push_back(node);
  return place;
}

// `q <= t` and `q > t` count values at or below t; `q < t` and `q >= t` those below it.
std::uint32_t below(plan::Model& model, std::uint32_t node, Comparison op, const Rational& threshold) {
  const bool with = op == Comparison::at_most || op == Comparison::greater;
  model.nodes.emplace_back(plan::ModelConstant{threshold});
  const auto constant = static_cast<std::uint32_t>(model.nodes.size() - 1);
  model.nodes.emplace_back(
      plan::ModelStep{with ? plan::ModelOperation::at_most : plan::ModelOperation::less, {node, constant}});
  return static_cast<std::uint32_t>(model.nodes.size() - 1);
}

}  // namespace

bool samples_rows(const semantics::Policy& policy, const semantics::Objective& typed) {
  return typed.of_model &&
         std::any_of(typed.requirements.begin(), typed.requirements.end(), [&](const semantics::Requirement& one) {
           const auto& node = std::get<semantics::ModelEstimateNode>(policy.at(one.estimate).node);
           return policy.models[node.model].recorded.has_value();
         });
}

plan::Requirement lower_model_requirement(const semantics::Policy& policy, const semantics::Objective& asking,
                                          plan::Objective& objective, const semantics::Requirement& requirement,
                                          const source::SourceFile& file, Scans& scans,
                                          std::vector<plan::Model>& models) {
  const semantics::Typed& typed = policy.at(requirement.estimate);
  const auto& node = std::get<semantics::ModelEstimateNode>(typed.node);
  plan::Model& model = models[node.model];
  plan::Requirement result;
  result.op = requirement.op;
  result.threshold = *std::get<semantics::ConstantNode>(policy.at(requirement.threshold).node).value;
  result.direct_op = result.op;
  result.direct_threshold = result.threshold;
  result.unit = typed.type.unit;
  result.text = semantics::one_line(file.text(requirement.span));
  result.origin = file.origin(requirement.span);
  plan::ModelClaim claim{node.model, 0, {}, semantics::one_line(file.text(typed.span))};
  if (node.probability) {
    claim.count = count_of(model, node.node);
  } else {
    const bool at_least = result.op == Comparison::at_least || result.op == Comparison::greater;
    const auto alpha = *plan::subtract(Rational(1), objective.confidence);
    const auto looks = Rational(
        static_cast<std::int64_t>(objective.looks.kind == plan::LooksKind::at_most ? objective.looks.maximum : 1));
    claim.count = count_of(model, below(model, node.node, result.op, result.threshold));
    claim.ranks = static_cast<std::uint32_t>(model.ranks.size());
    model.ranks.push_back({node.node, *node.share, *plan::divide(alpha, looks), at_least});
  }
  result.model = std::move(claim);
  if (const semantics::Model& declared = policy.models[node.model]; declared.recorded) {
    RecordedRows rows = lower_recorded_rows(policy, asking, objective, *declared.recorded, file, scans);
    model.source = rows.source;
    model.source->elements = declared.recorded_elements;
    result.leaves.push_back(std::move(rows.leaf));
  }
  return result;
}

}  // namespace proofmark::lower
