// AND and `for each` take the largest alpha (if one conjunct is false, the whole passes only when that one wrongly
// does); OR, `any` and several certify rules add theirs up. Where no such bound holds (a negation, a condition that
// asks for a fail or for missing data, `on no data pass`, looks nobody attests, sampling that keeps what it likes) none
// is stated, and the reason is.
#include "runtime/judgement/bound.h"

#include <algorithm>
#include <variant>

#include "runtime/judgement/fact_view.h"
#include "runtime/judgement/quantity.h"
#include "runtime/judgement/wording.h"
#include "runtime/plan/match.h"

namespace proofmark::judgement {
namespace {

using plan::Rational;

struct Level {
  Rational alpha;
  Guarantee guarantee = Guarantee::exact;
};
using Ledger = std::variant<Level, std::string>;  // or why there is none

Ledger larger(const Level& a, const Level& b) {
  return Level{std::max(a.alpha, b.alpha), std::max(a.guarantee, b.guarantee)};
}

Ledger sum(const Level& a, const Level& b) {
  const std::optional<Rational> alpha = add(a.alpha, b.alpha);
  if (!alpha) return std::string("the error levels of its rules do not add up to an exact number");
  return Level{*alpha, std::max(a.guarantee, b.guarantee)};
}

template <typename Combine>
Ledger combine(const Ledger& a, const Ledger& b, Combine how) {
  if (const auto* why = std::get_if<std::string>(&a)) return *why;
  if (const auto* why = std::get_if<std::string>(&b)) return *why;
  return how(std::get<Level>(a), std::get<Level>(b));
}

std::string quoted(const std::string& name) {
  return "`" + name + "`";
}

bool keeps_what_it_likes(const plan::Plan& plan, const plan::Requirement& requirement) {
  using Sampling = plan::StreamPromise::Sampling;
  for (const plan::Leaf& leaf : requirement.leaves)
    for (const plan::StreamPromise& promise : plan.streams)
      if (promise.stream == plan.scans[population_of(leaf).scan].stream &&
          (promise.sampling == Sampling::tail || promise.sampling == Sampling::unknown))
        return true;
  return false;
}

bool is_census(const plan::Requirement& requirement) {
  return std::all_of(requirement.leaves.begin(), requirement.leaves.end(),
                     [](const plan::Leaf& leaf) { return std::holds_alternative<plan::Census>(leaf.what); });
}

// What a pass of the requirement can be trusted for; an exact count cannot be wrong about what was recorded.
Level level_of(const plan::Objective& objective, const plan::Requirement& requirement) {
  const bool relaxed = objective.unknown_as == plan::UnknownAs::good ||
                       objective.unknown_as == plan::UnknownAs::excluded || objective.clustering;
  const bool tail = requirement.direct_op && objective.looks.kind != plan::LooksKind::unlimited &&
                    !std::holds_alternative<plan::Mean>(requirement.leaves[0].what);
  const Guarantee method = tail || is_census(requirement) ? Guarantee::exact : Guarantee::finite_sample;
  const Rational alpha = is_census(requirement) ? Rational() : *subtract(Rational(1), objective.confidence);
  const bool poisson = std::holds_alternative<plan::Rate>(requirement.leaves[0].what);
  return {alpha, relaxed || poisson ? Guarantee::assumed : method};
}

// What the conditions are read with.
struct Reading {
  const plan::Plan& plan;
  bool attested = false;  // a history says how often was looked before
};

Ledger ledger_of(const Reading& reading, const plan::Objective& objective) {
  const plan::Plan& plan = reading.plan;
  if (objective.on_no_data == plan::NoDataVerdict::pass)
    return quoted(objective.name) + " passes when nothing was measured";
  if (objective.looks.kind != plan::LooksKind::once && !reading.attested)
    return quoted(objective.name) + " may be asked again and no history of earlier looks attests how often it was";
  Level level{Rational(), Guarantee::exact};
  for (const plan::Requirement& requirement : objective.requirements) {
    if (objective.clustering && objective.clustering->design_effect.is_zero() && !is_census(requirement))
      return quoted(objective.name) + " estimates from its clusters how alike their rows are, which is right only in " +
             "the limit; a declared `design effect` is assumed instead";
    const auto* rate = std::get_if<plan::Rate>(&requirement.leaves[0].what);
    if (rate != nullptr && rate->buckets)
      return quoted(objective.name) +
             " measures from its buckets of time how much a rate varies, which is right only " +
             "in the limit; `assume poisson` assumes it instead";
    if (keeps_what_it_likes(plan, requirement))
      return "the sampling of what " + quoted(objective.name) + " measures is not known to be fair";
    level = std::get<Level>(larger(level, level_of(objective, requirement)));
  }
  return level;
}

Ledger condition_ledger(const Reading& reading, const plan::Rule& rule, plan::Id id);

template <typename Combine>
Ledger over_operands(const Reading& reading, const plan::Rule& rule, const std::vector<plan::Id>& operands,
                     Combine how) {
  Ledger ledger = Level{};
  for (const plan::Id id : operands) ledger = combine(ledger, condition_ledger(reading, rule, id), how);
  return ledger;
}

Ledger standing_ledger(const Reading& reading, const plan::ObjectivesAre& node) {
  if (node.standing != plan::Standing::pass) return std::string("it can certify on a verdict that is not a pass");
  Ledger ledger = Level{};
  for (const plan::Id id : node.objectives) {
    const Ledger one = ledger_of(reading, reading.plan.objectives[id]);
    ledger = node.all ? combine(ledger, one, larger) : combine(ledger, one, sum);
  }
  return ledger;
}

Ledger condition_ledger(const Reading& reading, const plan::Rule& rule, plan::Id id) {
  return plan::match(
      rule.conditions[id], [&](const plan::ObjectivesAre& node) { return standing_ledger(reading, node); },
      [&](const plan::ConditionAll& node) { return over_operands(reading, rule, node.operands, larger); },
      [&](const plan::ConditionAny& node) { return over_operands(reading, rule, node.operands, sum); },
      [](const plan::ConditionNot&) { return Ledger(std::string("it can certify on a negation")); },
      [](const plan::Otherwise&) { return Ledger(std::string("it can certify without any condition")); });
}

std::string worded(const Level& level) {
  if (level.alpha.is_zero())
    return "every requirement is an exact fact about the recorded rows: no build that violates it would be certified";
  const Odds odds = odds_of(level.alpha);
  return "of " + grouped_digits(odds.cases) + " builds that violate it, at most " + grouped_digits(odds.times) +
         " would be certified";
}

}  // namespace

Bound certificate_bound(const plan::Plan& plan, bool attested) {
  const Reading reading{plan, attested};
  Bound bound;
  Ledger ledger = Level{};
  bool certifies = false;
  for (const plan::Rule& rule : plan.rules) {
    if (rule.decision != plan::Decision::certify) continue;
    certifies = true;
    ledger = combine(ledger, condition_ledger(reading, rule, static_cast<plan::Id>(rule.conditions.size() - 1)), sum);
  }
  if (!certifies) ledger = std::string("no rule certifies");
  if (const auto* why = std::get_if<std::string>(&ledger)) {
    bound.because = "none stated: " + *why;
    return bound;
  }
  const Level& level = std::get<Level>(ledger);
  if (level.alpha >= Rational(1)) {
    bound.because = "none stated: the error levels of its rules add up to 1 or more";
    return bound;
  }
  bound.stated = true;
  bound.alpha = level.alpha;
  bound.guarantee = level.guarantee;
  bound.because = worded(level);
  return bound;
}

}  // namespace proofmark::judgement
