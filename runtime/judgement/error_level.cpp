// An objective errs at most as its weakest requirement does.
#include "runtime/judgement/error_level.h"

#include <algorithm>

#include "runtime/judgement/earlier_looks.h"
#include "runtime/judgement/gates.h"
#include "runtime/judgement/weights.h"
#include "runtime/plan/spelling.h"

namespace proofmark::judgement {
namespace {

using plan::Rational;

std::string quoted(const std::string& name) {
  return "`" + name + "`";
}

bool is_census(const plan::Requirement& requirement) {
  return std::all_of(requirement.leaves.begin(), requirement.leaves.end(),
                     [](const plan::Leaf& leaf) { return std::holds_alternative<plan::Census>(leaf.what); });
}

// What decides the requirement, where that is right in the limit only.
std::optional<plan::Method> asymptotic_method(const plan::Objective& objective, const plan::Requirement& requirement) {
  const auto& what = requirement.leaves[0].what;
  if (const auto* shares = std::get_if<plan::TwoShares>(&what))
    return shares->kind == plan::TwoSharesKind::difference ? plan::Method::miettinen_nurminen
                                                           : plan::Method::mantel_haenszel;
  const bool mid_p = objective.method == plan::Method::mid_p && std::holds_alternative<plan::Proportion>(what);
  const bool student = objective.method == plan::Method::student_t && std::holds_alternative<plan::Mean>(what);
  if (requirement.direct_op && (mid_p || student)) return objective.method;
  return std::nullopt;
}

// What the policy says of unknown rows, to the side of the error: where it reckons with the worst there is nothing to
// trust.
bool trusts_the_unknown(plan::UnknownAs unknown_as, Wrong wrong) {
  if (unknown_as == plan::UnknownAs::excluded) return true;
  return unknown_as == (wrong == Wrong::pass ? plan::UnknownAs::good : plan::UnknownAs::bad);
}

// What the verdict can be trusted for; an exact count cannot be wrong about what was recorded.
Level level_of(const plan::Objective& objective, const plan::Requirement& requirement, Wrong wrong) {
  const bool trusts_rows = !objective.independent_because.empty() && !is_census(requirement);
  const bool relaxed = trusts_the_unknown(objective.unknown_as, wrong) || objective.clustering || trusts_rows;
  const bool counted = std::holds_alternative<plan::Proportion>(requirement.leaves[0].what) ||
                       std::holds_alternative<plan::Quantile>(requirement.leaves[0].what);
  const bool tail = requirement.direct_op && !is_anytime(objective, requirement) && counted;
  const Guarantee method = tail || is_census(requirement) ? Guarantee::exact : Guarantee::finite_sample;
  const Rational alpha = is_census(requirement) ? Rational() : *subtract(Rational(1), objective.confidence);
  const bool poisson = std::holds_alternative<plan::Rate>(requirement.leaves[0].what);
  return {alpha, relaxed || poisson ? Guarantee::assumed : method};
}

// Why no error of the requirement is bounded, if that is so.
std::optional<NoLevel> unbounded(const plan::Plan& plan, const plan::Objective& objective,
                                 const plan::Requirement& requirement) {
  const std::string name = quoted(objective.name);
  if (requirement.model)
    return NoLevel{name +
                   " asks a model: its trials bound the error of the simulation, and nothing bounds that of what the "
                   "model supposes"};
  if (objective.clustering && objective.clustering->design_effect.is_zero() && !is_census(requirement))
    return NoLevel{name +
                       " estimates from its clusters how alike their rows are, which is right only in the limit; a "
                       "declared `design effect` is assumed instead",
                   true};
  const auto* rate = std::get_if<plan::Rate>(&requirement.leaves[0].what);
  if (rate != nullptr && rate->buckets)
    return NoLevel{name +
                       " measures from its buckets of time how much a rate varies, which is right only in the limit; "
                       "`assume poisson` assumes it instead",
                   true};
  if (const auto method = asymptotic_method(objective, requirement))
    return NoLevel{name + " is decided by `" + std::string(plan::spelling(*method)) +
                       "`, which is right only in the limit of many rows",
                   true};
  if (weights_of(requirement) != nullptr)
    return NoLevel{
        name +
            " is decided by the weights of rows that were kept as they went, which is right only in the limit of "
            "many rows",
        true};
  if (unfair_sampling(plan, requirement) != nullptr)
    return NoLevel{"the sampling of what " + name + " measures is not known to be fair"};
  return std::nullopt;
}

}  // namespace

Level with_alpha(const Rational& alpha, const Level& a, const Level& b) {
  return {alpha, std::max(a.guarantee, b.guarantee), a.asked_once || b.asked_once};
}

std::string asked_once_clause(const Level& level) {
  return level.asked_once ? ", if each is asked about once" : "";
}

bool may_be_asked_again(const plan::Plan& plan, const plan::Objective& objective) {
  return objective.looks.kind != plan::LooksKind::once ||
         std::any_of(plan.rules.begin(), plan.rules.end(),
                     [](const plan::Rule& rule) { return rule.decision == plan::Decision::hold; });
}

ErrorLevel error_level(const plan::Plan& plan, const plan::Objective& objective, Wrong wrong,
                       const plan::History* history) {
  const bool passes = wrong == Wrong::pass;
  if (objective.on_no_data == (passes ? plan::NoDataVerdict::pass : plan::NoDataVerdict::fail))
    return NoLevel{quoted(objective.name) + (passes ? " passes" : " fails") + " when nothing was measured"};
  if (may_be_asked_again(plan, objective) && history == nullptr)
    return NoLevel{quoted(objective.name) +
                   " may be asked again and no history of earlier looks attests how often it was"};
  if (history != nullptr)
    if (const auto otherwise = asked_otherwise(plan, *history, objective))
      return NoLevel{quoted(objective.name) + " is not what look " + std::to_string(otherwise->look) + " asked (" +
                     otherwise->how + "), and what is asked after looking has no error level"};
  if (history != nullptr)
    if (const std::size_t look = decided_otherwise(*history); look != 0)
      return NoLevel{"look " + std::to_string(look) +
                     " was decided by other objectives or rules, and a decision that is chosen after looking has no "
                     "error level"};
  Level level{Rational(), Guarantee::exact};
  for (const plan::Requirement& requirement : objective.requirements) {
    if (std::optional<NoLevel> none = unbounded(plan, objective, requirement)) return *none;
    const Level one = level_of(objective, requirement, wrong);
    level = with_alpha(std::max(level.alpha, one.alpha), level, one);
  }
  if (history == nullptr && !level.alpha.is_zero())  // an exact fact is one however often it is asked for
    level = with_alpha(level.alpha, level, {level.alpha, Guarantee::assumed, true});
  return level;
}

}  // namespace proofmark::judgement
