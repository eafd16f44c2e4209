// What the rules of `decide` do together: the proof that absence never certifies, and that every rule counts.
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

// What one objective can come to. `empty_pass` is a pass of `on_no_data pass`, `model_pass` that of a model which draws
// nothing that was recorded: neither was measured.
enum class Outcome : std::uint8_t { pass, fail, inconclusive, no_data, empty_pass, model_pass };
using Outcomes = std::vector<Outcome>;

bool stands(Outcome outcome, Standing standing) {
  switch (standing) {
    case Standing::pass:
      return outcome == Outcome::pass || outcome == Outcome::empty_pass || outcome == Outcome::model_pass;
    case Standing::fail:
      return outcome == Outcome::fail;
    case Standing::inconclusive:
      return outcome == Outcome::inconclusive;
    case Standing::no_data:
      return outcome == Outcome::no_data;
    case Standing::undecided:
      return outcome == Outcome::inconclusive || outcome == Outcome::no_data;
  }
  return false;
}

// So many of its objectives have to stand as asked.
std::size_t wanted(const plan::ObjectivesAre& node) {
  return node.least > 0 ? node.least : node.all ? node.objectives.size() : 1;
}

bool holds(const std::vector<plan::Condition>& conditions, plan::Id id, const Outcomes& outcomes) {
  const auto sub = [&](plan::Id operand) { return holds(conditions, operand, outcomes); };
  return std::visit(
      plan::Overloaded{
          [&](const plan::ObjectivesAre& node) {
            const auto stands_so = [&](plan::Id objective) { return stands(outcomes[objective], node.standing); };
            return static_cast<std::size_t>(std::count_if(node.objectives.begin(), node.objectives.end(), stands_so)) >=
                   wanted(node);
          },
          [&](const plan::ConditionAll& node) { return std::all_of(node.operands.begin(), node.operands.end(), sub); },
          [&](const plan::ConditionAny& node) { return std::any_of(node.operands.begin(), node.operands.end(), sub); },
          [&](const plan::ConditionNot& node) { return !sub(node.operand); },
          [](const plan::Otherwise&) { return true; }},
      conditions[id]);
}

// A pass then tells of suppositions alone.
bool only_simulated(const Policy& policy, const Objective& objective) {
  if (!objective.of_model) return false;
  return std::all_of(objective.requirements.begin(), objective.requirements.end(), [&](const Requirement& one) {
    const auto* estimate = std::get_if<ModelEstimateNode>(&policy.at(one.estimate).node);
    return estimate != nullptr && !policy.models[estimate->model].recorded;
  });
}

// Whether a condition can hold only when some objective was measured to pass. May say no where that is so.
bool implies_a_pass(const Policy& policy, const std::vector<plan::Condition>& conditions, plan::Id id) {
  const auto sub = [&](plan::Id operand) { return implies_a_pass(policy, conditions, operand); };
  const auto measured = [&](plan::Id objective) {
    const Objective& one = policy.objectives[objective];
    return one.on_no_data != plan::NoDataVerdict::pass && !only_simulated(policy, one);
  };
  return std::visit(
      plan::Overloaded{
          [&](const plan::ObjectivesAre& node) {
            if (node.standing != Standing::pass) return false;
            const auto unmeasured = std::count_if(node.objectives.begin(), node.objectives.end(),
                                                  [&](plan::Id each) { return !measured(each); });
            return static_cast<std::size_t>(unmeasured) < wanted(node);
          },
          [&](const plan::ConditionAll& node) { return std::any_of(node.operands.begin(), node.operands.end(), sub); },
          [&](const plan::ConditionAny& node) { return std::all_of(node.operands.begin(), node.operands.end(), sub); },
          [](const plan::ConditionNot&) { return false; }, [](const plan::Otherwise&) { return false; }},
      conditions[id]);
}

// Where values are expected, an objective that passes without data still has none when one of them is missing.
std::vector<Outcome> possible(const Policy& policy, const Objective& objective) {
  std::vector<Outcome> outcomes{only_simulated(policy, objective) ? Outcome::model_pass : Outcome::pass, Outcome::fail,
                                Outcome::inconclusive};
  if (objective.on_no_data == plan::NoDataVerdict::pass) outcomes.push_back(Outcome::empty_pass);
  const bool may_lack_values = objective.expects_values && objective.on_no_data != plan::NoDataVerdict::fail;
  if (objective.on_no_data == plan::NoDataVerdict::no_data || may_lack_values) outcomes.push_back(Outcome::no_data);
  return outcomes;
}

// Objectives that some rule names apart from the others.
std::vector<std::size_t> named_apart(const Policy& policy) {
  std::vector<bool> apart(policy.objectives.size(), false);
  for (const auto& rule : policy.rules)
    for (const auto& condition : rule.conditions)
      if (const auto* node = std::get_if<plan::ObjectivesAre>(&condition);
          node != nullptr && (node->objectives.size() < apart.size() || node->least > 0))
        for (const plan::Id id : node->objectives) apart[id] = true;
  // An own rule for absence makes an objective unlike the others, and so does it that nothing of it is measured.
  for (std::size_t i = 0; i < apart.size(); ++i)
    if (policy.objectives[i].on_no_data != plan::NoDataVerdict::no_data || only_simulated(policy, policy.objectives[i]))
      apart[i] = true;
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < apart.size(); ++i)
    if (apart[i]) result.push_back(i);
  return result;
}

// Calls `visit` with assignments that together show every behaviour of the rules.
void each_assignment(const Policy& policy, const std::vector<std::size_t>& apart,
                     const std::function<void(const Outcomes&)>& visit) {
  std::vector<std::size_t> alike;
  for (std::size_t i = 0; i < policy.objectives.size(); ++i)
    if (std::find(apart.begin(), apart.end(), i) == apart.end()) alike.push_back(i);
  Outcomes outcomes(policy.objectives.size(), Outcome::pass);
  constexpr std::array kPlain{Outcome::pass, Outcome::fail, Outcome::inconclusive, Outcome::no_data};
  const std::function<void(std::size_t)> assign = [&](std::size_t index) {
    if (index == apart.size()) return visit(outcomes);
    for (const Outcome outcome : possible(policy, policy.objectives[apart[index]])) {
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

bool rule_holds(const Rule& rule, const Outcomes& outcomes) {
  return holds(rule.conditions, static_cast<plan::Id>(rule.conditions.size() - 1), outcomes);
}

std::size_t first_match(const Policy& policy, const Outcomes& outcomes) {
  for (std::size_t i = 0; i < policy.rules.size(); ++i)
    if (rule_holds(policy.rules[i], outcomes)) return i;
  return policy.rules.size();
}

bool nothing_measured_passes(const Outcomes& outcomes) {
  return std::find(outcomes.begin(), outcomes.end(), Outcome::pass) == outcomes.end();
}

// How much of an assignment is absence: the more, the plainer it shows what is wrong.
std::ptrdiff_t absence(const Outcomes& outcomes) {
  return std::count_if(outcomes.begin(), outcomes.end(),
                       [](Outcome outcome) { return outcome == Outcome::no_data || outcome == Outcome::empty_pass; });
}

std::string_view outcome_phrase(Outcome outcome) {
  switch (outcome) {
    case Outcome::pass:
      return "passes";
    case Outcome::fail:
      return "fails";
    case Outcome::inconclusive:
      return "is inconclusive";
    case Outcome::no_data:
      return "is no_data";
    case Outcome::empty_pass:
      return "passes without data";
    case Outcome::model_pass:
      return "passes in its model";
  }
  return "";
}

// "`available` is no_data, `fast` is inconclusive"
std::string described(const Policy& policy, const Outcomes& outcomes) {
  constexpr std::size_t kShown = 4;
  std::string text;
  for (std::size_t i = 0; i < std::min(outcomes.size(), kShown); ++i)
    text += fmt::format("{}`{}` {}", i == 0 ? "" : ", ", policy.objectives[i].name, outcome_phrase(outcomes[i]));
  return outcomes.size() > kShown ? text + ", …" : text;
}

bool is_otherwise(const Rule& rule) {
  return rule.conditions.size() == 1 && std::holds_alternative<plan::Otherwise>(rule.conditions.front());
}

}  // namespace

void Analyser::check_decisions() {
  const bool whole =
      decide_item_ != nullptr && !decide_item_->rules.empty() && policy_.rules.size() == decide_item_->rules.size();
  if (!whole || tree_.has_errors || policy_.objectives.empty()) return;
  check_hold();
  if (!check_last_rule()) return;
  check_reach_of_rules();
  for (std::size_t i = 0; i < policy_.objectives.size(); ++i)
    if (!objective_used_[i])
      also(error("PM0205", policy_.objectives[i].span,
                 fmt::format("objective `{}` is never asked for: no rule of `decide` depends on it",
                             policy_.objectives[i].name)),
           decide_item_->span, "these rules");
}

bool Analyser::check_last_rule() {
  for (std::size_t i = 0; i + 1 < policy_.rules.size(); ++i)
    if (is_otherwise(policy_.rules[i])) {
      also(error("PM0502", policy_.rules[i + 1].span, "this rule is never reached"), policy_.rules[i].span,
           "`otherwise` always matches");
      return false;
    }
  if (is_otherwise(policy_.rules.back())) return true;
  error("PM0501", policy_.rules.back().span, "`decide` does not say what follows when no rule matches", "the last rule")
      .help = "end with `deny otherwise`";
  return false;
}

void Analyser::certifies_nothing(const Rule& rule, const std::string& when) {
  auto& problem =
      error("PM0503", rule.span, "this rule can certify when nothing was measured to pass", "reached " + when);
  for (const auto& objective : policy_.objectives)
    if (objective.on_no_data == plan::NoDataVerdict::pass)
      also(problem, *objective.on_no_data_span, fmt::format("`{}` passes without data", objective.name));
    else if (only_simulated(policy_, objective))
      also(problem, objective.span, "a model that draws nothing recorded: its pass is no measurement");
  problem.help = "certify only `when all objectives pass`, or name objectives that must pass";
}

void Analyser::check_reach_of_rules() {
  const auto apart = named_apart(policy_);
  if (apart.size() > kEnumerated) return check_certifying_rules();
  std::vector<bool> reached(policy_.rules.size(), false), holds_ever(policy_.rules.size(), false);
  std::vector<std::optional<Outcomes>> witness(policy_.rules.size());  // of certifying nothing
  each_assignment(policy_, apart, [&](const Outcomes& outcomes) {
    const std::size_t match = first_match(policy_, outcomes);
    reached[match] = true;
    for (std::size_t i = 0; i < policy_.rules.size(); ++i)
      if (!holds_ever[i] && rule_holds(policy_.rules[i], outcomes)) holds_ever[i] = true;
    if (policy_.rules[match].decision == plan::Decision::certify && nothing_measured_passes(outcomes) &&
        (!witness[match] || absence(outcomes) > absence(*witness[match])))
      witness[match] = outcomes;
  });
  for (std::size_t i = 0; i < policy_.rules.size(); ++i) {
    if (witness[i]) certifies_nothing(policy_.rules[i], "when " + described(policy_, *witness[i]));
    if (reached[i] || is_otherwise(policy_.rules[i])) continue;
    if (holds_ever[i])
      error("PM0502", policy_.rules[i].span,
            "this rule is never reached: the rules above it match whatever it would match")
          .help = "remove it, or move it up";
    else
      error("PM0502", policy_.rules[i].span,
            "this rule never matches: no outcomes of the objectives meet its condition")
          .help = "mend the condition, or remove the rule: an objective has one outcome";
  }
}

// The structural argument, where there is too much to enumerate.
void Analyser::check_certifying_rules() {
  for (const Rule& rule : policy_.rules)
    if (rule.decision == plan::Decision::certify &&
        !implies_a_pass(policy_, rule.conditions, static_cast<plan::Id>(rule.conditions.size() - 1)))
      certifies_nothing(rule, "although perhaps no objective passed");
}

void Analyser::check_hold() {
  for (const Rule& rule : policy_.rules)
    if (rule.decision == plan::Decision::hold && !policy_.looks_span) {
      error("PM0504", rule.span,
            "`hold` asks to look again, and the policy does not say how often: holding and retrying is peeking, which "
            "passes too often")
          .help = "add `looks at most 5`, `looks every 15m for 24h` or `looks unlimited` to the policy";
      return;
    }
}

}  // namespace proofmark::semantics
