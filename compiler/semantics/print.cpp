// `emit --stage typed`: every objective with the units, populations and checks that analysis gave it.
#include <fmt/format.h>

#include "compiler/semantics/analyse.h"
#include "compiler/semantics/estimate_form.h"
#include "compiler/semantics/words.h"

namespace proofmark::semantics {
namespace {

std::string constant_text(const Policy& policy, std::optional<TypedId> id) {
  if (!id) return "-";
  const auto* node = std::get_if<ConstantNode>(&policy.at(*id).node);
  if (node == nullptr || !node->value) return "unbound parameter";
  return show(*node->value, policy.at(*id).type.unit);
}

std::string_view window_name(plan::WindowKind kind) {
  switch (kind) {
    case plan::WindowKind::whole:
      return "whole snapshot";
    case plan::WindowKind::last:
      return "last";
    case plan::WindowKind::since:
      return "since";
  }
  return "";
}

void print_stream(std::string& out, const Stream& stream) {
  out += fmt::format("  telemetry {} : {}\n", stream.name, stream.counts ? "counts" : "events");
  for (std::size_t i = 0; i < stream.fields.size(); ++i) {
    const plan::Field& field = stream.fields[i];
    out += fmt::format("    {} : {} from \"{}\"", field.name, plan::field_type_name(field.type), field.source);
    if (plan::is_numeric(field.type))
      out += field.scale.is_zero() ? " in the unit of the column" : fmt::format(" × {}", field.scale.to_decimal());
    if (field.optional) out += " optional";
    if (stream.weight_field == i) out += stream.cumulative ? ", events between totals" : ", events of a row";
    if (stream.weight_field == i && stream.from_zero) out += ", late ones from 0";
    if (field.name == stream.promise.weighted_by) out += ", for how many events a row was kept";
    if (const auto& bucketed = stream.bucketed[i])
      out += fmt::format(", upper edges of buckets; lower ones in {}", stream.fields[bucketed->lower].name);
    if (!field.declared.empty()) out += fmt::format(" in {{ {} }}", fmt::join(field.declared, ", "));
    out += "\n";
  }
  for (const ExpectedValues& expected : stream.expected_values)
    out += fmt::format("    every {} expected\n", stream.fields[expected.field].name);
  for (const std::string& check : stream.promise.checks) out += fmt::format("    in every row {}\n", check);
}

void print_objective(std::string& out, const Policy& policy, const Objective& objective,
                     const source::SourceFile& file) {
  out += fmt::format("  objective {}\n", objective.name);
  for (const auto& requirement : objective.requirements) {
    if (objective.of_model) {
      out += fmt::format("    require of model {} : {} {} {}\n", file.text(policy.at(requirement.estimate).span),
                         plan::unit_name(policy.at(requirement.estimate).type.unit), comparison_text(requirement.op),
                         constant_text(policy, requirement.threshold));
      continue;
    }
    const EstimateForm form = form_of(policy, requirement.estimate);
    const auto place = file.place(requirement.span);
    out += fmt::format("    require {} : {} {} {}  at {}:{}\n", file.text(policy.at(requirement.estimate).span),
                       plan::unit_name(policy.at(requirement.estimate).type.unit), comparison_text(requirement.op),
                       constant_text(policy, requirement.threshold), place.line, place.column);
    out += fmt::format("      {} leaf estimate{}, alpha divided by {}\n", form.leaves.size(),
                       form.leaves.size() == 1 ? "" : "s", form.splits);
    for (const TypedId leaf : form.leaves) out += fmt::format("      leaf {}\n", leaf_key(policy, leaf));
  }
  out += fmt::format("    confidence {}\n    window {}{}\n", constant_text(policy, objective.confidence),
                     window_name(objective.window.kind),
                     objective.window.value ? " " + constant_text(policy, objective.window.value) : "");
  if (objective.covers_at_least)
    out += fmt::format("    covers at least {}\n", constant_text(policy, objective.covers_at_least));
  if (objective.minimum_rows > 0)
    out += fmt::format("    at least {} rows{}\n", objective.minimum_rows, objective.minimum_rows_each ? " each" : "");
  if (objective.group_field) out += fmt::format("    for each {}\n", *objective.group_field);
  if (objective.clusters) {
    const Clusters& clusters = *objective.clusters;
    out += clusters.field ? fmt::format("    clustered by {}\n", *clusters.field)
                          : fmt::format("    blocks of {}\n", constant_text(policy, clusters.block));
    if (clusters.design_effect)
      out += fmt::format("    design effect {}\n", constant_text(policy, clusters.design_effect));
  }
  if (objective.family_least > 0) out += fmt::format("    at least {} of the requirements\n", objective.family_least);
  if (!objective.split_because.empty()) out += fmt::format("    split because {}\n", objective.split_because);
  if (objective.method_name) out += fmt::format("    method {}\n", objective.method_name->text);
  if (objective.strata) out += fmt::format("    stratified by {}\n", objective.strata->text);
  if (!objective.poisson_because.empty()) out += fmt::format("    poisson because {}\n", objective.poisson_because);
  if (!objective.independent_because.empty())
    out += fmt::format("    independent because {}\n", objective.independent_because);
}

}  // namespace

std::string print(const Policy& policy, const source::SourceFile& file) {
  std::string out = fmt::format("policy {}\n", policy.name);
  for (const auto& parameter : policy.parameters)
    out += fmt::format("  param {} : {} = {}\n", parameter.name, parameter_kind_name(parameter.kind),
                       !parameter.bound ? "unbound"
                       : parameter.label
                           ? "\"" + *parameter.label + "\"" + (parameter.digest.empty() ? "" : " " + parameter.digest)
                           : parameter.number->to_string());
  for (const auto& stream : policy.streams) print_stream(out, stream);
  for (const auto& split : policy.splits) out += fmt::format("  {}\n", one_line(file.text(split.span)));
  for (const auto& model : policy.models) {
    out += fmt::format("  model {} : seed {}, {} trials\n", model.name, model.program.seed, model.program.trials);
    for (const auto& [name, one] : model.names)
      out += fmt::format("    {} {} : {}{}\n", one.drawn ? "draw" : "let", name,
                         one.value.truth ? "truth" : plan::unit_name(one.value.unit),
                         one.value.array ? fmt::format("[{}]", one.value.nodes.size()) : "");
  }
  for (const auto& objective : policy.objectives) print_objective(out, policy, objective, file);
  for (const auto& rule : policy.rules) out += fmt::format("  rule {}\n", file.text(rule.span));
  return out;
}

}  // namespace proofmark::semantics
