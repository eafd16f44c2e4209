// Decisions: the rules, and the proof that absence never certifies.
//
// Verdicts are few, so the proof is by enumeration: objectives that rules only speak of together ("all objectives")
// are alike, and matter only by which verdicts occur among them; objectives named alone take every verdict. Beyond
// kEnumerated named ones a structural argument is used, which refuses more.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "compiler/semantics/analyser.h"
#include "runtime/plan/match.h"

namespace proofmark::semantics {
namespace {

using plan::Standing;
constexpr std::size_t kEnumerated = 6;

// What one objective can come to. `empty_pass` is a pass of `on_no_data pass`.
enum class Outcome : std::uint8_t { pass, fail, inconclusive, no_data, empty_pass };
using Outcomes = std::vector<Outcome>;

bool stands(Outcome outcome, Standing standing) {
  switch (standing) {
    case Standing::pass: return outcome == Outcome::pass || outcome == Outcome::empty_pass;
    case Standing::fail: return outcome == Outcome::fail;
    case Standing::inconclusive: return outcome == Outcome::inconclusive;
    case Standing::no_data: return outcome == Outcome::no_data;
    case Standing::undecided: return outcome == Outcome::inconclusive || outcome == Outcome::no_data;
  }
  return false;
}

bool holds(const std::vector<plan::Condition>& conditions, plan::Id id, const Outcomes& outcomes) {
  const auto sub = [&](plan::Id operand) { return holds(conditions, operand, outcomes); };
  return std::visit(plan::Overloaded{[&](const plan::ObjectivesAre& node) {
                            const auto stands_so = [&](plan::Id objective) { return stands(outcomes[objective], node.standing); };
                            return node.all ? std::all_of(node.objectives.begin(), node.objectives.end(), stands_so)
                                            : std::any_of(node.objectives.begin(), node.objectives.end(), stands_so);
                          },
                          [&](const plan::ConditionAll& node) { return std::all_of(node.operands.begin(), node.operands.end(), sub); },
                          [&](const plan::ConditionAny& node) { return std::any_of(node.operands.begin(), node.operands.end(), sub); },
                          [&](const plan::ConditionNot& node) { return !sub(node.operand); },
                          [](const plan::Otherwise&) { return true; }},
                    conditions[id]);
}

// Whether a condition can hold only when some objective was measured to pass. May say no where that is so.
bool implies_a_pass(const Policy& policy, const std::vector<plan::Condition>& conditions, plan::Id id) {
  const auto sub = [&](plan::Id operand) { return implies_a_pass(policy, conditions, operand); };
  const auto measured = [&](plan::Id objective) { return policy.objectives[objective].on_no_data != plan::NoDataVerdict::pass; };
  return std::visit(plan::Overloaded{[&](const plan::ObjectivesAre& node) {
                            if (node.standing != Standing::pass) return false;
                            return node.all ? std::any_of(node.objectives.begin(), node.objectives.end(), measured)
                                            : std::all_of(node.objectives.begin(), node.objectives.end(), measured);
                          },
                          [&](const plan::ConditionAll& node) { return std::any_of(node.operands.begin(), node.operands.end(), sub); },
                          [&](const plan::ConditionAny& node) { return std::all_of(node.operands.begin(), node.operands.end(), sub); },
                          [](const plan::ConditionNot&) { return false; },
                          [](const plan::Otherwise&) { return false; }},
                    conditions[id]);
}

std::vector<Outcome> possible(const Objective& objective) {
  std::vector<Outcome> outcomes{Outcome::pass, Outcome::fail, Outcome::inconclusive};
  if (objective.on_no_data == plan::NoDataVerdict::pass) outcomes.push_back(Outcome::empty_pass);
  if (objective.on_no_data == plan::NoDataVerdict::no_data) outcomes.push_back(Outcome::no_data);
  return outcomes;
}

// Objectives that some rule names apart from the others.
std::vector<std::size_t> named_apart(const Policy& policy) {
  std::vector<bool> apart(policy.objectives.size(), false);
  for (const auto& rule : policy.rules)
    for (const auto& condition : rule.conditions)
      if (const auto* node = std::get_if<plan::ObjectivesAre>(&condition); node != nullptr && node->objectives.size() < apart.size())
        for (const plan::Id id : node->objectives) apart[id] = true;
  for (std::size_t i = 0; i < apart.size(); ++i)  // an own rule for absence makes an objective unlike the others
    if (policy.objectives[i].on_no_data != plan::NoDataVerdict::no_data) apart[i] = true;
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < apart.size(); ++i)
    if (apart[i]) result.push_back(i);
  return result;
}

// Calls `visit` with assignments that together show every behaviour of the rules.
void each_assignment(const Policy& policy, const std::vector<std::size_t>& apart, const std::function<void(const Outcomes&)>& visit) {
  std::vector<std::size_t> alike;
  for (std::size_t i = 0; i < policy.objectives.size(); ++i)
    if (std::find(apart.begin(), apart.end(), i) == apart.end()) alike.push_back(i);
  Outcomes outcomes(policy.objectives.size(), Outcome::pass);
  constexpr std::array kPlain{Outcome::pass, Outcome::fail, Outcome::inconclusive, Outcome::no_data};
  const std::function<void(std::size_t)> assign = [&](std::size_t index) {
    if (index == apart.size()) return visit(outcomes);
    for (const Outcome outcome : possible(policy.objectives[apart[index]])) {
      outcomes[apart[index]] = outcome;
      assign(index + 1);
    }
  };
  if (alike.empty()) return assign(0);
  for (unsigned subset = 1; subset < 16; ++subset) {
    std::vector<Outcome> chosen;
    for (unsigned bit = 0; bit < 4; ++bit)
      if ((subset >> bit & 1U) != 0) chosen.push_back(kPlain[bit]);
    if (chosen.size() > alike.size()) continue;
    for (std::size_t i = 0; i < alike.size(); ++i) outcomes[alike[i]] = chosen[std::min(i, chosen.size() - 1)];
    assign(0);
  }
}

std::size_t first_match(const Policy& policy, const Outcomes& outcomes) {
  for (std::size_t i = 0; i < policy.rules.size(); ++i)
    if (holds(policy.rules[i].conditions, static_cast<plan::Id>(policy.rules[i].conditions.size() - 1), outcomes)) return i;
  return policy.rules.size();
}

bool nothing_measured_passes(const Outcomes& outcomes) { return std::find(outcomes.begin(), outcomes.end(), Outcome::pass) == outcomes.end(); }

bool is_otherwise(const Rule& rule) { return rule.conditions.size() == 1 && std::holds_alternative<plan::Otherwise>(rule.conditions.front()); }

}  // namespace

void Analyser::decide(const syntax::DecideItem& item) {
  for (const auto& syntax_rule : item.rules) rule(syntax_rule);
  if (item.rules.empty() && !tree_.has_errors) error("PM0501", item.span, "`decide` has no rule").help = "add `deny otherwise`";
}

void Analyser::rule(const syntax::DecideRule& syntax_rule) {
  Rule rule;
  rule.span = syntax_rule.span;
  const std::string& word = syntax_rule.decision.text;
  if (word == "certify") rule.decision = plan::Decision::certify;
  else if (word == "hold") rule.decision = plan::Decision::hold;
  else if (word == "deny") rule.decision = plan::Decision::deny;
  else if (word == "revoke") rule.decision = plan::Decision::revoke;
  else {
    if (tree_.has_errors) return;  // the reader of the file has told it
    suggest_closest(error("PM0505", syntax_rule.decision.span, fmt::format("`{}` is not a decision", word)), syntax_rule.decision.span,
                    {"certify", "hold", "deny", "revoke"});
    return;
  }
  if (syntax_rule.valid_for) {
    rule.valid_for = duration_constant(*syntax_rule.valid_for, "the time a certificate is valid");
    if (rule.decision != plan::Decision::certify)
      error("PM0507", tree_.expr(*syntax_rule.valid_for).span, fmt::format("`{}` has no validity: only a certificate has one", word));
  }
  if (!syntax_rule.when) rule.conditions.emplace_back(plan::Otherwise{});
  else if (!condition_node(rule, *syntax_rule.when)) return;
  policy_.rules.push_back(std::move(rule));
}

std::optional<plan::Standing> Analyser::standing(const syntax::Name& word) {
  const std::string& text = word.text;
  if (text == "pass" || text == "passes" || text == "passed") return Standing::pass;
  if (text == "fail" || text == "fails" || text == "failed") return Standing::fail;
  if (text == "undecided") return Standing::undecided;
  if (text == "inconclusive") return Standing::inconclusive;
  if (text == "no_data") return Standing::no_data;
  suggest_closest(error("PM0505", word.span, fmt::format("an objective cannot be `{}`", text)), word.span,
                  {"pass", "fail", "undecided", "inconclusive", "no_data"});
  return std::nullopt;
}

std::optional<plan::Id> Analyser::objective_id(const syntax::Name& name) {
  std::vector<std::string> candidates;
  for (std::size_t i = 0; i < policy_.objectives.size(); ++i) {
    if (policy_.objectives[i].name == name.text) {
      objective_used_[i] = true;
      return static_cast<plan::Id>(i);
    }
    candidates.push_back(policy_.objectives[i].name);
  }
  if (!tree_.has_errors) suggest_closest(error("PM0201", name.span, fmt::format("this policy has no objective `{}`", name.text)), name.span, candidates);
  return std::nullopt;
}

bool Analyser::named_twice(const plan::ObjectivesAre& are, plan::Id objective, const syntax::Name& name) {
  if (std::find(are.objectives.begin(), are.objectives.end(), objective) == are.objectives.end()) return false;
  error("PM0210", name.span, fmt::format("objective `{}` is named twice in this list", name.text)).help = "name it once";
  return true;
}

std::optional<plan::Id> Analyser::condition_node(Rule& rule, syntax::ConditionId id) {
  const auto push = [&](plan::Condition condition) -> std::optional<plan::Id> {
    rule.conditions.push_back(std::move(condition));
    return static_cast<plan::Id>(rule.conditions.size() - 1);
  };
  const auto two = [&](syntax::ConditionId left, syntax::ConditionId right) -> std::optional<std::vector<plan::Id>> {
    const auto a = condition_node(rule, left), b = condition_node(rule, right);
    if (!a || !b) return std::nullopt;
    return std::vector{*a, *b};
  };
  return std::visit(
      plan::Overloaded{[&](const syntax::QuantifiedCondition& node) -> std::optional<plan::Id> {
              const auto state = standing(node.state);
              plan::ObjectivesAre are{node.quantifier == syntax::Quantifier::all, {}, state.value_or(Standing::pass)};
              bool good = state.has_value();
              for (const auto& name : node.objectives) {
                const auto objective = objective_id(name);
                good = good && objective && !named_twice(are, *objective, name);
                if (objective) are.objectives.push_back(*objective);
              }
              if (node.objectives.empty())
                for (std::size_t i = 0; i < policy_.objectives.size(); ++i) {
                  are.objectives.push_back(static_cast<plan::Id>(i));
                  objective_used_[i] = true;
                }
              if (!good || are.objectives.empty()) return std::nullopt;
              const auto any = push(std::move(are));
              return node.quantifier == syntax::Quantifier::none ? push(plan::ConditionNot{*any}) : any;
            },
            [&](const syntax::NamedCondition& node) -> std::optional<plan::Id> {
              const auto objective = objective_id(node.objective);
              const auto state = standing(node.state);
              if (!objective || !state) return std::nullopt;
              return push(plan::ObjectivesAre{true, {*objective}, *state});
            },
            [&](const syntax::OtherCondition& node) -> std::optional<plan::Id> {
              error("PM0508", node.span, fmt::format("this edition cannot decide by `{}`", node.subject.text)).help = "decide by objectives: `when all objectives pass`";
              return std::nullopt;
            },
            [&](const syntax::AndCondition& node) -> std::optional<plan::Id> {
              const auto operands = two(node.left, node.right);
              return operands ? push(plan::ConditionAll{*operands}) : std::nullopt;
            },
            [&](const syntax::OrCondition& node) -> std::optional<plan::Id> {
              const auto operands = two(node.left, node.right);
              return operands ? push(plan::ConditionAny{*operands}) : std::nullopt;
            },
            [&](const syntax::NotCondition& node) -> std::optional<plan::Id> {
              const auto operand = condition_node(rule, node.operand);
              return operand ? push(plan::ConditionNot{*operand}) : std::nullopt;
            }},
      tree_.condition(id).node);
}

void Analyser::check_decisions() {
  const bool whole = decide_item_ != nullptr && !decide_item_->rules.empty() && policy_.rules.size() == decide_item_->rules.size();
  if (!whole || tree_.has_errors || policy_.objectives.empty()) return;
  check_hold();
  if (!check_last_rule()) return;
  check_reach_of_rules();
  for (std::size_t i = 0; i < policy_.objectives.size(); ++i)
    if (!objective_used_[i])
      also(error("PM0205", policy_.objectives[i].span, fmt::format("objective `{}` is never asked for: no rule of `decide` depends on it", policy_.objectives[i].name)),
           decide_item_->span, "these rules");
}

bool Analyser::check_last_rule() {
  for (std::size_t i = 0; i + 1 < policy_.rules.size(); ++i)
    if (is_otherwise(policy_.rules[i])) {
      also(error("PM0502", policy_.rules[i + 1].span, "this rule is never reached"), policy_.rules[i].span, "`otherwise` always matches");
      return false;
    }
  if (is_otherwise(policy_.rules.back())) return true;
  error("PM0501", policy_.rules.back().span, "`decide` does not say what follows when no rule matches", "the last rule").help = "end with `deny otherwise`";
  return false;
}

void Analyser::check_reach_of_rules() {
  const auto vacuous = [&](const Rule& rule) {
    auto& problem = error("PM0503", rule.span, "this rule can certify when nothing was measured to pass", "reached although no objective passed");
    for (const auto& objective : policy_.objectives)
      if (objective.on_no_data == plan::NoDataVerdict::pass) also(problem, *objective.on_no_data_span, fmt::format("`{}` passes without data", objective.name));
    problem.help = "certify only `when all objectives pass`, or name objectives that must pass";
  };
  const auto apart = named_apart(policy_);
  if (apart.size() > kEnumerated) {
    for (const Rule& rule : policy_.rules)
      if (rule.decision == plan::Decision::certify && !implies_a_pass(policy_, rule.conditions, static_cast<plan::Id>(rule.conditions.size() - 1))) vacuous(rule);
    return;
  }
  std::vector<bool> reached(policy_.rules.size(), false), certifies_nothing(policy_.rules.size(), false);
  each_assignment(policy_, apart, [&](const Outcomes& outcomes) {
    const std::size_t match = first_match(policy_, outcomes);
    reached[match] = true;
    if (policy_.rules[match].decision == plan::Decision::certify && nothing_measured_passes(outcomes)) certifies_nothing[match] = true;
  });
  for (std::size_t i = 0; i < policy_.rules.size(); ++i) {
    if (certifies_nothing[i]) vacuous(policy_.rules[i]);
    if (!reached[i] && !is_otherwise(policy_.rules[i]))
      error("PM0502", policy_.rules[i].span, "this rule is never reached: the rules above it match whatever it would match").help = "remove it, or move it up";
  }
}

void Analyser::check_hold() {
  for (const Rule& rule : policy_.rules)
    if (rule.decision == plan::Decision::hold && !policy_.looks_span) {
      error("PM0504", rule.span, "`hold` asks to look again, and the policy does not say how often: holding and retrying is peeking, which passes too often")
          .help = "add `looks at most 5`, `looks every 15m for 24h` or `looks once` to the policy";
      return;
    }
}

}  // namespace proofmark::semantics
