// `sampling tail weighted by FIELD`: the field that says for how many events a row was kept, and which claims it
// decides. Everything else on such telemetry decides nothing, and is warned of where it is written.
#include "compiler/semantics/weights.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/semantics/analyser.h"
#include "compiler/semantics/estimate_form.h"

namespace proofmark::semantics {
namespace {

using builtins::Kind;

const LeafNode& leaf_at(const Policy& policy, TypedId id) {
  return std::get<LeafNode>(policy.at(id).node);
}

std::vector<TypedId> populations_of(const Policy& policy, const Objective& objective, const Requirement& requirement) {
  std::vector<TypedId> populations;
  if (objective.of_model) {
    const auto& asked = std::get<ModelEstimateNode>(policy.at(requirement.estimate).node);
    if (const auto& recorded = policy.models[asked.model].recorded)
      populations.push_back(std::get<ValuesNode>(policy.at(*recorded).node).population);
  } else {
    for (const TypedId id : form_of(policy, requirement.estimate).leaves)
      populations.push_back(leaf_at(policy, id).population);
  }
  return populations;
}

// The telemetry with weights that a requirement reads.
const Stream* weighted_stream(const Policy& policy, const Objective& objective, const Requirement& requirement) {
  for (const TypedId population : populations_of(policy, objective, requirement)) {
    const Stream& stream = policy.streams[std::get<PopulationNode>(policy.at(population).node).stream];
    if (!stream.promise.weighted_by.empty()) return &stream;
  }
  return nullptr;
}

bool is_counted(const EstimateForm& form, const Policy& policy) {
  if (!form.linear || form.terms.size() != 1) return false;
  const LeafNode& leaf = leaf_at(policy, form.terms[0].leaf);
  return is_share(leaf) || leaf.builtin->kind == Kind::quantile;
}

}  // namespace

std::optional<NotWeighed> not_weighed(const Policy& policy, const Objective& objective,
                                      const Requirement& requirement) {
  if (objective.of_model) return NotWeighed{requirement.span, "a model draws from rows and not by their weights"};
  if (!is_counted(form_of(policy, requirement.estimate), policy))
    return NotWeighed{requirement.span, "weights decide a share or a quantile that is compared with a constant"};
  if (objective.clusters) return NotWeighed{objective.clusters->span, "rows in clusters have no test by weights"};
  if (objective.strata) return NotWeighed{objective.strata->span, "a comparison within strata has no test by weights"};
  if (policy.looks.kind == plan::LooksKind::unlimited || policy.looks.maximum > 1)
    return NotWeighed{policy.looks_span.value_or(requirement.span), "more than one look has no test by weights"};
  const bool fits = objective.method == plan::Method::standard || objective.method == plan::Method::clopper_pearson;
  if (!fits && objective.method_name)
    return NotWeighed{objective.method_name->span, fmt::format("`{}` takes no weights", objective.method_name->text)};
  return std::nullopt;
}

bool is_weighed(const Policy& policy, const Objective& objective, const Requirement& requirement) {
  return weighted_stream(policy, objective, requirement) != nullptr && !not_weighed(policy, objective, requirement);
}

// The clause has been read, and its mode is known.
void Analyser::inclusion_weights(Stream& stream, const syntax::SamplingClause& clause) {
  const syntax::Name& field = *clause.weighted_by;
  if (stream.promise.sampling != plan::StreamPromise::Sampling::tail) {
    auto& problem = error("PM0305", field.span, fmt::format("`sampling {}` has no weights", clause.mode.text));
    problem.help = clause.mode.text == "none"   ? "remove `weighted by`: every row stands for itself"
                   : clause.mode.text == "head" ? "remove `weighted by`: all rows were as likely to be kept"
                                                : "write `sampling tail weighted by FIELD`";
    return;
  }
  if (stream.counts) {
    auto& problem =
        error("PM0436", field.span,
              fmt::format("a row of `{}` stands for the events that it counts: it has no weight beside", stream.name));
    also(problem, stream.span, "declared here");
    problem.help = "weights belong to telemetry of kind `events`, of which a sampler kept some rows";
    return;
  }
  if (is_weight(stream, field)) stream.promise.weighted_by = field.text;
}

bool Analyser::is_weight(const Stream& stream, const syntax::Name& name) {
  const auto found = stream.find(name.text);
  if (!found) {
    unknown_name(name, {&stream});
    return false;
  }
  uses(name.span, stream.field_spans[*found]);
  const plan::Field& field = stream.fields[*found];
  const bool numeric = field.type == plan::FieldType::integer || field.type == plan::FieldType::real;
  if (numeric && !field.optional) return true;
  auto& problem = error(
      "PM0436", name.span,
      numeric ? fmt::format("`{}` is optional, and every row that was kept stands for some number of events", name.text)
              : fmt::format("`{}` is declared `{}`: a weight is a number of events", name.text,
                            plan::field_type_name(field.type)));
  also(problem, stream.field_spans[*found], "declared here");
  problem.help = "declare the adjusted count, 1 over the probability that a row is kept, as `int` or `float`";
  return false;
}

void Analyser::check_weights(const Objective& objective) {
  std::vector<Span> told;
  for (const Requirement& requirement : objective.requirements) {
    const Stream* stream = weighted_stream(policy_, objective, requirement);
    const auto in_the_way =
        stream != nullptr ? not_weighed(policy_, objective, requirement) : std::optional<NotWeighed>();
    if (!in_the_way || std::find(told.begin(), told.end(), in_the_way->span) != told.end()) continue;
    told.push_back(in_the_way->span);
    auto& problem =
        warning("PM0411", in_the_way->span, fmt::format("`{}` decides nothing: {}", objective.name, in_the_way->why));
    also(problem, stream->sampling_span, "which rows were kept depends on how they went");
    problem.help = "require a share or a quantile by itself, of rows that are independent, at one look";
  }
}

}  // namespace proofmark::semantics
