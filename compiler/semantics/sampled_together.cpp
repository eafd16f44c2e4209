// `sampling head 1% by FIELD`: all rows of a trace were kept, or none. Which rows are there hangs together then,
// however independent their outcomes are: a trace is the unit that was drawn, so that estimates over such telemetry are
// `clustered by` the field, unless the objective says how its rows hang together.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "compiler/semantics/analyser.h"
#include "compiler/semantics/estimate_form.h"

namespace proofmark::semantics {
namespace {

constexpr std::string_view kAnswer =
    "require a share or a quantile by itself, or say `assume independent because \"…\"`";

}  // namespace

// The clause has been read, and its mode is known.
void Analyser::sampled_together(Stream& stream, const syntax::SamplingClause& clause) {
  const syntax::Name& field = *clause.by;
  if (stream.promise.sampling != plan::StreamPromise::Sampling::head) {
    auto& problem = error("PM0305", field.span, fmt::format("`sampling {}` is not by a field", clause.mode.text));
    problem.help = clause.mode.text == "tail" ? "write `sampling tail weighted by FIELD`, of what each row stands for"
                                              : "write `sampling head 1% by FIELD`, of what was kept together";
    return;
  }
  const auto found = stream.find(field.text);
  if (!found) {
    unknown_name(field, {&stream});
    return;
  }
  uses(field.span, stream.field_spans[*found]);
  const plan::FieldType type = stream.fields[*found].type;
  if (type != plan::FieldType::label && type != plan::FieldType::text) {
    auto& problem = error("PM0421", field.span,
                          fmt::format("`{}` is declared `{}`: what is kept together has a label or a text", field.text,
                                      plan::field_type_name(type)));
    also(problem, stream.field_spans[*found], "declared here");
    problem.help = fmt::format("declare it so: `{} : label`, or `text` where its values are many", field.text);
    return;
  }
  stream.sampled_by = field.text;
  stream.promise.kept_by = field.text;
  stream.sampled_by_span = field.span;
}

// A rate has buckets of time, in which whole traces lie or nearly so, or is a Poisson process on the policy's own word;
// a census errs by nothing.
bool Analyser::reckons_with_sampling(const Objective& objective) const {
  if (objective.clusters || objective.independent_span || is_census(objective)) return true;
  if (objective.of_model) return false;
  return std::all_of(objective.requirements.begin(), objective.requirements.end(), [&](const Requirement& requirement) {
    const EstimateForm form = form_of(policy_, requirement.estimate);
    return std::all_of(form.leaves.begin(), form.leaves.end(), [&](TypedId id) {
      const builtins::Builtin& builtin = *std::get<LeafNode>(at(id).node).builtin;
      return builtin.census || builtin.kind == builtins::Kind::rate;
    });
  });
}

void Analyser::cluster_as_sampled(Objective& objective) {
  if (reckons_with_sampling(objective)) return;
  const Stream *first = nullptr, *other = nullptr;
  const auto streams = streams_of(objective);
  for (const std::uint32_t index : streams)
    if (first == nullptr && !policy_.streams[index].sampled_by.empty()) first = &policy_.streams[index];
  if (first == nullptr) return;
  for (const std::uint32_t index : streams) {
    const Stream& stream = policy_.streams[index];
    if (!stream.sampled_by.empty() ? stream.sampled_by != first->sampled_by : !stream.find(first->sampled_by))
      other = &stream;
  }
  if (other != nullptr) {
    auto& problem = error("PM0421", objective.span,
                          fmt::format("`{}` reads rows that were kept by `{}`, and others that were not",
                                      objective.name, first->sampled_by));
    also(problem, first->sampling_span, "kept together");
    also(problem, other->span, "the others");
    problem.help = "make an objective of each telemetry";
    return;
  }
  if (objective.of_model) {
    auto& problem = error("PM0421", objective.span,
                          fmt::format("a model takes rows as independent of each other, and `{}` was sampled by `{}`",
                                      first->name, first->sampled_by));
    also(problem, first->sampling_span, "kept together");
    problem.help = "say `assume independent because \"…\"`";
    return;
  }
  Clusters clusters;
  clusters.field = first->sampled_by;
  clusters.sampled = true;
  clusters.span = first->sampling_span;
  clusters.field_span = first->sampled_by_span;
  objective.clusters = std::move(clusters);
}

// What was refused for clusters that the objective does not say itself.
void Analyser::explain_sampled_clusters(const Objective& objective, std::size_t first_problem) {
  if (!objective.clusters || !objective.clusters->sampled) return;
  for (std::size_t i = first_problem; i < problems_.size(); ++i)
    if (problems_[i].code == "PM0421" && problems_[i].help.empty()) problems_[i].help = kAnswer;
}

// How many events there were, their sum and their greatest value are not those of the share that was kept. What was
// kept is a part: it shows that there is at least so much, and never that there is no more.
void Analyser::check_kept_counts(const Objective& objective) {
  bool warned = false;
  for (const Requirement& requirement : objective.requirements) {
    const EstimateForm form = form_of(policy_, requirement.estimate);
    bool refused = false;
    if (form.known && form.linear)
      for (const LinearTerm& term : form.terms) refused = refused || refuse_limit_of_kept(requirement, term);
    if (refused || warned) continue;
    const auto told = std::find_if(form.leaves.begin(), form.leaves.end(), [&](TypedId id) { return is_of_kept(id); });
    if (told == form.leaves.end()) continue;
    warned = true;
    const auto& leaf = std::get<LeafNode>(at(*told).node);
    auto& problem =
        warning("PM0411", at(*told).span,
                fmt::format("`{}` is of the rows that were kept, and of all events it is another", leaf.builtin->name));
    also(problem, stream_of(leaf).sampling_span, "a share of them was kept");
    problem.help =
        "mean the limit for the rows that were kept, for nothing is scaled up, or require a share or a quantile";
  }
}

const Stream& Analyser::stream_of(const LeafNode& leaf) const {
  return policy_.streams[std::get<PopulationNode>(at(leaf.population).node).stream];
}

// Of telemetry of which a share was kept: how much there is of something, or how far it reaches.
bool Analyser::is_of_kept(TypedId id) const {
  using builtins::Kind;
  constexpr std::array kOfAll{Kind::rate, Kind::count, Kind::sum, Kind::minimum, Kind::maximum, Kind::distinct};
  const auto& leaf = std::get<LeafNode>(at(id).node);
  const plan::StreamPromise& promise = stream_of(leaf).promise;
  return promise.sampling == plan::StreamPromise::Sampling::head && promise.head_rate < Rational(1) &&
         std::find(kOfAll.begin(), kOfAll.end(), leaf.builtin->kind) != kOfAll.end();
}

// Rows that were not kept only add to it (or reach further down, of a least value): a limit on that side would hold the
// better the fewer are kept.
bool Analyser::refuse_limit_of_kept(const Requirement& requirement, const LinearTerm& term) {
  if (!is_of_kept(term.leaf)) return false;
  const auto& leaf = std::get<LeafNode>(at(term.leaf).node);
  const bool at_least = requirement.op == plan::Comparison::at_least || requirement.op == plan::Comparison::greater;
  const bool from_below = at_least != (term.coefficient < Rational(0));
  const bool of_least = leaf.builtin->kind == builtins::Kind::minimum;
  if (from_below != of_least) return false;
  auto& problem = error("PM0461", at(term.leaf).span,
                        fmt::format("no limit of `{}` from {} is shown by a share of the events", leaf.builtin->name,
                                    of_least ? "below" : "above"));
  also(problem, stream_of(leaf).sampling_span, "the others were not kept");
  problem.help = fmt::format(
      "require a share (`fraction`, `per_million`) or a quantile, which a share of the events estimates, or record all "
      "of "
      "them; a limit from {} can be shown",
      of_least ? "above" : "below");
  return true;
}

}  // namespace proofmark::semantics
