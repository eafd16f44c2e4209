// AND and `for each` take the largest alpha (if one conjunct is false, the whole passes only when that one wrongly
// does); OR, `any` and several certify rules add theirs up, and `at least k of` the largest m - k + 1. Where no such
// bound holds (a negation, a condition that asks for a fail or for missing data, `on no data pass`, looks nobody
// attests, sampling that keeps what it likes) none is stated, and the reason is.
#include "runtime/judgement/bound.h"

#include <algorithm>
#include <variant>

#include "runtime/judgement/fact_view.h"
#include "runtime/judgement/quantity.h"
#include "runtime/judgement/wording.h"
#include "runtime/plan/match.h"
#include "runtime/plan/spelling.h"

namespace proofmark::judgement {
namespace {

using plan::Rational;

struct Level {
  Rational alpha;
  Guarantee guarantee = Guarantee::exact;
};
struct None {  // why there is no level
  std::string why;
  bool asymptotic = false;  // … because a method is right in the limit only
};
using Ledger = std::variant<Level, None>;

Ledger larger(const Level& a, const Level& b) {
  return Level{std::max(a.alpha, b.alpha), std::max(a.guarantee, b.guarantee)};
}

Ledger sum(const Level& a, const Level& b) {
  const std::optional<Rational> alpha = add(a.alpha, b.alpha);
  if (!alpha) return None{"the error levels of its rules do not add up to an exact number"};
  return Level{*alpha, std::max(a.guarantee, b.guarantee)};
}

template <typename Combine>
Ledger combine(const Ledger& a, const Ledger& b, Combine how) {
  if (const auto* none = std::get_if<None>(&a)) return *none;
  if (const auto* none = std::get_if<None>(&b)) return *none;
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

// What a pass of the requirement can be trusted for; an exact count cannot be wrong about what was recorded.
Level level_of(const plan::Objective& objective, const plan::Requirement& requirement) {
  const bool relaxed = objective.unknown_as == plan::UnknownAs::good ||
                       objective.unknown_as == plan::UnknownAs::excluded || objective.clustering;
  const bool counted = std::holds_alternative<plan::Proportion>(requirement.leaves[0].what) ||
                       std::holds_alternative<plan::Quantile>(requirement.leaves[0].what);
  const bool tail = requirement.direct_op && objective.looks.kind != plan::LooksKind::unlimited && counted;
  const Guarantee method = tail || is_census(requirement) ? Guarantee::exact : Guarantee::finite_sample;
  const Rational alpha = is_census(requirement) ? Rational() : *subtract(Rational(1), objective.confidence);
  const bool poisson = std::holds_alternative<plan::Rate>(requirement.leaves[0].what);
  return {alpha, relaxed || poisson ? Guarantee::assumed : method};
}

// What the conditions are read with.
struct Reading {
  const plan::Plan& plan;
  bool attested = false;  // a history says how often was looked before
  std::vector<LedgerLine>& lines;
};

Ledger ledger_of(const Reading& reading, const plan::Objective& objective) {
  const plan::Plan& plan = reading.plan;
  if (objective.on_no_data == plan::NoDataVerdict::pass)
    return None{quoted(objective.name) + " passes when nothing was measured"};
  if (objective.looks.kind != plan::LooksKind::once && !reading.attested)
    return None{quoted(objective.name) +
                " may be asked again and no history of earlier looks attests how often it was"};
  Level level{Rational(), Guarantee::exact};
  for (const plan::Requirement& requirement : objective.requirements) {
    if (requirement.model)
      return None{quoted(objective.name) +
                  " asks a model: its trials bound the error of the simulation, and nothing bounds that of what the "
                  "model supposes"};
    if (objective.clustering && objective.clustering->design_effect.is_zero() && !is_census(requirement))
      return None{quoted(objective.name) +
                      " estimates from its clusters how alike their rows are, which is right only in the limit; a "
                      "declared `design effect` is assumed instead",
                  true};
    const auto* rate = std::get_if<plan::Rate>(&requirement.leaves[0].what);
    if (rate != nullptr && rate->buckets)
      return None{quoted(objective.name) +
                      " measures from its buckets of time how much a rate varies, which is right only in the limit; "
                      "`assume poisson` assumes it instead",
                  true};
    if (const auto method = asymptotic_method(objective, requirement))
      return None{quoted(objective.name) + " is decided by `" + std::string(plan::spelling(*method)) +
                      "`, which is right only in the limit of many rows",
                  true};
    if (keeps_what_it_likes(plan, requirement))
      return None{"the sampling of what " + quoted(objective.name) + " measures is not known to be fair"};
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

// With k of m required, a wrong certificate needs a false claim among those that passed. If just k - 1 are true, one of
// the other m - k + 1 passed wrongly, which costs their alphas; with fewer true ones, more have to pass wrongly at
// once, which is no likelier (Markov). All of m: the largest alone; any of m: all of them.
struct Combined {
  std::size_t counting = 1;  // so many of the largest alphas add up
  std::string because;
};

Combined combined(const plan::ObjectivesAre& node) {
  const std::size_t all = node.objectives.size();
  if (all == 1) return {1, "it must pass"};
  if (node.least > 0 && node.least < all)
    return {all - node.least + 1, "at least " + std::to_string(node.least) + " of " + std::to_string(all) +
                                      " must pass: the largest " + std::to_string(all - node.least + 1) + " add up"};
  if (node.all || node.least > 0) return {1, "all must pass: the largest counts"};
  return {all, "any of them is enough: they add up"};
}

Ledger standing_ledger(const Reading& reading, const plan::ObjectivesAre& node) {
  if (node.standing != plan::Standing::pass) return None{"it can certify on a verdict that is not a pass"};
  const Combined how = combined(node);
  std::vector<Rational> alphas;
  Ledger ledger = Level{};
  for (const plan::Id id : node.objectives) {
    const plan::Objective& objective = reading.plan.objectives[id];
    const Ledger one = ledger_of(reading, objective);
    if (const auto* level = std::get_if<Level>(&one)) {
      alphas.push_back(level->alpha);
      reading.lines.push_back({objective.name, level->alpha, how.because});
    }
    ledger = combine(ledger, one, larger);  // the weakest guarantee of all
  }
  if (std::holds_alternative<None>(ledger)) return ledger;
  std::sort(alphas.rbegin(), alphas.rend());
  Ledger added = Level{};
  for (std::size_t i = 0; i < how.counting; ++i)
    added = combine(added, Level{alphas[i], std::get<Level>(ledger).guarantee}, sum);
  return added;
}

Ledger condition_ledger(const Reading& reading, const plan::Rule& rule, plan::Id id) {
  return plan::match(
      rule.conditions[id], [&](const plan::ObjectivesAre& node) { return standing_ledger(reading, node); },
      [&](const plan::ConditionAll& node) { return over_operands(reading, rule, node.operands, larger); },
      [&](const plan::ConditionAny& node) { return over_operands(reading, rule, node.operands, sum); },
      [](const plan::ConditionNot&) { return Ledger(None{"it can certify on a negation"}); },
      [](const plan::Otherwise&) { return Ledger(None{"it can certify without any condition"}); });
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
  Bound bound;
  const Reading reading{plan, attested, bound.ledger};
  Ledger ledger = Level{};
  bool certifies = false;
  for (const plan::Rule& rule : plan.rules) {
    if (rule.decision != plan::Decision::certify) continue;
    certifies = true;
    ledger = combine(ledger, condition_ledger(reading, rule, static_cast<plan::Id>(rule.conditions.size() - 1)), sum);
  }
  if (!certifies) ledger = None{"no rule certifies"};
  if (const auto* none = std::get_if<None>(&ledger)) {
    bound.because = "none stated: " + none->why;
    bound.ledger.clear();
    bound.asymptotic = none->asymptotic;
    return bound;
  }
  const Level& level = std::get<Level>(ledger);
  if (level.alpha >= Rational(1)) {
    bound.because = "none stated: the error levels of its rules add up to 1 or more";
    bound.ledger.clear();
    return bound;
  }
  bound.stated = true;
  bound.alpha = level.alpha;
  bound.guarantee = level.guarantee;
  bound.because = worded(level);
  return bound;
}

}  // namespace proofmark::judgement
