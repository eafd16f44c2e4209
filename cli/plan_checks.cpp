// Wishes against the policies they are about.
#include <fmt/format.h>

#include <algorithm>

#include "cli/plan_claims.h"
#include "runtime/diagnostic/closest_name.h"

namespace proofmark::cli {
namespace {

// The requirements that an expectation may be about.
std::vector<const PlannedRequirement*> meant(const Expectation& expectation, const PlannedObjective& objective) {
  std::vector<const PlannedRequirement*> found;
  for (std::size_t i = 0; i < objective.requirements.size(); ++i) {
    const bool counted = std::holds_alternative<CountedClaim>(objective.requirements[i].claim);
    if (expectation.requirement == 0 ? counted : expectation.requirement == i + 1)
      found.push_back(&objective.requirements[i]);
  }
  return found;
}

std::optional<Diagnostic> unfounded_about(const Expectation& expectation, const PlannedObjective& objective) {
  const auto requirements = meant(expectation, objective);
  if (requirements.size() > 1)
    return plain_problem("PM0711",
                         fmt::format("`--expect {}` could be about {} requirements of objective `{}`",
                                     expectation.written, requirements.size(), objective.name),
                         fmt::format("say which, counted from 1: --expect {}.1=…", objective.name));
  if (requirements.empty() && expectation.requirement > 0)
    return plain_problem("PM0711", fmt::format("`--expect {}`: objective `{}` has only {} requirement{}",
                                               expectation.written, objective.name, objective.requirements.size(),
                                               objective.requirements.size() == 1 ? "" : "s"));
  const auto* claim = requirements.empty() ? nullptr : std::get_if<CountedClaim>(&requirements.front()->claim);
  if (claim == nullptr)
    return plain_problem(
        "PM0711",
        fmt::format("`--expect {}`: no share can be expected of objective `{}`", expectation.written, objective.name),
        "expectations are for shares and quantiles, with all the parameters that they depend on");
  if (bad_share(*claim, expectation.value)) return std::nullopt;
  return plain_problem("PM0712", fmt::format("`--expect {}`: `{}` cannot have this value", expectation.written,
                                             requirements.front()->text));
}

void check_expectation(const Expectation& expectation, const std::vector<PlannedPolicy>& policies,
                       Diagnostics& problems) {
  std::vector<std::string> names;
  bool found = false;
  for (const PlannedPolicy& policy : policies)
    for (const PlannedObjective& objective : policy.objectives) {
      names.push_back(objective.name);
      if (objective.name != expectation.objective) continue;
      found = true;
      if (auto problem = unfounded_about(expectation, objective)) problems.push_back(std::move(*problem));
    }
  if (found) return;
  const auto near = closest_name(expectation.objective, names);
  problems.push_back(plain_problem(
      "PM0711", fmt::format("`--expect {}`: there is no objective `{}`", expectation.written, expectation.objective),
      near ? fmt::format("did you mean `{}`?", *near) : fmt::format("the objectives are {}", fmt::join(names, ", "))));
}

void check_stream(const std::string& name, const Compilation& compilation, Diagnostics& problems) {
  std::vector<std::string> names;
  for (const semantics::Policy& policy : compilation.policies)
    for (const semantics::Stream& stream : policy.streams) names.push_back(stream.name);
  if (std::find(names.begin(), names.end(), name) != names.end()) return;
  const auto near = closest_name(name, names);
  problems.push_back(plain_problem(
      "PM0713", fmt::format("`--traffic {}=…`: there is no telemetry `{}`", name, name),
      near ? fmt::format("did you mean `{}`?", *near) : fmt::format("the telemetry is {}", fmt::join(names, ", "))));
}

// Whether the two would be heard about the same side of the same threshold.
bool same_side(const CountedClaim& claim, const Expectation& a, const Expectation& b) {
  const auto x = bad_share(claim, a.value), y = bad_share(claim, b.value);
  return x && y && (*x <=> claim.question.test.allowed) == (*y <=> claim.question.test.allowed);
}

void check_twice(const Wishes& wishes, const std::vector<PlannedPolicy>& policies, Diagnostics& problems) {
  for (const PlannedPolicy& policy : policies)
    for (const PlannedObjective& objective : policy.objectives)
      for (auto a = wishes.expectations.begin(); a != wishes.expectations.end(); ++a)
        for (auto b = std::next(a); b != wishes.expectations.end(); ++b) {
          if (a->objective != objective.name || b->objective != objective.name) continue;
          const auto of_a = meant(*a, objective), of_b = meant(*b, objective);
          if (of_a != of_b || of_a.empty()) continue;
          const auto* claim = std::get_if<CountedClaim>(&of_a.front()->claim);
          if (claim == nullptr || !same_side(*claim, *a, *b)) continue;
          problems.push_back(plain_problem(
              "PM0712",
              fmt::format("`--expect {}` lies on the same side of the threshold as `{}`", b->written, a->written),
              "expect one value that meets the threshold, and one that does not"));
        }
}

}  // namespace

Diagnostics unfounded(const Wishes& wishes, const Compilation& compilation,
                      const std::vector<PlannedPolicy>& policies) {
  Diagnostics problems;
  for (const Expectation& expectation : wishes.expectations) check_expectation(expectation, policies, problems);
  for (const auto& [stream, rate] : wishes.stream_rows_per_ns) check_stream(stream, compilation, problems);
  if (problems.empty()) check_twice(wishes, policies, problems);
  return problems;
}

}  // namespace proofmark::cli
