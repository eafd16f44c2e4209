// `method NAME` and `stratified by FIELD`: whether something decides what is required, that way.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/semantics/analyser.h"
#include "compiler/semantics/estimate_form.h"
#include "compiler/semantics/words.h"

namespace proofmark::semantics {
namespace {

using builtins::Form;
using builtins::Kind;

const builtins::Builtin& builtin_of(const Policy& policy, TypedId leaf) {
  return *std::get<LeafNode>(policy.at(leaf).node).builtin;
}

Form form_of_leaf(Kind kind) {
  switch (kind) {
    case Kind::quantile:
      return Form::quantile;
    case Kind::mean:
      return Form::mean;
    case Kind::rate:
      return Form::rate;
    case Kind::odds_ratio:
      return Form::odds_ratio;
    case Kind::similarity:
    case Kind::drift:
    case Kind::worse_by:
      return Form::distributions;
    case Kind::probability_worse:
      return Form::pairs;
    default:
      return Form::share;
  }
}

std::string listed(const std::vector<std::string>& names) {
  return "`" + fmt::format("{}", fmt::join(names, "`, `")) + "`";
}

}  // namespace

std::optional<Form> form_to_decide(const Policy& policy, const Objective& objective, const EstimateForm& form) {
  if (std::all_of(form.leaves.begin(), form.leaves.end(),
                  [&](TypedId leaf) { return builtin_of(policy, leaf).census; }))
    return std::nullopt;
  if (form.linear && form.terms.size() == 1) return form_of_leaf(builtin_of(policy, form.terms[0].leaf).kind);
  if (!share_difference(policy, form)) return Form::calculated;
  return objective.strata ? Form::difference_in_strata : Form::difference_of_shares;
}

// Which methods fit is known when all clauses are read.
void Analyser::check_method(Objective& objective) {
  if (!objective.method_name || objective.of_model) return;  // a model has its own check
  const syntax::Name& name = *objective.method_name;
  std::optional<Form> fitting;  // of the first requirement that something decides
  for (const Requirement& requirement : objective.requirements) {
    const EstimateForm estimate = form_of(policy_, requirement.estimate);
    const auto form = form_to_decide(policy_, objective, estimate);
    if (!form || !estimate.known) continue;
    if (!fitting) fitting = form;
    const auto method = builtins::method_named(name.text);
    if (method && builtins::fits(*method, *form)) continue;
    const auto names = builtins::methods_for(*form);
    auto& problem = error("PM0430", name.span,
                          method ? fmt::format("`{}` does not decide {}", name.text, builtins::form_phrase(*form))
                          : builtins::why_not(name.text)
                              ? fmt::format("`{}` may not decide: {}", name.text, *builtins::why_not(name.text))
                              : fmt::format("there is no method `{}`", name.text));
    also(problem, requirement.span, "what is required");
    problem.help = names.empty() ? "a rate is decided by its buckets of time, or with `assume poisson because`"
                                 : fmt::format("{} is decided by {}", builtins::form_phrase(*form), listed(names));
    return;
  }
  const auto method = builtins::method_named(name.text);
  if (!fitting && !method) {
    error("PM0430", name.span, fmt::format("there is no method `{}`", name.text)).help =
        "leave it out: an exact fact about recorded rows needs none";
    return;
  }
  objective.method = method.value_or(plan::Method::standard);
  if (fitting && objective.method != plan::Method::standard) check_method_alone(objective);
}

// A named method decides, or is refused: clusters have tests of their own.
void Analyser::check_method_alone(const Objective& objective) {
  const auto& name = *objective.method_name;
  if (objective.method == plan::Method::interval_arithmetic || objective.method == plan::Method::dkw_bands ||
      objective.method == plan::Method::hoeffding_pairs)
    return;  // what these have no test for is refused of their estimates
  if (objective.clusters)
    also(error("PM0421", name.span, fmt::format("`{}` has no test for rows in clusters", name.text)),
         objective.clusters->span, "the clusters");
}

// `odds_ratio(fraction(a, …), fraction(b, …))`: two shares of one telemetry.
TypedId Analyser::type_odds_ratio(const builtins::Builtin& builtin, const syntax::Call& call, Span span) {
  if (!argument_count(call, 2, 2, builtin.signature, span)) return error_node(span);
  std::vector<TypedId> shares;
  for (const auto& argument : call.arguments) {
    const TypedId id = type(argument.value, {});
    if (sort(id) == Sort::error) return error_node(span);
    const auto* leaf = std::get_if<LeafNode>(&at(id).node);
    if (leaf == nullptr || !is_share(*leaf)) {
      error("PM0431", at(id).span, "an odds ratio is of two shares").help =
          "write `odds_ratio(fraction(canary, status >= 500), fraction(baseline, status >= 500))`";
      return error_node(span);
    }
    shares.push_back(id);
  }
  if (!two_arms(shares[0], shares[1], span)) return error_node(span);
  LeafNode node;
  node.builtin = &builtin;
  node.population = std::get<LeafNode>(at(shares[0]).node).population;
  node.shares = std::pair(shares[0], shares[1]);
  return leaf(node, Unit::number, span);
}

// Two populations of one telemetry, and not the same; reported otherwise.
bool Analyser::two_arms(TypedId first, TypedId second, Span span) {
  const auto& one = std::get<LeafNode>(at(first).node);
  const auto& two = std::get<LeafNode>(at(second).node);
  const auto stream_of = [&](const LeafNode& leaf) {
    return std::get<PopulationNode>(at(leaf.population).node).stream;
  };
  if (stream_of(one) != stream_of(two)) {
    error("PM0422", span, "the two populations are of different telemetry").help =
        "compare populations of one telemetry: `requests where version == candidate.label` and another";
    return false;
  }
  if (leaf_key(policy_, one.population) != leaf_key(policy_, two.population)) return true;
  error("PM0422", span, "a population is compared with itself").help =
      "name another population: the stable release, or the time before";
  return false;
}

void Analyser::check_two_shares(const Objective& objective, const Requirement& requirement, const EstimateForm& form) {
  const auto difference = share_difference(policy_, form);
  if (difference && (objective.strata || objective.method == plan::Method::miettinen_nurminen)) {
    (void)two_arms(difference->first, difference->second, requirement.span);
    const auto threshold = difference_threshold(form, *difference, constant(requirement.threshold));
    if (threshold && (*threshold <= Rational(-1) || *threshold >= Rational(1)))
      error("PM0404", at(requirement.threshold).span, "two shares differ by less than 100%").help =
          "name a margin, such as -0.1%";
  }
  const bool ratio = std::any_of(form.leaves.begin(), form.leaves.end(),
                                 [&](TypedId leaf) { return builtin_of(policy_, leaf).kind == Kind::odds_ratio; });
  if (ratio && form.known && !(form.linear && form.terms.size() == 1))
    error("PM0431", requirement.span, "an odds ratio is compared with a constant, and not calculated with");
  if (ratio && objective.clusters)  // of a difference it is said of arithmetic
    also(error("PM0421", requirement.span, "an odds ratio has no test for rows in clusters"), objective.clusters->span,
         "the clusters");
}

void Analyser::check_odds_claim(const ShareClaim& claim) {
  if (claim.threshold > Rational(0)) return;
  error("PM0404", at(claim.requirement.threshold).span, "an odds ratio lies above 0").help =
      "1 says that both shares are alike; name how much more is allowed, such as 1.2";
}

// Strata are values of a label, and belong to claims that compare within them.
void Analyser::check_strata(const Objective& objective) {
  if (!objective.strata) return;
  const syntax::Name& field = *objective.strata;
  for (const Requirement& requirement : objective.requirements) {
    const EstimateForm form = form_of(policy_, requirement.estimate);
    if (form.leaves.size() == 1 && builtin_of(policy_, form.leaves[0]).kind == Kind::odds_ratio) continue;
    if (share_difference(policy_, form)) continue;
    const bool distributions = std::any_of(form.leaves.begin(), form.leaves.end(), [&](TypedId leaf) {
      return std::get<LeafNode>(at(leaf).node).other.has_value();
    });
    auto& problem = error("PM0431", field.span, "only two shares are compared within strata");
    also(problem, requirement.span, "what is required");
    problem.help =
        distributions
            ? fmt::format("say `for each {}`: the two distributions are then compared in every stratum", field.text)
            : "require `odds_ratio(share, share) <= 1.2`, or a difference: `fraction(canary, status >= 500) - "
              "fraction(baseline, status >= 500) <= 0.1%`";
    return;
  }
  if (objective.group_field)
    error("PM0431", field.span, "`for each` judges groups one by one, and `stratified by` compares over them all")
        .help = "say one of them";
  const Stream& stream = policy_.streams[streams_of(objective).front()];
  const auto found = stream.find(field.text);
  if (found) uses(field.span, stream.field_spans[*found]);
  if (!found) {
    unknown_name(field, {&stream});
  } else if (stream.fields[*found].type != plan::FieldType::label) {
    also(error("PM0431", field.span,
               fmt::format("`{}` is declared `{}`: strata are the values of a label", field.text,
                           plan::field_type_name(stream.fields[*found].type))),
         stream.field_spans[*found], "declared here");
  }
}

}  // namespace proofmark::semantics
