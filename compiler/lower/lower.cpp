// The order of lowering: header, then each objective into the scans of its streams, then the rules.
#include "compiler/lower/lower.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/lower/models.h"
#include "compiler/lower/requirements.h"
#include "compiler/semantics/words.h"

namespace proofmark::lower {
namespace {

using namespace semantics;

std::string parameter_text(const semantics::Parameter& parameter) {
  switch (parameter.kind) {
    case semantics::Parameter::Kind::release:
      return *parameter.label + (parameter.digest.empty() ? "" : "@" + parameter.digest);
    case semantics::Parameter::Kind::label:
      return *parameter.label;
    case semantics::Parameter::Kind::number:
      return parameter.number->to_string();
    case semantics::Parameter::Kind::duration:
      return parameter.number->to_string() + "ns";
    case semantics::Parameter::Kind::timestamp:
      return show_timestamp(static_cast<std::int64_t>(parameter.number->numerator()));
  }
  return "";
}

void header(const semantics::Policy& policy, plan::Plan& plan) {
  plan.edition = policy.edition;
  plan.policy = policy.name;
  plan.title = policy.title;
  plan.owner = policy.owner;
  plan.runbook = policy.runbook;
  plan.revision = policy.revision;
  for (const auto& parameter : policy.parameters)
    plan.parameters.push_back(
        {parameter.name, std::string(parameter_kind_name(parameter.kind)), parameter_text(parameter)});
  std::sort(plan.parameters.begin(), plan.parameters.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  for (const auto& entry : policy.subject) {
    const Typed& value = policy.at(entry.value);
    if (const auto* release = std::get_if<ReleaseNode>(&value.node)) {
      const auto& parameter = policy.parameters[release->parameter];
      plan.subject.push_back({entry.key, *parameter.label, parameter.digest});
    } else {
      plan.subject.push_back({entry.key, *std::get<LabelNode>(value.node).value, ""});
    }
  }
}

std::int64_t duration_ns(const semantics::Policy& policy, TypedId id) {
  return static_cast<std::int64_t>(std::get<ConstantNode>(policy.at(id).node).value->numerator());
}

plan::Window window(const semantics::Policy& policy, const semantics::Window& window) {
  switch (window.kind) {
    case plan::WindowKind::whole:
      return {};
    case plan::WindowKind::last:
      return {plan::WindowKind::last, duration_ns(policy, *window.value), 0};
    case plan::WindowKind::since:
      return {plan::WindowKind::since, 0, duration_ns(policy, *window.value)};
  }
  return {};
}

plan::Clustering clustering(const semantics::Policy& policy, const semantics::Clusters& clusters) {
  plan::Clustering result;
  if (clusters.field) result.field = *clusters.field;
  if (clusters.block) result.block_ns = duration_ns(policy, *clusters.block);
  if (clusters.design_effect)
    result.design_effect = *std::get<ConstantNode>(policy.at(*clusters.design_effect).node).value;
  return result;
}

plan::Objective objective(const semantics::Policy& policy, const semantics::Objective& typed,
                          const source::SourceFile& file, Scans& scans, std::vector<plan::Model>& models) {
  plan::Objective result;
  result.name = typed.name;
  result.title = typed.title;
  result.origin = file.origin(typed.span);
  if (typed.confidence) result.confidence = *std::get<ConstantNode>(policy.at(*typed.confidence).node).value;
  result.minimum_rows = typed.minimum_rows;
  result.minimum_rows_each = typed.minimum_rows_each;
  result.group_field = typed.group_field;
  const bool of_rows = !typed.of_model || samples_rows(policy, typed);
  if (of_rows) result.window = window(policy, typed.window);
  if (typed.covers_at_least && of_rows) result.covers_at_least_ns = duration_ns(policy, *typed.covers_at_least);
  result.on_no_data = typed.on_no_data;
  result.unknown_as = typed.unknown_as;
  result.unknown_because = typed.unknown_because;
  if (typed.clusters) result.clustering = clustering(policy, *typed.clusters);
  result.independent_because = typed.independent_because;
  result.poisson_because = typed.poisson_because;
  result.method = typed.method;
  result.family_least = typed.family_least;
  result.split_because = typed.split_because;
  if (typed.strata) result.strata_field = typed.strata->text;
  result.looks = policy.looks;
  for (const auto& requirement : typed.requirements)
    result.requirements.push_back(typed.of_model
                                      ? lower_model_requirement(policy, typed, result, requirement, file, scans, models)
                                      : lower_requirement(policy, typed, result, requirement, file, scans));
  return result;
}

plan::Rule rule(const semantics::Policy& policy, const semantics::Rule& typed, const source::SourceFile& file) {
  plan::Rule result;
  result.decision = typed.decision;
  if (typed.valid_for) result.valid_for_ns = duration_ns(policy, *typed.valid_for);
  result.conditions = typed.conditions;
  result.text = one_line(file.text(typed.span));
  result.origin = file.origin(typed.span);
  return result;
}

}  // namespace

plan::Plan lower(const semantics::Policy& policy, const source::SourceFile& file) {
  plan::Plan plan;
  header(policy, plan);
  Scans scans(policy);
  for (const auto& model : policy.models) plan.models.push_back(model.program);
  for (const auto& typed : policy.objectives)
    plan.objectives.push_back(objective(policy, typed, file, scans, plan.models));
  for (const auto& typed : policy.rules) plan.rules.push_back(rule(policy, typed, file));
  for (const std::uint32_t stream : scans.streams()) plan.streams.push_back(policy.streams[stream].promise);
  plan.scans = scans.take();
  return plan;
}

}  // namespace proofmark::lower
