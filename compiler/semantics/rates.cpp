// Rates: events over time, which needs a time of every row and a length of time to count them by.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/semantics/analyser.h"
#include "compiler/semantics/estimate_form.h"
#include "compiler/semantics/word_sets.h"

namespace proofmark::semantics {

TypedId Analyser::type_rate(const builtins::Builtin& builtin, const syntax::Call& call, Span span) {
  LeafNode node;
  node.builtin = &builtin;
  for (std::size_t i = 1; i < call.arguments.size(); ++i) {
    const auto& argument = call.arguments[i];
    const auto place = argument.label ? kRateArguments.place_of(argument.label->text) : std::nullopt;
    auto& length = place == 0 ? node.per : node.bucket;
    if (!place || length) {
      error("PM0305", argument.label ? argument.label->span : tree_.expr(argument.value).span,
            "`rate` takes `per` and perhaps `buckets`, each by its name and once")
          .help = fmt::format("its form is {}", builtin.signature);
      return error_node(span);
    }
    length = type(argument.value, {});
    if (sort(*length) == Sort::error) return error_node(span);
    const auto value = constant(*length);
    if (sort(*length) == Sort::constant && at(*length).type.unit == Unit::duration && (!value || *value > Rational(0)))
      continue;
    error("PM0428", at(*length).span, fmt::format("`{}` of a rate is a duration above 0", argument.label->text)).help =
        "write `rate(errors, per: 1h)`";
    return error_node(span);
  }
  if (call.arguments.empty() || call.arguments.front().label || !node.per) {
    error("PM0428", span, "a rate counts events of a population `per` a length of time").help =
        "write `rate(errors, per: 1h)`";
    return error_node(span);
  }
  node.population = population(call.arguments.front().value);
  if (sort(node.population) == Sort::error) return error_node(span);
  const Stream& stream = policy_.streams[std::get<PopulationNode>(at(node.population).node).stream];
  if (!stream.time_field && !stream.is_broken("time")) {
    auto& problem =
        error("PM0313", span, fmt::format("telemetry `{}` has no `time` field: its events have no rate", stream.name));
    also(problem, stream.span, "declared here");
    problem.help = "declare `time from \"COLUMN\" in epoch_s` (or epoch_ms, epoch_us, epoch_ns, rfc3339)";
    return error_node(span);
  }
  // What a row counts fell before its time, and of the first rows nobody knows since when.
  if (stream.counts && !stream.cumulative) {
    auto& problem =
        error("PM0452", span,
              fmt::format("counts of `{}` have no rate: since when the first rows count is not recorded", stream.name));
    also(problem, stream.span, "declared here");
    problem.help = "read totals with `cumulative`, whose first sample only starts them, or require a share";
    return error_node(span);
  }
  return leaf(node, Unit::number, span);
}

void Analyser::check_rate_claim(const ShareClaim& claim) {
  if (claim.threshold > Rational(0)) return;
  error("PM0404", at(claim.requirement.threshold).span,
        claim.at_least ? "a rate is never below 0: this requires nothing"
                       : "a rate of 0 cannot be certified: no finite time shows that an event never comes");
}

// What no test of a rate reckons with.
void Analyser::check_rates(const Objective& objective) {
  bool some = false;
  for (const Requirement& requirement : objective.requirements) {
    const EstimateForm form = form_of(policy_, requirement.estimate);
    const auto rate = std::find_if(form.leaves.begin(), form.leaves.end(), [&](TypedId id) {
      return std::get<LeafNode>(at(id).node).builtin->kind == builtins::Kind::rate;
    });
    if (rate == form.leaves.end()) continue;
    const TypedId id = *rate;
    some = true;
    if (form.known && !(form.linear && form.terms.size() == 1))
      error("PM0428", requirement.span, "a rate is compared with a constant, and not calculated with other estimates");
    if (objective.clusters)
      also(error("PM0421", at(id).span, "a rate has its buckets of time, and no other clusters"),
           objective.clusters->span, "the clusters");
  }
  if (objective.poisson_span && !some)
    error("PM0428", *objective.poisson_span, "a Poisson process is assumed, and no rate is required").help =
        "`assume poisson` belongs to `require rate(errors, per: 1h) <= 5`";
}

}  // namespace proofmark::semantics
