// What a policy requires of its models: probabilities and quantiles, each by itself and never together with telemetry.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/semantics/model_typer.h"
#include "compiler/semantics/words.h"

namespace proofmark::semantics {
namespace {

bool at_least_like(plan::Comparison op) {
  return op == plan::Comparison::at_least || op == plan::Comparison::greater;
}

}  // namespace

void Analyser::models() {
  std::uint32_t number = 0;
  for (const auto& item : syntax_.items)
    if (const auto* written = std::get_if<syntax::ModelItem>(&item)) {
      Model& model = policy_.models[number];
      model.program.name = model.name;
      model.program.number = number++;
      ModelTyper(*this, model).run(*written);
    }
}

const Symbol* Analyser::model_symbol(syntax::ExprId id) const {
  const auto* member = std::get_if<syntax::Member>(&tree_.expr(id).node);
  const auto* base = member != nullptr ? std::get_if<syntax::Reference>(&tree_.expr(member->base).node) : nullptr;
  const auto found = base != nullptr ? symbols_.find(base->name.text) : symbols_.end();
  return found != symbols_.end() && found->second.kind == Symbol::Kind::model ? &found->second : nullptr;
}

TypedId Analyser::type_model_member(const ModelNode& node, const syntax::Member& member, Span span) {
  Model& model = policy_.models[node.model];
  const auto found = model.names.find(member.member.text);
  if (found == model.names.end()) {
    if (tree_.has_errors) return error_node(span);
    std::vector<std::string> names;
    for (const auto& [known, unused] : model.names) names.push_back(known);
    suggest_closest(
        error("PM0206", member.member.span, fmt::format("model `{}` has no `{}`", model.name, member.member.text)),
        member.member.span, names);
    return error_node(span);
  }
  found->second.used = true;
  uses(member.member.span, found->second.span);
  const ModelValue& value = found->second.value;
  if (value.wrong()) return error_node(span);
  if (value.array) {
    error("PM0442", span, fmt::format("`{}` is an array: of each trial one value is asked for", text(span))).help =
        "make one value of it in the model: `let worst = max(waits)`";
    return error_node(span);
  }
  return add({ModelValueNode{node.model, value.nodes[0], value.truth}, {Sort::model_value, value.unit}, span});
}

TypedId Analyser::type_model_estimate(const syntax::Call& call, std::optional<Rational> share, Span span) {
  const bool probability = call.function.text == "probability";
  const bool general = call.function.text == "quantile";
  if (!argument_count(call, general ? 2 : 1, general ? 2 : 1,
                      probability ? "probability(model.condition) -> share" : "p99(model.value) -> unit of the value",
                      span))
    return error_node(span);
  const TypedId typed = type(call.arguments[0].value, {});
  if (sort(typed) == Sort::error) return error_node(span);
  const auto* found = std::get_if<ModelValueNode>(&at(typed).node);
  if (found == nullptr)
    return wrong_sort(at(typed).span, typed, "true or false in each trial of a model, such as `outage.breached`");
  const ModelValueNode value = *found;
  if (value.truth != probability) {
    error("PM0444", at(typed).span,
          probability
              ? fmt::format("`{}` is a number of each trial: `probability` needs true or false", text(at(typed).span))
              : fmt::format("`{}` is true or false in each trial: a quantile needs numbers", text(at(typed).span)))
        .help = probability ? "compare it in the model: `let late = total > 800ms`"
                            : fmt::format("write `probability({})`", text(at(typed).span));
    return error_node(span);
  }
  ModelEstimateNode node{value.model, value.node, probability, share};
  if (general) {
    const auto wanted = quantile_share(call.arguments[1].value);
    if (!wanted) return error_node(span);
    node.share = constant(*wanted);
  }
  const Unit unit = probability ? Unit::ratio : at(typed).type.unit;
  return add({node, {Sort::model_estimate, unit}, span});
}

// False: neither side is an estimate of a model.
bool Analyser::model_requirement(Objective& objective, TypedId left, TypedId right, plan::Comparison op, Span span) {
  if (sort(left) != Sort::model_estimate && sort(right) != Sort::model_estimate) return false;
  if (sort(left) != Sort::model_estimate) {
    std::swap(left, right);
    op = mirrored(op);
  }
  if (sort(right) != Sort::constant) {
    error("PM0445", span, "an estimate of a model is compared with a constant").help =
        "it is no measurement, and shares no bound with one: compare inside of the model what belongs together";
    return true;
  }
  if (!same_unit(left, right, span)) return true;
  objective.requirements.push_back({left, op, right, span});
  objective.of_model = true;
  return true;
}

void Analyser::check_model_objective(const Objective& objective) {
  const auto refuse = [&](Span span, std::string_view what) {
    error("PM0445", span, fmt::format("`{}` speaks of rows, and a model has none", what)).help =
        "take it out, or ask the telemetry in an objective of its own";
  };
  for (const Requirement& requirement : objective.requirements) {
    if (sort(requirement.estimate) == Sort::model_estimate) continue;
    error("PM0445", requirement.span, "one objective asks a model and telemetry: they share no error bound").help =
        "make two objectives, and say in `decide` what follows from each";
    return;
  }
  if (objective.method_name) refuse(objective.method_name->span, "method");
  if (objective.strata) refuse(objective.strata->span, "stratified by");
  if (objective.split_span) refuse(*objective.split_span, "expect split");
  if (objective.family_span) refuse(*objective.family_span, "at least … of");
  const bool samples =
      std::all_of(objective.requirements.begin(), objective.requirements.end(), [&](const Requirement& one) {
        return policy_.models[std::get<ModelEstimateNode>(at(one.estimate).node).model].recorded.has_value();
      });
  check_windows(objective);  // of what is sampled
  check_weights(objective);
  if (objective.minimum_rows > 0 && !samples) refuse(objective.minimum_rows_span, "at least … rows");
  if (objective.group_field) refuse(seen_once_.at("group field"), "for each");
  if (objective.clusters) refuse(objective.clusters->span, "clustered by");
  if (objective.independent_span && !samples) refuse(*objective.independent_span, "assume independent");
  if (objective.poisson_span) refuse(*objective.poisson_span, "assume poisson");
  if (objective.on_no_data_span) refuse(*objective.on_no_data_span, "on_no_data");
  for (const std::string_view clause : {"`over`", "`over at least`", "`unknown counts as`"})
    if (const auto found = seen_once_.find(clause); found != seen_once_.end())
      refuse(found->second, clause.substr(1, clause.size() - 2));
  for (const Requirement& requirement : objective.requirements) {
    if (!objective.confidence && !default_confidence_broken_ && !tree_.has_errors)
      error("PM0401", requirement.span,
            fmt::format("objective `{}` claims something without a confidence", objective.name), "how sure must we be?")
          .help = "add `confidence 95%` to the objective or to the policy";
    if (std::get<ModelEstimateNode>(at(requirement.estimate).node).probability)
      check_probability(objective, requirement);
    else
      check_model_reachable(objective, requirement);
  }
}

// A probability lies strictly between 0 and 1 for all that a finite number of trials can show.
void Analyser::check_probability(const Objective& objective, const Requirement& requirement) {
  const auto threshold = constant(requirement.threshold);
  if (!threshold) return;
  const Span span = at(requirement.threshold).span;
  const bool at_least = at_least_like(requirement.op);
  if (threshold->is_negative() || *threshold > Rational(1))
    error("PM0404", span,
          fmt::format("a probability lies between 0% and 100%: {} does not", show(*threshold, Unit::ratio)));
  else if (at_least ? *threshold == Rational(1) : threshold->is_zero())
    error("PM0403", span,
          fmt::format("{} cannot be shown: no finite number of trials proves that nothing else happens",
                      show(*threshold, Unit::ratio)));
  else if (threshold->is_zero() || *threshold == Rational(1))
    error("PM0404", span, "every probability meets this: it requires nothing");
  else
    check_model_reachable(objective, requirement);
}

// Are there trials enough for a pass at all?
void Analyser::check_model_reachable(const Objective& objective, const Requirement& requirement) {
  const auto& node = std::get<ModelEstimateNode>(at(requirement.estimate).node);
  const auto threshold = constant(requirement.threshold);
  const auto confidence_value = objective.confidence ? constant(*objective.confidence) : std::nullopt;
  const Model& model = policy_.models[node.model];
  if (!threshold || !confidence_value || model.wrong || (!node.probability && !node.share)) return;
  const auto alpha = plan::subtract(Rational(1), *confidence_value);
  const auto look_alpha = plan::divide(*alpha, Rational(static_cast<std::int64_t>(policy_.looks.maximum)));
  const bool at_least = at_least_like(requirement.op);
  const auto needed =
      builtins::smallest_n_to_pass(node.probability ? at_least : !at_least, node.probability ? *threshold : *node.share,
                                   look_alpha.value_or(*alpha));
  if (needed && *needed <= model.program.trials) return;
  auto& problem =
      error("PM0406", requirement.span,
            fmt::format("this can never pass: it needs {} trials, and model `{}` has {}",
                        needed ? fmt::format("{}", *needed) : "more than 10^18", model.name, model.program.trials));
  also(problem, model.span, "the model");
  problem.help = "run more trials, or ask for less";
}

void Analyser::unused_model_names() {
  if (tree_.has_errors || has_own_errors()) return;
  for (const Model& model : policy_.models)
    for (const auto& [name, one] : model.names)
      if (!one.used)
        error("PM0443", one.span,
              fmt::format("`{}` is {} in model `{}` and never used", name, one.drawn ? "drawn" : "defined", model.name))
            .help = "use it or remove it";
}

}  // namespace proofmark::semantics
