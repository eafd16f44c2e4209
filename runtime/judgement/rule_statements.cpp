// Negation normal form, and unit propagation.
#include "runtime/judgement/rule_statements.h"

#include <algorithm>

#include "runtime/plan/match.h"

namespace proofmark::judgement {
namespace {

using plan::Id;

Standings standings_of(plan::Standing standing) {
  switch (standing) {
    case plan::Standing::pass:
      return bit(Verdict::pass);
    case plan::Standing::fail:
      return kFail;
    case plan::Standing::inconclusive:
      return bit(Verdict::inconclusive);
    case plan::Standing::no_data:
      return bit(Verdict::no_data);
    case plan::Standing::undecided:
      return kUndecided;
  }
  return kAny;
}

void add_count(Conjunction& all, const plan::ObjectivesAre& node, bool negated, bool earlier) {
  const std::size_t of = node.objectives.size();
  const std::size_t need = node.least > 0 ? node.least : node.all ? std::max<std::size_t>(of, 1) : 1;
  const Standings standings = standings_of(node.standing);
  if (!negated) {
    all.counts.push_back({&node.objectives, standings, need, earlier});
  } else if (need <= of) {
    all.counts.push_back({&node.objectives, static_cast<Standings>(kAny & ~standings), of - need + 1, earlier});
  }
}

void add_statement(Conjunction& all, const Statement& statement) {
  const auto add_operands = [&](const std::vector<Id>& operands, bool together) {
    Statements each;
    for (const Id id : operands) each.push_back({statement.rule, id, statement.negated, statement.earlier});
    const bool empty_holds = statement.negated;  // all or any of nothing does not hold
    if (each.empty()) {
      all.impossible = all.impossible || !empty_holds;
    } else if (together) {
      for (const Statement& one : each) add_statement(all, one);
    } else {
      all.choices.push_back(std::move(each));
    }
  };
  plan::match(
      statement.rule->conditions[statement.id],
      [&](const plan::ObjectivesAre& node) { add_count(all, node, statement.negated, statement.earlier); },
      [&](const plan::ConditionAll& node) { add_operands(node.operands, !statement.negated); },
      [&](const plan::ConditionAny& node) { add_operands(node.operands, statement.negated); },
      [&](const plan::ConditionNot& node) {
        add_statement(all, {statement.rule, node.operand, !statement.negated, statement.earlier});
      },
      [&](const plan::Otherwise&) { all.impossible = all.impossible || statement.negated; });
}

}  // namespace

Conjunction conjunction_of(const Statements& statements) {
  Conjunction all;
  for (const Statement& statement : statements) add_statement(all, statement);
  return all;
}

bool narrow(const std::vector<AtLeast>& counts, Possible& possible) {
  for (bool changed = true; changed;) {
    changed = false;
    for (const AtLeast& count : counts) {
      std::size_t able = 0;
      for (const Id id : *count.objectives) able += (possible[id] & count.standings) != 0 ? 1 : 0;
      if (able < count.need) return false;
      if (able > count.need) continue;
      for (const Id id : *count.objectives) {
        const auto left = static_cast<Standings>(possible[id] & count.standings);
        if (left == 0 || left == possible[id]) continue;
        possible[id] = left;
        changed = true;
      }
    }
  }
  return true;
}

Statements statements_of(const plan::Plan& plan, std::size_t index) {
  const auto whole = [&](std::size_t rule, bool earlier) {
    const std::vector<plan::Condition>& conditions = plan.rules[rule].conditions;
    return Statement{&plan.rules[rule], static_cast<Id>(conditions.size() - 1), earlier, earlier};
  };
  Statements all{whole(index, false)};
  for (std::size_t rule = 0; rule < index; ++rule) all.push_back(whole(rule, true));
  return all;
}

}  // namespace proofmark::judgement
