// AND and `for each` take the largest alpha (if one conjunct is false, the whole passes only when that one wrongly
// does); OR, `any` and several certify rules add theirs up, and `at least k of` the largest m - k + 1. Where no such
// bound holds (a negation, a condition that asks for a fail or for missing data, `on no data pass`, looks nobody
// attests, sampling that keeps what it likes) none is stated, and the reason is.
#include "runtime/judgement/bound.h"

#include <algorithm>
#include <variant>

#include "runtime/judgement/error_level.h"
#include "runtime/judgement/quantity.h"
#include "runtime/judgement/wording.h"
#include "runtime/plan/match.h"

namespace proofmark::judgement {
namespace {

using plan::Rational;

ErrorLevel larger(const Level& a, const Level& b) {
  return with_alpha(std::max(a.alpha, b.alpha), a, b);
}

ErrorLevel sum(const Level& a, const Level& b) {
  const std::optional<Rational> alpha = add(a.alpha, b.alpha);
  if (!alpha) return NoLevel{"the error levels of its rules do not add up to an exact number"};
  return with_alpha(*alpha, a, b);
}

template <typename Combine>
ErrorLevel combine(const ErrorLevel& a, const ErrorLevel& b, Combine how) {
  if (const auto* none = std::get_if<NoLevel>(&a)) return *none;
  if (const auto* none = std::get_if<NoLevel>(&b)) return *none;
  return how(std::get<Level>(a), std::get<Level>(b));
}

// What the conditions are read with.
struct Reading {
  const plan::Plan& plan;
  const plan::History* history = nullptr;  // that says how often was looked before
  std::vector<LedgerLine>& lines;
};

ErrorLevel condition_ledger(const Reading& reading, const plan::Rule& rule, plan::Id id);

template <typename Combine>
ErrorLevel over_operands(const Reading& reading, const plan::Rule& rule, const std::vector<plan::Id>& operands,
                         Combine how) {
  ErrorLevel ledger = Level{};
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

ErrorLevel standing_ledger(const Reading& reading, const plan::ObjectivesAre& node) {
  if (node.standing != plan::Standing::pass) return NoLevel{"it can certify on a verdict that is not a pass"};
  const Combined how = combined(node);
  std::vector<Rational> alphas;
  ErrorLevel ledger = Level{};
  for (const plan::Id id : node.objectives) {
    const plan::Objective& objective = reading.plan.objectives[id];
    const ErrorLevel one = error_level(reading.plan, objective, Wrong::pass, reading.history);
    if (const auto* level = std::get_if<Level>(&one)) {
      alphas.push_back(level->alpha);
      reading.lines.push_back({objective.name, level->alpha, {}, how.because});
    }
    ledger = combine(ledger, one, larger);  // the weakest guarantee of all
  }
  if (std::holds_alternative<NoLevel>(ledger)) return ledger;
  const Level& weakest = std::get<Level>(ledger);
  std::sort(alphas.rbegin(), alphas.rend());
  ErrorLevel added = Level{};
  for (std::size_t i = 0; i < how.counting; ++i) added = combine(added, with_alpha(alphas[i], weakest, weakest), sum);
  return added;
}

ErrorLevel condition_ledger(const Reading& reading, const plan::Rule& rule, plan::Id id) {
  return plan::match(
      rule.conditions[id], [&](const plan::ObjectivesAre& node) { return standing_ledger(reading, node); },
      [&](const plan::ConditionAll& node) { return over_operands(reading, rule, node.operands, larger); },
      [&](const plan::ConditionAny& node) { return over_operands(reading, rule, node.operands, sum); },
      [](const plan::ConditionNot&) { return ErrorLevel(NoLevel{"it can certify on a negation"}); },
      [](const plan::Otherwise&) { return ErrorLevel(NoLevel{"it can certify without any condition"}); });
}

std::string worded(const Level& level) {
  if (level.alpha.is_zero())
    return "every requirement is an exact fact about the recorded rows: no build that violates it would be certified";
  const Odds odds = odds_of(level.alpha);
  return "of " + grouped_digits(odds.cases) + " builds that violate it, at most " + grouped_digits(odds.times) +
         " would be certified" + asked_once_clause(level);
}

}  // namespace

Bound certificate_bound(const plan::Plan& plan, const plan::History* history) {
  Bound bound;
  const Reading reading{plan, history, bound.ledger};
  ErrorLevel ledger = Level{};
  bool certifies = false;
  for (const plan::Rule& rule : plan.rules) {
    if (rule.decision != plan::Decision::certify) continue;
    certifies = true;
    ledger = combine(ledger, condition_ledger(reading, rule, static_cast<plan::Id>(rule.conditions.size() - 1)), sum);
  }
  if (!certifies) ledger = NoLevel{"no rule certifies"};
  if (const auto* none = std::get_if<NoLevel>(&ledger)) {
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
